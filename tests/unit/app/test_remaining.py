"""What is left is read out without parts that are nothing (look.md "Numbers that matter")."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from client.app.cases.lights_view import RowLights, light_view, remaining_words, short_words
from client.app.ports.store import CaseLine
from client.store.lines import line_of
from resources.folder import FOLDER
from sync.domain.calendar import CHINA, calendar_from
from sync.domain.fields import ms_of
from sync.domain.lights import Light, told_light
from sync.domain.lights import light as light_of
from sync.texts import LANGUAGES, texts
from tests.unit.domain.world import Desk as DomainDesk
from tests.unit.domain.world import at

CALENDAR = calendar_from(
    json.loads((FOLDER / "calendars" / "cn-2024-2026.json").read_text(encoding="utf-8"))
)


@pytest.mark.parametrize(
    ("days", "hours", "minutes", "words"),
    [
        (4, 3, 12, "还剩 4 个工作日 3 小时"),
        (10, 0, 0, "还剩 10 个工作日"),
        (10, 0, 5, "还剩 10 个工作日"),
        (0, 6, 29, "还剩 6 小时 29 分"),
        (0, 6, 0, "还剩 6 小时"),
        (0, 0, 7, "还剩 7 分"),
        (0, 0, 0, "还剩不足 1 分钟"),
        (1, 0, 5, "还剩 1 个工作日"),
        (1, 7, 5, "还剩 1 个工作日 7 小时"),
    ],
)
def test_what_is_left_has_no_empty_part(days, hours, minutes, words):
    args = {"days": days, "hours": hours, "minutes": minutes}
    said = remaining_words("light.left", args)
    assert texts("zh_CN").t(said.key, **said.args) == words
    over = remaining_words("light.over", args)
    for language in LANGUAGES:
        assert "{" not in texts(language).t(over.key, **over.args)


def test_other_words_stay_as_the_rules_said_them():
    said = remaining_words("light.paused_until", {"day": "2026-10-09"})
    assert (said.key, said.args) == ("light.paused_until", {"day": "2026-10-09"})


def nobody(number):
    """Stand for a store of which nothing is asked: a hundred rows must cost little."""
    pytest.fail(f"the case {number} was read")


def _rules():
    return DomainDesk("ycj-01").rules


def _row(due):
    return CaseLine(
        number="1",
        scope="339901/ycj",
        applicant="张三",
        item="ycj-01",
        item_name="x",
        state="handling",
        closed=False,
        fast_track=False,
        holder="",
        due_ms=ms_of(due),
        warn_ms=ms_of(due),
        statutory_ms=None,
        paused_from_ms=None,
        paused_to_ms=None,
        provisional=False,
        updated_ms=ms_of(due),
        pending=False,
    )


@pytest.mark.parametrize(
    ("now", "due", "row", "page"),
    [
        # 2026-10-01 to 10-07 are free by decree, Saturday 10-10 is worked.
        ("2026-09-30T10:00", "2026-10-09T17:00", "剩 2 个工作日", "还剩 2 个工作日 6 小时"),
        ("2026-09-30T16:30", "2026-10-08T17:00", "剩 1 个工作日", "还剩 1 个工作日"),
        ("2026-09-24T16:00", "2026-09-28T10:00", "剩 2 小时", "还剩 2 小时"),
        ("2026-10-08T10:00", "2026-09-30T17:00", "超时 1 小时", "已超时 1 小时"),
        ("2026-09-30T17:00:20", "2026-09-30T17:00", "刚刚超时", "刚刚超时"),
        ("2026-09-30T16:59:20", "2026-09-30T17:00", "剩不足 1 分钟", "还剩不足 1 分钟"),
        ("2026-10-12T17:00", "2026-10-08T17:00", "超时 3 个工作日", "已超时 3 个工作日"),
    ],
)
def test_a_row_says_the_same_office_time_as_the_case_page(now, due, row, page):
    now, due = (datetime.fromisoformat(each).replace(tzinfo=CHINA) for each in (now, due))
    shown = RowLights(nobody, _rules(), now).of(_row(due)).remaining
    whole = remaining_words(*told_light(due, due, CALENDAR, now)[1:])
    assert texts("zh_CN").t(shown.key, **shown.args) == row
    assert texts("zh_CN").t(whole.key, **whole.args) == page


def test_english_knows_one_day_from_two():
    said = [short_words("light.left", {"days": n, "hours": 0, "minutes": 0}) for n in (1, 2)]
    words = [texts("en").t(each.key, **each.args) for each in said]
    assert words == ["1 working day left", "2 working days left"]


@pytest.mark.parametrize(
    ("now", "light", "row"),
    [
        # Told on the 22nd to stand still from the 24th, 09:00, to the end of the 30th.
        ("2026-09-22 15:00", Light.WHITE, None),
        ("2026-09-23 15:00", Light.WHITE, None),
        ("2026-09-25 15:00", Light.PAUSED, "已挂起"),
        ("2026-10-08 10:00", Light.WHITE, None),  # past its told end, and nobody resumed
    ],
)
def test_a_row_says_of_a_suspension_what_the_case_page_says(now, light, row):
    desk = DomainDesk("scjg-02").accepted("2026-09-22 09:30")
    desk.do("claim", "hand", "2026-09-22 09:40")
    desk.suspend("2026-09-22 10:00", "2026-09-30")
    # Nobody may foretell a service any more; what was logged while one could is folded as it was.
    stop = replace(desk.case.suspensions[-1], served_at=at("2026-09-24 09:00"))
    case = replace(desk.case, suspensions=(stop,))
    line = line_of(case, ms_of(at("2026-09-22 10:00")), desk.rules, pending=False)
    page = light_view(light_of(case, desk.rules, at(now)))
    shown = RowLights({line.number: case}.get, desk.rules, at(now)).of(line)

    assert (shown.light, page.light) == (light, light)
    assert (shown.due_at, shown.statutory_passed) == (page.due_at, page.statutory_passed)
    said = texts("zh_CN").t(shown.remaining.key, **shown.remaining.args)
    if row is not None:
        assert said == row
        return
    days = shown.remaining.args["n"]
    assert page.remaining.args["days"] == days
    assert said == f"剩 {days} 个工作日"
    # What will stand still is taken off: counted straight on it would be more before it begins.
    straight = RowLights(nobody, desk.rules, at(now)).of(replace(line, paused_to_ms=None))
    before = at(now) < at("2026-09-24 09:00")
    assert (straight.remaining.args["n"] > days) == before
