"""A centre whose policy is not the one that the window has seen: given back, or refused.

Real processes: the centre's database is put back, and goes on otherwise than it did.
"""

import shutil

import pytest

from client.app.rows.session import LinePhase
from sync.engine.faults import Fault, LineFailure
from sync.engine.verify import EVIDENCE
from sync.proof.policy import SCOPE
from sync.texts import texts
from tests.helpers.hall import open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(600)]


def kept_evidence(hall, meta):
    """Have what the window writes down of its store also stand in `meta`."""
    plain = hall.desk.door._furnish

    async def furnish(opened):
        put = opened.store.put_meta

        def watched(name, value):
            meta[name] = value
            put(name, value)

        opened.store.put_meta = watched
        return await plain(opened)

    hall.desk.door._furnish = furnish


async def policy_seen(hall):
    place = hall.desk.door.place()
    return (await place.on_store(place.store.cursors))[SCOPE]


async def refused(hall, code):
    meta = {}
    kept_evidence(hall, meta)
    with pytest.raises(LineFailure) as failure:
        await hall.enter("clerk")
    assert (failure.value.code, failure.value.fault) == (code, Fault.REFUSED)
    assert hall.desk.door.session is None
    assert hall.desk.line.view.phase is LinePhase.LOCKED
    assert f"{EVIDENCE}{SCOPE}" in meta
    for language in ("zh_CN", "en"):
        assert texts(language).has(f"error.{code}")
        assert texts(language).has(f"error.{code}.do")


async def test_an_older_policy_is_given_back_and_no_login_is_under_another(stage):
    centre, backup = stage.places.centre, stage.places.folder / "backup"
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        await hall.leave()
        stage.centre.stop()
        shutil.copytree(centre, backup)
        stage.policy("grant-end", "g-p0103-1")  # the newest that the window will have seen
        await stage.centre.start()
        await hall.enter("clerk")
        await hall.synced()
        seen = await policy_seen(hall)
        await hall.leave()

        async def put_back(*changes):
            stage.centre.stop()
            shutil.rmtree(centre)
            shutil.copytree(backup, centre)
            for change in changes:
                stage.policy(*change)
            await stage.centre.start()

        newest = shutil.copytree(centre, backup.with_name("newest"))
        another = ("revoke", stage.authority.cards["handler"])
        await put_back(another)  # as many events as we have seen, the last another
        await refused(hall, "line.policy_forked")
        stage.centre.stop()
        shutil.rmtree(centre)
        newest.rename(centre)
        await stage.centre.start()  # the centre that we know: all is well again
        await hall.enter("clerk")
        await hall.synced()
        assert await policy_seen(hall) == seen
        await hall.leave()
        await put_back()  # nothing but less: it is given back what it had signed
        await hall.enter("clerk")
        assert await policy_seen(hall) == seen
        await hall.pull()  # nothing new is taken for a minute


async def test_each_login_follows_policy_to_its_end_before_anything_is_said(stage):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        await hall.leave()
        stage.policy("revoke", stage.authority.cards["clerk"])
        with pytest.raises(LineFailure) as failure:
            await hall.enter("clerk")
        assert failure.value.code == "certificate.revoked"
