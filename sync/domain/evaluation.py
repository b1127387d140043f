"""What applicants say of a service (好差评): five grades, a reason with a bad one, once a case.

Source: CH08 短信评议; CH15; PE02. The reasons are codes, so that they can be counted.
"""

from __future__ import annotations

GRADES = (5, 4, 3, 2, 1)
"""非常满意, 满意, 基本满意, 不满意, 非常不满意."""
BAD = frozenset({1, 2})
REASONS = ("slow", "attitude", "asked_again", "unclear", "queue", "fee", "other")


def is_whole(grade: int, reasons: tuple[str, ...], text: str) -> bool:
    """Say whether an evaluation can be taken: a bad one says why."""
    known = all(reason in REASONS for reason in reasons)
    return grade in GRADES and known and (grade not in BAD or bool(reasons or text.strip()))
