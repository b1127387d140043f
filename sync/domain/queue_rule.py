"""By what rule visitors are called and appointments given: data of a hall, in force by policy.

`QueueRule()` is the product's own; a policy event of kind "queue_rule" {hall, …} sets a hall's.
`explain` says the whole rule in sentences, so that whoever waits can read why
he waits (TM25, TM27).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sync.domain.catalogue import Words
from sync.domain.fields import Fields
from sync.domain.service_hours import ServiceHours, service_from

EVERYBODY = "*"
_LETTERS = frozenset("ABCDEFGHJKLMNPQRSTUVWXYZ")  # I and O are read as 1 and 0
_DAY_MIN = 24 * 60


@dataclass(frozen=True, slots=True)
class TicketClass:
    """One class of visitors.

    Args:
        code: stable name.
        letter: what its numbers begin with.
        name: as people read it.
        preferred: called before classes that are not, within `turns`.
    """

    code: str
    letter: str
    name: Words
    preferred: bool = False


APPOINTED, FAST, GENERAL = "appointed", "fast", "general"
_CLASSES = (
    TicketClass(APPOINTED, "Y", Words("预约", "Appointment"), preferred=True),
    TicketClass(FAST, "B", Words("绿色通道", "Fast track"), preferred=True),
    TicketClass(GENERAL, "A", Words("普通", "General")),
)


@dataclass(frozen=True, slots=True)
class QueueRule:
    """The rule of one hall.

    Args:
        id: which rule it is, for whoever looks it up.
        classes: highest rank first; the one called `appointed` is that of appointments.
        turns: after so many preferred calls in a row somebody of another class has his turn.
        wait_most_min: who has waited so long is next, whatever his class.
        early_min: an appointment is preferred from so long before its time.
        grace_min: and to so long after it; who comes later draws a general number.
        passes: who was called and absent so many times has lost his number.
        behind: who comes back after he was called and absent waits behind so many others.
        slot_min: length of an appointment.
        capacity: appointments at one time: by department's code, by "<department>@<device>" for
            one window of it, EVERYBODY for a department that is not named.
        horizon_wd: appointments are given for today and so many working days.
        lead_min: and until so long before their time.
        keep_days: names and telephone numbers of appointments are forgotten after so many days.
        service: hours of service beyond office hours, for which appointments are given too (TM25).
    """

    id: str = "plain"
    classes: tuple[TicketClass, ...] = _CLASSES
    turns: int = 3
    wait_most_min: int = 45
    early_min: int = 10
    grace_min: int = 15
    passes: int = 2
    behind: int = 3
    slot_min: int = 30
    capacity: Mapping[str, int] = field(default_factory=lambda: {EVERYBODY: 2})
    horizon_wd: int = 10
    lead_min: int = 30
    keep_days: int = 90
    service: tuple[ServiceHours, ...] = ()

    def of(self, code: str) -> TicketClass | None:
        """Return a class by its code."""
        return next((each for each in self.classes if each.code == code), None)

    def rank(self, code: str) -> int:
        """Return a class's place in the order; one that the rule has no more comes last."""
        codes = [each.code for each in self.classes]
        return codes.index(code) if code in codes else len(codes)

    @property
    def plain(self) -> TicketClass:
        """Return the class of whoever has no better one: the last."""
        return self.classes[-1]

    def room(self, department: str, dev: str = "") -> int:
        """Return how many appointments a department takes at one time; with `dev` one window."""
        whole = self.capacity.get(department, self.capacity.get(EVERYBODY, 0))
        return min(whole, self.capacity.get(f"{department}@{dev}", whole)) if dev else whole


Sentence = tuple[str, Mapping[str, int]]
"""Key of a text under "queue.rule", and its numbers."""


def explain(rule: QueueRule) -> tuple[Sentence, ...]:
    """Return the rule in sentences, in the order in which it is applied."""
    return (
        ("transferred", {}),
        ("waited_long", {"minutes": rule.wait_most_min}),
        ("turn_of_others", {"turns": rule.turns}),
        ("rank", {}),
        ("appointed", {"early": rule.early_min, "grace": rule.grace_min}),
        ("appointed_fast", {"minutes": rule.slot_min}),
        ("passed", {"passes": rule.passes, "behind": rule.behind}),
        ("first_asked", {}),
    )


def rule_from(data: Mapping[str, Any]) -> QueueRule:
    """Read a rule; what is not said is the product's own.

    Raises:
        DataFailure: queue_rule.malformed; queue_rule.twice: two classes with one code or letter.
    """
    fields, own = Fields(data, "queue_rule"), QueueRule()
    slot_min = fields.integer("slot_min", own.slot_min, least=5)
    if slot_min > _DAY_MIN:
        raise fields.fail("malformed", "slot_min")
    return QueueRule(
        id=fields.text("id", own.id),
        classes=_classes(fields) if fields.has("classes") else own.classes,
        turns=fields.integer("turns", own.turns, least=1),
        wait_most_min=fields.integer("wait_most_min", own.wait_most_min, least=1),
        early_min=fields.integer("early_min", own.early_min),
        grace_min=fields.integer("grace_min", own.grace_min),
        passes=fields.integer("passes", own.passes, least=1),
        behind=fields.integer("behind", own.behind, least=1),
        slot_min=slot_min,
        capacity=_capacity(fields.part("capacity")) if fields.has("capacity") else own.capacity,
        horizon_wd=fields.integer("horizon_wd", own.horizon_wd),
        lead_min=fields.integer("lead_min", own.lead_min),
        keep_days=fields.integer("keep_days", own.keep_days, least=1),
        service=service_from(fields, "service"),
    )


def _classes(fields: Fields) -> tuple[TicketClass, ...]:
    classes = tuple(_class(part) for part in fields.parts("classes"))
    for name in ("code", "letter"):
        if len({getattr(each, name) for each in classes}) != len(classes):
            raise fields.fail("twice", "classes")
    if not classes or classes[-1].preferred:  # somebody must be left whom everybody may be
        raise fields.fail("malformed", "classes")
    return classes


def _class(fields: Fields) -> TicketClass:
    letter, name = fields.text("letter"), fields.part("name")
    if letter not in _LETTERS:
        raise fields.fail("malformed", "letter")
    return TicketClass(
        code=fields.text("code"),
        letter=letter,
        name=Words(name.text("zh"), name.text("en")),
        preferred=fields.boolean("preferred", default=False),
    )


def _capacity(fields: Fields) -> Mapping[str, int]:
    return {name: fields.integer(name) for name in fields.data}
