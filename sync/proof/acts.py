"""Acts (proof.md §3): the card's own signature (9C) under a decisive step.

An act says all that its event says, and what the screen showed. It is made from the same `Draft` as
the event, before it; the event then carries its hash. So an act fits one event and no other.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sync.proof.failures import ProofError
from sync.proof.jws import X5t, body_hash, open_form, sign_form
from sync.protocol.codec import b64u_encode
from sync.protocol.records import Act

if TYPE_CHECKING:
    from sync.proof.certificates import CardIdentity
    from sync.proof.events import Draft, ReadEvent
    from sync.proof.jws import Resolve
    from sync.proof.keys import SigningKey
    from sync.protocol.records import Delegation

#: Members that act and core share; every one must be equal.
SHARED = ("aud", "id", "dev", "inc", "scope", "case", "cprev", "kind", "body", "anc", "at")


def shown_hash(text: str) -> str:
    """Return `sum`: H of the UTF-8 text shown to the person, as kept in the body's `shown`."""
    return b64u_encode(hashlib.sha256(text.encode("utf-8")).digest())


def make_act(draft: Draft, dlg: str, shown: str, x5t: str, card: SigningKey) -> str:
    """Have the card sign a step.

    Args:
        draft: the event, complete but for its signatures; its body holds `shown`.
        dlg: hash of the session's delegation: the event's kid.
        shown: the text that the person saw when the PIN was asked.
        x5t: name of the card's 9C certificate.
        card: the card's 9C slot. This blocks for as long as the card takes: card lane.
    """
    act = Act(
        aud=draft.aud,
        id=draft.id,
        dev=draft.dev,
        inc=draft.inc,
        scope=draft.scope,
        case=draft.case,
        cprev=draft.cprev,
        kind=draft.kind,
        body=body_hash(draft.body),
        dlg=dlg,
        anc=draft.anc,
        at=draft.at,
        sum=shown_hash(shown),
    )
    return sign_form(act, X5t(x5t), card)


def read_act(text: str, resolve: Resolve) -> tuple[Act, str]:
    """Verify an act; return it and the x5t of the certificate that signed it.

    Raises:
        ReaderError: the form, or a certificate that `resolve` does not know.
    """
    act, opened = open_form(text, Act, resolve)
    return act, opened.header.x5t or ""


def check_act(act: Act, read: ReadEvent, delegation: Delegation, card: CardIdentity) -> None:
    """Hold a verified act against its event, its session and its person.

    Args:
        act: as `read_act` gave it.
        read: the event that carries it.
        delegation: what the event's kid names.
        card: whose certificate signed the act, checked for purpose "sign".

    Raises:
        ProofError: act_differs when a shared member, the session or the shown text is another;
            act_foreign when card and session are not the same person's.
    """
    check_act_of(act, read, delegation.person, card)


def check_act_of(act: Act, read: ReadEvent, person: str, card: CardIdentity) -> None:
    """Hold a verified act against its event and the person whose step it is said to be.

    Raises:
        ProofError: as `check_act`.
    """
    for name in SHARED:
        if getattr(act, name) != getattr(read.core, name):
            raise ProofError("proof.act_differs", member=name)
    if act.dlg != read.kid:
        raise ProofError("proof.act_differs", member="dlg")
    shown = read.body.get("shown")
    if not isinstance(shown, str) or shown_hash(shown) != act.sum:
        raise ProofError("proof.act_differs", member="sum")
    if card.person != person:
        raise ProofError("proof.act_foreign")
