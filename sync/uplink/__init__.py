"""A centre as client of an upper centre. Above engine and server; may import both, and httpx."""
