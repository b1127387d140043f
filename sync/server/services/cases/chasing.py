"""Who is chased by telephone too: whoever a red light, an order or an escalation names (TM13).

A warning before the limit stays on the screens, where work is done; of a case on the fast track its
leader hears of that too (TM20, 跟踪督办). The message stands in the outbox in the transaction of
the line that it tells of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.calendar import CHINA
from sync.domain.events import Kind
from sync.protocol.codec import read_json
from sync.server.clock import moment
from sync.server.services.channels.outbox import Telling

if TYPE_CHECKING:
    from typing import Any

    from sync.domain.case import Case
    from sync.domain.rules import Rules
    from sync.server.services.channels.outbox import Outbox
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.rows.log import LogRow

CHASING = frozenset({Kind.URGE, Kind.ORDER, Kind.ESCALATE})


def keep_chasing(
    outbox: Outbox, tx: Transaction, after: Case, line: LogRow, rules: Rules, now: int
) -> None:
    """Put what a line of CHASING says into the outbox, for each person it names with a telephone.

    Args:
        outbox: of the channels.
        tx: the unit that writes the line.
        after: the case as the line left it.
        line: the step's place in the log.
        rules: policy in force.
        now: ms.
    """
    body = read_json(line.body.encode())
    template = _template(line.kind, after, str(body.get("level") or ""))
    if not template:
        return
    item = rules.item_of(after.item, after.item_version)
    args = {
        "case": after.number,
        "item": after.item if item is None else item.name.zh,
        "day": _day(body, "due"),
        "by": _day(body, "reply_by"),
    }
    for code in body.get("to") or ():
        person = rules.roster.get(str(code))
        if person is not None and person.phone:
            telling = Telling(
                id=f"{line.event}/{person.person}",
                template=template,
                args=args,
                phone=person.phone,
                scope=line.scope,
                case_no=after.number,
            )
            outbox.tell(tx, telling, now)


def _template(kind: str, case: Case, level: str) -> str:
    if kind == Kind.ORDER:
        return "chase_order"
    if kind == Kind.ESCALATE:
        return "chase_raised"
    if level == "yellow":
        return "chase_yellow" if case.fast_track else ""
    return "chase_red"


def _day(body: dict[str, Any], name: str) -> str:
    at = body.get(name)
    if not isinstance(at, int):
        return "—"
    return moment(at).astimezone(CHINA).date().isoformat()
