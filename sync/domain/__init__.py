"""The rules of the work, pure: no I/O, no clock, no framework; imports the standard library."""
