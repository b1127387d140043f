"""What the centre does not take of a day without the line: told, with its remedy."""

import pytest

from sync.texts import texts
from tests.faults.line.test_township import APPLICANT, BIRTH, RECEIVER, WHOLE, offline, timeline
from tests.helpers.hall import open_hall
from ui.error_text import code_text

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]


async def test_rights_that_end_meanwhile_leave_disputed_certificates_with_their_remedy(township):
    async with open_hall(township) as hall:
        await hall.enter("township")
        steps, case = hall.desk.steps, await hall.register(**APPLICANT, item=BIRTH)
        await hall.receive_all(case)
        await steps.accept(case)
        await offline(hall)
        await hall.sign("decide_at_once", case, "township", text="即时办结")
        await steps.make(case)
        await hall.sign("seal", case, "township")
        await steps.issue(case, RECEIVER)
        township.centre.stop()
        township.policy("grant-end", "g-p0121-1")
        await township.centre.start()
        township.restore()
        hall.desk.line.sync_now()
        await hall.until(lambda: not hall.desk.line.view.pending, "every step is answered")
        told = await timeline(hall, case)
        # Decided before or after the right ended? Nobody can prove it: no effect until another
        # person confirms; what followed is judged alone, and falls with it.
        assert told == [
            *((kind, "accepted") for kind in WHOLE[:3]),
            ("decide_at_once", "disputed"),
            *((kind, "refused") for kind in WHOLE[4:8]),
        ]
        assert (await hall.desk.cases.open(case)).row.state == "accepted"
        rows = await hall.desk.messages.exceptions()
        assert [row.kind for row in rows] == WHOLE[3:8]
        for row in rows:
            for language in ("zh_CN", "en"):
                words = texts(language)
                assert words.has(row.remedy.key)
                assert words.has(f"exception.{row.verdict}")
                unknown = words.t("error.unknown", code=row.code)
                assert code_text(row.code, {}, words).what != unknown
        remedies = [row.remedy.key for row in rows]
        assert remedies == ["exception.remedy.disputed", *["exception.remedy.certificate"] * 4]
