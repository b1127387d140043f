"""Everything the centre can do, in one place for routes, pages and jobs; made by bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.server.clock import Clock
    from sync.server.services.cases.attaching import Attaching
    from sync.server.services.channels.outbox import Outbox
    from sync.server.services.departments.intake import DepartmentIntake
    from sync.server.services.departments.quality import DepartmentQuality
    from sync.server.services.departments.reading import DepartmentReading
    from sync.server.services.departments.systems import Systems
    from sync.server.services.entry.callers import Callers
    from sync.server.services.entry.console import Console
    from sync.server.services.entry.enrolment import Enrolling
    from sync.server.services.entry.logins import Logins
    from sync.server.services.entry.rates import RateLimit
    from sync.server.services.evaluation.bulletins import Bulletins
    from sync.server.services.evaluation.publishing import Publishing
    from sync.server.services.evaluation.scoring import Scoring
    from sync.server.services.figures.counting import Counting
    from sync.server.services.figures.reckoning import Reckoning
    from sync.server.services.figures.recounting import Statistics
    from sync.server.services.hall.appointments import Appointments
    from sync.server.services.hall.filings import Filings
    from sync.server.services.hall.queues import Queues
    from sync.server.services.levels.board import LevelBoard
    from sync.server.services.levels.following import Following
    from sync.server.services.levels.handing_back import HandingBack
    from sync.server.services.levels.intake import LevelIntake
    from sync.server.services.levels.outgoing import Outgoing
    from sync.server.services.line.admission import Admission
    from sync.server.services.line.anchoring import Anchoring
    from sync.server.services.line.getting_back import GettingBack
    from sync.server.services.line.ingest import Ingest
    from sync.server.services.line.leasing import Leasing
    from sync.server.services.line.live import LiveHub
    from sync.server.services.line.pulling import Pulling
    from sync.server.services.line.returning import Returning
    from sync.server.services.line.serials import Serials
    from sync.server.services.line.window_backups import WindowBackups
    from sync.server.services.own_steps.breaches import Breaches
    from sync.server.services.own_steps.watch import Watch
    from sync.server.services.ports.ledger import Ledger
    from sync.server.services.public.public import PublicDesk
    from sync.server.services.public.strangers import Strangers
    from sync.server.services.record.policy import Policy
    from sync.server.services.record.reopening import Reopening
    from sync.server.services.record.scopes import Scopes
    from sync.server.services.record.unjudged import Unjudged
    from sync.server.services.supervision.cameras import Cameras
    from sync.server.services.supervision.changing import Changing
    from sync.server.services.supervision.crashes import Crashes
    from sync.server.services.supervision.following import Orders
    from sync.server.services.supervision.health import Health
    from sync.server.services.supervision.inbox import Inbox
    from sync.server.services.supervision.inspecting import Inspecting
    from sync.server.services.supervision.judging import Judging
    from sync.server.services.supervision.notes import Notes
    from sync.server.services.supervision.overview import Overview
    from sync.server.services.supervision.report_notices import ReportNotices
    from sync.server.services.supervision.reporting import Reporting
    from sync.server.services.supervision.reports import Reports
    from sync.server.services.supervision.sampling import Sampling
    from sync.server.services.supervision.supervision import Supervision
    from sync.server.settings import Settings


@dataclass(frozen=True, slots=True)
class Desk:
    """The services of one centre."""

    settings: Settings
    clock: Clock
    ledger: Ledger
    policy: Policy
    scopes: Scopes
    reopening: Reopening
    unjudged: Unjudged
    callers: Callers
    logins: Logins
    enrolling: Enrolling
    admission: Admission
    ingest: Ingest
    pulling: Pulling
    returning: Returning
    anchoring: Anchoring
    leasing: Leasing
    attaching: Attaching
    window_backups: WindowBackups
    console: Console
    supervision: Supervision
    statistics: Statistics
    counting: Counting
    bulletins: Bulletins
    reckoning: Reckoning
    scoring: Scoring
    publishing: Publishing
    judging: Judging
    orders: Orders
    inbox: Inbox
    inspecting: Inspecting
    notes: Notes
    reports: Reports
    reporting: Reporting
    report_notices: ReportNotices
    sampling: Sampling
    changing: Changing
    overview: Overview
    cameras: Cameras
    crashes: Crashes
    public: PublicDesk
    strangers: Strangers
    watch: Watch
    breaches: Breaches
    serials: Serials
    queues: Queues
    systems: Systems
    department_intake: DepartmentIntake
    department_reading: DepartmentReading
    department_quality: DepartmentQuality
    following: Following
    level_intake: LevelIntake
    level_board: LevelBoard
    outgoing: Outgoing
    handing_back: HandingBack
    getting_back: GettingBack
    appointments: Appointments
    filings: Filings
    outbox: Outbox
    live: LiveHub
    tries: RateLimit
    health: Health
