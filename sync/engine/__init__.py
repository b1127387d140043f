"""The window's end of the line: a sans-I/O machine and its runner.

May import sync.proof and below.
"""
