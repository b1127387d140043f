"""The window without its screen: use cases, store, card, vault, documents.

May import sync, never sync.server.
"""
