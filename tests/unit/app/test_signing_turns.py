"""What belongs to a seal is noted in the turn that appends it, whoever has left meanwhile."""

import asyncio
import json
import threading
from types import SimpleNamespace

from client.app.files.stamps import WAITING
from client.app.steps import signing
from client.app.steps.signing import Pending, Sealing, Signing
from client.host.lanes import Lane


def test_a_seal_s_count_and_its_stamp_are_noted_though_the_page_was_left(monkeypatch):
    meta, kept, begun, go_on = {"seal.seal-1": b"6"}, {}, threading.Event(), threading.Event()
    commits = []

    def commit(draft, *_, meta):
        commits.append(draft)
        kept.update(meta)
        if draft == "seal":
            begun.set()
            assert go_on.wait(60)
        return SimpleNamespace(change=None)

    async def scenario():
        store = Lane("store")

        async def card(work, *_):
            return b"pdf" if work.__name__ == "_sign_pdf" else "act"

        place = SimpleNamespace(
            on_store=store.run,
            lanes=SimpleNamespace(card=SimpleNamespace(run=card)),
            recorder=SimpleNamespace(to_sign=lambda draft: draft, commit=commit),
            store=SimpleNamespace(
                put_attachment=lambda *_: "sha",
                get_meta=meta.get,
            ),
        )
        desk = Signing(lambda: place, None, lambda _recorded: None)
        sheet = SimpleNamespace(case="c1", shown="")
        sealing = Sealing(None, "S-1", "seal-1")
        pending = Pending(sheet, SimpleNamespace(shown=""), sealing=sealing)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(desk._seal(place, pending, sealing, None))
            await asyncio.to_thread(begun.wait, 60)
            task.cancel()
            await asyncio.wait({task})
            go_on.set()
        await store.close()

    draft = type("Draft", (str,), {"shown": ""})("seal")
    monkeypatch.setattr(signing, "case_or_fail", lambda *_: None)
    monkeypatch.setattr(signing, "_checked", lambda *_: draft)
    asyncio.run(scenario())
    assert len(commits) == 2  # the intent, the seal
    assert kept["seal.seal-1"] == b"7"
    assert json.loads(kept[WAITING]) == {"sha": "c1"}
