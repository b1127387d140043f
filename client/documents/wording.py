"""How dates, numbers and identities are written on paper, in the language of the paper."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sync.domain.calendar import CHINA
from sync.texts import texts

if TYPE_CHECKING:
    from sync.texts import Texts

_RESIDENT_ID = 18


def masked_id(number: str) -> str:
    """Hide birth date and place of a resident ID (GB 11643); credit codes are public and stay.

    A slip lost in the hall must not give away its holder: "110105********0023" becomes
    "1101**********0023".
    """
    if len(number) == _RESIDENT_ID and number[:17].isdigit():
        return f"{number[:4]}{'*' * 10}{number[-4:]}"
    return number


class Wording:
    """The words and forms of one language."""

    def __init__(self, language: str) -> None:
        self._texts: Texts = texts(language)

    def t(self, key: str, **args: object) -> str:
        """Return the words of `paper.<key>`."""
        return self._texts.t(f"paper.{key}", **args)

    def has(self, key: str) -> bool:
        """Say whether `paper.<key>` has words."""
        return self._texts.has(f"paper.{key}")

    def plain(self, key: str, **args: object) -> str:
        """Return the words of a key outside the papers' own."""
        return self._texts.t(key, **args)

    def coded(self, family: str, code: str) -> str:
        """Return the words of a code, e.g. reason.other; of an unknown one the code itself."""
        key = f"{family}.{code}"
        return self._texts.t(key) if self._texts.has(key) else code

    def day(self, day: date) -> str:
        """Write a day, e.g. 2026年11月22日; a moment is taken as its day in China."""
        if isinstance(day, datetime):
            day = day.astimezone(CHINA).date()
        return self.t(
            "date",
            year=day.year,
            month=day.month,
            day=day.day,
            month_name=self.t(f"month.{day.month}"),
        )

    def moment(self, moment: datetime | None) -> str:
        """Write a moment in China's time, e.g. 2026年11月22日 10:24; None is left blank."""
        if moment is None:
            return ""
        local = moment.astimezone(CHINA)
        return self.t("moment", date=self.day(local), hour=local.hour, minute=local.minute)

    def due(self, moment: datetime | None) -> str:
        """Write the moment before which something falls due, with its weekday."""
        if moment is None:
            return ""
        local = moment.astimezone(CHINA)
        return self.t(
            "due_moment",
            date=self.day(local),
            weekday=self.t(f"weekday.{local.isoweekday()}"),
            hour=local.hour,
            minute=local.minute,
        )

    def days(self, days: int | None) -> str:
        """Write a number of working days."""
        return "" if days is None else self.t("days", days=days)
