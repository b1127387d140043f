"""The form of one line of the table of transitions, and the letters that it is written in."""

from dataclasses import dataclass
from enum import StrEnum

from sync.domain.case import State
from sync.domain.events import Kind


class Who(StrEnum):
    """Who makes a step, in the letters of the table."""

    AP = "AP"  # the applicant; a clerk enters it, with the applicant's signature where the law asks
    RC = "RC"
    WC = "WC"
    H = "H"
    R = "Rn"
    D = "D"
    CR = "CR"
    DH = "DH"
    GH = "GH"
    HD = "HD"
    UP = "UP"
    CA = "CA"
    AK = "AK"
    RG = "RG"
    SV = "SV"
    C = "C"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Args:
        source: states it starts from; None = no case yet.
        kind: the step.
        to: states it may lead to; empty = unchanged; several = `route` in effects decides.
        who: who may make it.
        guards: names of the rules it must satisfy, in order.
        when: name of the predicate that tells it from another row of the same state and kind.
        parallel: marked ∥ in the table: allowed while suspended.
        act: decisive: needs the card's own signature (proof.md §3).
        denied: code for a person without the right.
        law: the rule or article it rests on.
    """

    source: tuple[State | None, ...]
    kind: Kind
    to: tuple[State, ...]
    who: tuple[Who, ...]
    guards: tuple[str, ...] = ()
    when: str = ""
    parallel: bool = False
    act: bool = False
    denied: str = "no_authority"
    law: str = ""
