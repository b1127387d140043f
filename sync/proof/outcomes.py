"""Outcomes and tree heads (proof.md §6): what the centre answers, and what it can never take back.

An outcome's JSON is made once; those bytes are the leaf, are stored, and are handed on.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from sync.proof.jws import Kid, Resolve, open_form, sign_form
from sync.proof.tree import leaf_hash
from sync.protocol.codec import b64u_decode, b64u_encode, write_message
from sync.protocol.errors import ReaderError
from sync.protocol.limits import ENVELOPE_MAX
from sync.protocol.records import Outcome, TreeHead, read_payload
from sync.typed import json_reader

if TYPE_CHECKING:
    from sync.proof.keys import SigningKey
    from sync.proof.tree import Frontier
    from sync.proof.trust import Trust


class _Counted(msgspec.Struct):
    counted: int


_COUNTED = json_reader(_Counted)


def write_outcome(outcome: Outcome) -> str:
    """Return the outcome's text: made here once, never again."""
    return write_message(outcome).decode("utf-8")


@lru_cache(maxsize=1024)  # a page: first whoever verifies reads it, then whoever stores it
def read_outcome(text: str) -> Outcome:
    """Read an outcome's text strictly.

    Raises:
        ReaderError: the form.
    """
    return read_payload(text.encode("utf-8", "surrogatepass"), Outcome, ENVELOPE_MAX)


def counted_of(text: str) -> int:
    """Return the counted time of an outcome that stands in this centre's own log, ms.

    For whoever only counts: nothing else of the text is read or checked.
    """
    return _COUNTED.decode(text).counted


def outcome_leaf(text: str) -> bytes:
    """Return the leaf hash of an outcome's text."""
    return leaf_hash(text.encode("utf-8"))


def sign_tree_head(
    frontier: Frontier, aud: str, scope: str, t: int, key: SigningKey, kid: str
) -> str:
    """Sign the head of a scope's tree with the centre's log key: one per commit."""
    head = TreeHead(
        aud=aud, scope=scope, size=frontier.size, root=b64u_encode(frontier.root()), t=t
    )
    return sign_form(head, Kid(kid), key)


def read_tree_head(text: str, resolve: Resolve) -> TreeHead:
    """Verify a tree head.

    Raises:
        ReaderError: the form.
    """
    return open_form(text, TreeHead, resolve)[0]


def read_past_head(text: str, trust: Trust) -> tuple[TreeHead, int | None]:
    """Verify a tree head by the log key that served at its time, which may have ended since.

    Returns:
        The head, and when its key ended, ms; None for one that serves. Its time is its signer's
        word: under a key that ended, hold it against what the centre has of later than that.

    Raises:
        ReaderError: the form; key_unknown for one dated when its key served no more.
    """
    head, signed = open_form(text, TreeHead, trust.server("log", 0))
    if trust.server("log", head.t)(signed.header) is None:
        raise ReaderError("reader.key_unknown")
    return head, trust.ended(signed.header.kid)


def root_of(head: TreeHead) -> bytes:
    """Return a head's root as bytes."""
    return b64u_decode(head.root)
