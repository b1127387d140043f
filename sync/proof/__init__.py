"""Who, what, when: signatures, certificates, trees, receipts. No I/O. May import sync.protocol."""
