"""Codes by telephone: who wants something of the centre shows that he can be reached (SE04).

Six figures, ten minutes, five tries; three codes in ten minutes and ten a day for one telephone.
The code is kept as a keyed hash, and is good for one purpose, once.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sync.domain import identity
from sync.proof.keys import new_bytes
from sync.protocol.codec import b64u_encode
from sync.protocol.errors import WireError
from sync.server.services.channels.outbox import Telling
from sync.server.services.rows.strangers import PhoneCodeRow
from sync.texts import texts

if TYPE_CHECKING:
    from sync.server.clock import Clock
    from sync.server.services.channels.outbox import Outbox
    from sync.server.services.ports.ledger import Transaction

MINUTES, TRIES = 10, 5
LASTS_MS = MINUTES * 60_000
DAY_MS = 86_400_000
MOST_SHORT, MOST_DAY = 3, 10


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of a typed code: the telephone, or "" with how many tries are left."""

    phone: str = ""
    left: int = 0


class PhoneCodes:
    """Sends codes and takes them.

    Args:
        outbox: by which they go out.
        clock: the centre's.
        secret: what hashes are keyed with.
    """

    def __init__(self, outbox: Outbox, clock: Clock, secret: bytes) -> None:
        self._outbox = outbox
        self._clock = clock
        self._secret = hmac.digest(secret, b"hall-phone-code-v1", "sha256")

    def send(self, tx: Transaction, typed: str, purpose: str, lang: str) -> str:
        """Send a code; return the id under which it is shown.

        Args:
            tx: a unit that writes.
            typed: a telephone number; only mobile ones hear short messages.
            purpose: a word of `public.purpose`.
            lang: "zh_CN" or "en".

        Raises:
            WireError: malformed (no mobile number); rate_limited.
        """
        phone, now = mobile(typed), self._clock.now_ms()
        if not phone:
            raise WireError("wire.malformed")
        if tx.filings.codes_since(phone, now - LASTS_MS) >= MOST_SHORT:
            raise WireError("wire.rate_limited", retry_after=LASTS_MS // 1000)
        if tx.filings.codes_since(phone, now - DAY_MS) >= MOST_DAY:
            raise WireError("wire.rate_limited", retry_after=DAY_MS // 1000)
        id_, code = b64u_encode(new_bytes(18)), f"{secrets.randbelow(1_000_000):06d}"
        row = PhoneCodeRow(id_, phone, purpose, self._hash(id_, code), now, now + LASTS_MS)
        tx.filings.save_code(row)
        args = {
            "code": code,
            "minutes": MINUTES,
            "purpose": texts(lang).t(f"public.purpose.{purpose}"),
        }
        self._outbox.tell(tx, Telling(f"code/{id_}", "code", args, phone=phone, lang=lang), now)
        return id_

    def take(self, tx: Transaction, id_: str, typed: str, purpose: str) -> Shown:
        """Take a code; a right one is used up, a wrong one costs a try. Commits both.

        Args:
            tx: a unit that writes, and must not fail on a wrong code.
            id_: as `send` returned it.
            typed: six figures.
            purpose: as it was sent for.
        """
        row = tx.filings.code(id_[:64])
        now = self._clock.now_ms()
        if row is None or not row.hash or row.purpose != purpose or row.exp < now:
            return Shown()
        if row.tries >= TRIES:
            return Shown()
        wanted = self._hash(row.id, "".join(typed.split())[:16])
        if not hmac.compare_digest(row.hash, wanted):
            tx.filings.save_code(replace(row, tries=row.tries + 1))
            return Shown(left=TRIES - row.tries - 1)
        tx.filings.save_code(replace(row, hash=""))
        return Shown(phone=row.phone)

    def _hash(self, id_: str, code: str) -> str:
        return hmac.digest(self._secret, f"{id_} {code}".encode(), "sha256").hex()


def mobile(typed: str) -> str:
    """Return a mobile number as it is called in China, or ""."""
    found = identity.phone(typed[:32])
    plain = found if isinstance(found, str) else ""
    return plain if len(plain) == 11 and plain.isdecimal() and plain.startswith("1") else ""
