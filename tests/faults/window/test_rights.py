"""Rights that end while somebody is at the window: the next step is refused, and nothing else."""

from datetime import timedelta

import pytest

from client.app.rows.session import CardPresence
from sync.domain.failures import Failure
from sync.texts import texts
from tests.helpers.hall import open_hall
from ui.error_text import code_text

MINUTE = timedelta(minutes=1)

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]


def words_of(row):
    """Return what happened and what to do, in both languages: in the code's own words."""
    said = []
    for language in ("zh_CN", "en"):
        told = code_text(row.code, {}, texts(language))
        assert told.what != texts(language).t("error.unknown", code=row.code)
        said.append((told.what, texts(language).t(row.remedy.key, **row.remedy.args)))
    assert said[0] != said[1]
    return said


async def verdicts(hall, case):
    detail = await hall.desk.cases.open(case)
    return [(row.kind, row.verdict) for row in detail.timeline]


async def exceptions(hall, count=1):
    """Wait for so many refused steps, and return them."""
    await hall.synced()
    rows = await hall.desk.messages.exceptions()
    assert len(rows) == count, rows
    return rows


async def test_a_grant_that_ends_meanwhile_refuses_the_next_step_and_holds_nothing_up(stage):
    async with open_hall(stage) as hall:
        case = await hall.walk_to("accepted")
        await hall.enter("handler")
        await hall.synced()
        # The policy is signed while this window cannot hear of it: it goes on in good faith.
        stage.kill_centre()
        stage.policy("grant-end", "g-p0103-1")
        stage.clock.move_to(stage.clock.now() + MINUTE)
        await hall.desk.steps.claim(case)
        await hall.desk.drafts.save("opinion", "材料齐全")
        await stage.centre.start()
        hall.desk.line.sync_now()
        (row,) = await exceptions(hall)
        assert (row.case, row.kind) == (case, "claim")
        # Made offline: whether it was before or after the end, nobody can prove.
        assert row.code == "authority_disputed"
        assert words_of(row)
        # The case stands where it stood, for this window too.
        assert (await verdicts(hall, case))[-1] == ("claim", "disputed")
        assert (await hall.desk.cases.open(case)).row.state == "accepted"
        # What came after the refused step went through: the session's end is answered.
        await hall.leave()
        assert hall.desk.line.view.pending == 0
        with pytest.raises(Failure) as nobody:
            await hall.enter("handler")
        assert nobody.value.code == "app.no_rights"


async def test_a_step_that_the_policy_known_here_forbids_is_refused_before_it_is_recorded(stage):
    async with open_hall(stage) as hall:
        case = await hall.walk_to("accepted")
        await hall.enter("handler")
        await hall.synced()
        stage.centre.stop()
        stage.policy("grant-end", "g-p0103-1")
        await stage.centre.start()
        hall.desk.line.sync_now()
        place = hall.desk.door.place()
        grant = lambda: place.store.policy_book().grants["g-p0103-1"]  # noqa: E731
        await hall.until(lambda: grant().ended_at is not None, "the end of the grant is known")
        stage.clock.move_to(stage.clock.now() + MINUTE)
        before = await verdicts(hall, case)
        with pytest.raises(Failure) as refused:
            await hall.desk.steps.claim(case)
        assert refused.value.code == "no_authority"
        assert await verdicts(hall, case) == before
        await hall.leave()


async def test_a_card_revoked_meanwhile_is_refused_at_the_next_step_and_at_the_door(stage):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        await hall.synced()
        # Recorded before this window can hear of it: what is known here is refused at once.
        stage.kill_centre()
        stage.policy("revoke", stage.authority.cards["clerk"])
        stage.clock.move_to(stage.clock.now() + MINUTE)
        case = await hall.register()
        await stage.centre.start()
        hall.desk.line.sync_now()
        (row,) = await exceptions(hall)
        assert (row.case, row.kind) == (case, "preregister")
        assert words_of(row)
        await hall.pull()
        # What is refused to him holds up nobody else.
        await hall.enter("reception")
        ours = await hall.register()
        await hall.synced()
        assert await verdicts(hall, ours) == [("preregister", "accepted")]
        await hall.leave()
        await hall.put_in("clerk", CardPresence.UNUSABLE)
        assert hall.desk.door.card.problem.key == "error.certificate.revoked"
