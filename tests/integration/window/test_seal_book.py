"""The register of seals over a real centre: used, listed, printed, closed (SE09, SE10)."""

import asyncio
from datetime import timedelta

import pytest

from tests.helpers.hall import StandingStage, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def test_a_sealed_certificate_stands_in_the_register_and_the_day_agrees_once_it_is_printed(
    tmp_path,
):
    stage = StandingStage(tmp_path)

    async def story():
        async with open_hall(stage) as hall:
            desk = hall.desk
            case = await hall.walk_to("making")
            await hall.enter("chief")
            await hall.synced()
            before = await desk.seal_book.view()
            assert before.uses == ()
            assert [row.fate for row in before.stock] == ["in_hand"]
            assert (before.today.drawn, before.today.in_hand) == (1, 1)
            done = await hall.sign("seal", case)
            await hall.synced()
            view = await desk.seal_book.view()
            (use,) = view.uses
            assert (use.case, use.counter, use.printed) == (case, 1, 0)
            assert use.document == done.papers[0].sha256
            assert view.stock == ()
            first = await desk.seal_book.close(received=100, left=99)
            assert [each.code for each in first.differences] == ["not_printed"]
            await desk.prints.printed(use.document)
            again = await desk.seal_book.close(received=100, left=99)
            assert (again.agrees, again.blanks_expected) == (True, None)
            stage.clock.move_to(stage.clock.now() + timedelta(days=1))
            next_day = await desk.seal_book.close(received=0, left=98)
            assert [each.code for each in next_day.differences] == ["blanks_missing"]
            assert next_day.blanks_expected == 99
            kept = (await desk.seal_book.view()).closes
            assert [(each.left, each.differences) for each in kept] == [(98, 1), (99, 0), (99, 1)]

    asyncio.run(story())
