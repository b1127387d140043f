"""Rows of the table: pre-check, registration, receipt, correction, acceptance; follow-up cases."""

from sync.domain.case import State
from sync.domain.events import Kind
from sync.domain.rows import Row, Who

S, K, W = State, Kind, Who

NEW: tuple[State | None, ...] = (None,)
NEW_OR_PRECHECK: tuple[State | None, ...] = (None, S.PRECHECKING)
FOLLOW_UP = (K.CHANGE, K.RENEW, K.REPLACE, K.CANCEL)
EX_OFFICIO = (K.CANCEL, K.REVOKE, K.REDO)

INTAKE = (
    Row(NEW, K.ASK_PRECHECK, (S.PRECHECKING,), (W.AP,), ("opens",), law="TM23"),
    Row((S.PRECHECKING,), K.ANSWER_PRECHECK, (), (W.WC,), ("precheck_in_time",), law="IN14"),
    Row(
        (S.RECEIVED,),
        K.ANSWER_PRECHECK,
        (),
        (W.WC, W.CR, W.H, W.HD),
        ("lacks_known",),
        when="child_of_lead",
        law="ST10 LW08",
    ),
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
        ("by_lead", "materials_known"),
        law="LW10 IN05",
    ),
    Row((S.RECEIVED,), K.FIX_ON_SPOT, (), (W.AP, W.WC), ("materials_known",), law="LW07"),
    Row(
        (S.RECEIVED,),
        K.NOTIFY_CORRECTION,
        (S.AWAITING_CORRECTION,),
        (W.WC, W.CR),
        (
            "notice_by_lead",
            "notice_served",
            "notice_names_materials",
            "notice_in_time",
            "notice_is_the_only_one",
        ),
        law="LW08",
    ),
    Row(
        (S.ACCEPTED,),
        K.NOTIFY_CORRECTION,
        (S.AWAITING_CORRECTION,),
        (W.WC, W.CR),
        ("notice_by_lead", "notice_served", "notice_names_materials", "notice_proven"),
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
        (
            "by_lead",
            "materials_complete",
            "receipt_in_time",
            "due_agrees",
            "leader_told",
            "pages_compared",
        ),
        law="LW09 LW10",
    ),
    Row(
        (S.RECEIVED,),
        K.ACCEPT_PENDING,
        (S.ACCEPTED,),
        (W.WC, W.CR),
        (
            "by_lead",
            "pending_minor",
            "pending_terms",
            "receipt_in_time",
            "due_agrees",
            "leader_told",
            "pages_compared",
        ),
        law="A13 容缺",
    ),
    Row((S.RECEIVED,), K.DEEM_ACCEPTED, (S.ACCEPTED,), (W.C,), ("receipt_over",), law="LW08"),
    Row(
        (S.RECEIVED,),
        K.REFUSE,
        (S.REFUSED,),
        (W.WC, W.CR),
        ("by_lead", "refusal_lawful", "receipt_in_time"),
        act=True,
        law="LW06",
    ),
    Row(
        (S.REGISTERED, S.RECEIVED),
        K.TELL_NOT_REQUIRED,
        (S.NOT_REQUIRED,),
        (W.WC, W.CR),
        ("by_lead", "receipt_in_time"),
        act=True,
        law="LW05",
    ),
)

NEW_CASES = (
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
