"""Guards of certificate, money, papers, ends and debts. Source: rules.md §2; LW16, LW28, LW32."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain import bodies, law
from sync.domain.calendar import china_day
from sync.domain.effects_after import AMENDABLE
from sync.domain.events import MANNERS, Kind
from sync.domain.hearing import renewal_by
from sync.domain.identity import person_name, phone
from sync.domain.violations import Violation, violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sync.domain.case import Fee
    from sync.domain.trial import Trial

# -- certificate ----------------------------------------------------------------------------------


def makes_certificate(trial: Trial) -> Iterator[Violation]:
    """Only an item with a certificate has one made."""
    if not trial.case.with_certificate:
        yield violation("no_certificate")


def nothing_pending(trial: Trial) -> Iterator[Violation]:
    """The certificate waits for what is owed (A13 容缺)."""
    for material in trial.case.pending:
        yield violation("pending_materials_owed", material=material.code)


def serial_given(trial: Trial) -> Iterator[Violation]:
    """A spoilt serial is never used again."""
    serial = bodies.text(trial.step.body, "serial")
    if serial in trial.case.spoilt:
        yield violation("serial_used", serial=serial)


def same_serial(trial: Trial) -> Iterator[Violation]:
    """The step speaks of the certificate that was made."""
    serial = bodies.text(trial.step.body, "serial")
    if trial.case.certificate is None or trial.case.certificate.serial != serial:
        yield violation("serial_wrong", serial=serial)


# -- money ----------------------------------------------------------------------------------------


def tariff_lawful(trial: Trial) -> Iterator[Violation]:
    """No fee without a law, none but the published one, and that once (LW32)."""
    fee = None if trial.item is None else trial.item.fee
    if any(known.refunded_at is None for known in trial.case.fees):
        yield violation("fee_charged_before")
    if fee is None:
        yield violation("no_tariff", item=trial.case.item)
    elif bodies.whole(trial.step.body, "amount_fen") != fee.amount_fen:
        yield violation("fee_amount_wrong", amount_fen=fee.amount_fen)


def fee_left_open(trial: Trial) -> Iterator[Violation]:
    """A case that ended takes no money but what it still owes."""
    if all(fee.paid_at is not None for fee in trial.case.fees):
        yield violation("no_such_fee")


def fee_left_paid(trial: Trial) -> Iterator[Violation]:
    """A case that ended gives back only what came in."""
    if not any(fee.paid_at is not None and fee.refunded_at is None for fee in trial.case.fees):
        yield violation("no_such_fee")


def fee_open(trial: Trial) -> Iterator[Violation]:
    """A payment is for a fee that is owed."""
    ref = bodies.text(trial.step.body, "fee")
    fee = next((fee for fee in trial.case.fees if fee.ref == ref), None)
    if fee is None:
        yield violation("no_such_fee", fee=ref)
    elif fee.paid_at is not None:
        yield violation("fee_already_paid", fee=ref)
    else:
        yield from _same_amount(trial, fee)


def manner_known(trial: Trial) -> Iterator[Violation]:
    """Money comes by one of the listed ways (FE02)."""
    manner = bodies.text(trial.step.body, "manner")
    if manner not in MANNERS:
        yield violation("manner_unknown", manner=manner)


def _same_amount(trial: Trial, fee: Fee) -> Iterator[Violation]:
    """A fee is paid, and given back, whole; a step that names no amount means the fee's."""
    said = bodies.whole(trial.step.body, "amount_fen", fee.amount_fen)
    if said != fee.amount_fen:
        yield violation("fee_amount_wrong", amount_fen=fee.amount_fen)


def fee_paid(trial: Trial) -> Iterator[Violation]:
    """Only what was paid, and not yet given back, goes back."""
    ref = bodies.text(trial.step.body, "fee")
    fee = next((fee for fee in trial.case.fees if fee.ref == ref), None)
    if fee is None or fee.paid_at is None or fee.refunded_at is not None:
        yield violation("no_such_fee", fee=ref)
    else:
        yield from _same_amount(trial, fee)


def fees_paid(trial: Trial) -> Iterator[Violation]:
    """An unpaid fee may hold the issue, and nothing else."""
    for fee in trial.case.fees:
        if fee.paid_at is None:
            yield violation("fee_unpaid", fee=fee.ref)


# -- papers and ends ------------------------------------------------------------------------------


def paper_known(trial: Trial) -> Iterator[Violation]:
    """Only a paper of this case is served."""
    no = bodies.text(trial.step.body, "paper")
    if no not in {paper.no for paper in trial.case.papers if not paper.void}:
        yield violation("no_such_paper", paper=no)


