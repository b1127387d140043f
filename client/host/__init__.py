"""This machine: clock, paths, settings, logs, lanes. Of ours it may import sync.domain only."""
