"""Sheets: policy events drawn up at the centre and signed elsewhere, by two administrators' cards.

A sheet is a file that goes from hand to hand: the centre draws it up, each administrator's card
signs all of it, the centre takes it. Each event follows the one before it, so each names the first
signature of the former (proof.md §7); the second administrator signs the very same payloads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec

from sync.proof.events import SALT_BYTES, read_body, write_body
from sync.proof.failures import ProofError
from sync.proof.jws import body_hash, hash_text
from sync.proof.keys import new_bytes, new_id
from sync.proof.policy import GENESIS, join_policy, sign_policy
from sync.protocol.errors import ReaderError
from sync.protocol.records import PolicyEvent
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sync.proof.keys import SigningKey
    from sync.protocol.records import Record

FORM = "hall-policy-sheet-v1"
_HANDS = 2


class Wanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One event: its kind and its body, as the very text that is hashed."""

    id: str
    kind: str
    body: str

    def content(self) -> Mapping[str, Any]:
        """Return the body; raises ReaderError when it is none."""
        return read_body(self.body.encode("utf-8", "surrogatepass"))


class Hand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One administrator's signatures, one for each event, by the certificate that they name."""

    x5t: str
    jws: tuple[str, ...]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    form: str
    aud: str
    seq: int
    prev: str | None
    at: int
    events: tuple[Wanted, ...]
    hands: tuple[Hand, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Events in their order, and who has signed them.

    Attributes:
        aud: the centre; "" on a sheet that begins with its genesis, which names it.
        seq, prev: of the first event, as the centre's policy stood when it was drawn up.
        at: ms UTC, of all of them.
        events: what is to come.
        hands: none, one, or two.
    """

    aud: str
    seq: int
    prev: str | None
    at: int
    events: tuple[Wanted, ...]
    hands: tuple[Hand, ...] = ()

    @property
    def complete(self) -> bool:
        """Say whether both have signed."""
        return len(self.hands) == _HANDS


def draw(
    place: tuple[str, int, str | None], at: int, wanted: Iterable[tuple[str, Mapping[str, Any]]]
) -> Sheet:
    """Draw up a sheet.

    Args:
        place: (aud, seq, prev) of its first event.
        at: now, ms UTC.
        wanted: kind and body of each event.
    """
    aud, seq, prev = place
    events = tuple(
        Wanted(new_id(), kind, write_body(body, new_bytes(SALT_BYTES))) for kind, body in wanted
    )
    return Sheet(aud, seq, prev, at, events)


def sign(sheet: Sheet, x5t: str, card: SigningKey) -> Sheet:
    """Have one administrator's card (9C) sign every event; returns the sheet with it.

    Raises:
        ProofError: proof.policy_signers when two have signed already, or this one has.
        ReaderError: what the sheet holds is no policy event.
    """
    if sheet.complete or any(hand.x5t == x5t for hand in sheet.hands):
        raise ProofError("proof.policy_signers")
    made: list[str] = []
    first = sheet.hands[0].jws if sheet.hands else made
    for number, wanted in enumerate(sheet.events):
        form = _form(sheet, number, wanted, first)
        made.append(sign_policy(form, x5t, card))
    return replace(sheet, hands=(*sheet.hands, Hand(x5t, tuple(made))))


def records(sheet: Sheet) -> list[Record]:
    """Return what the centre logs.

    Raises:
        ProofError: proof.policy_signers when two have not signed all of it.
    """
    count = len(sheet.events)
    if not sheet.complete or any(len(hand.jws) != count for hand in sheet.hands):
        raise ProofError("proof.policy_signers")
    first, second = (hand.jws for hand in sheet.hands)
    return [
        join_policy(first[number], second[number], wanted.body)
        for number, wanted in enumerate(sheet.events)
    ]


def write_sheet(sheet: Sheet) -> bytes:
    """Return a sheet as the file that goes from hand to hand."""
    file = _File(FORM, sheet.aud, sheet.seq, sheet.prev, sheet.at, sheet.events, sheet.hands)
    return msgspec.json.format(msgspec.json.encode(file), indent=1) + b"\n"


def read_sheet(data: bytes) -> Sheet:
    """Read a sheet; what it holds is nobody's word until the centre has verified it.

    Raises:
        ReaderError: reader.members when it is none.
    """
    try:
        file = from_json(data, _File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ReaderError("reader.members") from error
    if file.form != FORM or not file.events or len(file.hands) > _HANDS:
        raise ReaderError("reader.members")
    return Sheet(file.aud, file.seq, file.prev, file.at, file.events, file.hands)


def _form(sheet: Sheet, number: int, wanted: Wanted, first: Sequence[str]) -> PolicyEvent:
    aud = sheet.aud
    if sheet.events[0].kind == GENESIS:
        aud = str(sheet.events[0].content().get("aud", ""))
    return PolicyEvent(
        aud=aud,
        id=wanted.id,
        seq=sheet.seq + number,
        prev=sheet.prev if number == 0 else hash_text(first[number - 1]),
        kind=wanted.kind,
        body=body_hash(wanted.body),
        at=sheet.at,
        crit=[],
    )
