"""What is left is read out without parts that are nothing (look.md "Numbers that matter")."""

from datetime import datetime, timedelta

import pytest

from client.app.cases.lights_view import light_of_line, remaining_words
from client.app.ports.store import CaseLine
from sync.domain.calendar import CHINA
from sync.domain.fields import ms_of
from sync.domain.lights import Light
from sync.texts import LANGUAGES, texts


@pytest.mark.parametrize(
    ("days", "hours", "minutes", "words"),
    [
        (4, 3, 12, "还剩 4 个工作日 3 小时"),
        (10, 0, 0, "还剩 10 个工作日"),
        (10, 0, 5, "还剩 10 个工作日"),
        (0, 6, 29, "还剩 6 小时 29 分"),
        (0, 6, 0, "还剩 6 小时"),
        (0, 0, 7, "还剩 7 分"),
        (0, 0, 0, "还剩 0 分"),
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


def test_a_row_whose_clock_stands_still_counts_nothing_down():
    now = datetime(2026, 9, 28, 10, tzinfo=CHINA)
    due = ms_of(now + timedelta(days=3))
    row = CaseLine(
        number="1",
        scope="339901/ycj",
        applicant="张三",
        item="ycj-01",
        item_name="x",
        state="handling",
        closed=False,
        fast_track=False,
        holder="",
        due_ms=due,
        warn_ms=due,
        statutory_ms=None,
        paused=True,
        provisional=False,
        updated_ms=due,
        pending=False,
    )
    shown = light_of_line(row, now)
    assert (shown.light, shown.due_at) == (Light.PAUSED, now + timedelta(days=3))
    assert texts("zh_CN").t(shown.remaining.key, **shown.remaining.args) == "已挂起"
