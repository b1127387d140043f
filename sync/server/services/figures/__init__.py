"""Figures: counters folded from the log, statistics out of them, and the log counted again."""
