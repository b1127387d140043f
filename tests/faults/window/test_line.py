"""The line goes and comes back, and the centre with it: what was confirmed arrives, once."""

import random

import pytest

from client.app.rows.session import LinePhase
from sync.domain.failures import Failure
from sync.server.bootstrap import open_centre
from sync.server.settings import Settings
from tests.helpers.hall import form, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]


def logged(stage, done):
    """Return what the centre's log says of steps: (kind, verdict) for each time one stands there.

    The centre must have ended.
    """
    centre = open_centre(Settings(data=stage.places.centre, demo_clock=stage.places.clock))
    try:

        def rows(tx):
            keys = [key for step in done for key in tx.log.by_id(step.event)]
            lines = [tx.log.at(key.scope, key.n) for key in keys]
            return [(line.kind, line.verdict) for line in lines]

        return centre.ledger.read_now(rows)
    finally:
        centre.close()


async def a_few_steps(hall):
    """Register, receive, accept."""
    done = [await hall.desk.steps.preregister(form())]
    done.append(await hall.receive_all(done[0].case))
    done.append(await hall.desk.steps.accept(done[0].case))
    return done


def in_step(hall):
    """Say whether nothing is on its way."""
    view = hall.desk.line.view
    return view.phase is LinePhase.SYNCED and not view.pending


def asked_for_card(hall):
    """Say whether the line wants a login."""
    problem = hall.desk.line.view.problem
    return problem is not None and problem.key == "error.line.login_needed"


DONE = [("preregister", "accepted"), ("receive", "accepted"), ("accept", "accepted")]


async def test_a_day_without_the_line_arrives_whole_and_once_when_it_is_back(stage):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        await hall.leave()
        stage.kill_centre()
        session = await hall.enter("clerk")
        assert not session.online
        done = await a_few_steps(hall)
        assert (await hall.desk.cases.open(done[0].case)).row.pending
        await hall.pull()  # and home in the evening, nothing sent
        assert hall.desk.line.view.pending == 5  # with the session's beginning and end
        await hall.enter("clerk")
        await stage.centre.start()
        hall.desk.line.sync_now()
        # A session without the centre's nonce may be asked for the card again, and is told so.
        await hall.until(lambda: in_step(hall) or asked_for_card(hall), "the centre answers")
        await hall.pull()
        await hall.enter("clerk")
        await hall.synced()
        detail = await hall.desk.cases.open(done[0].case)
        assert [(row.kind, row.verdict) for row in detail.timeline] == DONE
        assert await hall.desk.messages.exceptions() == ()
        await hall.leave()
    assert logged(stage, done) == DONE


async def test_without_line_and_without_leave_nobody_gets_in(stage):
    async with open_hall(stage) as hall:
        stage.kill_centre()
        with pytest.raises(Failure) as refused:
            await hall.enter("clerk")
        assert refused.value.code == "app.no_lease"
        assert hall.desk.door.session is None
        await stage.centre.start()
        await hall.enter("clerk")
        await hall.leave()


async def test_a_centre_that_is_killed_again_and_again_gets_each_step_once(stage):
    choose = random.Random(7)  # noqa: S311  when it dies is no secret
    done = []
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        await hall.synced()
        for _ in range(6):
            done += await a_few_steps(hall)
            # Somewhere between the first push and the last answer: an answer may be lost.
            news = len(hall.news) + choose.randrange(4)
            await hall.until(lambda news=news: len(hall.news) >= news or in_step(hall))
            stage.kill_centre()
            await stage.centre.start()
        hall.desk.line.sync_now()
        await hall.synced()
        assert await hall.desk.messages.exceptions() == ()
        await hall.leave()
    assert logged(stage, done) == DONE * 6
