"""Everything the centre can do, in one place for routes, pages and jobs; made by bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.server.clock import Clock
    from sync.server.services.anchoring import Anchoring
    from sync.server.services.appointments import Appointments
    from sync.server.services.attaching import Attaching
    from sync.server.services.callers import Callers
    from sync.server.services.console import Console
    from sync.server.services.enrolment import Enrolling
    from sync.server.services.health import Health
    from sync.server.services.ingest import Ingest
    from sync.server.services.judging import Judging
    from sync.server.services.leasing import Leasing
    from sync.server.services.live import LiveHub
    from sync.server.services.logins import Logins
    from sync.server.services.policy import Policy
    from sync.server.services.ports import Ledger
    from sync.server.services.public import PublicDesk
    from sync.server.services.pulling import Pulling
    from sync.server.services.queues import Queues
    from sync.server.services.rates import RateLimit
    from sync.server.services.scopes import Scopes
    from sync.server.services.serials import Serials
    from sync.server.services.statistics import Statistics
    from sync.server.services.supervision import Supervision
    from sync.server.services.watch import Watch
    from sync.server.settings import Settings


@dataclass(frozen=True, slots=True)
class Desk:
    """The services of one centre."""

    settings: Settings
    clock: Clock
    ledger: Ledger
    policy: Policy
    scopes: Scopes
    callers: Callers
    logins: Logins
    enrolling: Enrolling
    ingest: Ingest
    pulling: Pulling
    anchoring: Anchoring
    leasing: Leasing
    attaching: Attaching
    console: Console
    supervision: Supervision
    statistics: Statistics
    judging: Judging
    public: PublicDesk
    watch: Watch
    serials: Serials
    queues: Queues
    appointments: Appointments
    live: LiveHub
    tries: RateLimit
    health: Health
