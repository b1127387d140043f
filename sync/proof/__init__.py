"""Who, what, when: signatures, certificates, trees, receipts. No I/O of its own. May import sync.protocol."""
