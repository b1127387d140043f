"""A step as the rules see it: who did what to which case, when, and how well the time is proven.

The envelope, its signatures and its bytes belong to sync.proof; a Step is what is left when they
have been checked. Kinds are the step codes of rules.md §2, unchanged on the wire.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

CENTRE_DEVICE = "centre:"  # device names of the centre's own steps begin so (proof.md §2)


class Kind(StrEnum):
    """Every step code of the wire; the table of transitions names where each is allowed."""

    ASK_PRECHECK = "ask_precheck"
    ANSWER_PRECHECK = "answer_precheck"
    PREREGISTER = "preregister"
    FILE = "file"
    LEAVE = "leave"
    RECEIVE = "receive"
    FIX_ON_SPOT = "fix_on_spot"
    NOTIFY_CORRECTION = "notify_correction"
    CORRECT = "correct"
    LAPSE = "lapse"
    ACCEPT = "accept"
    ACCEPT_PENDING = "accept_pending"
    DEEM_ACCEPTED = "deem_accepted"
    REFUSE = "refuse"
    TELL_NOT_REQUIRED = "tell_not_required"
    SUPPLY_PENDING = "supply_pending"
    CLAIM = "claim"
    ASSIGN = "assign"
    DECIDE_AT_ONCE = "decide_at_once"
    NOT_AT_ONCE = "not_at_once"
    SURVEY = "survey"
    ASK_OPINION = "ask_opinion"
    GIVE_OPINION = "give_opinion"
    HEAR_PARTY = "hear_party"
    TELL_HEARING_RIGHT = "tell_hearing_right"
    REQUEST_HEARING = "request_hearing"
    HOLD_HEARING = "hold_hearing"
    SUSPEND = "suspend"
    PROLONG_SUSPENSION = "prolong_suspension"
    RESUME = "resume"
    HANDLE = "handle"
    REVIEW = "review"
    SEND_BACK = "send_back"
    REQUEST_EXTENSION = "request_extension"
    EXTEND = "extend"
    FORWARD = "forward"
    UPPER_RETURN = "upper_return"
    UPPER_GRANT = "upper_grant"
    UPPER_DENY = "upper_deny"
    GRANT = "grant"
    DENY = "deny"
    CHILD_ENDED = "child_ended"
    CHILD_MOVED = "child_moved"
    CHARGE = "charge"
    PAY = "pay"
    REFUND = "refund"
    MAKE = "make"
    SPOIL = "spoil"
    SEAL_INTENT = "seal.intent"
    SEAL_VOID = "seal.void"
    SEAL = "seal"
    ISSUE = "issue"
    SIGN_FOR = "sign_for"
    SERVE = "serve"
    WITHDRAW = "withdraw"
    TERMINATE = "terminate"
    CLOSE = "close"
    ARCHIVE = "archive"
    CORRECT_PAPER = "correct_paper"
    DEEM_RENEWED = "deem_renewed"
    AMEND = "amend"
    NOTE_LATE = "note_late"
    EXPLAIN = "explain"
    REPLY_ORDER = "reply_order"
    REASSIGN = "reassign"
    TAKE_OVER = "take_over"
    RECUSE = "recuse"
    CURE = "cure"
    URGE = "urge"
    ORDER = "order"
    ESCALATE = "escalate"
    FINDING = "finding"
    CHANGE = "change"
    RENEW = "renew"
    REPLACE = "replace"
    CANCEL = "cancel"
    REVOKE = "revoke"
    REDO = "redo"
    SESSION_OPEN = "session.open"
    SESSION_CLOSE = "session.close"


BOOKKEEPING = frozenset({Kind.SESSION_OPEN, Kind.SESSION_CLOSE})
MANNERS = ("cash", "card", "transfer", "wire")
"""How a fee is paid: 现金, 刷卡, 转账, 电汇 (FE02)."""
"""Kinds that belong to no case: never given to `judge`."""


@dataclass(frozen=True, slots=True)
class Late:
    """What a person says of a step entered after the fact: when it happened, and why so late."""

    happened_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One signed event, already authenticated; the rules trust every member but `body` and `at`.

    `at` is the claim of the window's clock; `lo` and `hi` bound it where the centre has proven
    them (proof.md §5). `body` is the decoded JSON object of docs/STEPS.md.
    """

    id: str
    kind: str
    case: str | None
    scope: str
    person: str
    device: str
    at: datetime
    body: Mapping[str, Any]
    late: Late | None = None
    knew_latest: bool = True
    signed_by_card: bool = False
    lo: datetime | None = None
    hi: datetime | None = None

    @property
    def by_centre(self) -> bool:
        """Say whether the centre itself made the step."""
        return self.device.startswith(CENTRE_DEVICE)

    @property
    def counted(self) -> datetime:
        """Return the time that counts: the claim, clamped to what is proven (proof.md §5)."""
        moment = self.at
        if self.lo is not None and moment < self.lo:
            moment = self.lo
        if self.hi is not None and moment > self.hi:
            moment = self.hi
        return moment

    @property
    def begins(self) -> datetime:
        """Return the moment from which a limit starts that this step triggers.

        A late record starts the limit when the thing happened, never later: the applicant's slip
        fixes the date in his favour (rules.md §3 "Offline").
        """
        if self.late is None:
            return self.counted
        return min(self.counted, self.late.happened_at)

    @property
    def earliest(self) -> datetime:
        """Return the earliest moment at which the step can have been made."""
        return self.counted if self.lo is None else self.lo

    @property
    def latest(self) -> datetime:
        """Return the latest moment at which the step can have been made."""
        return self.counted if self.hi is None else self.hi
