"""The register of seals and of certificate stock, and whether a day agrees with itself.

Like cash: every number drawn from the stock ends as sealed or spoilt or is still in hand; every use
of the seal has a document, a certificate and the next number of its counter; every certificate that
was sealed was printed once. Where that is not so the close says exactly what is not (SE09, SE10,
LW16; rules.md §2 "make", "spoil", "seal"). Pure: from the steps of cases, in the order in which
they count, and from what a person counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from sync.domain import bodies
from sync.domain.calendar import china_day
from sync.domain.events import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date, datetime

    from sync.domain.events import Step


class Fate(StrEnum):
    """What became of a number of the stock; words under seal.fate.<fate>."""

    IN_HAND = "in_hand"  # drawn, not sealed yet
    INTENDED = "intended"  # the card began to seal it and no seal followed
    SEALED = "sealed"
    SPOILT = "spoilt"


@dataclass(frozen=True, slots=True)
class SealUse:
    """One use of a seal; `document` is the SHA-256 of the sealed PDF."""

    event: str
    case: str
    serial: str
    seal: str
    counter: int
    document: str
    person: str
    device: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Serial:
    """One number of the stock and what became of it; `ended` None while it is in hand."""

    serial: str
    case: str
    drawn: datetime
    device: str
    fate: Fate = Fate.IN_HAND
    ended: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """Every use of a seal and every number drawn, in order; `strays` are uses without a number."""

    uses: tuple[SealUse, ...] = ()
    serials: tuple[Serial, ...] = ()
    strays: tuple[SealUse, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """What a person counts and types at the close of a day: blank forms, never numbers.

    `opening` is what the close before left; None where there was none.
    """

    opening: int | None
    received: int
    left: int


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not agree: its code (words under seal.differs.<code>), and where."""

    code: str
    serial: str = ""
    case: str = ""
    expected: int | None = None
    found: int | None = None


@dataclass(frozen=True, slots=True)
class DayClose:
    """One day: how many were drawn, sealed, spoilt and printed, and what does not agree."""

    day: date
    drawn: int
    sealed: int
    spoilt: int
    in_hand: int
    printed: int
    blanks_expected: int | None
    blanks_left: int
    differences: tuple[Difference, ...]

    @property
    def agrees(self) -> bool:
        """Say whether everything agrees."""
        return not self.differences


def register_of(steps: Iterable[Step]) -> Register:
    """Fold the steps that stand into the register.

    Args:
        steps: of any cases, in the order in which they count; those refused are left out.
    """
    serials: dict[str, Serial] = {}
    uses: list[SealUse] = []
    strays: list[SealUse] = []
    for step in steps:
        serial = bodies.text(step.body, "serial")
        known = serials.get(serial)
        if step.kind == Kind.MAKE:
            serials[serial] = Serial(serial, step.case or "", step.counted, step.device)
        elif step.kind == Kind.SPOIL and known is not None:
            reason = bodies.text(step.body, "reason")
            serials[serial] = replace(known, fate=Fate.SPOILT, ended=step.counted, reason=reason)
        elif step.kind == Kind.SEAL_INTENT and known is not None and known.fate is Fate.IN_HAND:
            serials[serial] = replace(known, fate=Fate.INTENDED)
        elif step.kind == Kind.SEAL_VOID and known is not None and known.fate is Fate.INTENDED:
            serials[serial] = replace(known, fate=Fate.IN_HAND)
        elif step.kind == Kind.SEAL:
            use = _use(step, serial)
            uses.append(use)
            if known is None or known.fate is Fate.SPOILT:
                strays.append(use)
            else:
                serials[serial] = replace(known, fate=Fate.SEALED, ended=step.counted)
    return Register(tuple(uses), tuple(serials.values()), tuple(strays))


