"""What is left is read out without parts that are nothing (look.md "Numbers that matter")."""

import pytest

from client.app.cases.lights_view import remaining_words
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
