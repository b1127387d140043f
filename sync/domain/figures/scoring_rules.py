"""Rules of scoring as data: what costs points, what earns them, what follows (PE01, PE10).

One file is one version of one set of rules, valid for whole months. It speaks of signals only
(`counters.signals_of`): a name, or a beginning with `*`. Points are written as decimal text with
two places at most and kept as hundredths, so that no sum is ever rounded twice. The form stands in
docs/SCORING.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sync.domain.catalogue import Words
from sync.domain.fields import Fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SCHEMA = 1
_POINTS = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,2}))?")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Loss:
    """Points lost for steps: `points` for each `every`-th one that matches, `most` in all."""

    code: str
    name: Words
    on: tuple[str, ...]
    points: int
    every: int = 1
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Points for a share of steps in ‰, or for the mean of a signal's own number.

    A share is `on` of `of`. From `start` on it makes `points`, and `more` for each further `step`.
    As a loss in a part, or as a bonus beside the parts; `most` in all.
    """

    code: str
    name: Words
    on: tuple[str, ...]
    of: tuple[str, ...]
    start: int
    points: int
    step: int
    more: int
    most: int | None = None
    mean: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the whole: its points, never below 0 after what is lost."""

    code: str
    name: Words
    points: int
    losses: tuple[Loss, ...] = ()
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An accountability measure that rules suggest: after so many steps, or below a total."""

    code: str
    name: Words
    on: tuple[str, ...] = ()
    at_least: int = 1
    below: int | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoringRules:
    """One version of one set of rules."""

    code: str
    version: int
    name: Words
    source: Words
    first: str  # month, ISO
    last: str | None
    grace_days: int
    parts: tuple[Part, ...]
    whole: Part  # what is lost beside the parts, of what they left; its `points` are 0
    bonuses: tuple[Share, ...]
    suggestions: tuple[Suggestion, ...]
    factors: Mapping[str, int]  # ‰ by subject; "" for all others
    unscored: tuple[Words, ...]  # what the source asks for and the record cannot tell

    def in_force(self, month: str) -> bool:
        """Say whether the rules are those of a month ("2026-03")."""
        return self.first <= month and (self.last is None or month <= self.last)

    def speaks_of(self, beginning: str) -> bool:
        """Say whether any rule counts a signal that begins so."""
        every = (*self.parts, self.whole)
        named = [name for part in every for loss in part.losses for name in loss.on]
        named += [name for part in every for each in part.shares for name in (*each.on, *each.of)]
        named += [name for each in self.bonuses for name in (*each.on, *each.of)]
        named += [name for each in self.suggestions for name in each.on]
        return any(name.startswith(beginning) for name in named)

    @property
    def full(self) -> int:
        """Return what the parts make together, hundredths."""
        return sum(part.points for part in self.parts)


def rules_of(data: object) -> ScoringRules:
    """Read a rule file's JSON.

    Raises:
        DataFailure: scoring.malformed, scoring.twice, scoring.unknown (a schema of tomorrow).
    """
    fields = Fields(data, "scoring")
    if fields.integer("schema") != SCHEMA:
        raise fields.fail("unknown", "schema")
    parts = tuple(_part(each) for each in fields.parts("parts"))
    bonuses = tuple(_share(each) for each in fields.parts("bonuses"))
    suggestions = tuple(_suggestion(each) for each in fields.parts("suggestions"))
    every = (*parts, _whole(fields))
    inner = [loss.code for part in every for loss in part.losses]
    inner += [share.code for part in every for share in part.shares]
    outer, beside = [part.code for part in parts], [each.code for each in bonuses]
    for codes in (outer, inner, beside):
        if len(set(codes)) != len(codes):
            raise fields.fail("twice", "code")
    if not parts:
        raise fields.fail("malformed", "parts")
    last = _month(fields, "last") if fields.has("last") else None
    return ScoringRules(
        code=fields.text("code"),
        version=fields.integer("version", least=1),
        name=_words(fields, "name"),
        source=_words(fields, "source"),
        first=_month(fields, "first"),
        last=last,
        grace_days=fields.integer("grace_days", 3),
        parts=parts,
        whole=_whole(fields),
        bonuses=bonuses,
        suggestions=suggestions,
        factors=_factors(fields),
        unscored=tuple(
            Words(each.text("zh"), each.text("en")) for each in fields.parts("unscored")
        ),
    )


def newest_in_force(rules: Iterable[ScoringRules], month: str) -> dict[str, ScoringRules]:
    """Return by code the highest version that is in force in a month."""
    found: dict[str, ScoringRules] = {}
    for each in rules:
        if each.in_force(month) and each.version > getattr(found.get(each.code), "version", 0):
            found[each.code] = each
    return found


def matches(signal: str, on: tuple[str, ...]) -> bool:
    """Say whether a signal is one of the names, or begins as one that ends in `*`."""
    return any(signal == name or (name[-1] == "*" and signal.startswith(name[:-1])) for name in on)


def _part(fields: Fields) -> Part:
    return Part(
        code=fields.text("code"),
        name=_words(fields, "name"),
        points=_points(fields, "points"),
        losses=tuple(_loss(each) for each in fields.parts("losses")),
        shares=tuple(_share(each) for each in fields.parts("shares")),
    )


def _whole(fields: Fields) -> Part:
    """Return the losses that stand beside the parts."""
    losses = tuple(_loss(each) for each in fields.parts("losses"))
    shares = tuple(_share(each) for each in fields.parts("shares"))
    return Part("whole", Words("-", "-"), 0, losses, shares)


def _loss(fields: Fields) -> Loss:
    return Loss(
        code=fields.text("code"),
        name=_words(fields, "name"),
        on=_on(fields, "on"),
        points=_points(fields, "points"),
        every=fields.integer("every", 1, least=1),
        most=_points(fields, "most") if fields.has("most") else None,
    )


def _share(fields: Fields) -> Share:
    return Share(
        code=fields.text("code"),
        name=_words(fields, "name"),
        on=_on(fields, "on"),
        of=_on(fields, "of"),
        start=fields.integer("start"),
        points=_points(fields, "points"),
        step=fields.integer("step", least=1),
        more=_points(fields, "more"),
        most=_points(fields, "most") if fields.has("most") else None,
        mean=fields.boolean("mean", default=False),
    )


def _suggestion(fields: Fields) -> Suggestion:
    below = _points(fields, "below") if fields.has("below") else None
    return Suggestion(
        code=fields.text("code"),
        name=_words(fields, "name"),
        on=fields.texts("on") if below is not None else _on(fields, "on"),
        at_least=fields.integer("at_least", 1, least=1),
        below=below,
        kinds=fields.texts("kinds"),
    )


def _words(fields: Fields, name: str) -> Words:
    inner = fields.part(name)
    return Words(inner.text("zh"), inner.text("en"))


def _on(fields: Fields, name: str) -> tuple[str, ...]:
    found = fields.texts(name)
    if not found:
        raise fields.fail("malformed", name)
    return found


def _points(fields: Fields, name: str) -> int:
    """Return hundredths of a point of a text such as "0.5"."""
    found = _POINTS.fullmatch(fields.text(name))
    if found is None:
        raise fields.fail("malformed", name)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _month(fields: Fields, name: str) -> str:
    text = fields.text(name)
    if not _MONTH.fullmatch(text):
        raise fields.fail("malformed", name)
    return text


def _factors(fields: Fields) -> dict[str, int]:
    if not fields.has("factors"):
        return {"": 1000}
    inner = fields.part("factors")
    found: dict[str, Any] = {name: inner.integer(name) for name in inner.data}
    return {"": 1000, **found}
