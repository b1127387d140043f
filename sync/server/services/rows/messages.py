"""Rows of what is told to people over the channels."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class MessageState(StrEnum):
    """Where a message is on its way."""

    QUEUED = "queued"
    SENDING = "sending"  # given to a gateway, and not yet written down what became of it
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message to one address by one channel.

    Args:
        id: what it is told of and to whom; the gateway is given it too, so that it goes out once.
        channel: "sms", "voice", "mail" or "hook".
        template: of resources/messages; "" where the text came ready; `version` of it.
        address: telephone number or mail address; "" of a hook; emptied after some time.
        next: ms when it is looked at again, None for never.
        tries: how often a gateway was asked.
        code: why it failed, or failed the last time.
        sent, settled: ms; when the gateway took it, when its end was known.
        via: which gateway; `ref` its own name for the message.
    """

    id: str
    channel: str
    template: str
    version: int
    lang: str
    scope: str
    case_no: str
    address: str = field(repr=False)
    text: str = field(repr=False)
    at: int
    next: int | None
    state: str = MessageState.QUEUED.value
    tries: int = 0
    code: str = ""
    sent: int | None = None
    settled: int | None = None
    via: str = ""
    ref: str = ""
