"""The life of a case as data: one row per line of the table in rules.md §2, and nothing beside it.

What is not here is `step_not_allowed`. The diagrams and docs/STEPS.md are drawn from these rows.
Guards and predicates are named; their functions stand in guards.py and its neighbours.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sync.domain.case import AFTER_GRANT, END, INNER, PRE, State
from sync.domain.events import Kind

S, K = State, Kind


class Who(StrEnum):
    """Who makes a step, in the letters of the table."""

    AP = "AP"  # the applicant; a clerk enters it, with the applicant's signature where the law asks
    RC = "RC"
    WC = "WC"
    H = "H"
    R = "Rn"
    D = "D"
    CR = "CR"
    DH = "DH"
    GH = "GH"
    HD = "HD"
    UP = "UP"
    CA = "CA"
    AK = "AK"
    RG = "RG"
    SV = "SV"
    C = "C"


W = Who


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    Args:
        source: states it starts from; None = no case yet.
        kind: the step.
        to: states it may lead to; empty = unchanged; several = `route` in effects decides.
        who: who may make it.
        guards: names of the rules it must satisfy, in order.
        when: name of the predicate that tells it from another row of the same state and kind.
        parallel: marked ∥ in the table: allowed while suspended.
        act: decisive: needs the card's own signature (proof.md §3).
        denied: code for a person without the right.
        law: the rule or article it rests on.
    """

    source: tuple[State | None, ...]
    kind: Kind
    to: tuple[State, ...]
    who: tuple[Who, ...]
    guards: tuple[str, ...] = ()
    when: str = ""
    parallel: bool = False
    act: bool = False
    denied: str = "no_authority"
    law: str = ""


NEW: tuple[State | None, ...] = (None,)
NEW_OR_PRECHECK: tuple[State | None, ...] = (None, S.PRECHECKING)
ANY: tuple[State | None, ...] = tuple(State)
WITH_PAPER: tuple[State | None, ...] = tuple(s for s in State if s is not S.PRECHECKING)
FOLLOW_UP = (K.CHANGE, K.RENEW, K.REPLACE, K.CANCEL)
EX_OFFICIO = (K.CANCEL, K.REVOKE, K.REDO)

_INTAKE = (
    Row(NEW, K.ASK_PRECHECK, (S.PRECHECKING,), (W.AP,), ("opens",), law="TM23"),
    Row((S.PRECHECKING,), K.ANSWER_PRECHECK, (), (W.WC,), ("precheck_in_time",), law="IN14"),
    Row(
        NEW_OR_PRECHECK,
        K.PREREGISTER,
        (S.REGISTERED,),
        (W.RC, W.WC, W.C),
        ("opens", "applicant_valid"),
        law="IN01",
    ),
    Row(
        NEW_OR_PRECHECK,
        K.FILE,
        (S.RECEIVED,),
        (W.AP,),
        ("opens", "applicant_valid", "materials_known"),
        law="LW11",
    ),
    Row((S.REGISTERED,), K.LEAVE, (S.LAPSED,), (W.AP, W.C), ("nothing_offered",), law="IN03"),
    Row(
        (S.REGISTERED,),
        K.RECEIVE,
        (S.RECEIVED,),
        (W.WC,),
        ("materials_known",),
        law="LW10 IN05",
    ),
    Row((S.RECEIVED,), K.FIX_ON_SPOT, (), (W.AP, W.WC), ("materials_known",), law="LW07"),
    Row(
        (S.RECEIVED,),
        K.NOTIFY_CORRECTION,
        (S.AWAITING_CORRECTION,),
        (W.WC, W.CR),
        ("notice_names_materials", "notice_in_time", "notice_is_the_only_one"),
        law="LW08",
    ),
    Row(
        (S.ACCEPTED,),
        K.NOTIFY_CORRECTION,
        (S.AWAITING_CORRECTION,),
        (W.WC, W.CR),
        ("notice_names_materials", "notice_in_time"),
        when="only_deemed",
        law="LW08",
    ),
    Row(
        (S.AWAITING_CORRECTION,),
        K.CORRECT,
        (S.RECEIVED,),
        (W.AP,),
        ("materials_known", "correction_is_full"),
        when="full",
        law="LW09",
    ),
    Row(
        (S.AWAITING_CORRECTION,),
        K.CORRECT,
        (),
        (W.AP,),
        ("materials_known",),
        when="part",
        law="LW09",
    ),
    Row(
        (S.AWAITING_CORRECTION,),
        K.LAPSE,
        (S.WITHDRAWN,),
        (W.WC, W.CR),
        ("lapse_has_basis",),
        law="item",
    ),
    Row(
        (S.RECEIVED,),
        K.ACCEPT,
        (S.ACCEPTED,),
        (W.WC, W.CR),
        ("materials_complete", "receipt_in_time", "due_agrees", "leader_told"),
        law="LW09 LW10",
    ),
    Row(
        (S.RECEIVED,),
        K.ACCEPT_PENDING,
        (S.ACCEPTED,),
        (W.WC, W.CR),
        ("pending_minor", "pending_terms", "receipt_in_time", "due_agrees", "leader_told"),
        law="A13 容缺",
    ),
    Row((S.RECEIVED,), K.DEEM_ACCEPTED, (S.ACCEPTED,), (W.C,), ("receipt_over",), law="LW08"),
    Row(
        (S.RECEIVED,),
        K.REFUSE,
        (S.REFUSED,),
        (W.WC, W.CR),
        ("refusal_lawful", "receipt_in_time"),
        act=True,
        law="LW06",
    ),
    Row(
        (S.REGISTERED, S.RECEIVED),
        K.TELL_NOT_REQUIRED,
        (S.NOT_REQUIRED,),
        (W.WC, W.CR),
        ("receipt_in_time",),
        act=True,
        law="LW05",
    ),
)

