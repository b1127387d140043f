"""What strangers may ask."""
