"""Pages of money: 缴费通知, 缴费, 退费 (FE01, FE02, FE07, FE09; LW32)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.app.forms.parts import TEXT
from client.app.forms.table import Ask, Choice, Field, Form, PaperForm
from sync.domain.amounts import capital, yuan
from sync.domain.events import MANNERS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from client.app.forms.table import Facts, Filled
    from client.documents.wording import Wording
    from sync.domain.case import Fee

BY_BANK = ("card", "transfer", "wire")


def open_fees(facts: Facts, _language: str) -> Iterable[Choice]:
    """Offer what is owed."""
    return (_choice(facts, fee) for fee in facts.case.fees if fee.paid_at is None)


def paid_fees(facts: Facts, _language: str) -> Iterable[Choice]:
    """Offer what was paid and not yet given back."""
    return (
        _choice(facts, fee)
        for fee in facts.case.fees
        if fee.paid_at is not None and fee.refunded_at is None
    )


def _choice(facts: Facts, fee: Fee) -> Choice:
    return Choice(fee.ref, f"¥{yuan(fee.amount_fen)}", fee.receipt_no or _notice(facts, fee))


def _notice(facts: Facts, fee: Fee) -> str:
    """Return the number of a fee's notice."""
    return next((paper.no for paper in facts.case.papers if paper.step == fee.ref), "")


def _fee(facts: Facts, filled: Filled) -> Fee | None:
    ref = filled.of("fee")
    return next((fee for fee in facts.case.fees if fee.ref == ref), None)


def _tariff(facts: Facts) -> int:
    return facts.item.fee.amount_fen if facts.item.fee else 0


def _charge(_filled: Filled, facts: Facts) -> dict[str, Any]:
    return {"amount_fen": _tariff(facts)}


def _fee_notice(_filled: Filled, facts: Facts, _words: Wording) -> dict[str, Any]:
    return {
        "amount": yuan(_tariff(facts)),
        "capital": capital(_tariff(facts)),
        "basis": facts.item.fee.basis if facts.item.fee else "",
    }


def _pay(filled: Filled, facts: Facts) -> dict[str, Any]:
    fee = _fee(facts, filled)
    members: dict[str, Any] = {
        "fee": filled.of("fee"),
        "manner": filled.of("manner"),
        "receipt_no": filled.of("receipt_no"),
        "amount_fen": fee.amount_fen if fee else 0,
    }
    by_bank = filled.of("manner") in BY_BANK and filled.of("bank_ref")
    return {**members, "bank_ref": filled.of("bank_ref")} if by_bank else members


def _fee_receipt(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    fee = _fee(facts, filled)
    amount = fee.amount_fen if fee else 0
    return {
        "receipt_no": filled.of("receipt_no"),
        "notice_no": _notice(facts, fee) if fee else "",
        "amount": yuan(amount),
        "capital": capital(amount),
        "manner": words.coded("money.manner", filled.of("manner")),
        "bank_ref": filled.of("bank_ref") if filled.of("manner") in BY_BANK else "",
        "paid_at": words.moment(facts.now),
        "cashier": facts.name_of(facts.person),
    }


def _begin_pay(facts: Facts) -> dict[str, str]:
    first = next((fee.ref for fee in facts.case.fees if fee.paid_at is None), "")
    begin = {"fee": first, "manner": "cash", "receipt_no": facts.receipt}
    return {name: value for name, value in begin.items() if value}


def _refund(filled: Filled, facts: Facts) -> dict[str, Any]:
    fee = _fee(facts, filled)
    return {
        "fee": filled.of("fee"),
        "text": filled.of("text"),
        "amount_fen": fee.amount_fen if fee else 0,
    }


def _refund_paper(filled: Filled, facts: Facts, words: Wording) -> dict[str, Any]:
    fee = _fee(facts, filled)
    amount = fee.amount_fen if fee else 0
    return {
        "receipt_no": (fee.receipt_no or "") if fee else "",
        "paid_at": words.moment(fee.paid_at) if fee else "",
        "amount": yuan(amount),
        "capital": capital(amount),
        "text": filled.of("text"),
        "cashier": facts.name_of(facts.person),
    }


def _begin_refund(facts: Facts) -> dict[str, str]:
    first = next(iter(paid_fees(facts, "")), None)
    return {} if first is None else {"fee": first.code}


MONEY = (
    Form(Kind.CHARGE, (), _charge, paper=PaperForm("fee_notice", _fee_notice)),
    Form(
        Kind.PAY,
        (
            Field("fee", Ask.PICK, offer="open_fees"),
            Field("manner", Ask.CODE, codes=MANNERS, words="money.manner"),
            Field("bank_ref", Ask.LINE, when=("manner", BY_BANK)),
            Field("receipt_no", Ask.LINE),
        ),
        _pay,
        paper=PaperForm("fee_receipt", _fee_receipt),
        begin=_begin_pay,
    ),
    Form(
        Kind.REFUND,
        (Field("fee", Ask.PICK, offer="paid_fees"), TEXT),
        _refund,
        paper=PaperForm("refund", _refund_paper),
        begin=_begin_refund,
    ),
)
