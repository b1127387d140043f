"""The window's end of the line: a sans-I/O machine, its runner. May import sync.proof and below."""
