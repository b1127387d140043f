"""What window and centre share, and each one's end of the line."""
