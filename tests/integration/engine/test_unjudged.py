"""A step that the centre cannot judge: the window keeps it, says so, and sends it until it can."""

import pytest
import structlog

from sync.domain.ids import make_case_number
from sync.server.services.cases import casework
from tests.helpers import case_steps as say
from tests.helpers.centre import running_centre
from tests.integration.engine.real_window import open_window

pytestmark = pytest.mark.slow


async def verdicts(window, number):
    events = await window.asks(window.store.events_of, number)
    return [(event.kind, event.verdict) for event in events]


async def goes_through(centre, window, bad):
    serial = await window.asks(window.store.next_number, "case")
    number = make_case_number(centre.clock.now().date(), "339901", serial)
    await window.works("preregister", say.preregister(), case=number)
    await window.works("receive", say.receive(), case=number)
    await window.works("accept", say.accept(), case=number)
    await window.until(lambda: window.status.problem == "wire.broken")
    await window.until(lambda: window.status.pending == 2)
    assert await verdicts(window, number) == [
        ("preregister", "accepted"),
        ("receive", "pending"),
        ("accept", "pending"),
    ]
    bad.clear()  # the program was mended
    window.runner.sync_now()
    await window.answered()
    assert [verdict for _, verdict in await verdicts(window, number)] == ["accepted"] * 3
    await window.until(lambda: window.status.problem is None)
    return (await window.asks(window.store.events_of, number))[1].event


@pytest.mark.asyncio
async def test_it_is_kept_shown_and_sent_until_the_centre_can(tmp_path, monkeypatch):
    bad, plain = {"receive"}, casework.judge

    def judge(case, step, rules):
        if step.kind in bad:
            raise ZeroDivisionError
        return plain(case, step, rules)

    monkeypatch.setattr(casework, "judge", judge)
    with structlog.testing.capture_logs() as said, running_centre(tmp_path, tls=True) as centre:
        async with open_window(centre, tmp_path / "w") as window:
            await window.until(lambda: window.status.lease_until_ms is not None)
            kept = await goes_through(centre, window, bad)
    told = [line for line in said if line.get("code") == "centre.event_unjudged"]
    assert {(line["sender"], line["step"]) for line in told} == {("d-339901-03", kept)}
