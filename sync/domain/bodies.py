"""Read step bodies without trust and without raising: what is absent or of another type is empty.

The guards have refused a bad body before its effect is taken; a fold of old accepted steps must
not fail on what a newer window added.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from sync.domain.fields import moment_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

MOST_DAYS = 3660
EMPTY: Mapping[str, Any] = {}


def text(body: Mapping[str, Any], name: str) -> str:
    """Return a text, or ""."""
    value = body.get(name)
    return value if isinstance(value, str) else ""


def whole(body: Mapping[str, Any], name: str, default: int = 0) -> int:
    """Return an integer, or the default."""
    value = body.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else default


def days(body: Mapping[str, Any], name: str) -> int:
    """Return a number of days, 0 to ten years; anything else is 0."""
    value = whole(body, name)
    return value if 0 <= value <= MOST_DAYS else 0


def truth(body: Mapping[str, Any], name: str) -> bool:
    """Say whether the member is true."""
    return body.get(name) is True


def part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object, or an empty one."""
    value = body.get(name)
    return value if isinstance(value, dict) else EMPTY


def parts(body: Mapping[str, Any], name: str) -> tuple[Mapping[str, Any], ...]:
    """Return the objects of a list."""
    value = body.get(name)
    return tuple(v for v in value if isinstance(v, dict)) if isinstance(value, list) else ()


def texts(body: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the texts of a list."""
    value = body.get(name)
    return tuple(v for v in value if isinstance(v, str)) if isinstance(value, list) else ()


def moment(body: Mapping[str, Any], name: str) -> datetime | None:
    """Return a wire time, or None."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    try:
        return moment_of(value)
    except ValueError:
        return None


def day(body: Mapping[str, Any], name: str) -> date | None:
    """Return a day written YYYY-MM-DD, or None."""
    value = text(body, name)
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if found.isoformat() == value else None  # 2026-W40-1 is a day to Python too
