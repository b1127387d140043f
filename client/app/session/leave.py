"""Leave to work without the line: the lease, its three clocks, its maxima (proof.md §7).

Without the line nothing is recorded unless a lease covers it; what was typed stays a draft. A
session that was opened without the line records nothing more once the centre has heard of it: new
work needs a fresh card login (proof.md §4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from client.app.failures import AppFailure
from client.app.session.centre_time import centre_time
from sync.domain.events import BOOKKEEPING, Kind
from sync.domain.failures import FailureKind
from sync.domain.fields import ms_of
from sync.proof.certificates import x5t_of
from sync.proof.jws import read_logged_jws
from sync.proof.lease import is_over, is_revoked, person_in
from sync.protocol.records import LEASE, Lease, read_form

if TYPE_CHECKING:
    from client.app.ports.store import CaseStore
    from client.host.clock import Clock
    from sync.proof.certificates import CardIdentity

ACCEPTING: Final = (Kind.ACCEPT, Kind.ACCEPT_PENDING)
DECIDING: Final = (Kind.DECIDE_AT_ONCE, Kind.GRANT, Kind.DENY)
CERTIFYING: Final = (Kind.MAKE,)


class Leave:
    """What this session may record at this moment.

    `online` and `line_back` are set by the line, on the screen lane; the rest is the store lane's.

    Args:
        store: the open store.
        clock: this machine's clocks.
        exp: when the session's delegation ends, ms.
        online: whether the centre was reached at the login.
    """

    def __init__(self, store: CaseStore, clock: Clock, exp: int, *, online: bool) -> None:
        self._store = store
        self._clock = clock
        self._exp = exp
        self.online = online
        self.line_back = False  # this session was opened without the line, and the centre knows it

    def check(self, kind: str) -> None:
        """Refuse what there is no leave for; a draft of it is kept by whoever made it.

        Raises:
            AppFailure: app.session_over, app.fresh_login, app.lease_over, app.lease_spent.
            StoreFailure: store.behind_centre: nothing may be added here any more.
        """
        self._store.check_not_behind()
        if kind in BOOKKEEPING:
            return
        if self.session_over():
            raise AppFailure("app.session_over", FailureKind.RETRIABLE)
        if self.line_back:
            raise AppFailure("app.fresh_login", FailureKind.RETRIABLE)
        if self.online or kind == Kind.SEAL_VOID:
            return
        lease = lease_in_force(self._store, self._clock)
        if lease is None:
            raise AppFailure("app.lease_over", FailureKind.RETRIABLE)
        self._check_maxima(kind, lease)

    def session_over(self) -> bool:
        """Say whether the delegation has run out, as well as this machine can tell."""
        return ms_of(centre_time(self._clock, self._store.anchor())) >= self._exp

    def _check_maxima(self, kind: str, lease: Lease) -> None:
        """Hold the own count since the lease against its maxima."""
        bounds = (
            (ACCEPTING, lease.max.accept),
            (DECIDING, lease.max.decide),
            (CERTIFYING, lease.max.certificate),
        )
        for kinds, most in bounds:
            if kind in kinds and self._store.made_since(lease.seq, kinds) >= most:
                raise AppFailure("app.lease_spent", FailureKind.RETRIABLE, most=most)


def lease_in_force(store: CaseStore, clock: Clock) -> Lease | None:
    """Return the lease kept here unless it is over by the first of its three clocks. Store lane.

    The largest time seen is raised on the way: a wall clock that is set back wins nothing.
    """
    kept = store.lease()
    if kept is None:
        return None
    lease = read_form(read_logged_jws(kept[0], LEASE).payload, Lease)
    wall, since = ms_of(clock.wall()), since_lease(lease, store, clock)
    largest = store.largest_time(clock.wall())
    over = is_over(lease, wall, since, None if largest is None else ms_of(largest))
    return None if over else lease


def since_lease(lease: Lease, store: CaseStore, clock: Clock) -> int | None:
    """Return the boot clock's ms since the lease was made; None after a reboot."""
    anchor = store.anchor()
    if anchor is None or anchor.boot_id != clock.boot_id():
        return None
    return anchor.t_ms + clock.boot_ms() - anchor.boot_ms - lease.t


def require_lease(store: CaseStore, clock: Clock, identity: CardIdentity) -> None:
    """Refuse a login without the line that no lease covers. Store lane.

    Raises:
        AppFailure: app.no_lease, app.lease_over, app.not_in_lease, app.lease_revoked.
    """
    if store.lease() is None:
        raise AppFailure("app.no_lease", FailureKind.RETRIABLE)
    lease = lease_in_force(store, clock)
    if lease is None:
        raise AppFailure("app.lease_over", FailureKind.RETRIABLE)
    now = claimed_now(store, clock)
    if person_in(lease, identity.person, x5t_of(identity.certificate), now) is None:
        raise AppFailure("app.not_in_lease", person=identity.person)
    if is_revoked(lease, identity.ca, identity.serial, now):
        raise AppFailure("app.lease_revoked")


def claimed_now(store: CaseStore, clock: Clock) -> int:
    """Return the centre's time as well as this machine can tell, ms; never before one seen here.

    So a wall clock that is set back cannot date a session before what it follows.
    """
    now = ms_of(centre_time(clock, store.anchor()))
    largest = store.largest_time()
    return now if largest is None else max(now, ms_of(largest))
