"""The encrypted store: log, outbox, projections, search. Alone knows sqlcipher3.

`open_store` (store.py) is the only door; everything is called on the store lane. May import
client.app.ports (the Protocols it keeps), client.host, sync.proof, sync.protocol, sync.domain.
"""
