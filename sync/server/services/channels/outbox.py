"""The outbox: what is to be told is kept in the transaction of what it tells of (CH04, CH08).

A message has an id made of what it tells of and to whom: kept once, sent once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.server.services.channels.templates import MessageKind, templates
from sync.server.services.rows.messages import MessageRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.server.services.channels.hours import QuietHours
    from sync.server.services.ports.ledger import Transaction

SMS, VOICE, MAIL, HOOK = "sms", "voice", "mail", "hook"
RINGING = frozenset({SMS, VOICE})
CHINESE = "zh_CN"


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing to be told to one person.

    Args:
        id: of what it is told of and to whom; the channel is added.
        template: of resources/messages.
        args: what its words are filled in with.
        phone, mail: where the person is reached; "" for not.
        scope, case_no: what it is about: a case; a report to leaders, by its id; or "".
    """

    id: str
    template: str
    args: Mapping[str, object] = field(default_factory=dict)
    phone: str = field(default="", repr=False)
    mail: str = field(default="", repr=False)
    lang: str = CHINESE
    scope: str = ""
    case_no: str = ""


class Outbox:
    """Keeps messages to be sent.

    Args:
        channels: those that this centre has a gateway for.
        quiet: when notices wait.
    """

    def __init__(self, channels: frozenset[str], quiet: QuietHours) -> None:
        self._channels = channels
        self._quiet = quiet

    def tell(self, tx: Transaction, what: Telling, now: int) -> None:
        """Keep a message for each channel of its template that leads somewhere."""
        template = templates()[what.template]
        text = template.text(what.lang, what.args)
        for channel in template.channels:
            address = {SMS: what.phone, VOICE: what.phone, MAIL: what.mail, HOOK: HOOK}[channel]
            if channel not in self._channels or not address:
                continue
            rings = channel in RINGING and template.kind is MessageKind.NOTICE
            tx.messages.keep(
                MessageRow(
                    id=f"{what.id}/{channel}",
                    channel=channel,
                    template=template.name,
                    version=template.version,
                    lang=what.lang,
                    scope=what.scope,
                    case_no=what.case_no,
                    address=address,
                    text=text,
                    at=now,
                    next=self._quiet.until(now) if rings else now,
                )
            )

    def tell_text(  # a leader's message, whose words the window shows before it is sent
        self, tx: Transaction, what: Telling, text: str, now: int
    ) -> None:
        """Keep a short message whose words came ready."""
        row = MessageRow(
            id=f"{what.id}/{SMS}",
            channel=SMS,
            template=what.template,
            version=0,
            lang=what.lang,
            scope=what.scope,
            case_no=what.case_no,
            address=what.phone,
            text=text,
            at=now,
            next=self._quiet.until(now),
        )
        tx.messages.keep(row)

    def quiet_until(self, now: int) -> int:
        """Return when a notice that is due now may ring, ms."""
        return self._quiet.until(now)
