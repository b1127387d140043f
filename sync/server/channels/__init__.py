"""Gateways of the channels: SMS and voice over HTTP, mail, web hook, and a file where none is."""
