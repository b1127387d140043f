"""Steps of a hall that belong to no case: receipt forms and the till (FE03–FE06), as a table.

They stand in the scope `hall/<code>`, case null, signed by the session's key: a hand-over is two
signatures, the giver's and the taker's. `judge_hall` says what one may do, `advance_stock` what it
does; the same at window and centre. A payment uses up a number of the same stock: `judge_payment`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sync.domain import bodies
from sync.domain.authority import Role, Standing, When
from sync.domain.events import MANNERS, Kind
from sync.domain.receipts import Fate, parse_receipt, span_is_right
from sync.domain.shapes import SHAPES, Member, Need
from sync.domain.violations import Violation, violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sync.domain.events import Step
    from sync.domain.receipts import Run, Stock
    from sync.domain.rules import Rules

SCOPE = "hall/"


def hall_of(scope: str) -> str:
    """Return the hall of a scope: `hall/339901` and `339901/scjg` are of 339901."""
    return scope.removeprefix(SCOPE).partition("/")[0]


class HallKind(StrEnum):
    """The step codes."""

    DRAW = "receipt.draw"  # 领
    GIVE = "receipt.give"  # 交
    TAKE = "receipt.take"  # 接
    CANCEL = "receipt.cancel"  # 缴销
    RETURN = "receipt.return"  # 上缴
    CLOSE = "till.close"  # 日结清
    RECONCILE = "till.reconcile"  # 周对账


HALL_KINDS = frozenset(kind.value for kind in HallKind)
STOCK_KINDS = HALL_KINDS - {HallKind.CLOSE, HallKind.RECONCILE}
MONEY_KINDS = frozenset({*HALL_KINDS, Kind.CHARGE.value, Kind.PAY.value, Kind.REFUND.value})
"""Everything that the books of a hall are made from."""

CANCEL_REASONS = ("misprint", "damaged", "lost", "expired", "other")


@dataclass(frozen=True, slots=True)
class HallRow:
    """One step: who makes it, what its body holds, which rules it must satisfy."""

    kind: HallKind
    roles: tuple[Role, ...]
    members: tuple[Member, ...]
    guards: tuple[str, ...]
    law: str


def _must(name: str, shape: str) -> Member:
    return Member(name, shape, Need.FORM)


def _law(name: str, shape: str) -> Member:
    return Member(name, shape, Need.LAW)


def _may(name: str, shape: str) -> Member:
    return Member(name, shape, Need.FREE)


_SPAN = (_must("batch", "code"), _must("first", "count"), _must("last", "count"))
_TELLER = (Role.CASHIER,)
_KEEPERS = (Role.CASHIER, Role.HALL_MANAGER)
_COUNTED = tuple(_must(manner, "fen") for manner in MANNERS)

HALL_TABLE: tuple[HallRow, ...] = (
    HallRow(HallKind.DRAW, _KEEPERS, (*_SPAN, _may("text", "text")), ("span", "fresh"), "FE04"),
    HallRow(
        HallKind.GIVE,
        _KEEPERS,
        (*_SPAN, _must("to", "code")),
        ("span", "held", "to_another"),
        "FE04",
    ),
    HallRow(HallKind.TAKE, _KEEPERS, (*_SPAN, _must("from", "code")), ("span", "offered"), "FE04"),
    HallRow(
        HallKind.CANCEL,
        _KEEPERS,
        (*_SPAN, _law("reason", "code"), _law("text", "text")),
        ("span", "held", "reason"),
        "FE03",
    ),
    HallRow(HallKind.RETURN, _KEEPERS, (*_SPAN, _may("text", "text")), ("span", "held"), "FE03"),
    HallRow(
        HallKind.CLOSE,
        _TELLER,
        (
            _must("day", "day"),
            *_COUNTED,
            _must("taken_fen", "count"),
            _must("refunded_fen", "count"),
            _must("receipts", "count"),
            _may("text", "text"),
        ),
        (),
        "FE05",
    ),
    HallRow(
        HallKind.RECONCILE,
        _KEEPERS,
        (
            _must("from", "day"),
            _must("to", "day"),
            _must("booked_fen", "fen"),
            _must("banked_fen", "fen"),
            _may("text", "text"),
        ),
        (),
        "FE05 FE06",
    ),
)
_ROWS: Mapping[str, HallRow] = {row.kind.value: row for row in HALL_TABLE}


def judge_hall(step: Step, stock: Stock, rules: Rules) -> tuple[Violation, ...]:
    """Return what is wrong with a step of a hall; nothing: it stands. Pure."""
    row = _ROWS.get(step.kind)
    if row is None:
        return (violation("unknown_kind", kind=step.kind),)
    if step.case is not None or not step.scope.startswith(SCOPE):
        return (violation("wrong_scope", scope=step.scope),)
    malformed = tuple(_malformed(step, row))
    found = [*malformed, *_rights(step, row, rules)]
    if not malformed:
        for name in row.guards:
            found += _GUARDS[name](step, stock)
    return tuple(found)


def advance_stock(stock: Stock, step: Step) -> Stock:
    """Return the stock after an accepted step of a hall, or after a payment. Total."""
    if step.kind == Kind.PAY:
        found = parse_receipt(bodies.text(step.body, "receipt_no"))
        if found is None:
            return stock
        return stock.turned(found[0], found[1], found[1], fate=Fate.USED)
    change = _EFFECTS.get(step.kind)
    batch, first, last = _span_of(step)
    if change is None or not span_is_right(batch, first, last):
        return stock
    if step.kind == HallKind.DRAW:
        drawn = bool(stock.within(batch, first, last))
        return stock if drawn else stock.drawn(batch, first, last, step.person)
    return stock.turned(batch, first, last, **change(step))


def judge_payment(step: Step, stock: Stock) -> tuple[Violation, ...]:
    """Return what is wrong with a payment's receipt number: refusals first, then findings.

    A number that was skipped on the way is found, not refused: the money is in the till (FE10).
    """
    number = bodies.text(step.body, "receipt_no")
    found = parse_receipt(number)
    run = None if found is None else stock.of(*found)
    if found is None or run is None:
        return (violation("receipt_unknown", receipt=number),)
    if run.fate is not Fate.HELD:
        return (violation("receipt_used", receipt=number),)
    if run.holder != step.person or run.offered:
        return (violation("receipt_not_held", receipt=number, person=run.holder),)
    known = stock.gaps(step.person)
    after = stock.turned(*found, found[1], fate=Fate.USED).gaps(step.person)
    skipped = (gap for gap in after if not any(_covers(old, gap) for old in known))
    return tuple(violation("receipt_skipped", receipt=gap.said()) for gap in skipped)


def _covers(old: Run, new: Run) -> bool:
    return old.batch == new.batch and old.first <= new.first and new.last <= old.last


# -- guards ---------------------------------------------------------------------------------------


def _malformed(step: Step, row: HallRow) -> Iterator[Violation]:
    for member in row.members:
        value = step.body.get(member.name)
        if value in (None, "") and member.need is Need.FREE:
            continue
        if value in (None, "") and member.need is Need.LAW:
            yield violation("legal_part_missing", part=member.name)
        elif not SHAPES[member.shape](value):
            yield violation("body_malformed", field=member.name)


def _rights(step: Step, row: HallRow, rules: Rules) -> Iterator[Violation]:
    when = When(step.counted, step.earliest, step.latest)
    right = rules.authority.right(step.person, row.roles, step.scope, None, when)
    if right.standing is Standing.NONE:
        yield violation("no_authority", who="CA")
    elif right.standing is Standing.DISPUTED:
        yield violation("authority_disputed", person=step.person)


def _span_of(step: Step) -> tuple[str, int, int]:
    body = step.body
    return bodies.text(body, "batch"), bodies.whole(body, "first"), bodies.whole(body, "last")


def _span(step: Step, stock: Stock) -> Iterator[Violation]:
    del stock
    if not span_is_right(*_span_of(step)):
        yield violation("body_malformed", field="last")


def _fresh(step: Step, stock: Stock) -> Iterator[Violation]:
    known = stock.within(*_span_of(step))
    if known:
        yield violation("receipts_drawn_before", receipt=known[0].said())


def _held(step: Step, stock: Stock) -> Iterator[Violation]:
    batch, first, last = _span_of(step)
    if not stock.whole(batch, first, last):
        yield violation("receipt_unknown", receipt=f"{batch}-{first:08d}")
        return
    for run in stock.within(batch, first, last):
        if run.fate is not Fate.HELD:
            yield violation("receipt_used", receipt=run.said())
        elif run.holder != step.person or run.offered:
            yield violation("receipt_not_held", receipt=run.said(), person=run.holder)


def _offered(step: Step, stock: Stock) -> Iterator[Violation]:
    batch, first, last = _span_of(step)
    giver = bodies.text(step.body, "from")
    runs = stock.within(batch, first, last)
    right = all(run.offered == step.person and run.holder == giver for run in runs)
    if not stock.whole(batch, first, last) or not right:
        yield violation("receipt_not_offered", receipt=f"{batch}-{first:08d}")


def _to_another(step: Step, stock: Stock) -> Iterator[Violation]:
    del stock
    if bodies.text(step.body, "to") == step.person:
        yield violation("same_person", post="cashier")


def _reason(step: Step, stock: Stock) -> Iterator[Violation]:
    del stock
    reason = bodies.text(step.body, "reason")
    if reason not in CANCEL_REASONS:
        yield violation("reason_unknown", reason=reason)


_GUARDS: Mapping[str, Callable[[Step, Stock], Iterator[Violation]]] = {
    "span": _span,
    "fresh": _fresh,
    "held": _held,
    "offered": _offered,
    "to_another": _to_another,
    "reason": _reason,
}
_EFFECTS: Mapping[str, Callable[[Step], dict[str, str]]] = {
    HallKind.DRAW: lambda _step: {},
    HallKind.GIVE: lambda step: {"offered": bodies.text(step.body, "to")},
    HallKind.TAKE: lambda step: {"holder": step.person, "offered": ""},
    HallKind.CANCEL: lambda _step: {"fate": Fate.CANCELLED},
    HallKind.RETURN: lambda _step: {"fate": Fate.RETURNED},
}
