"""A window in small at the line: a store, a session and the books over them."""

import msgspec

from sync.engine.ledger import Ledger
from sync.engine.pace import Pace
from tests.helpers.line_world import step
from tests.helpers.memory_store import MemoryStore
from tests.helpers.pki import NOW
from tests.helpers.world import SCOPE

FORK = "proof.centre_fork"


class Clock:
    def __init__(self):
        self.ms = 10_000
        self.boot = "boot-1"

    def wall(self):
        return NOW

    def boot_ms(self):
        return self.ms

    def boot_id(self):
        return self.boot


class Window:
    """A store, a session and the books over them."""

    def __init__(self, centre, pace=None, scopes=("policy", SCOPE)):
        self.centre = centre
        self.world = centre.world
        self.clock = Clock()
        self.pace = pace or Pace()
        self.store = MemoryStore()
        self.store.enrol(centre)
        self.store.subscribe(scopes)
        self.session, opening = centre.session()
        centre.log_in(self.session)
        self.store.add(opening)
        self.open()

    def open(self):
        self.ledger = Ledger(self.store, self.session, self.clock, self.pace)
        return self

    def works(self, count=1, **changes):
        return [self.store.add(step(self.world, self.session, **changes)) for _ in range(count)]

    def push(self, limit=100, bend=lambda answer: answer, anchor=False):
        batch = self.ledger.batch(limit, anchor=anchor)
        return self.ledger.settle(batch, bend(self.centre.push(batch.request)))

    def pull(self, scopes=None, bend=lambda answer: answer, anchor=False):
        question = self.ledger.question(scopes, anchor=anchor)
        return self.ledger.take(question, bend(self.centre.pull(question.request)))


def bent(message, **changes):
    return msgspec.structs.replace(message, **changes)


def with_receipt(answer, at=0, **changes):
    results = list(answer.results)
    results[at] = bent(results[at], receipt=bent(results[at].receipt, **changes))
    return bent(answer, results=results)


def with_page(answer, scope=SCOPE, **changes):
    return bent(answer, scopes={**answer.scopes, scope: bent(answer.scopes[scope], **changes)})
