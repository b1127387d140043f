"""Departments' own systems (PL06–PL10): which of them may send steps, and who answers for each.

A system is named by policy, two administrators' signatures under it: its certificate, the one scope
that it writes in, the officer who answers for it, the kinds of step that it may send. It says who
made each step; what the law wants a person's own signature for, it cannot say for him: the rules
ask for the card's act there, from a system as from a window.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003  (a window's store decodes the policy by its types)
from typing import TYPE_CHECKING

from sync.domain.events import BOOKKEEPING, Kind
from sync.domain.hall_steps import HALL_KINDS

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from sync.domain.fields import Fields

SYSTEM_DEVICE = "sys:"  # device names of their steps begin so
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
#: Money, and papers of a hall's stocks, stay at the hall's till and press.
AT_THE_HALL = frozenset({*HALL_KINDS, *BOOKKEEPING, Kind.PAY, Kind.REFUND})


@dataclass(frozen=True, slots=True)
class System:
    """One department's system.

    Attributes:
        cert: DER of its certificate as base64url, P-256, by an authority of the policy.
        inc: how often it was introduced: with each new certificate its chain begins anew.
        kinds: what it may send; () = every kind that is no hall's.
    """

    id: str
    name: str
    hall: str
    department: str
    officer: str
    cert: str
    inc: int
    kinds: tuple[str, ...] = ()
    ended_at: datetime | None = None

    @property
    def dev(self) -> str:
        """Return the device name under which its steps stand in the log."""
        return f"{SYSTEM_DEVICE}{self.id}"

    @property
    def scope(self) -> str:
        """Return the one scope that it writes in."""
        return f"{self.hall}/{self.department}"

    def sends(self, kind: str) -> bool:
        """Say whether it may send steps of a kind."""
        return kind not in AT_THE_HALL and (not self.kinds or kind in self.kinds)


def with_system(
    systems: Mapping[str, System], fields: Fields, halls: Mapping[str, str], people: Container[str]
) -> dict[str, System]:
    """Return the systems with one introduced, or introduced again under another certificate.

    Args:
        systems: those that policy names so far.
        fields: the event's body.
        halls: every department's hall.
        people: the roster.

    Raises:
        DataFailure: policy.malformed; policy.unknown for a department or an officer.
    """
    name = fields.text("id")
    if _NAME.fullmatch(name) is None:
        raise fields.fail("malformed", "id")
    kinds = () if fields.data.get("kinds") == "*" else fields.texts("kinds")
    if fields.data.get("kinds") != "*" and (not kinds or not set(kinds) <= set(Kind)):
        raise fields.fail("malformed", "kinds")
    known = systems.get(name)
    system = System(
        id=name,
        name=fields.text("name"),
        hall=fields.text("hall"),
        department=fields.text("department"),
        officer=fields.text("officer"),
        cert=fields.text("cert"),
        inc=1 if known is None else known.inc + 1,
        kinds=kinds,
    )
    if halls.get(system.department) != system.hall:
        raise fields.fail("unknown", "department")
    if system.officer not in people:
        raise fields.fail("unknown", "officer")
    return {**systems, name: system}


def without_system(
    systems: Mapping[str, System], fields: Fields, at: datetime
) -> dict[str, System]:
    """Return the systems with one ended; ended twice, it ended the first time.

    Raises:
        DataFailure: policy.unknown.
    """
    name = fields.text("id")
    known = systems.get(name)
    if known is None:
        raise fields.fail("unknown", "id")
    ended = fields.moment("at") if fields.has("at") else at
    return {**systems, name: replace(known, ended_at=min(ended, known.ended_at or ended))}
