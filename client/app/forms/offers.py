"""What a field offers of its case: persons, departments, papers, orders. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.forms.intake import latest_due
from client.app.forms.money import open_fees, paid_fees
from client.app.forms.parts import questions_to
from client.app.forms.table import Choice
from sync.domain import law
from sync.domain.authority import Role, at_moment
from sync.domain.calendar import CHINA
from sync.domain.events import Kind
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from client.app.forms.table import Facts
    from sync.domain.case import PaperMark

_WORKED = (Kind.HANDLE, Kind.SURVEY, Kind.REVIEW)


def offered(name: str, facts: Facts, language: str) -> tuple[Choice, ...]:
    """Return what a field offers.

    Args:
        name: of the list, as the field names it.
        facts: the case and policy.
        language: of the screen.
    """
    return tuple(_LISTS[name](facts, language))


def _holding(facts: Facts, *roles: Role) -> Iterable[str]:
    authority = facts.rules.authority
    for person in facts.book.roster:
        held = authority.roles_of(person, facts.case.scope, facts.now)
        if held.intersection(roles):
            yield person


def _person(facts: Facts, person: str) -> Choice:
    known = facts.book.roster.get(person)
    under = facts.department_name(known.department) if known else ""
    return Choice(person, facts.name_of(person), under)


def _handlers(facts: Facts, _language: str) -> Iterable[Choice]:
    able = (p for p in _holding(facts, Role.HANDLER) if p not in facts.case.recused)
    return (_person(facts, person) for person in able)


def _chairs(facts: Facts, _language: str) -> Iterable[Choice]:
    """Whoever works here and neither handled nor reviewed the case (LW26)."""
    worked = {mark.person for mark in facts.case.steps if mark.kind in _WORKED}
    worked.add(facts.case.holder or "")
    able = _holding(
        facts,
        Role.HANDLER,
        Role.REVIEWER,
        Role.SECTION_HEAD,
        Role.BRANCH_LEADER,
        Role.CHIEF_REPRESENTATIVE,
        Role.DEPARTMENT_LEADER,
    )
    return (_person(facts, person) for person in able if person not in worked)


def _absent(facts: Facts, _language: str) -> Iterable[Choice]:
    authority, when = facts.rules.authority, at_moment(facts.now)
    for person in facts.book.roster:
        if authority.deputises(facts.person, person, facts.case.scope, facts.case.item, when):
            yield _person(facts, person)


def _colleagues(facts: Facts, _language: str) -> Iterable[Choice]:
    at_work = dict.fromkeys((facts.person, *(mark.person for mark in facts.case.steps)))
    able = dict.fromkeys((*at_work, *_holding(facts, Role.HANDLER, Role.REVIEWER)))
    return (_person(facts, person) for person in able if person in facts.book.roster)


def _departments(facts: Facts, _language: str) -> Iterable[Choice]:
    own = facts.case.department
    return (
        Choice(code, department.name)
        for code, department in facts.book.departments.items()
        if code != own
    )


def _opinions(facts: Facts, _language: str) -> Iterable[Choice]:
    """What is asked of a department that this person speaks for."""
    return (
        Choice(opinion.ref, facts.department_name(opinion.department))
        for opinion in questions_to(facts)
    )


def _papers(facts: Facts, language: str) -> Iterable[Choice]:
    """Papers that hold; those still to be served first."""
    owed = {debt.ref for debt in facts.case.debts if debt.kind == "serve"}
    known = (paper for paper in facts.case.papers if not paper.void)
    return (
        _paper(paper, language) for paper in sorted(known, key=lambda paper: paper.no not in owed)
    )


def _paper(paper: PaperMark, language: str) -> Choice:
    said = texts(language)
    key = f"paper.{paper.kind}"
    return Choice(paper.no, said.t(key) if said.has(key) else paper.kind, paper.no)


def _orders(facts: Facts, language: str) -> Iterable[Choice]:
    said = texts(language)
    return (
        Choice(
            debt.ref, said.t("form.order", day=debt.at.astimezone(CHINA).strftime("%m-%d %H:%M"))
        )
        for debt in facts.case.debts
        if debt.kind == "reply"
    )


def _minor(facts: Facts, language: str) -> Iterable[Choice]:
    """Lacking materials that may follow, with the last day by which they may (A13)."""
    latest = latest_due(facts).isoformat()
    for state in facts.case.lacking:
        material = facts.item.material(state.code)
        if material is not None and state.minor:
            yield Choice(state.code, material.name.of(language), latest)


def _materials(facts: Facts, language: str) -> Iterable[Choice]:
    """All that the item asks for."""
    for state in facts.case.materials:
        material = facts.item.material(state.code)
        if material is not None:
            yield Choice(state.code, material.name.of(language))


def _suspensions(facts: Facts, language: str) -> Iterable[Choice]:
    """The kinds of Art. 45, and those whose law the item cites (LW23)."""
    said = texts(language)
    for kind in law.EXCLUDED_KINDS:
        yield Choice(kind, said.t(f"excluded.{kind}"))
    for term in facts.item.excluded:
        key = f"excluded.{term.kind}"
        yield Choice(term.kind, said.t(key) if said.has(key) else term.kind, term.basis)


def _items(facts: Facts, language: str) -> Iterable[Choice]:
    """The department's items: what a follow-up may be applied for under."""
    own = (facts.case.department, facts.case.hall)
    current = facts.rules.catalogue.current()
    known = [item for item in current if (item.department, item.hall) == own]
    known.sort(key=lambda item: item.code != facts.case.item)
    return (Choice(item.code, item.name.of(language)) for item in known)


_LISTS: Mapping[str, Callable[[Facts, str], Iterable[Choice]]] = {
    "handlers": _handlers,
    "chairs": _chairs,
    "absent": _absent,
    "colleagues": _colleagues,
    "departments": _departments,
    "opinions": _opinions,
    "papers": _papers,
    "orders": _orders,
    "materials": _materials,
    "minor": _minor,
    "open_fees": open_fees,
    "paid_fees": paid_fees,
    "items": _items,
    "suspensions": _suspensions,
}
