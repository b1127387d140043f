"""Results of other departments that stand for a material of a case (PL15). Store lane, read only.

This window knows the results of the scopes that its delegation covers: at a comprehensive counter
those of every department behind it. What it does not know it does not claim.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.rows.materials import SharedResult
from sync.domain.calendar import china_day
from sync.domain.case import State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from client.app.session.workplace import Workplace
    from sync.domain.case import Case
    from sync.domain.rules import Rules

_OPEN_TO_MATERIALS = frozenset({State.REGISTERED, State.RECEIVED, State.AWAITING_CORRECTION})
_MOST = 200  # cases of one applicant that are looked through, the newest


def shared_results(
    place: Workplace, case: Case, rules: Rules, now: datetime, language: str
) -> Mapping[str, SharedResult]:
    """Return, by the material's code, what the shared store holds for this applicant.

    Only sealed certificates that are still valid, the newest of each item; none that another case
    is about (change, cancellation, revocation), and nothing once the case takes no materials.
    """
    item = rules.item_of(case.item, case.item_version)
    if item is None or case.state not in _OPEN_TO_MATERIALS:
        return {}
    wanted = {
        material.code: material.result_of
        for material in item.materials
        if material.result_of is not None
    }
    if not wanted:
        return {}
    found = _results(place, case, set(wanted.values()), rules, now, language)
    return {code: found[result] for code, result in wanted.items() if result in found}


def _results(
    place: Workplace,
    case: Case,
    items: set[str],
    rules: Rules,
    now: datetime,
    language: str,
) -> dict[str, SharedResult]:
    lines = place.store.cases_of(case.applicant.id_no, _MOST)  # by name come all of that name
    others = [
        other
        for other in (place.store.case(line.number) for line in lines)
        if other is not None
        and other.number != case.number
        and other.applicant.id_no == case.applicant.id_no
    ]
    doubtful = {other.about.certificate for other in others if other.about is not None}
    found: dict[str, SharedResult] = {}
    for other in others:
        result = _valid(other, rules, now, language) if other.item in items else None
        known = found.get(other.item)
        if (
            result is not None
            and result.serial not in doubtful
            and (known is None or result.at > known.at)
        ):
            found[other.item] = result
    return found


def _valid(case: Case, rules: Rules, now: datetime, language: str) -> SharedResult | None:
    made, item = case.certificate, rules.item_of(case.item, case.item_version)
    if made is None or made.sealed_at is None or item is None:
        return None
    rule = item.certificate
    if rule is not None and rule.years is not None and _over(made.sealed_at, rule.years, now):
        return None
    name = rule.name if rule is not None else item.name
    return SharedResult(made.serial, name.of(language), made.sealed_at)


def _over(sealed: datetime, years: int, now: datetime) -> bool:
    """Say whether a certificate of so many years is over: the day counts, not the hour."""
    today, day = china_day(now), china_day(sealed)
    return (today.year - day.year, today.month, today.day) > (years, day.month, day.day)
