"""Light schemes as data: when a light turns, how it is called, whom it tells, what comes next.

A rule is trigger → colour → channel → reply term → next escalation (law-and-practice.md A13).
resources/schemes has the data; `Scheme()` is the product's own, rules.md §3 "Yellow", "Red".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sync.domain.fields import Fields


class Turn(StrEnum):
    """What turns a light."""

    DEFAULT = "default"  # yellow: min(max(1 working day, 20 %), half the limit); hours 20 %
    USED_PERCENT = "used_percent"  # so much of the time is used
    LEFT_WD = "left_wd"  # so many working days are left
    OVER = "over"  # the due time has passed
    OVER_WD = "over_wd"  # it has passed by so many working days
    BREACH = "breach"  # a violation of one of the named codes


class Colour(StrEnum):
    """Which warning the rule gives."""

    YELLOW = "yellow"
    RED = "red"


class Reach(StrEnum):
    """Whether the rule looks at the case, the present step, or both."""

    CASE = "case"
    STEP = "step"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class LightRule:
    """One rule of a scheme."""

    colour: Colour
    turn: Turn
    amount: int = 0
    reach: Reach = Reach.BOTH
    breaches: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    reply_wd: int = 1
    escalates_to: tuple[str, ...] = ()


_DEFAULT_RULES = (
    LightRule(Colour.YELLOW, Turn.DEFAULT, channels=("window", "person")),
    LightRule(
        Colour.RED,
        Turn.OVER,
        channels=("window", "chief_representative", "department_leader"),
        escalates_to=("department", "hall", "supervision"),
    ),
)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One scheme: `shown` maps the light's name to the colour it is shown and called by."""

    code: str = "white-yellow-red"
    version: str = "built-in"
    source: str = "TM01 TM02 TM03"
    shown: Mapping[str, str] = field(
        default_factory=lambda: {"white": "white", "yellow": "yellow", "red": "red"}
    )
    rules: tuple[LightRule, ...] = _DEFAULT_RULES

    def rules_for(self, colour: Colour, reach: Reach) -> tuple[LightRule, ...]:
        """Return the timed rules of a colour that look at the case, or at the step."""
        return tuple(
            rule
            for rule in self.rules
            if rule.colour is colour
            and rule.turn is not Turn.BREACH
            and rule.reach in (reach, Reach.BOTH)
        )

    def rule_for(self, colour: Colour, reach: Reach = Reach.CASE) -> LightRule | None:
        """Return the timed rule by which a warning of a colour is given, the case's own first."""
        either = (*self.rules_for(colour, reach), *self.rules_for(colour, Reach.STEP))
        return next(iter(either), None)

    def breach_rule(self, code: str) -> LightRule | None:
        """Return the rule of a violation's code, red before yellow."""
        fit = [rule for rule in self.rules if code in rule.breaches]
        return next(iter(sorted(fit, key=lambda rule: rule.colour is Colour.YELLOW)), None)

    @property
    def breaches(self) -> tuple[str, ...]:
        """Return every violation's code that shows a colour, sorted."""
        return tuple(sorted({code for rule in self.rules for code in rule.breaches}))

    def breach_colour(self, code: str) -> Colour | None:
        """Return the colour that a violation of a code shows, red before yellow."""
        found = {rule.colour for rule in self.rules if code in rule.breaches}
        return next((colour for colour in (Colour.RED, Colour.YELLOW) if colour in found), None)


def scheme_from(body: Mapping[str, Any]) -> Scheme:
    """Read a scheme from its policy body.

    Raises:
        DataFailure: scheme.malformed.
    """
    fields = Fields(body, "scheme")
    shown = fields.part("shown")
    return Scheme(
        code=fields.text("code"),
        version=fields.text("version", "1"),
        source=fields.text("source"),
        shown={name: shown.text(name) for name in ("white", "yellow", "red")},
        rules=tuple(_rule(part) for part in fields.parts("rules")),
    )


def _rule(fields: Fields) -> LightRule:
    turn = fields.choice("turn", Turn)
    counted = turn in (Turn.USED_PERCENT, Turn.LEFT_WD, Turn.OVER_WD)
    return LightRule(
        colour=fields.choice("colour", Colour),
        turn=turn,
        amount=fields.integer("amount", least=1) if counted else 0,
        reach=fields.choice("reach", Reach, Reach.BOTH),
        breaches=fields.texts("breaches"),
        channels=fields.texts("channels"),
        reply_wd=fields.integer("reply_wd", 1),
        escalates_to=fields.texts("escalates_to"),
    )
