"""Authorisations (授权委托书) as a page shows them: pure, from signed policy (RO02, RO03, TM26)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sync.domain.authority import EVERYTHING
from sync.domain.rights import steps_of_power

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sync.domain.authority import Grant
    from sync.domain.policy import PolicyBook

ENDING_DAYS = 30
"""So many days before its end an authorisation is said to end soon."""


@dataclass(frozen=True, slots=True)
class PowerRow:
    """One of the five powers: whether it is given, and the steps that need it."""

    power: str  # text under power.<power>
    given: bool
    steps: tuple[str, ...]  # text under step.<kind>


@dataclass(frozen=True, slots=True)
class AuthorisationRow:
    """One authorisation of a person, in force or not.

    Attributes:
        standing: "in_force", "ending", "not_yet", "over" or "ended"; text under
            authorisation.standing.<standing>.
        powers: the five, for a chief representative; () for whoever needs none.
        items: names; () for all items of the scopes.
        deputy_of: name of the person for whom this one may act (AB岗), "" for an own post.
        ends: from which moment it gives nothing, planned or brought forward.
    """

    id: str
    person: str
    name: str
    department: str
    roles: tuple[str, ...]
    powers: tuple[PowerRow, ...]
    scopes: tuple[str, ...]
    items: tuple[str, ...]
    starts: datetime
    ends: datetime | None
    standing: str
    days_left: int | None
    deputy_of: str
    mine: bool


def authorisations_of(
    book: PolicyBook, person: str, now: datetime, language: str
) -> tuple[AuthorisationRow, ...]:
    """Return a person's authorisations and those of his department.

    His own come first, then by name; of one person those in force before those that are over.
    """
    own = book.roster.get(person)
    department = own.department if own else ""
    rows = [
        _row(book, grant, person, now, language)
        for grant in book.grants.values()
        if grant.person == person or (department and _concerns(book, grant, department))
    ]
    return tuple(sorted(rows, key=lambda row: (not row.mine, _over(row), row.name, row.id)))


def _over(row: AuthorisationRow) -> bool:
    return row.standing in {"over", "ended"}


def _concerns(book: PolicyBook, grant: Grant, department: str) -> bool:
    holder = book.roster.get(grant.person)
    return holder is not None and holder.department == department


def _row(
    book: PolicyBook, grant: Grant, person: str, now: datetime, language: str
) -> AuthorisationRow:
    holder, absent = book.roster.get(grant.person), book.roster.get(grant.deputy_of or "")
    department = book.departments.get(holder.department) if holder else None
    standing, left = _standing(grant, now)
    return AuthorisationRow(
        id=grant.id,
        person=grant.person,
        name=holder.name if holder else grant.person,
        department=department.name if department else "",
        roles=tuple(role.value for role in grant.roles),
        powers=_powers(grant),
        scopes=tuple(_scope_names(book, grant.scopes)),
        items=() if EVERYTHING in grant.items else _item_names(book, grant.items, language),
        starts=grant.starts,
        ends=grant.over_at,
        standing=standing,
        days_left=left,
        deputy_of=(absent.name if absent else grant.deputy_of) or "",
        mine=grant.person == person,
    )


def _standing(grant: Grant, now: datetime) -> tuple[str, int | None]:
    """Say how an authorisation stands, and for how many days yet; part of a day counts as one."""
    over = grant.over_at
    if over is not None and now >= over:
        ended = grant.ended_at is not None and grant.ended_at == over
        return ("ended" if ended else "over"), None
    left = None if over is None else -((now - over) // timedelta(days=1))
    if now < grant.starts:
        return "not_yet", left
    return ("ending" if left is not None and left <= ENDING_DAYS else "in_force"), left


def _powers(grant: Grant) -> tuple[PowerRow, ...]:
    if "chief_representative" not in grant.roles and not grant.powers:
        return ()
    return tuple(
        PowerRow(power.value, power in grant.powers, kinds)
        for power, kinds in steps_of_power().items()
    )


def _scope_names(book: PolicyBook, scopes: Iterable[str]) -> Iterable[str]:
    """Name scopes: "339901/scjg" by its department, "hall/339901" by its hall."""
    for scope in scopes:
        head, _, tail = scope.partition("/")
        hall, department = book.halls.get(tail), book.departments.get(tail)
        if head == "hall" and hall is not None:
            yield hall.name
        elif department is not None:
            yield department.name
        else:
            yield scope


def _item_names(book: PolicyBook, codes: Iterable[str], language: str) -> tuple[str, ...]:
    found = ((code, book.catalogue.item(code)) for code in codes)
    return tuple(item.name.of(language) if item else code for code, item in found)
