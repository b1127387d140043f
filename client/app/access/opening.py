"""Open a session: card, PIN, store, delegation, in this order and all or nothing.

The card is taken once: its PIN unwraps the store's key (9D) and signs the delegation (9A), then it
is logged out. In between the store is opened, because the delegation names the chain's head.
"""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.app.failures import AppFailure
from client.app.rows.session import SessionView
from client.app.session.leave import claimed_now, require_lease
from client.app.steps.signing import CardKeyOf
from client.host.program import PROGRAM, version
from sync.domain.calendar import CHINA
from sync.domain.failures import Failure, FailureKind
from sync.domain.fields import moment_of
from sync.engine.session import LineSession
from sync.proof.certificates import Revocation, TrustAnchors, check
from sync.proof.delegations import make_login
from sync.proof.failures import CertificateError
from sync.proof.jws import hash_text
from sync.proof.keys import SoftwareKey, new_bytes
from sync.protocol.codec import b64u_decode, b64u_encode
from sync.protocol.limits import DELEGATION_MS, LOGIN_NONCE_MS
from sync.protocol.records import Delegation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from client.app.ports.card import CardInHand, CardPort, StoreKeys, VaultPort
    from client.app.ports.scan import Scanners
    from client.app.ports.store import CaseStore
    from client.host.centre_seen import CentreSeen
    from client.host.clock import Clock
    from client.host.lanes import Lanes
    from client.host.pinned import Pinned
    from sync.domain.policy import PolicyBook
    from sync.domain.secret import Secret
    from sync.proof.certificates import CardIdentity
    from sync.proof.delegations import Login
    from sync.protocol.messages import LoginNonceAnswer

DEVICE_KEY = "device.key"
_UNTIMELY = frozenset(
    f"certificate.{code}" for code in ("not_yet_valid", "expired", "issuer_expired")
)


