"""What the wire can refuse: reader codes, wire codes with their HTTP status, one table each.

    Failure
    ├── ReaderError   a record, body or message in a form that this wire does not have
    └── WireError     what the centre answers to a request that it does not take

The sentence of each code stands in the message catalogues under `error.<code>`, the remedy under
`error.<code>.do`; a test holds tables, catalogues and docs/PROTOCOL.md together.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from sync.domain.failures import Failure, FailureKind

if TYPE_CHECKING:
    from collections.abc import Mapping

#: One code per malformed form (proof.md §1), in the order in which the reader looks.
READER_CODES: Mapping[str, str] = MappingProxyType(
    {
        "reader.too_long": "longer than its form may be",
        "reader.parts": "not three parts of ASCII, joined by dots",
        "reader.base64": "not the one base64url text of its bytes",
        "reader.header": "other header members than its form has",
        "reader.typ": "another typ than this call expects",
        "reader.key_unknown": "no registered key has this key id",
        "reader.alg": "another algorithm than the registered key's",
        "reader.signature_form": "not 64 bytes r, s with 0 < r, s < n",
        "reader.high_s": "s > n/2",
        "reader.signature": "the signature does not verify",
        "reader.utf8": "not UTF-8",
        "reader.json": "not JSON",
        "reader.depth": "nested deeper than 32",
        "reader.duplicate": "a member stands twice in one object",
        "reader.float": "a number that is not an integer",
        "reader.integer": "an integer beyond 2^53 - 1",
        "reader.text": "a text with U+0000 or half a surrogate pair",
        "reader.object": "not a JSON object",
        "reader.version": "a version v that this program does not know",
        "reader.crit": "a member named in crit that this program does not know",
        "reader.members": "a member is missing or of the wrong kind",
        "reader.key": "not a P-256 public key",
        "reader.salt": "the body's first member is not a salt of 16 bytes",
    }
)


#: What the centre answers, and the HTTP status under which it does (400 = the request itself).
WIRE_STATUS: Mapping[str, int] = MappingProxyType(
    {
        "wire.malformed": 400,
        "wire.too_large": 413,
        "wire.too_slow": 408,
        "wire.encoding": 415,
        "wire.version_too_old": 426,
        "wire.version_too_new": 400,
        "wire.not_found": 404,
        "wire.rate_limited": 429,
        "wire.crowded": 503,
        "wire.unavailable": 503,
        "wire.broken": 500,
        "wire.use_dpop_nonce": 401,
        "wire.proof_missing": 401,
        "wire.proof_invalid": 401,
        "wire.proof_replayed": 401,
        "wire.token_unknown": 401,
        "wire.token_expired": 401,
        "wire.token_foreign": 401,
        "wire.session_ended": 401,
        "wire.fresh_login": 403,
        "wire.login_nonce": 401,
        "wire.forbidden": 403,
        "wire.scope_forbidden": 403,
        "wire.case_forbidden": 403,
        "wire.device_unknown": 403,
        "wire.device_closed": 403,
        "wire.person_unknown": 403,
        "wire.person_no_rights": 403,
        "wire.enrol_code": 403,
        "wire.enrol_expired": 403,
        "wire.enrol_used": 409,
        "wire.lease_refused": 403,
        "wire.numbers_out": 409,
        "wire.cursor": 409,
        "wire.lines_missing": 409,
        "wire.id_conflict": 409,
        "wire.attachment_missing": 404,
        "wire.attachment_size": 413,
        "wire.attachment_type": 415,
        "wire.attachment_hash": 422,
        "wire.backup_missing": 404,
        "wire.backup_old": 409,
        "wire.console_code": 401,
        "wire.system_unknown": 403,
        "wire.system_ended": 403,
        "wire.centre_unknown": 403,
        "wire.centre_ended": 403,
    }
)

_RETRIABLE = frozenset(
    {
        "wire.rate_limited",
        "wire.crowded",
        "wire.unavailable",
        "wire.too_slow",
        "wire.use_dpop_nonce",
        "wire.token_expired",
        "wire.login_nonce",
        "wire.cursor",
        "wire.lines_missing",
    }
)
_BROKEN = frozenset({"wire.broken", "wire.malformed"})


class ReaderError(Failure):
    """A record, body or message in a form that this wire does not have."""

    def __init__(self, code: str, **details: str | int) -> None:
        super().__init__(code, FailureKind.REFUSED, **details)


class WireError(Failure):
    """What the centre answers to a request that it does not take.

    Raises:
        KeyError: a code outside the table: a defect of the caller.
    """

    def __init__(self, code: str, **details: str | int) -> None:
        self.status = WIRE_STATUS[code]
        kind = FailureKind.REFUSED
        if code in _RETRIABLE:
            kind = FailureKind.RETRIABLE
        elif code in _BROKEN:
            kind = FailureKind.BROKEN
        super().__init__(code, kind, **details)
