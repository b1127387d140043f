"""The rules of the work, pure: no I/O, no clock, no framework. Imports the standard library and stdnum."""
