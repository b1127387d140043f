"""Which of a token's certificates logs in, which signs, which agrees on keys. Pure.

Makers give ids and labels as they like, so the mapping is data: resources/cards/libraries.json
holds, per kind of token, rules for each place in the order in which they are tried. A rule names a
CKA_ID, a label, or the key usage that the certificate must have and must not have. Of several
certificates that fit, the one that is valid longest is taken: renewed ones stay beside the old.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import msgspec
from cryptography import x509

from resources.folder import FOLDER
from sync.typed import from_json

if TYPE_CHECKING:
    from collections.abc import Iterable

_FILE = FOLDER / "cards" / "libraries.json"


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a certificate must be like; whatever is empty is not asked."""

    id: str = ""
    """CKA_ID in hex."""
    label: str = ""
    """CKA_LABEL, whole, in any case."""
    usage: tuple[str, ...] = ()
    without: tuple[str, ...] = ()


class TokenKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rules for the tokens of one maker and model; empty fits every one."""

    about: str
    places: dict[str, tuple[Rule, ...]]
    maker: str = ""
    model: str = ""


class Libraries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of makers' libraries and tokens; the first kind that fits counts."""

    tokens: tuple[TokenKind, ...]
    look_afresh: tuple[str, ...]
    """Makers of libraries that see a token only where it was there when they were started."""


class Found(msgspec.Struct, frozen=True):
    """A certificate on a token: CKA_ID in hex, CKA_LABEL, DER in hex."""

    id: str
    label: str
    der: str


@cache
def known() -> Libraries:
    """Return the data file's content."""
    return from_json(_FILE.read_bytes(), Libraries)


def placed(found: Iterable[Found], maker: str, model: str) -> dict[str, Found]:
    """Return the certificate of each place that one fits; keys are "9A", "9C", "9D".

    Bytes that are no certificate stand in a place only where a rule names their id or label: then
    whoever asks for the place learns that it is unreadable.
    """
    entries = [(entry, _read(entry)) for entry in found]
    kinds = known().tokens
    kind = next(k for k in kinds if k.maker in {"", maker} and k.model in {"", model})
    places = {place: _first(rules, entries) for place, rules in kind.places.items()}
    return {place: entry for place, entry in places.items() if entry is not None}


def _first(
    rules: tuple[Rule, ...], entries: list[tuple[Found, x509.Certificate | None]]
) -> Found | None:
    for rule in rules:
        fitting = [pair for pair in entries if _fits(rule, *pair)]
        if fitting:
            return max(fitting, key=lambda pair: _until(pair[1]))[0]
    return None


def _fits(rule: Rule, entry: Found, certificate: x509.Certificate | None) -> bool:
    if rule.id and rule.id != entry.id:
        return False
    if rule.label and rule.label.casefold() != entry.label.casefold():
        return False
    if not (rule.usage or rule.without):
        return True
    usage = None if certificate is None else _usage(certificate)
    if usage is None:
        return False
    wanted = all(getattr(usage, name) for name in rule.usage)
    return wanted and not any(getattr(usage, name) for name in rule.without)


def _usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return None


def _until(certificate: x509.Certificate | None) -> float:
    return 0.0 if certificate is None else certificate.not_valid_after_utc.timestamp()


def _read(entry: Found) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(bytes.fromhex(entry.der))
    except ValueError:
        return None
