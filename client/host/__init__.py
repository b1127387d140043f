"""This machine: clock, paths, settings, logs, lanes. Imports nothing of the product but sync.domain."""
