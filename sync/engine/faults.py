"""What can go wrong on the line, sorted by what the engine does about it.

The words stand under `error.<code>` and `error.<code>.do`. A code that the centre itself gave
(`wire.*` and the like), or that the proof room found, keeps its name.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from sync.domain.failures import Failure, FailureKind

if TYPE_CHECKING:
    from collections.abc import Mapping


class Fault(StrEnum):
    """The engine's reaction, one word each."""

    LINE = "line"  # nobody was reached, or the answer broke off: the whole line backs off
    BUSY = "busy"  # the centre asks to wait: obeyed for everything
    LATER = "later"  # the turn of this request comes at a time that the centre told
    UNABLE = "unable"  # centre or store could not, or answered nonsense: this duty backs off
    ACCESS = "access"  # the token is gone: renew, else log in, else a person must
    REFUSED = "refused"  # it will not take this request: this duty backs off, the person is told


NOBODY = "line.refused"  # nobody listens there: cable, switch, centre down
TIMEOUT = "line.timeout"
TLS = "line.tls"  # whoever answered is not our centre, or does not speak TLS 1.3
CLOCK = "line.clock"  # by this machine's clock our centre's certificate is not valid
CUT = "line.cut"  # the answer broke off
SERVER = "line.server"  # a 5xx without a code
BUSY = "line.busy"  # 429 or 503
NONSENSE = "line.nonsense"  # an answer that is no answer of this protocol
OTHER_CENTRE = "line.other_centre"  # a centre, but not the one of our enrolment
LOGIN_NEEDED = "line.login_needed"  # only a card at the reader opens the line again
FRESH_LOGIN = "line.fresh_login"  # opened without the line: sends its outbox, then needs the card
NO_PROGRESS = "line.no_progress"  # the loop guard spoke
UNANSWERED = "line.unanswered"  # sent, the centre answers, but no receipt for it within 60 s
GAP = "line.gap"  # the centre expects another number of this device
REJECTED = "line.rejected"  # an own event that the centre cannot even log
UNPROVEN = "line.unproven"  # a receipt whose head is not shown to follow from the last one
ATTACHMENT_WRONG = "line.attachment_wrong"  # bytes that are not what their hash says
POLICY_OLDER = "line.policy_older"  # the centre has less of policy than it once signed
POLICY_FORKED = "line.policy_forked"  # its policy is another than the one that it once signed
GIVEN_BACK = "line.given_back"  # the centre had lost lines; this window sent them again
CROWDED = "wire.crowded"  # more is pushed than it can take at once: this window has a number
LINES_MISSING = "wire.lines_missing"  # the centre has less of a scope than it once signed
CENTRE_FORK = "proof.centre_fork"  # two histories of one scope: proof.md §6

LINE_CODES = (
    NOBODY,
    TIMEOUT,
    TLS,
    CLOCK,
    CUT,
    SERVER,
    BUSY,
    NONSENSE,
    OTHER_CENTRE,
    LOGIN_NEEDED,
    FRESH_LOGIN,
    NO_PROGRESS,
    UNANSWERED,
    GAP,
    REJECTED,
    UNPROVEN,
    ATTACHMENT_WRONG,
    POLICY_OLDER,
    POLICY_FORKED,
    GIVEN_BACK,
)


class LineFailure(Failure):
    """A request that was not answered as asked.

    Args:
        code: `line.*`, or what the centre said (`wire.*` and the like).
        fault: what the engine does about it.
        hold_ms: how long the centre asked us to wait, if it did.
        details: named values for the text.
    """

    def __init__(
        self,
        code: str,
        fault: Fault,
        hold_ms: int | None = None,
        details: Mapping[str, str | int] | None = None,
    ) -> None:
        refused = fault in {Fault.REFUSED, Fault.ACCESS}
        super().__init__(code, FailureKind.REFUSED if refused else FailureKind.RETRIABLE)
        self.details = dict(details or {})
        self.fault = fault
        self.hold_ms = hold_ms
