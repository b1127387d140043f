"""What is told to people, by which way, and what became of it."""
