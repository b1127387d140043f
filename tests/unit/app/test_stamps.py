"""A certificate whose stamp does not come keeps back none behind it."""

import asyncio
import json
from types import SimpleNamespace

from client.app.files import stamps
from client.app.files.stamps import WAITING, Stamps
from sync.engine.faults import Fault, LineFailure


class Place:
    """A workplace without lanes, whose store waits for three stamps."""

    def __init__(self):
        self.meta = {WAITING: json.dumps({"s1": "c1", "s2": "c2", "s3": "c3"}).encode()}
        self.lanes = SimpleNamespace(crunch=SimpleNamespace(run=self.on_store))
        self.authorities = ()
        self.store = SimpleNamespace(
            get_meta=self.meta.get,
            put_meta=self.meta.__setitem__,
            attachment=str.encode,
            put_attachment=lambda data, *_: data.decode(),
            case=lambda number: SimpleNamespace(
                certificate=SimpleNamespace(document=number.replace("c", "s"))
            ),
        )

    async def on_store(self, work, *args):
        return work(*args)


def went(monkeypatch, why):
    monkeypatch.setattr(stamps, "_holds", lambda *_: True)
    place, asked = Place(), []

    async def stamped(_case, sha256):
        asked.append(sha256)
        if sha256 == "s1":
            raise why
        return b"stamped " + sha256.encode()

    again = asyncio.run(Stamps(lambda: place, SimpleNamespace(stamped=stamped))._round())
    assert again
    return asked, json.loads(place.meta[WAITING])


def test_one_that_has_none_yet_lets_the_others_have_theirs(monkeypatch):
    none = LineFailure("wire.attachment_missing", Fault.REFUSED)
    assert went(monkeypatch, none) == (["s1", "s2", "s3"], {"s1": "c1"})


def test_a_line_that_went_is_not_asked_for_each(monkeypatch):
    asked, left = went(monkeypatch, LineFailure("line.timeout", Fault.LINE))
    assert (asked, set(left)) == (["s1"], {"s1", "s2", "s3"})
