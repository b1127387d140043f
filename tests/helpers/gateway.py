"""A gateway for tests that remembers (see sync.server.services.ports.messages.Gateway)."""

from sync.server.services.ports.messages import Carried, UnsureError


class Way:
    """A gateway that remembers, and does what it is told: "up", "down", "unsure" or an error."""

    name = "way"

    def __init__(self, *, knows_ids=True):
        self.went, self.how, self.knows_ids, self.closed = [], "up", knows_ids, False

    def close(self):
        self.closed = True

    def send(self, message):
        if self.how == "down":
            raise OSError
        if not isinstance(self.how, str):
            raise self.how
        self.went.append(message.id)
        if self.how == "unsure":
            raise UnsureError
        return Carried("r1")
