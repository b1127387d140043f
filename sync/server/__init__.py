"""The centre: verifies every step, keeps the log, runs the clock, urges. May import sync.proof and below."""
