"""What the later steps do to a case: certificate, papers, money, debts, what may come any time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync.domain import bodies
from sync.domain.case import Agent, Case, Certificate, Debt, Fee, Found, PaperMark, Project
from sync.domain.events import Kind, Step
from sync.domain.replacing import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# -- certificate ----------------------------------------------------------------------------------


def make(case: Case, step: Step) -> Case:
    """Draw a serial from the stock for the certificate."""
    made = bodies.part(step.body, "certificate")
    certificate = Certificate(
        serial=bodies.text(step.body, "serial"),
        id=bodies.text(made, "id"),
        template=bodies.text(made, "template"),
        template_version=bodies.text(made, "template_version"),
        made_at=step.counted,
    )
    return replace(case, certificate=certificate)


def spoil(case: Case, step: Step) -> Case:
    """Void a spoilt serial; the stock keeps count of it."""
    return replace(case, certificate=None, spoilt=(*case.spoilt, bodies.text(step.body, "serial")))


def seal_intent(case: Case, step: Step) -> Case:
    """Note the digest about to be signed (proof.md §7 "PAdES")."""
    if case.certificate is None:
        return case
    intent = bodies.text(step.body, "digest")
    return replace(case, certificate=replace(case.certificate, intent=intent))


def seal_void(case: Case, step: Step) -> Case:
    """Void an intent that no seal followed."""
    del step
    if case.certificate is None:
        return case
    return replace(case, certificate=replace(case.certificate, intent=None))


def seal(case: Case, step: Step) -> Case:
    """Note the sealed document: the certificate is valid from here."""
    if case.certificate is None:
        return case
    document, used = bodies.part(step.body, "document"), bodies.part(step.body, "seal")
    certificate = replace(
        case.certificate,
        intent=None,
        document=bodies.text(document, "sha256"),
        size=bodies.whole(document, "size"),
        seal=bodies.text(used, "id"),
        seal_counter=bodies.whole(used, "counter"),
        sealed_at=step.counted,
        status="valid",
    )
    return replace(case, certificate=certificate)


def sign_for(case: Case, step: Step) -> Case:
    """Deliver: who signs for the certificate has the decision in hand as well."""
    return _all_served(replace(case, delivered_at=step.counted), step, "signed_for")


# -- papers ---------------------------------------------------------------------------------------

SERVED_LATER = frozenset(
    {
        Kind.GRANT,
        Kind.DENY,
        Kind.TERMINATE,
        Kind.UPPER_GRANT,
        Kind.UPPER_DENY,
        Kind.SUSPEND,
        Kind.PROLONG_SUSPENSION,
    }
)
"""Papers that are not handed over in the act; the others are, unless the body says otherwise."""


def with_paper(case: Case, step: Step) -> Case:
    """Note the paper that a step gives out, and the debt if it is still to be served."""
    body = bodies.part(step.body, "paper")
    if not body or step.kind == Kind.SERVE:
        return case
    served = bodies.moment(step.body, "served_at")
    unserved = "served_at" in step.body and step.body["served_at"] is None
    if served is None and not unserved and step.kind not in SERVED_LATER:
        served = step.begins
    paper = PaperMark(
        kind=bodies.text(body, "kind"),
        no=bodies.text(body, "no"),
        sha256=bodies.text(body, "sha256"),
        step=step.id,
        at=step.begins,
        served_at=served,
    )
    debts = case.debts
    if served is None:
        debts = (*debts, Debt("serve", paper.no, step.counted))
    return replace(case, papers=(*case.papers, paper, *_promised(step)), debts=debts)


def _promised(step: Step) -> tuple[PaperMark, ...]:
    """Return the applicant's signed promise of what is still owed (容缺受理承诺书)."""
    body = bodies.part(step.body, "promise")
    if not body:
        return ()
    no, sha256 = bodies.text(body, "no"), bodies.text(body, "sha256")
    kind = bodies.text(body, "kind")
    return (PaperMark(kind, no, sha256, step.id, step.begins, served_at=step.begins),)


