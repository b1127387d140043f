"""What a window keeps for itself is read again after the centre was asked: it may have moved."""

import asyncio
import json
from types import SimpleNamespace

from client.app.hall import own_queue
from client.app.hall.filings import REGISTERED, Filings
from client.app.hall.queue import HallQueue
from sync.domain.tickets import TicketState
from sync.protocol.hall_messages import QueueCall
from tests.unit.domain.world import at, county

RULE = county().queue_rule("339901")


class Place:
    """A workplace whose store keeps small values in memory."""

    def __init__(self):
        meta = {}
        self.store = SimpleNamespace(
            get_meta=meta.get, put_meta=meta.__setitem__, head=lambda: SimpleNamespace(dev="d-1")
        )
        self.session = SimpleNamespace(hall="339901", counter="3号窗口", person="clerk")

    def now(self):
        return at("2026-09-21 10:00")

    async def on_store(self, work, *args):
        return work(*args)

    def act(self, what, number=""):
        call = QueueCall(id="i", act=what, number=number)
        return own_queue.act(self, RULE, call)[1]


class Line:
    """A centre that takes its time: meanwhile somebody works on at the window."""

    def __init__(self, meanwhile):
        self.meanwhile = meanwhile

    async def hall(self, _path, _form, _call):
        await self.meanwhile()


def test_numbers_drawn_and_called_while_others_were_brought_stay():
    place = Place()
    first, second = place.act("draw"), place.act("draw")
    more = []

    async def meanwhile():
        assert place.act("next") == first
        more.append(place.act("draw"))

    asyncio.run(HallQueue(lambda: place, Line(meanwhile), None)._bring(place))
    queue = own_queue.own_queue(place)
    assert set(queue.tickets) == {first, *more}  # the second is the centre's now
    assert queue.tickets[first].state is TicketState.CALLED
    assert place.act("draw") not in {first, second, *more}


class Drafts:
    """Drafts in memory; each turn lets others have theirs."""

    def __init__(self):
        self.kept = {}

    async def load(self, key):
        await asyncio.sleep(0)
        return self.kept.get(key)

    async def save(self, key, text):
        await asyncio.sleep(0)
        self.kept[key] = text

    async def drop(self, key):
        await asyncio.sleep(0)
        self.kept.pop(key, None)


def test_a_filing_registered_while_the_centre_was_told_of_another_is_not_forgotten():
    drafts = Drafts()
    drafts.kept[REGISTERED] = json.dumps({"f1": "c1"})
    made = []

    async def meanwhile():
        await made[0]._note("f2", "c2")

    made.append(Filings(Place, Line(meanwhile), None, None, drafts))
    assert asyncio.run(made[0].settle()) == 1
    assert json.loads(drafts.kept[REGISTERED]) == {"f2": "c2"}


def test_two_filings_noted_at_once_are_both_noted():
    drafts = Drafts()
    filings = Filings(Place, None, None, None, drafts)

    async def both():
        await asyncio.gather(filings._note("f1", "c1"), filings._note("f2", "c2"))

    asyncio.run(both())
    assert json.loads(drafts.kept[REGISTERED]) == {"f1": "c1", "f2": "c2"}
