"""How good the data of a department's system is: late, incomplete, contradictory (PL08).

Pure: messages in, figures out. 稳定、安全、实时、真实: real time is measured by the delay between
the time that the system's clock claims and arrival; stable by silence; true by what the rules and
the chain contradict. Safe is not measured: what is not signed does not come in at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LATE_MS = 15 * 60 * 1000
_MOST_CODES = 5
#: Something that belongs to the message is not there; every other refusal contradicts something.
_INCOMPLETE = frozenset(
    {
        "body_malformed",
        "legal_part_missing",
        "materials_incomplete",
        "reason_unknown",
        "card_signature_missing",
        "system_person",
        "proof.chain_gap",
        "proof.act_missing",
    }
)


class Flaw(StrEnum):
    """What is wrong with a message; one that is late may be something else besides."""

    LATE = "late"
    INCOMPLETE = "incomplete"
    CONTRADICTORY = "contradictory"


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it was answered; times in ms UTC, `at` is the sender's claim."""

    at: int
    recv: int
    verdict: str
    code: str = ""

    @property
    def delay_ms(self) -> int:
        """Return how long it took; a sender's clock that is fast makes it nought."""
        return max(0, self.recv - self.at)


@dataclass(frozen=True, slots=True)
class Alike:
    """Messages of one system that were answered alike, and took the same whole minutes.

    Attributes:
        late: they took longer than is in time.
        minute: how many minutes each took, rounded down.
        count: how many they are.
        longest_ms: the longest that one of them took.
        last: when the last of them came, ms UTC.
    """

    verdict: str
    code: str
    late: bool
    minute: int
    count: int
    longest_ms: int
    last: int


@dataclass(frozen=True, slots=True)
class Quality:
    """The figures of one system over a span.

    Attributes:
        good: accepted, and in time.
        median_min, longest_ms: of the delays of what was taken, in whole minutes and in ms.
        last: when it was heard of last, ms; 0 = never.
        codes: what was found most often, with how often.
    """

    messages: int = 0
    good: int = 0
    late: int = 0
    incomplete: int = 0
    contradictory: int = 0
    median_min: int = 0
    longest_ms: int = 0
    last: int = 0
    codes: tuple[tuple[str, int], ...] = ()

    @property
    def permille(self) -> int:
        """Return how many of a thousand messages are good; 0 where there are none."""
        return self.good * 1000 // self.messages if self.messages else 0


def flaws_of(message: Message, late_ms: int = LATE_MS) -> frozenset[Flaw]:
    """Return what is wrong with a message."""
    return _flaws(message.verdict, message.code, late=message.delay_ms > late_ms)


def _flaws(verdict: str, code: str, *, late: bool) -> frozenset[Flaw]:
    found = set()
    if code == "late_record" or late:
        found.add(Flaw.LATE)
    if verdict != "accepted":
        missing = code in _INCOMPLETE or code.startswith("reader.")
        found.add(Flaw.INCOMPLETE if missing else Flaw.CONTRADICTORY)
    elif code == "stale_knowledge":
        found.add(Flaw.CONTRADICTORY)
    return frozenset(found)


def signals_of(message: Message) -> tuple[str, ...]:
    """Return what scoring may speak of (PE17): `data:message`, and its flaws or `data:good`."""
    flaws = tuple(sorted(f"data:{flaw}" for flaw in flaws_of(message)))
    return ("data:message", *(flaws or ("data:good",)))


def quality_of(messages: Iterable[Alike]) -> Quality:
    """Return the figures of messages, in any order."""
    every = list(messages)
    flaws: Counter[Flaw | None] = Counter()
    codes: Counter[str] = Counter()
    minutes: Counter[int] = Counter()
    for some in every:
        found = _flaws(some.verdict, some.code, late=some.late)
        flaws.update(dict.fromkeys(found or (None,), some.count))
        if some.code:
            codes[some.code] += some.count
        if some.verdict == "accepted":
            minutes[some.minute] += some.count
    return Quality(
        messages=sum(some.count for some in every),
        good=flaws[None],
        late=flaws[Flaw.LATE],
        incomplete=flaws[Flaw.INCOMPLETE],
        contradictory=flaws[Flaw.CONTRADICTORY],
        median_min=_median(minutes),
        longest_ms=max((s.longest_ms for s in every if s.verdict == "accepted"), default=0),
        last=max((some.last for some in every), default=0),
        codes=tuple(sorted(codes.items(), key=lambda each: (-each[1], each[0]))[:_MOST_CODES]),
    )


def _median(minutes: Counter[int]) -> int:
    """Return the middle one, the greater of two."""
    before = minutes.total() // 2
    for minute, count in sorted(minutes.items()):
        before -= count
        if before < 0:
            return minute
    return 0