def serve(case: Case, step: Step) -> Case:
    """Note the service of a paper; a suspension stands from the service of its notice."""
    no = bodies.text(step.body, "paper") or bodies.text(bodies.part(step.body, "paper"), "no")
    served = bodies.moment(step.body, "served_at") or step.begins
    manner = bodies.text(step.body, "manner")
    told = next((paper.step for paper in case.papers if paper.no == no), None)
    return replace(
        case,
        papers=tuple(
            replace(paper, served_at=served, manner=manner) if paper.no == no else paper
            for paper in case.papers
        ),
        debts=tuple(d for d in case.debts if not (d.kind == "serve" and d.ref == no)),
        suspensions=tuple(
            replace(stop, served_at=served) if stop.step == told else stop
            for stop in case.suspensions
        ),
    )


def deliver_decision(case: Case, step: Step) -> Case:
    """Serve the decision where no certificate is made: the case is delivered."""
    return _all_served(
        replace(case, delivered_at=step.counted), step, bodies.text(step.body, "manner")
    )


def _all_served(case: Case, step: Step, manner: str) -> Case:
    served = step.begins
    return replace(
        case,
        papers=tuple(
            paper
            if paper.served_at is not None
            else replace(paper, served_at=served, manner=manner)
            for paper in case.papers
        ),
        debts=tuple(debt for debt in case.debts if debt.kind != "serve"),
    )


def correct_paper(case: Case, step: Step) -> Case:
    """Void the old paper; the new one is noted with the step's own paper."""
    old = bodies.text(step.body, "old")
    return replace(
        case,
        papers=tuple(replace(p, void=True) if p.no == old else p for p in case.papers),
        debts=tuple(d for d in case.debts if not (d.kind == "serve" and d.ref == old)),
    )


# -- money ----------------------------------------------------------------------------------------


def charge(case: Case, step: Step) -> Case:
    """Note a fee owed."""
    fee = Fee(step.id, bodies.whole(step.body, "amount_fen"), step.counted)
    return replace(
        case,
        fees=(*case.fees, fee),
        debts=(*case.debts, Debt("fee", step.id, step.counted)),
    )


def pay(case: Case, step: Step) -> Case:
    """Note a payment and its receipt."""
    ref, receipt = bodies.text(step.body, "fee"), bodies.text(step.body, "receipt_no")
    return replace(
        case,
        fees=tuple(
            replace(f, paid_at=step.counted, receipt_no=receipt) if f.ref == ref else f
            for f in case.fees
        ),
        debts=tuple(d for d in case.debts if not (d.kind == "fee" and d.ref == ref)),
    )


def refund(case: Case, step: Step) -> Case:
    """Note that a fee went back."""
    ref = bodies.text(step.body, "fee")
    return replace(
        case,
        fees=tuple(replace(f, refunded_at=step.counted) if f.ref == ref else f for f in case.fees),
    )


# -- at any time ----------------------------------------------------------------------------------

AMENDABLE = (
    "applicant.name",
    "applicant.phone",
    "agent.name",
    "agent.phone",
    "project.name",
)
"""Descriptive members that `amend` may mend; never actor, time, reason, acceptance, decision."""


def amend(case: Case, step: Step) -> Case:
    """Mend descriptive members."""
    changes = bodies.part(step.body, "changes")
    named = {name: value for name, value in changes.items() if name in AMENDABLE}
    applicant = _mended(named, "applicant")
    agent, project = _mended(named, "agent"), _mended(named, "project")
    return replace(
        case,
        applicant=replace(case.applicant, **applicant),
        agent=replace(case.agent or Agent(), **agent) if agent else case.agent,
        project=_renamed(case.project, project.get("name")),
    )


def _renamed(project: Project | None, name: str | None) -> Project | None:
    return project if name is None else replace(project or Project(), name=name)


def _mended(changes: Mapping[str, Any], whose: str) -> dict[str, str]:
    return {
        name.removeprefix(f"{whose}."): value
        for name, value in changes.items()
        if name.startswith(f"{whose}.") and isinstance(value, str)
    }


