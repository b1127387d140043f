"""What the centre does by itself: the clock that moves lights and urges."""
