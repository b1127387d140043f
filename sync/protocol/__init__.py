"""The wire, defined once for both ends; pure. May import sync.domain."""
