"""Who is told of a step: the applicant (CH04, CH08, CH09), on the fast track the leader too (TM22).

A message stands in the outbox in the same transaction as the step that it tells of, whether a
window made the step or the law did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.calendar import CHINA
from sync.domain.events import Kind
from sync.domain.fast_track import LANGUAGE, leader_notices
from sync.server.clock import moment
from sync.server.services.channels.outbox import Telling
from sync.texts import texts

if TYPE_CHECKING:
    from sync.domain.case import Case
    from sync.domain.rules import Rules
    from sync.server.services.channels.outbox import Outbox
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.rows.log import LogRow

ACCEPTANCES = frozenset({Kind.ACCEPT, Kind.ACCEPT_PENDING, Kind.DEEM_ACCEPTED})

#: Which template tells the applicant of which step (rules.md §2; CH04, CH09).
TOLD: dict[str, str] = {
    Kind.RECEIVE: "received",
    Kind.FILE: "received",
    Kind.NOTIFY_CORRECTION: "correction",
    **dict.fromkeys(ACCEPTANCES, "accepted"),
    Kind.REFUSE: "not_accepted",
    Kind.TELL_NOT_REQUIRED: "not_required",
    Kind.SUSPEND: "suspended",
    Kind.RESUME: "resumed",
    Kind.EXTEND: "extended",
    Kind.TELL_HEARING_RIGHT: "hearing",
    Kind.CHARGE: "fee",
    Kind.GRANT: "granted",
    Kind.DECIDE_AT_ONCE: "granted",
    Kind.UPPER_GRANT: "granted",
    Kind.DEEM_RENEWED: "granted",
    Kind.DENY: "denied",
    Kind.UPPER_DENY: "denied",
    Kind.SEAL: "collect",
    Kind.TERMINATE: "ended",
    Kind.SIGN_FOR: "evaluate",
}


def keep_notices(  # noqa: PLR0913, PLR0917  (a step, and all that is said of it)
    outbox: Outbox,
    tx: Transaction,
    after: Case,
    line: LogRow,
    rules: Rules,
    due: int | None,
    now: int,
) -> None:
    """Put what a step of TOLD tells people of into the outbox.

    Args:
        outbox: of the channels.
        tx: the unit that writes the line.
        after: the case as the line left it.
        line: the step's place in the log.
        rules: policy in force.
        due: when the limit ends that the case's light follows, ms; None while none runs.
        now: ms.
    """
    template = TOLD[line.kind]
    if line.kind in ACCEPTANCES:
        _tell_leaders(outbox, tx, after, line, rules, now)
    phone = after.applicant.phone or ("" if after.agent is None else after.agent.phone)
    # The children of a joint case have the parent's applicant, who is told of the whole.
    if after.child is None:
        args = _args(after, rules, due)
        telling = Telling(
            id=f"{line.event}/applicant",
            template=template,
            args=args,
            phone=phone,
            scope=line.scope,
            case_no=after.number,
        )
        outbox.tell(tx, telling, now)


def _args(case: Case, rules: Rules, due: int | None) -> dict[str, str]:
    item = rules.item_of(case.item, case.item_version)
    return {
        "case": case.number,
        "item": case.item if item is None else item.name.zh,
        "day": "—" if due is None else moment(due).astimezone(CHINA).date().isoformat(),
    }


def _tell_leaders(
    outbox: Outbox, tx: Transaction, after: Case, line: LogRow, rules: Rules, now: int
) -> None:
    said = texts(LANGUAGE)
    for notice in leader_notices(after, rules, after.steps[-1].at):
        if notice.phone:
            telling = Telling(
                id=f"{line.event}/{notice.person}",
                template="fast_track",
                phone=notice.phone,
                scope=line.scope,
                case_no=after.number,
            )
            outbox.tell_text(tx, telling, said.t(notice.key, **notice.args), now)
