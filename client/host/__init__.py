"""This machine: clock, settings, logs, lanes. Of ours it may import sync.domain only."""