_INNER = (
    Row(
        (*INNER, S.GRANTED),
        K.SUPPLY_PENDING,
        (),
        (W.AP,),
        ("something_pending", "materials_known", "pending_in_time"),
        parallel=True,
        law="A13 容缺",
    ),
    Row((S.ACCEPTED,), K.CLAIM, (S.HANDLING,), (W.H,), ("step_in_time",), law="ST01"),
    Row(
        (S.ACCEPTED,),
        K.ASSIGN,
        (S.HANDLING,),
        (W.CR,),
        ("assignee_may", "step_in_time"),
        law="ST06",
    ),
    Row(
        (S.ACCEPTED,),
        K.DECIDE_AT_ONCE,
        (S.GRANTED,),
        (W.CR,),
        ("item_immediate", "decision_in_time"),
        act=True,
        law="LW12 IN13",
    ),
    Row((S.ACCEPTED,), K.NOT_AT_ONCE, (), (W.WC, W.CR), ("item_has_fallback",), law="rules §3"),
    Row((S.HANDLING,), K.SURVEY, (), (W.H,), ("survey_by_two",), law="LW12 ST16"),
    Row(INNER, K.ASK_OPINION, (), (W.H, W.CR), (), law="ST10"),
    Row(
        INNER,
        K.GIVE_OPINION,
        (S.DELIVERED,),
        (W.H, W.HD, W.C),
        ("silence_switched_on", "child_in_time"),
        when="opinion_child",
        law="ST10",
    ),
    Row(
        INNER,
        K.GIVE_OPINION,
        (),
        (W.H, W.HD),
        ("opinion_asked", "helper_in_time"),
        when="not_opinion_child",
        law="ST10",
    ),
    Row(INNER, K.HEAR_PARTY, (), (W.H, W.D), (), law="LW14"),
    Row(INNER, K.TELL_HEARING_RIGHT, (), (W.H, W.D), (), law="LW24 LW25"),
    Row(
        INNER,
        K.REQUEST_HEARING,
        (),
        (W.AP,),
        ("hearing_asked_in_time",),
        parallel=True,
        law="LW25",
    ),
    Row(
        INNER,
        K.HOLD_HEARING,
        (),
        (W.H, W.D, W.CR),
        ("hearing_asked", "hearing_noticed", "hearing_held_in_time", "chair_apart"),
        parallel=True,
        law="LW26",
    ),
    Row(INNER, K.SUSPEND, (), (W.H, W.CR), ("suspension_lawful",), act=True, law="LW23"),
    Row(
        INNER,
        K.PROLONG_SUSPENSION,
        (),
        (W.CR,),
        ("is_suspended", "told_before_end"),
        parallel=True,
        act=True,
        law="LW23",
    ),
    Row(
        INNER,
        K.RESUME,
        (),
        (W.H, W.C),
        ("is_suspended", "centre_resumes_at_end"),
        parallel=True,
        law="LW23",
    ),
    Row(
        (S.HANDLING,),
        K.HANDLE,
        (S.REVIEWING, S.DECIDING),
        (W.H,),
        ("in_hand", "survey_done", "step_in_time"),
        law="ST01 LW12",
    ),
    Row(
        (S.REVIEWING,),
        K.REVIEW,
        (S.REVIEWING, S.DECIDING),
        (W.R,),
        ("level_agrees", "step_in_time"),
        law="ST07",
    ),
    Row(
        (S.REVIEWING, S.DECIDING),
        K.SEND_BACK,
        (S.HANDLING, S.REVIEWING),
        (W.R, W.D),
        ("back_to_lower", "back_once"),
        law="ST07",
    ),
    Row(INNER, K.REQUEST_EXTENSION, (), (W.H,), ("extension_open",), law="LW19"),
    Row(
        INNER,
        K.EXTEND,
        (),
        (W.DH, W.GH),
        ("extension_open", "extension_length", "requester_apart"),
        act=True,
        denied="wrong_approver",
        law="LW19 LW20",
    ),
    Row(
        (S.HANDLING, S.REVIEWING, S.DECIDING),
        K.FORWARD,
        (S.FORWARDED,),
        (W.D, W.CR),
        ("item_forwarded", "forward_in_time"),
        act=True,
        law="LW13 LW21",
    ),
    Row((S.FORWARDED,), K.UPPER_RETURN, (S.HANDLING,), (W.UP,), (), law="LW13"),
    Row(
        (S.FORWARDED,),
        K.UPPER_GRANT,
        (S.GRANTED, S.UPPER_CLOSED),
        (W.UP, W.CR),
        (),
        law="LW13",
    ),
    Row((S.FORWARDED,), K.UPPER_DENY, (S.DENIED,), (W.UP, W.CR), (), law="LW13"),
    Row(
        (S.DECIDING,),
        K.GRANT,
        (S.GRANTED,),
        (W.D,),
        ("children_ended", "hearing_settled", "right_told", "decision_in_time"),
        act=True,
        law="LW15 LW17",
    ),
    Row(
        (S.DECIDING,),
        K.DENY,
        (S.DENIED,),
        (W.D,),
        ("children_ended", "hearing_settled", "parties_heard", "decision_in_time"),
        act=True,
        law="LW15",
    ),
    Row((S.DECIDING,), K.CHILD_ENDED, (), (W.C,), ("child_known",), law="LW20"),
    Row(
        (S.ACCEPTED, S.HANDLING, S.REVIEWING),
        K.CHILD_ENDED,
        (),
        (W.C,),
        ("child_known",),
        parallel=True,
        law="ST11",
    ),
)

