"""Cases drawn for a check by hand: riskier ones likelier, and every drawing can be made again.

Pure. The chance of a case grows with its points; which cases come is decided by the seed and the
cases' numbers alone, so that whoever doubts a drawing repeats it (TM11, TM18).
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sync.domain.case import AFTER_GRANT, END, INNER, Case, State
from sync.domain.lights import Light

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_EXACT = 2.0**53


class Phase(StrEnum):
    """When a case is looked at: before, during or after its handling (TM11)."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


STATES: Mapping[Phase, tuple[State, ...]] = {
    Phase.BEFORE: (State.REGISTERED, State.RECEIVED, State.AWAITING_CORRECTION),
    Phase.DURING: (*INNER, State.FORWARDED),
    Phase.AFTER: (*AFTER_GRANT, *END, State.CLOSED, State.ARCHIVED),
}
"""Before: what can still be mended before the office has bound itself by accepting."""

POINTS: Mapping[str, int] = {
    "finding": 5,  # for each, at most three count
    "late_record": 4,
    "red": 4,
    "extended": 2,
    "corrected_twice": 3,
    "suspended_twice": 3,
    "fast_track": 2,
    "deputy": 2,
    "joint": 1,
    "denied": 3,
    "terminated": 2,
    "hand_to_hand": 1,  # one person alone made every step so far
}
"""What each reason adds to a case's risk; every case begins with 1."""

_FINDINGS_MOST = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """One case that could be drawn: its risk, 1 or more, and the codes of why."""

    number: str
    scope: str
    risk: int
    why: tuple[str, ...]


def candidate(case: Case, light: Light, findings: int) -> Candidate:
    """Weigh a case.

    Args:
        case: as folded.
        light: its light now.
        findings: how many findings the centre has of it.
    """
    persons = {mark.person for mark in case.steps}
    holds = {
        "red": light is Light.RED,
        "late_record": any(mark.late for mark in case.steps),
        "extended": case.extension is not None,
        "corrected_twice": len(case.corrections) > 1,
        "suspended_twice": len(case.suspensions) > 1,
        "fast_track": case.fast_track,
        "deputy": bool(case.stand_ins),
        "joint": bool(case.children) or case.child is not None,
        "denied": case.decision == "denied",
        "terminated": case.state is State.TERMINATED,
        "hand_to_hand": len(case.steps) > 1 and len(persons) == 1,
    }
    why = tuple(code for code, there in holds.items() if there)
    counted = min(findings, _FINDINGS_MOST)
    risk = 1 + sum(POINTS[code] for code in why) + POINTS["finding"] * counted
    return Candidate(case.number, case.scope, risk, ("finding",) * counted + why)


def draw(candidates: Iterable[Candidate], size: int, seed: str) -> tuple[Candidate, ...]:
    """Draw without putting back, each by its risk; riskiest first (Efraimidis and Spirakis 2006).

    The order of `candidates` does not matter.
    """
    ranked = sorted(candidates, key=lambda each: (_rank(each, seed), each.number))
    return tuple(sorted(ranked[:size], key=lambda each: (-each.risk, each.number)))


def _rank(each: Candidate, seed: str) -> float:
    digest = hashlib.sha256(f"{seed}|{each.number}".encode()).digest()
    chance = ((int.from_bytes(digest[:8]) >> 11) + 1) / (_EXACT + 1)  # in (0, 1)
    return -math.log(chance) / each.risk
