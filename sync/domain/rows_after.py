"""Rows of the table: money, certificate, papers, ends, and what may come at any time."""

from sync.domain.case import AFTER_GRANT, END, INNER, PRE, State
from sync.domain.events import Kind
from sync.domain.rows import Row, Who

S, K, W = State, Kind, Who

ANY: tuple[State | None, ...] = tuple(S)
WITH_PAPER: tuple[State | None, ...] = tuple(s for s in S if s is not S.PRECHECKING)
AFTER_ALL: tuple[State | None, ...] = (S.FORWARDED, *END, S.CLOSED)
"""Where money may still come in or go back: a fee paid for what was denied is not kept."""
OFFICE = (W.WC, W.H, W.R, W.D, W.CR, W.DH)
"""The author's office: whoever works on the case there."""

PAPERS_AND_MONEY = (
    Row((*INNER, S.GRANTED), K.CHARGE, (), (W.CA,), ("tariff_lawful",), law="LW32"),
    Row(
        (*INNER, *AFTER_GRANT),
        K.PAY,
        (),
        (W.AP, W.CA),
        ("fee_open", "manner_known"),
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
        AFTER_ALL,
        K.PAY,
        (),
        (W.AP, W.CA),
        ("fee_left_open", "fee_open", "manner_known"),
        law="LW32",
    ),
    Row(
        AFTER_ALL,
        K.REFUND,
        (),
        (W.CA,),
        ("fee_left_paid", "fee_paid"),
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
        ("nothing_pending", "certificate_in_time"),
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

ENDS = (
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

ANY_TIME = (
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
    Row(ANY, K.NOTE_LATE, (), OFFICE, (), parallel=True, law="ST19"),
    Row(
        ANY,
        K.EXPLAIN,
        (),
        OFFICE,
        ("debt_known",),
        parallel=True,
        law="TM06",
    ),
    Row(ANY, K.REPLY_ORDER, (), (W.CR, W.DH), ("debt_known",), parallel=True, law="TM10"),
    Row(ANY, K.REASSIGN, (), (W.CR,), ("assignee_may",), parallel=True, law="ST06"),
    Row(ANY, K.TAKE_OVER, (), OFFICE, ("deputises",), parallel=True, law="TM26"),
    Row(ANY, K.RECUSE, (), OFFICE, (), parallel=True, law="rules §2"),
    Row(
        ANY,
        K.CURE,
        (),
        (W.CR,),
        ("debt_known", "cure_way"),
        parallel=True,
        act=True,
        law="rules §2",
    ),
    Row(ANY, K.URGE, (), (W.C, W.SV), (), parallel=True, law="TM08"),
    Row(ANY, K.ORDER, (), (W.C, W.SV), (), parallel=True, law="TM10"),
    Row(ANY, K.ESCALATE, (), (W.C, W.SV), ("debt_known",), parallel=True, law="rules §4"),
    Row(ANY, K.CHILD_MOVED, (), (W.C,), ("child_of_bundle",), parallel=True, law="ST10 ST11"),
    Row(ANY, K.FINDING, (), (W.C, W.SV), (), parallel=True, law="rules §4"),
)