_PAPERS_AND_MONEY = (
    Row((*INNER, S.GRANTED), K.CHARGE, (), (W.CA,), ("tariff_lawful",), law="LW32"),
    Row(
        (*INNER, *AFTER_GRANT),
        K.PAY,
        (),
        (W.AP, W.CA),
        ("fee_open",),
        parallel=True,
        law="LW32",
    ),
    Row(
        (*INNER, *AFTER_GRANT),
        K.REFUND,
        (),
        (W.CA,),
        ("fee_paid",),
        act=True,
        law="LW32",
    ),
    Row(
        (S.GRANTED,),
        K.MAKE,
        (S.MAKING,),
        (W.WC, W.RG),
        ("makes_certificate", "nothing_pending", "serial_given"),
        law="LW16",
    ),
    Row((S.MAKING,), K.SPOIL, (S.GRANTED,), (W.RG,), ("same_serial",), act=True, law="FE03"),
    Row((S.MAKING,), K.SEAL_INTENT, (), (W.CR,), ("same_serial",), law="SE09"),
    Row((S.MAKING,), K.SEAL_VOID, (), (W.CR, W.C), ("same_serial",), law="SE09"),
    Row(
        (S.MAKING,),
        K.SEAL,
        (S.CERTIFIED,),
        (W.CR,),
        ("same_serial",),
        act=True,
        law="SE09 LW16",
    ),
    Row((S.CERTIFIED,), K.ISSUE, (S.ISSUED,), (W.WC,), ("same_serial", "fees_paid"), law="LW22"),
    Row(
        (S.ISSUED,),
        K.SIGN_FOR,
        (S.DELIVERED,),
        (W.AP,),
        ("certificate_in_time",),
        parallel=True,
        law="LW22 IN25",
    ),
    Row(
        (S.GRANTED,),
        K.SERVE,
        (S.DELIVERED,),
        (W.WC,),
        ("certificate_in_time",),
        when="no_certificate",
        law="LW22",
    ),
    Row(
        WITH_PAPER,
        K.SERVE,
        (),
        (W.WC, W.C),
        ("paper_known",),
        when="paper_to_serve",
        parallel=True,
        law="LW10",
    ),
)

