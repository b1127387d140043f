"""Pages as they come in, and papers as they go out to the printer."""
