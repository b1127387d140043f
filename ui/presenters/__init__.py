"""What each screen does, in plain Python: no Qt. Talks to the desk and to a view by protocol."""