_ENDS = (
    Row(
        (S.REGISTERED, *PRE, *INNER, S.FORWARDED),
        K.WITHDRAW,
        (S.WITHDRAWN,),
        (W.AP,),
        (),
        parallel=True,
        law="rules §1 撤回申请",
    ),
    Row(
        (*INNER, S.FORWARDED),
        K.TERMINATE,
        (S.TERMINATED,),
        (W.D,),
        ("ground_listed",),
        parallel=True,
        act=True,
        law="rules §2",
    ),
    Row(END, K.CLOSE, (S.CLOSED,), (W.WC, W.C), ("papers_served",), law="IN26"),
    Row((S.CLOSED,), K.ARCHIVE, (S.ARCHIVED,), (W.AK,), ("no_debts",), law="IN24"),
    Row(
        (S.CERTIFIED, S.ISSUED, S.DELIVERED, S.CLOSED, S.ARCHIVED),
        K.CORRECT_PAPER,
        (),
        (W.CR,),
        ("old_paper_known",),
        act=True,
        law="rules §2",
    ),
    Row(
        (*PRE, *INNER),
        K.DEEM_RENEWED,
        (S.GRANTED,),
        (W.C,),
        ("renewal_due",),
        law="LW28",
    ),
)

_ANY_TIME = (
    Row(
        ANY,
        K.AMEND,
        (),
        (W.WC, W.CR),
        ("descriptive_only",),
        parallel=True,
        act=True,
        law="rules §2",
    ),
    Row(ANY, K.NOTE_LATE, (), (W.WC, W.H, W.CR), (), parallel=True, law="ST19"),
    Row(
        ANY,
        K.EXPLAIN,
        (),
        (W.WC, W.H, W.R, W.CR, W.DH),
        ("debt_known",),
        parallel=True,
        law="TM06",
    ),
    Row(ANY, K.REPLY_ORDER, (), (W.CR, W.DH), ("debt_known",), parallel=True, law="TM10"),
    Row(ANY, K.REASSIGN, (), (W.CR,), ("assignee_may",), parallel=True, law="ST06"),
    Row(ANY, K.TAKE_OVER, (), (W.H, W.R, W.WC), ("deputises",), parallel=True, law="TM26"),
    Row(ANY, K.RECUSE, (), (W.WC, W.H, W.R, W.D, W.CR), (), parallel=True, law="rules §2"),
    Row(ANY, K.CURE, (), (W.CR,), ("debt_known",), parallel=True, act=True, law="rules §2"),
    Row(ANY, K.URGE, (), (W.C, W.SV), (), parallel=True, law="TM08"),
    Row(ANY, K.ORDER, (), (W.C, W.SV), (), parallel=True, law="TM10"),
    Row(ANY, K.ESCALATE, (), (W.C, W.SV), ("debt_known",), parallel=True, law="rules §4"),
    Row(ANY, K.FINDING, (), (W.C, W.SV), (), parallel=True, law="rules §4"),
)

_NEW_CASES = (
    *(
        Row(
            NEW,
            kind,
            (S.REGISTERED,),
            (W.AP,),
            ("opens", "applicant_valid", "names_subject"),
            when="by_applicant",
            law="LW27",
        )
        for kind in FOLLOW_UP
    ),
    *(
        Row(
            NEW,
            kind,
            (S.ACCEPTED,),
            (W.CR, W.DH),
            ("opens", "names_subject"),
            when="by_office",
            law="rules §2",
        )
        for kind in EX_OFFICIO
    ),
)

TABLE: tuple[Row, ...] = (
    *_INTAKE,
    *_INNER,
    *_PAPERS_AND_MONEY,
    *_ENDS,
    *_ANY_TIME,
    *_NEW_CASES,
)


def _index(rows: Iterable[Row]) -> dict[tuple[State | None, str], tuple[Row, ...]]:
    index: dict[tuple[State | None, str], tuple[Row, ...]] = {}
    for row in rows:
        for state in row.source:
            key = (state, row.kind.value)
            index[key] = (*index.get(key, ()), row)
    return index


_BY_STATE_AND_KIND = _index(TABLE)


def rows_for(state: State | None, kind: str) -> tuple[Row, ...]:
    """Return the rows of a state and a step code; empty = not allowed."""
    return _BY_STATE_AND_KIND.get((state, kind), ())


def rows_from(state: State | None) -> tuple[Row, ...]:
    """Return every row that starts from a state, in the table's order."""
    return tuple(row for row in TABLE if state in row.source)
