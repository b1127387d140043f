"""Read plain JSON data into values, strictly: what is wrong is named by its place, never guessed.

Used for policy bodies (catalogue, calendars, schemes, grants). Step bodies have their own shapes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from sync.domain.failures import Failure, FailureKind

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import StrEnum

Choice = TypeVar("Choice", bound="StrEnum")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_FIRST_MS, _LAST_MS = 0, 7_258_118_400_000  # 1970 to 2200: beyond lies a defect, not a date


class DataFailure(Failure):
    """Data of the rules that cannot be read: code "<room>.<what>", details name the place."""


def moment_of(ms: int) -> datetime:
    """Return the moment of a wire time (ms UTC), aware, exact.

    Raises:
        ValueError: before 1970 or after 2199.
    """
    if not _FIRST_MS <= ms <= _LAST_MS:
        raise ValueError(ms)
    return _EPOCH + ms * _MS


def ms_of(moment: datetime) -> int:
    """Return the wire time (ms UTC) of an aware moment, rounded down."""
    return (moment - _EPOCH) // _MS


class Fields:
    """One JSON object under reading; `room` begins the codes of its failures."""

    def __init__(self, data: object, room: str, place: str = "") -> None:
        self.room = room
        self.place = place
        if not isinstance(data, dict):
            raise self.fail("malformed", place or "-")
        self.data: Mapping[str, Any] = data

    def fail(self, what: str, name: str, **details: str | int) -> DataFailure:
        """Make the failure `<room>.<what>` at a member of this object."""
        place = f"{self.place}.{name}" if self.place and name != self.place else name
        return DataFailure(f"{self.room}.{what}", FailureKind.REFUSED, place=place, **details)

    def has(self, name: str) -> bool:
        """Say whether the member is there and not null."""
        return self.data.get(name) is not None

    def text(self, name: str, default: str | None = None) -> str:
        """Return a non-empty text."""
        value = self.data.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or not value:
            raise self.fail("malformed", name)
        return value

    def integer(self, name: str, default: int | None = None, *, least: int = 0) -> int:
        """Return an integer of at least `least`; true and false are none."""
        value = self.data.get(name)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise self.fail("malformed", name)
        return value

    def boolean(self, name: str, *, default: bool | None = None) -> bool:
        """Return true or false."""
        value = self.data.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, bool):
            raise self.fail("malformed", name)
        return value

    def choice(self, name: str, options: type[Choice], default: Choice | None = None) -> Choice:
        """Return one of the named options."""
        value: Any = self.data.get(name)
        if value is None and default is not None:
            return default
        try:
            return options(value)
        except ValueError as error:
            raise self.fail("malformed", name) from error

    def choices(self, name: str, options: type[Choice]) -> tuple[Choice, ...]:
        """Return a list of named options."""
        try:
            return tuple(options(value) for value in self.listed(name))
        except ValueError as error:
            raise self.fail("malformed", name) from error

    def listed(self, name: str) -> list[Any]:
        """Return a list; absent is empty."""
        value = self.data.get(name, [])
        if not isinstance(value, list):
            raise self.fail("malformed", name)
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of non-empty texts; absent is empty."""
        values = self.listed(name)
        if not all(isinstance(value, str) and value for value in values):
            raise self.fail("malformed", name)
        return tuple(values)

    def part(self, name: str) -> Fields:
        """Return a member that is an object."""
        return Fields(self.data.get(name), self.room, f"{self.place}.{name}".lstrip("."))

    def parts(self, name: str) -> tuple[Fields, ...]:
        """Return a list of objects; absent is empty."""
        place = f"{self.place}.{name}".lstrip(".")
        return tuple(
            Fields(value, self.room, f"{place}[{index}]")
            for index, value in enumerate(self.listed(name))
        )

    def day(self, name: str) -> date:
        """Return a day written YYYY-MM-DD."""
        return self.as_day(self.data.get(name), name)

    def days(self, name: str) -> tuple[date, ...]:
        """Return a list of days; absent is empty."""
        return tuple(self.as_day(value, name) for value in self.listed(name))

    def as_day(self, value: object, name: str) -> date:
        """Read one day."""
        if not isinstance(value, str):
            raise self.fail("malformed", name)
        try:
            found = date.fromisoformat(value)
        except ValueError as error:
            raise self.fail("malformed", name) from error
        if found.isoformat() != value:  # 2026-W40-1 is a day to Python too
            raise self.fail("malformed", name)
        return found

    def moment(self, name: str) -> datetime:
        """Return a wire time (ms UTC)."""
        try:
            return moment_of(self.integer(name))
        except ValueError as error:
            raise self.fail("malformed", name) from error
