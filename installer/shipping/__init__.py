"""What a window's machine is given: the program frozen, its package, and the evidence beside it."""
