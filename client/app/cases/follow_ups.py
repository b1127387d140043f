"""Cases that may follow a closed one (变更 延续 补换证 注销 撤销 重作): offered on its page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.case import State
from sync.domain.events import Kind, Step
from sync.domain.folding import row_of
from sync.domain.rights import check_rights
from sync.domain.trial import Trial
from sync.domain.violations import refusals
from sync.domain.workflow import Option

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sync.domain.case import Case
    from sync.domain.rules import Rules

_OF_CERTIFICATE = (Kind.CHANGE, Kind.RENEW, Kind.REPLACE, Kind.CANCEL)
_OF_DECISION = (Kind.REVOKE, Kind.REDO)


def follow_ups(case: Case, person: str, rules: Rules, now: datetime) -> Iterator[Option]:
    """Yield each kind of case that may follow a closed one; a blocked one carries the reason.

    Who may apply under the certificate is whoever may enter an applicant's step; what the office
    opens itself is its head's or its chief representative's.
    """
    if case.state not in (State.CLOSED, State.ARCHIVED) or case.decision is None:
        return
    kinds = (*_OF_CERTIFICATE, *_OF_DECISION) if case.certificate else _OF_DECISION
    for kind in kinds:
        by_office = kind in _OF_DECISION
        found = [_option(kind, case, person, rules, now, by_office=by_office)]
        if kind is Kind.CANCEL:
            found.append(_option(kind, case, person, rules, now, by_office=True))
        yield next((option for option in found if option.blocked is None), found[0])


def _option(
    kind: Kind, case: Case, person: str, rules: Rules, now: datetime, *, by_office: bool
) -> Option:
    item = rules.catalogue.item(case.item)
    step = Step(
        id="",
        kind=kind,
        case=None,
        scope=case.scope,
        person=person,
        device="",
        at=now,
        body={"item": case.item, "ex_officio": by_office},
    )
    row = row_of(None, step)
    if row is None:
        raise KeyError(kind)  # the table lost a row: a defect
    blocked = refusals(tuple(check_rights(Trial(None, step, rules, row, item))))
    return Option(kind, blocked[0] if blocked else None)
