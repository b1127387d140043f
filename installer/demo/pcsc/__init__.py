"""A machine with a real card service and readers that need no hardware, walled off from others.

pcscd with vsmartcard's vpcd as its driver, and the demonstration's cards behind it, in a network
namespace of their own: vpcd listens on every address. May import client.card and installer.demo.
"""