def close_day(
    register: Register, day: date, printed: Mapping[str, int], counts: Counts
) -> DayClose:
    """Compare seal uses, stock and printed certificates of one day.

    A blank form is used by each print and by each spoilt number. What is in hand at the close goes
    over to the next day and is no difference; an intent without its seal is one.

    Args:
        register: everything known, the days before too: counters go on over days.
        day: in China.
        printed: how often each sealed document was printed, by its SHA-256.
        counts: what was counted by hand.
    """
    uses = [use for use in register.uses if china_day(use.at) == day]
    spoilt = [each for each in register.serials if _on(each, day, Fate.SPOILT)]
    prints = sum(printed.get(use.document, 0) for use in uses)
    expected = None
    if counts.opening is not None:
        expected = counts.opening + counts.received - prints - len(spoilt)
    found = (
        *_wrong_uses(register, uses),
        *_wrong_counters(register, day),
        *_wrong_prints(uses, printed),
        *_open_intents(register, day),
        *_wrong_blanks(expected, counts.left),
    )
    return DayClose(
        day=day,
        drawn=sum(china_day(each.drawn) == day for each in register.serials),
        sealed=len(uses),
        spoilt=len(spoilt),
        in_hand=sum(_in_hand(each, day) for each in register.serials),
        printed=prints,
        blanks_expected=expected,
        blanks_left=counts.left,
        differences=found,
    )


# -- what does not agree --------------------------------------------------------------------------


def _wrong_uses(register: Register, uses: list[SealUse]) -> Iterator[Difference]:
    """Yield seals without a drawn number, on a spoilt one, or on one that bears a seal already."""
    strays = {use.event for use in register.strays}
    before = Counter(use.serial for use in register.uses)
    for use in uses:
        if use.event in strays:
            yield Difference("not_drawn", use.serial, use.case)
        if before[use.serial] > 1:
            yield Difference("sealed_again", use.serial, use.case, 1, before[use.serial])


def _wrong_counters(register: Register, day: date) -> Iterator[Difference]:
    """Yield uses whose number does not follow the one before of the same seal at that window."""
    last: dict[tuple[str, str], int] = {}
    for use in register.uses:
        key = (use.seal, use.device)
        before = last.get(key)
        if china_day(use.at) == day and before is not None and use.counter != before + 1:
            code = "counter_gap" if use.counter > before else "counter_again"
            yield Difference(code, use.serial, use.case, before + 1, use.counter)
        last[key] = max(use.counter, before or 0)


def _wrong_prints(uses: list[SealUse], printed: Mapping[str, int]) -> Iterator[Difference]:
    for use in uses:
        count = printed.get(use.document, 0)
        if count != 1:
            code = "printed_again" if count else "not_printed"
            yield Difference(code, use.serial, use.case, 1, count)


def _open_intents(register: Register, day: date) -> Iterator[Difference]:
    for each in register.serials:
        if each.fate is Fate.INTENDED and china_day(each.drawn) <= day:
            yield Difference("intent_open", each.serial, each.case)


def _wrong_blanks(expected: int | None, left: int) -> Iterator[Difference]:
    if expected is not None and expected != left:
        code = "blanks_missing" if left < expected else "blanks_over"
        yield Difference(code, expected=expected, found=left)


# -- helpers --------------------------------------------------------------------------------------


def _use(step: Step, serial: str) -> SealUse:
    seal, document = bodies.part(step.body, "seal"), bodies.part(step.body, "document")
    counter = seal.get("counter")
    return SealUse(
        event=step.id,
        case=step.case or "",
        serial=serial,
        seal=bodies.text(seal, "id"),
        counter=counter if isinstance(counter, int) else 0,
        document=bodies.text(document, "sha256"),
        person=step.person,
        device=step.device,
        at=step.counted,
    )


def _on(each: Serial, day: date, fate: Fate) -> bool:
    return each.fate is fate and each.ended is not None and china_day(each.ended) == day


def _in_hand(each: Serial, day: date) -> bool:
    """Say whether a number was drawn by the end of a day and had not ended by then."""
    return china_day(each.drawn) <= day and (each.ended is None or china_day(each.ended) > day)
