"""AB岗 from the command line to the record: granted, shown, acted on, declared, revoked (TM26)."""

import asyncio
import shlex

import pytest

from sync.domain.calendar import CHINA
from sync.domain.failures import Failure
from tests.helpers.hall import StandingStage, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SCOPE = "339901/scjg"


def test_a_deputy_acts_for_the_absent_and_every_step_says_so(tmp_path):
    stage = StandingStage(tmp_path)

    async def story():
        async with open_hall(stage) as hall:
            await asyncio.to_thread(
                stage.policy, "grant", "--person", "p0104", "--deputy-of", "p0103",
                "--scope", SCOPE, "--from", "2026-01-01", "--to", "2030-01-01",
            )  # fmt: skip
            await hall.enter("reception")
            case = await hall.register()
            await hall.leave()
            await hall.enter("clerk")
            await hall.receive_all(case)
            await hall.desk.steps.accept(case)
            await hall.leave()
            await hall.enter("reviewer")
            await hall.synced()
            rows = await hall.desk.authorisations.rows()
            deputy = next(row for row in rows if row.deputy_of == "周远舟")
            assert (deputy.mine, deputy.standing) == (True, "in_force")
            done = await hall.desk.steps.claim(case)
            assert done.findings == ()
            await hall.synced()
            told = (await hall.desk.cases.open(case)).timeline[-1]
            assert (told.kind, told.person, told.acting_for) == ("claim", "沈慕白", "周远舟")
            assert told.verdict == "accepted"
            paper = await hall.desk.authorisations.paper(deputy.id)
            assert paper.kind == "authorisation"
            program, *words = shlex.split(
                await hall.desk.authorisations.command(deputy.id, "revoke")
            )
            assert program == "chuangkou-centre"
            await asyncio.to_thread(stage.policy, words[0], words[1])
            hall.desk.line.sync_now()
            place = hall.desk.door.place()

            def ended():
                grants = place.store.policy_book().grants
                return grants[deputy.id].ended_at is not None

            await hall.until(ended, "the window learns of it")
            with pytest.raises(Failure, match=r"no_authority|authority"):
                await hall.desk.steps.handle(case, agree=True, text="符合条件")

    asyncio.run(story())


def test_the_command_to_renew_is_one_that_the_centre_takes(tmp_path):
    stage = StandingStage(tmp_path)

    async def story():
        async with open_hall(stage) as hall:
            await hall.enter("chief")
            await hall.synced()
            own = next(row for row in await hall.desk.authorisations.rows() if row.mine)
            line = await hall.desk.authorisations.command(own.id, "renew")
            words = shlex.split(line)[1:]
            words = words[: words.index("--data")]
            assert "--power" in words
            await asyncio.to_thread(stage.policy, *words)
            hall.desk.line.sync_now()
            place = hall.desk.door.place()

            def two():
                book = place.store.policy_book()
                return [g for g in book.grants.values() if g.person == own.person][1:]

            await hall.until(two, "the renewal comes")
            (fresh,) = two()
            assert fresh.starts.astimezone(CHINA).date() == own.ends.astimezone(CHINA).date()
            with pytest.raises(Failure, match=r"app\.no_such_grant"):
                await hall.desk.authorisations.command("g-nobody", "revoke")

    asyncio.run(story())
