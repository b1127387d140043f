"""A chief decides what waits, over a real centre, by the card's own rules: one PIN, many acts."""

import asyncio

import pytest

from client.app.steps.batch import Batch
from sync.domain.failures import Failure
from sync.domain.secret import Secret
from tests.helpers.hall import StandingStage, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


async def reviewed(hall, count):
    """Bring so many cases to the decision; the chief is at the window afterwards."""
    await hall.enter("reception")
    cases = [await hall.register(name=f"云岭县滨河餐饮店{at}号") for at in range(count)]
    await hall.leave()
    await hall.enter("clerk")
    for case in cases:
        await hall.receive_all(case)
        await hall.desk.steps.accept(case)
    await hall.leave()
    await hall.enter("handler")
    for case in cases:
        await hall.desk.steps.claim(case)
        await hall.desk.steps.handle(case, agree=True, text="符合条件")
    await hall.leave()
    await hall.enter("reviewer")
    for case in cases:
        await hall.desk.steps.review(case, agree=True, text="同意")
    await hall.leave()
    await hall.enter("chief")
    return cases


async def sheets_of(hall, text="准予许可"):
    waiting = await hall.desk.batch.waiting()
    return [await hall.desk.batch.prepare(case, text) for case in waiting]


def run(tmp_path, scenario):
    stage = StandingStage(tmp_path)

    async def live():
        async with open_hall(stage) as hall:
            await scenario(hall)

    asyncio.run(live())


def test_ten_cases_are_granted_with_one_pin_and_accepted_by_the_centre(tmp_path):
    async def scenario(hall):
        cases = await reviewed(hall, 10)
        sheets = await sheets_of(hall)
        told = []

        round_ = await hall.desk.batch.sign(sheets, hall.pin("chief"), told.append)

        assert {sheet.case for sheet in sheets} == set(cases)
        assert [end.case for end in told] == [sheet.case for sheet in sheets]
        assert (round_.left, round_.stopped) == ((), None)
        assert all(end.done is not None for end in round_.ends)
        await hall.synced()
        place = hall.desk.door.place()
        for case in cases:
            last = (await place.on_store(place.store.events_of, case))[-1]
            assert (last.kind, last.verdict) == ("grant", "accepted")
            assert last.record.act is not None
        assert await hall.desk.batch.waiting() == ()

    run(tmp_path, scenario)


def test_a_case_that_moved_fails_alone_and_a_wrong_pin_is_tried_once(tmp_path):
    async def scenario(hall):
        cases = await reviewed(hall, 3)
        sheets = await sheets_of(hall)
        wrong = await hall.desk.batch.sign(sheets, Secret("999999"), lambda _end: None)
        assert (wrong.ends, len(wrong.left)) == ((), 3)
        assert (wrong.stopped.code, wrong.stopped.details["tries_left"]) == ("card.pin_wrong", 2)
        late = Batch(hall.desk.door.place, hall.desk.signing, hall.desk.catalogue, held_s=0.0)
        over = await late.sign(sheets, hall.pin("chief"), lambda _end: None)
        assert (over.ends, len(over.left), over.stopped) == ((), 3, None)
        moved = sheets[1].case
        await hall.desk.steps.hear_party(moved, "补充陈述")

        round_ = await hall.desk.batch.sign(sheets, hall.pin("chief"), lambda _end: None)

        assert [end.failure and end.failure.code for end in round_.ends] == [
            None, "app.case_moved", None,
        ]  # fmt: skip
        left = await hall.desk.batch.waiting()
        assert [case.detail.row.number for case in left] == [moved]
        assert set(cases) >= {moved}

    run(tmp_path, scenario)


def test_policy_may_ask_for_a_pin_before_each_signature(tmp_path):
    async def scenario(hall):
        await reviewed(hall, 2)
        sheets = await sheets_of(hall)
        place = hall.desk.door.place()
        book = await place.on_store(place.store.policy_book)
        body = {"name": "pin_per_signature", "value": True}
        strict = book.with_event("switch", body, place.now())
        place.store.policy_book = lambda: strict

        first = await hall.desk.batch.sign(sheets, hall.pin("chief"), lambda _end: None)
        rest = [sheet for sheet in sheets if sheet.case in first.left]
        second = await hall.desk.batch.sign(rest, hall.pin("chief"), lambda _end: None)

        assert [len(first.ends), len(first.left), len(second.ends), len(second.left)] == [
            1,
            1,
            1,
            0,
        ]

    run(tmp_path, scenario)


def test_a_card_pulled_in_the_midst_keeps_what_was_signed_and_the_rest_waits(tmp_path):
    async def scenario(hall):
        await reviewed(hall, 3)
        sheets = await sheets_of(hall)

        def pull(_end):
            hall.deck.pull()

        round_ = await hall.desk.batch.sign(sheets, hall.pin("chief"), pull)

        assert isinstance(round_.stopped, Failure)
        assert (len(round_.ends), len(round_.left)) == (1, 2)
        await hall.locked()
        await hall.enter("chief")
        waiting = await hall.desk.batch.waiting()
        assert {case.detail.row.number for case in waiting} == set(round_.left)

    run(tmp_path, scenario)


def test_a_deputy_decides_for_the_absent_chief_and_the_sheet_says_so(tmp_path):
    stage = StandingStage(tmp_path)

    async def story():
        async with open_hall(stage) as hall:
            await asyncio.to_thread(
                stage.policy, "grant", "--person", "p0101", "--deputy-of", "p0105",
                "--scope", "339901/scjg", "--from", "2026-01-01", "--to", "2030-01-01",
            )  # fmt: skip
            case = await hall.walk_to("deciding")
            await hall.enter("reception")
            await hall.synced()
            (sheet,) = await sheets_of(hall)
            assert "代：秦望舒" in sheet.shown
            round_ = await hall.desk.batch.sign([sheet], hall.pin("reception"), lambda _end: None)
            assert [end.failure for end in round_.ends] == [None]
            await hall.synced()
            told = (await hall.desk.cases.open(case)).timeline[-1]
            assert (told.kind, told.acting_for, told.verdict) == ("grant", "秦望舒", "accepted")

    asyncio.run(story())
