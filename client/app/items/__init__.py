"""The catalogue: items looked up, explained, and handed out as sheets."""
