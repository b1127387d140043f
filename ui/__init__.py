"""The screen. Alone knows Qt. Talks to the client through client.app only."""
