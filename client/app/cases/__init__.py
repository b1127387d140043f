"""Cases as screens see them. Reads only."""
