"""Who, what, when: signatures, certificates, trees. No I/O. May import sync.protocol, sync.domain."""