@dataclass(frozen=True, slots=True)
class Means:
    """What opening needs of the machine; all of it lives as long as the program."""

    card: CardPort
    vault: VaultPort
    lanes: Lanes
    clock: Clock
    open_store: Callable[[StoreKeys], CaseStore]
    scanners: Scanners
    seen: CentreSeen


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that is open here; the centre has not been asked yet if `online` is False."""

    store: CaseStore
    line: LineSession
    login: Login
    view: SessionView
    authorities: tuple[bytes, ...]


class Opening:
    """One attempt to open a session."""

    def __init__(self, means: Means, pinned: Pinned) -> None:
        self._means = means
        self._pinned = pinned
        self.key = SoftwareKey.generate()

    async def run(self, pin: Secret[str], asked: LoginNonceAnswer | None) -> Opened:
        """Open the session.

        Args:
            pin: goes to the card and nowhere else.
            asked: the centre's nonce, bound to this device and `key`; None without the line, and
                then the store must hold a lease that is not over and names this card.

        Raises:
            CardFailure, CertificateError, AppFailure, StoreFailure: nothing stays open.
        """
        lanes = self._means.lanes
        held = ExitStack()
        store: CaseStore | None = None
        try:
            card, identity = await lanes.card.run(self._take, held, pin)
            keys = await lanes.card.run(self._means.vault.open, card)
            store = await lanes.store.run(self._means.open_store, keys)
            delegation, view, device = await lanes.store.run(
                self._delegation, store, identity, asked
            )
            administrators = await lanes.store.run(_administrators, store)
            await lanes.card.run(self._keep_recovery, card, administrators)
            login = await lanes.card.run(
                make_login, delegation, (identity.certificate,), CardKeyOf(card, "9A", pin), device
            )
        except BaseException:
            if store is not None:
                await lanes.store.run(store.close)
            raise
        finally:
            await lanes.card.run(held.close)
        line = LineSession(
            login, delegation, hash_text(login.dlg), self.key, device, self._pinned.genesis
        )
        return Opened(store, line, login, view, self._authorities())

    # card lane

    def _take(self, held: ExitStack, pin: Secret[str]) -> tuple[CardInHand, CardIdentity]:
        card = held.enter_context(self._means.card.open())
        der = card.certificate("9A")
        identity = check_card(der, self._pinned, self._means.seen)
        card.verify_pin(pin)
        return card, identity

    def _keep_recovery(self, card: CardInHand, administrators: tuple[bytes, ...]) -> None:
        """Follow policy with the recovery slots; nobody is kept from work because it fails."""
        with suppress(Failure):
            self._means.vault.keep_recovery(card, administrators)

    # store lane

    def _delegation(
        self, store: CaseStore, identity: CardIdentity, asked: LoginNonceAnswer | None
    ) -> tuple[Delegation, SessionView, SoftwareKey]:
        head, book = store.head(), store.policy_book()
        kept = store.get_meta(DEVICE_KEY)
        if head is None or kept is None:
            raise AppFailure("app.not_enrolled", FailureKind.BROKEN)
        device = SoftwareKey.from_pkcs8(kept)
        anchor, lease = store.anchor(), store.lease()
        if asked is None:
            require_lease(store, self._means.clock, identity)
            now = claimed_now(store, self._means.clock)
        else:
            now = asked.exp - LOGIN_NONCE_MS  # the centre's own time
        opened_at = moment_of(now).astimezone(CHINA)
        online = asked is not None
        view = session_view(book, identity.person, self._pinned, opened_at, online=online)
        delegation = Delegation(
            aud=self._pinned.aud,
            jti=b64u_encode(new_bytes(16)),
            nonce=asked.nonce if asked else None,
            person=identity.person,
            spk=self.key.jwk,
            dev=head.dev,
            djk=device.thumbprint,
            inc=head.inc,
            seq0=head.seq,
            head0=head.hash,
            scopes=sorted(scopes_of(book, identity.person, self._pinned.hall)),
            roles=list(view.roles),
            anc=anchor.hash if anchor else None,
            lease=hash_text(lease[0]) if asked is None and lease else None,
            iat=now,
            exp=now + DELEGATION_MS,
            app=f"{PROGRAM}/{version()}",
        )
        return delegation, view, device

    def _authorities(self) -> tuple[bytes, ...]:
        return tuple(b64u_decode(ca) for ca in self._pinned.cas)


def _administrators(store: CaseStore) -> tuple[bytes, ...]:
    return tuple(b64u_decode(text) for text in store.policy_book().recovery)


def check_card(der: bytes, pinned: Pinned, seen: CentreSeen) -> CardIdentity:
    """Hold a card's 9A certificate against what is pinned, at the centre's time; needs no PIN.

    Raises:
        CertificateError: foreign, expired, revoked, …: each with its own words.
        AppFailure: app.clock_doubted: by this machine's clock alone it is not valid now.
    """
    revoked = [Revocation(r.ca, r.serial, moment_of(r.at)) for r in pinned.revoked]
    anchors = TrustAnchors.of([b64u_decode(ca) for ca in pinned.cas], revoked=revoked)
    now = seen.estimate()
    try:
        return check((der,), "login", now.at, anchors)
    except CertificateError as failure:
        if now.sure or failure.code not in _UNTIMELY:
            raise
        today = now.at.astimezone(CHINA).date().isoformat()
        raise AppFailure("app.clock_doubted", FailureKind.RETRIABLE, date=today) from failure


def scopes_of(book: PolicyBook, person: str, hall: str) -> set[str]:
    """Return the scopes that a session asks for: the hall's, and those of the person's grants."""
    granted = {
        scope
        for grant in book.grants.values()
        if grant.person == person and grant.ended_at is None
        for scope in grant.scopes
        if scope != "policy"
    }
    return granted | {f"hall/{hall}"}


def session_view(
    book: PolicyBook, person: str, pinned: Pinned, now: datetime, *, online: bool
) -> SessionView:
    """Say who is at the window, by the policy known here.

    Raises:
        AppFailure: app.unknown_person, app.no_rights.
    """
    known = book.roster.get(person)
    if known is None:
        raise AppFailure("app.unknown_person", person=person)
    mine = [
        grant for grant in book.grants.values() if grant.person == person and grant.ended_at is None
    ]
    if not mine:
        raise AppFailure("app.no_rights", person=person)
    department = book.departments.get(known.department)
    hall = book.halls.get(pinned.hall)
    return SessionView(
        person=person,
        name=known.name,
        hall=pinned.hall,
        hall_name=hall.name if hall else pinned.hall_name,
        department=known.department,
        department_name=department.name if department else known.department,
        counter=pinned.counter,
        roles=tuple(sorted({role.value for grant in mine for role in grant.roles})),
        powers=tuple(sorted({power.value for grant in mine for power in grant.powers})),
        opened_at=now,
        online=online,
    )