def old_paper_known(trial: Trial) -> Iterator[Violation]:
    """Only a paper of this case is voided."""
    no = bodies.text(trial.step.body, "old")
    if no not in {paper.no for paper in trial.case.papers if not paper.void}:
        yield violation("no_such_paper", paper=no)


def papers_served(trial: Trial) -> Iterator[Violation]:
    """No case closes with a paper unserved."""
    for debt in trial.case.debts:
        if debt.kind == "serve":
            yield violation("papers_unserved", paper=debt.ref)


def no_debts(trial: Trial) -> Iterator[Violation]:
    """Only archive waits for explanations and replies.

    A fee is owed for what was granted: one left open by a case that ended otherwise has lapsed.
    """
    for debt in trial.case.debts:
        if debt.kind == "fee" and trial.case.decision != "granted":
            continue
        yield violation("debts_open", kind=debt.kind, ref=debt.ref)


def ground_listed(trial: Trial) -> Iterator[Violation]:
    """A case is terminated only on a listed ground."""
    ground = bodies.text(trial.step.body, "ground")
    if ground not in law.TERMINATION_GROUNDS:
        yield violation("reason_unknown", reason=ground)


def renewal_due(trial: Trial) -> Iterator[Violation]:
    """A renewal applied for in time and not decided at expiry is granted by law (Art. 50)."""
    about = trial.case.about
    if about is None or about.kind != Kind.RENEW or about.expires is None:
        yield violation("not_renewal")
        return
    applied = trial.case.first_received_at or trial.case.registered_at
    by = renewal_by(about.expires, trial.hall, trial.rules.switches)
    if china_day(applied) > by:
        yield violation("renewal_not_in_time", by=by.isoformat())
    if china_day(trial.step.counted) <= about.expires:
        yield violation("renewal_not_due", expires=about.expires.isoformat())


def descriptive_only(trial: Trial) -> Iterator[Violation]:
    """Never actor, time, reason code, acceptance, decision; what is mended stays well formed."""
    for name, value in bodies.part(trial.step.body, "changes").items():
        if name not in AMENDABLE:
            yield violation("amend_forbidden", field=name)
            continue
        whose, _, member = name.partition(".")
        form = _FORMS.get(member) if whose != "project" else None
        wrong = None if form is None else form(value)
        if isinstance(wrong, Violation):
            yield wrong


_FORMS: Mapping[str, Callable[[str], str | Violation]] = {"name": person_name, "phone": phone}


def debt_known(trial: Trial) -> Iterator[Violation]:
    """An answer names what it answers."""
    names: Mapping[str, str] = {
        Kind.EXPLAIN: "urge",
        Kind.REPLY_ORDER: "order",
        Kind.CURE: "step",
        Kind.ESCALATE: "ref",
    }
    ref = bodies.text(trial.step.body, names[trial.step.kind])
    if ref not in {debt.ref for debt in trial.case.debts}:
        yield violation("no_such_debt", ref=ref)
    elif trial.step.kind in (Kind.EXPLAIN, Kind.REPLY_ORDER):
        due = trial.due("reply", ref)
        if due is not None:
            yield from trial.lateness("reply", due.at)


def cure_way(trial: Trial) -> Iterator[Violation]:
    """A paper is confirmed, or taken back by another one: with notice (rules.md §2)."""
    way = bodies.text(trial.step.body, "way")
    if way not in ("confirm", "revoke"):
        yield violation("body_malformed", field="way")
    elif way == "revoke" and not trial.step.body.get("paper"):
        yield violation("legal_part_missing", part="paper")


GUARDS: Mapping[str, Callable[[Trial], Iterable[Violation]]] = {
    "makes_certificate": makes_certificate,
    "nothing_pending": nothing_pending,
    "fee_left_open": fee_left_open,
    "fee_left_paid": fee_left_paid,
    "fees_paid": fees_paid,
    "papers_served": papers_served,
    "no_debts": no_debts,
    "renewal_due": renewal_due,
}
BODY_GUARDS: Mapping[str, Callable[[Trial], Iterable[Violation]]] = {
    "serial_given": serial_given,
    "same_serial": same_serial,
    "tariff_lawful": tariff_lawful,
    "fee_open": fee_open,
    "manner_known": manner_known,
    "fee_paid": fee_paid,
    "paper_known": paper_known,
    "old_paper_known": old_paper_known,
    "ground_listed": ground_listed,
    "descriptive_only": descriptive_only,
    "debt_known": debt_known,
    "cure_way": cure_way,
}
