"""The encrypted store: log, outbox, projections, search. Alone knows sqlcipher3."""