def urge(case: Case, step: Step) -> Case:
    """Press: a yellow one only reminds; a red one owes an explanation; an order owes a reply.

    Where the scheme gives yellow warnings a term and a next level, they owe one too (`owes`).
    """
    level = bodies.text(step.body, "level")
    if step.kind == Kind.URGE and level != "red" and step.body.get("owes") is not True:
        return case
    debt = Debt(
        kind="explain" if step.kind == Kind.URGE else "reply",
        ref=step.id,
        at=step.counted,
        reply_by=bodies.moment(step.body, "reply_by"),
        to=bodies.texts(step.body, "to"),
        level=level,
    )
    return replace(case, debts=(*case.debts, debt))


def explain(case: Case, step: Step) -> Case:
    """Pay the debt of an explanation."""
    return _paid(case, "explain", bodies.text(step.body, "urge"))


def reply_order(case: Case, step: Step) -> Case:
    """Pay the debt of a reply."""
    return _paid(case, "reply", bodies.text(step.body, "order"))


def cure(case: Case, step: Step) -> Case:
    """Confirm, or revoke with notice, what a paper of a refused step promised."""
    return _paid(case, "cure", bodies.text(step.body, "step"))


def _paid(case: Case, kind: str, ref: str) -> Case:
    return replace(
        case, debts=tuple(d for d in case.debts if not (d.kind == kind and d.ref == ref))
    )


def escalate(case: Case, step: Step) -> Case:
    """Raise an unanswered debt by one level: department → hall → supervision."""
    ref, level = bodies.text(step.body, "ref"), bodies.text(step.body, "level")
    reply_by = bodies.moment(step.body, "reply_by")
    return replace(
        case,
        debts=tuple(
            replace(d, level=level, reply_by=reply_by or d.reply_by) if d.ref == ref else d
            for d in case.debts
        ),
    )


def finding(case: Case, step: Step) -> Case:
    """Note a finding; one that a refused step left a paper in the world owes its cure."""
    code = bodies.text(step.body, "code")
    args = {k: v for k, v in bodies.part(step.body, "args").items() if isinstance(v, str | int)}
    case = replace(case, findings=(*case.findings, Found(step.id, code, step.counted, args)))
    refused = bodies.text(step.body, "step")
    if code != "cure_needed":
        return case
    return replace(case, debts=(*case.debts, Debt("cure", refused, step.counted)))


def reassign(case: Case, step: Step) -> Case:
    """Put the case into another's hands."""
    return replace(case, holder=bodies.text(step.body, "to") or case.holder)


def take_over(case: Case, step: Step) -> Case:
    """Let a deputy (AB岗) take the case from the one who is away."""
    absent = bodies.text(step.body, "for")
    return replace(
        case,
        holder=step.person if case.holder == absent else case.holder,
        stand_ins={**case.stand_ins, step.person: absent},
    )


def recuse(case: Case, step: Step) -> Case:
    """Keep a person out of the case from here on (回避)."""
    person = bodies.text(step.body, "person") or step.person
    return replace(
        case,
        recused=(*case.recused, person),
        holder=None if case.holder == person else case.holder,
    )


EFFECTS: Mapping[str, Callable[[Case, Step], Case]] = {
    Kind.MAKE: make,
    Kind.SPOIL: spoil,
    Kind.SEAL_INTENT: seal_intent,
    Kind.SEAL_VOID: seal_void,
    Kind.SEAL: seal,
    Kind.SIGN_FOR: sign_for,
    Kind.SERVE: serve,
    Kind.CORRECT_PAPER: correct_paper,
    Kind.CHARGE: charge,
    Kind.PAY: pay,
    Kind.REFUND: refund,
    Kind.AMEND: amend,
    Kind.URGE: urge,
    Kind.ORDER: urge,
    Kind.EXPLAIN: explain,
    Kind.REPLY_ORDER: reply_order,
    Kind.CURE: cure,
    Kind.ESCALATE: escalate,
    Kind.FINDING: finding,
    Kind.REASSIGN: reassign,
    Kind.TAKE_OVER: take_over,
    Kind.RECUSE: recuse,
}
