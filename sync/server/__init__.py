"""The centre: verifies steps, keeps the log, runs the clock, urges. May import sync.proof."""
