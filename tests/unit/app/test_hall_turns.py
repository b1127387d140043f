"""What a window keeps for itself is read again after the centre was asked: it may have moved."""

import asyncio
import json
from types import SimpleNamespace

import pytest

from client.app.hall import own_queue
from client.app.hall.filings import REGISTERED, Filings
from client.app.hall.queue import HallQueue
from client.app.steps.stepping import Stepping
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


class Store:
    """Drafts in memory."""

    def __init__(self, kept=()):
        self.kept = dict(kept)
        self.draft, self.save_draft = self.kept.get, self.kept.__setitem__

    def drop_draft(self, key):
        self.kept.pop(key, None)

    def registered(self):
        return json.loads(self.kept[REGISTERED])


class Steps:
    """Makes a step and keeps with it what is noted; then the window dies, or its page is left."""

    def __init__(self, store, after):
        self.store, self.after, self.made = store, after, []

    async def preregister(self, _form, noted):
        case = f"c{len(self.made) + 1}"
        self.made.append(case)
        self.store.kept.update(noted(case))
        raise self.after


def hall_of(store, line, steps=None):
    place = Place()
    place.store = store
    hall = Filings(lambda: place, line, steps, None)
    hall._held = {number: SimpleNamespace(form=None, files=()) for number in ("f1", "f2")}
    return hall


async def _nothing():
    pass


@pytest.mark.parametrize("after", [MemoryError(), asyncio.CancelledError()])
def test_a_filing_whose_step_was_made_is_never_made_a_second_case(after):
    store = Store()
    steps = Steps(store, after)
    with pytest.raises(type(after)):
        asyncio.run(hall_of(store, Line(_nothing), steps).register("f1"))
    again = asyncio.run(hall_of(store, Line(_nothing), steps).register("f1"))
    assert (again.done, again.case) == (None, "c1")
    assert steps.made == ["c1"]


def test_a_filing_registered_while_the_centre_was_told_of_another_is_not_forgotten():
    store = Store({REGISTERED: json.dumps({"f1": "c1"})})

    async def meanwhile():
        store.kept[REGISTERED] = json.dumps({"f1": "c1", "f2": "c2"})

    assert asyncio.run(hall_of(store, Line(meanwhile)).settle()) == 1
    assert store.registered() == {"f2": "c2"}


def test_a_second_filing_is_noted_beside_the_first():
    store = Store({REGISTERED: json.dumps({"f2": "c9"})})
    with pytest.raises(MemoryError):
        asyncio.run(hall_of(store, Line(_nothing), Steps(store, MemoryError())).register("f1"))
    assert store.registered() == {"f2": "c9", "f1": "c1"}


def test_what_is_noted_goes_into_the_transaction_of_the_step():
    kept = []

    def commit(draft, *, uses, pages, drafts):
        kept.append((draft, dict(drafts)))
        return SimpleNamespace(event="e", change=None, findings=())

    place = Place()
    place.recorder = SimpleNamespace(draft=lambda *_: "draft", commit=commit)
    way = Stepping(lambda _recorded: None, None)
    step = way.commit(place, "preregister", "c1", "s", {}, noted=lambda case: {"k": case})
    asyncio.run(step)
    assert kept == [("draft", {"k": "c1"})]
