"""What an open session stands on: the store and its lanes, the recorder, the time."""
