"""The centre put together: the one place that knows every part (composition root)."""

from __future__ import annotations

from dataclasses import dataclass
from shutil import disk_usage
from typing import TYPE_CHECKING

from sync.domain.cameras import Network, networks_of
from sync.domain.failures import Failure, FailureKind
from sync.domain.tickets import QUEUE
from sync.proof.policy import SCOPE
from sync.proof.tokens import Nonces
from sync.server.channels.wiring import gateways
from sync.server.clock import DemoClock, LoggedClock, SystemClock
from sync.server.db.engine import open_database
from sync.server.db.hints import Listener
from sync.server.db.migrate import is_current, migrate
from sync.server.db.writer import SqlLedger
from sync.server.fetching import check_urls
from sync.server.files import SealedFiles
from sync.server.hall_line import HallLine
from sync.server.keys import load_keys
from sync.server.lists import RevocationLists
from sync.server.reported import lost_above
from sync.server.rulefiles import rule_files
from sync.server.services.cases.attaching import Attaching
from sync.server.services.cases.casework import Casework
from sync.server.services.cases.money import Money
from sync.server.services.cases.numbers import Numbers
from sync.server.services.cases.stamping import Stamper
from sync.server.services.channels.hours import QuietHours
from sync.server.services.channels.outbox import Outbox
from sync.server.services.departments.intake import DepartmentIntake
from sync.server.services.departments.quality import DepartmentQuality
from sync.server.services.departments.reading import DepartmentReading
from sync.server.services.departments.systems import Systems
from sync.server.services.desk import Desk
from sync.server.services.entry.callers import Callers
from sync.server.services.entry.console import Console
from sync.server.services.entry.enrolment import Enrolling
from sync.server.services.entry.logins import Logins
from sync.server.services.entry.once import Once
from sync.server.services.entry.rates import RateLimit
from sync.server.services.entry.sessions import Sessions
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
from sync.server.services.levels.cases import LowerCases
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
from sync.server.services.line.putting_back import PuttingBack
from sync.server.services.line.returning import Returning
from sync.server.services.line.serials import Serials
from sync.server.services.line.window_backups import WindowBackups
from sync.server.services.own_steps.breaches import Breaches
from sync.server.services.own_steps.hand import Hand
from sync.server.services.own_steps.watch import Watch
from sync.server.services.public.evaluations import Evaluations
from sync.server.services.public.filing import FilingDesk
from sync.server.services.public.inbound import Inbound
from sync.server.services.public.letters import LetterDesk
from sync.server.services.public.phones import PhoneCodes
from sync.server.services.public.public import PublicDesk, Tries
from sync.server.services.public.strangers import Strangers
from sync.server.services.record.doubts import Doubts
from sync.server.services.record.forgotten import Forgotten
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
from sync.server.tsa import TimeStampLine, roots_in

if TYPE_CHECKING:
    import asyncio

    from sqlalchemy import Engine

    from sync.server.clock import Clock
    from sync.server.jobs.clock import ClockJob
    from sync.server.metrics import Metrics
    from sync.server.services.ports.messages import Gateway
    from sync.server.services.record.keys import ServerKeys
    from sync.server.services.rows.log import Grown
    from sync.server.settings import Settings


@dataclass(slots=True)
class News:
    """Carries what a commit moved from the writer's thread to the loop."""

    policy: Policy
    live: LiveHub
    ledger: SqlLedger | None = None
    job: ClockJob | None = None
    loop: asyncio.AbstractEventLoop | None = None
    metrics: Metrics | None = None

    def __call__(self, sizes: dict[str, int], grown: tuple[Grown, ...] = ()) -> None:
        """Tell everybody; on the writer's thread, right after the commit."""
        if self.metrics is not None:
            self.metrics.logged(grown)
        if SCOPE in sizes and self.ledger is not None:
            self.ledger.read_now(self.policy.refresh)
        if self.loop is not None and sizes and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self._tell, sizes, grown)

    def over(self, dlg: str) -> None:
        """Tell the streams of a session that it is over; on the listener's thread."""
        if self.loop is not None and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.live.drop, dlg)

    def _tell(self, sizes: dict[str, int], grown: tuple[Grown, ...]) -> None:
        self.live.tell(sizes, grown)
        if self.job is not None and not all(name.startswith(QUEUE) for name in sizes):
            self.job.poke()


@dataclass(slots=True)
class Centre:
    """One centre with its database open."""

    desk: Desk
    ledger: SqlLedger
    keys: ServerKeys
    news: News
    listener: Listener
    gateways: dict[str, Gateway]
    stamper: Stamper | None = None

    def close(self) -> None:
        """Finish what is queued and close the database."""
        self.desk.cameras.close()
        self.listener.close()
        self.ledger.close()
        for way in self.gateways.values():
            way.close()


def clock_of(settings: Settings) -> Clock:
    """Return the machine's clock, moved in a demonstration."""
    return SystemClock() if settings.demo_clock is None else DemoClock(settings.demo_clock)


def open_centre(settings: Settings, clock: Clock | None = None) -> Centre:
    """Open a centre's database and put its services together.

    Args:
        settings: where everything lies.
        clock: for tests; by default the machine's.

    Raises:
        Failure: centre.keys_missing, centre.secret_missing; centre.not_migrated;
            centre.database_url, centre.database_away; centre.tsa_url, centre.tsa_roots;
            centre.crl_url; centre.channel_url, centre.quiet_hours; centre.camera_networks.
    """
    check_urls(settings.crl_urls)
    _networks(settings)
    keys = load_keys(settings.keys, (settings.attachments, settings.window_backups))
    clock = LoggedClock(clock or clock_of(settings))
    engine = _database(settings)
    if not is_current(engine):
        engine.dispose()
        raise Failure("centre.not_migrated", FailureKind.BROKEN)
    live = LiveHub()
    reopening = Reopening(clock, settings.give_back_minutes)
    scopes = Scopes(lambda: policy.aud, keys.log, clock, reopening)
    policy = Policy(scopes, clock, RevocationLists(settings.lists))
    news = News(policy, live)
    ledger = SqlLedger(engine, policy.refresh, scopes.seal, news)
    news.ledger = ledger
    try:
        ledger.read_now(policy.refresh)
        clock.started(ledger.read_now(lambda tx: scopes.newest_signed(tx, policy.scopes_known())))
        carried = gateways(settings, clock)
        outbox = Outbox(frozenset(carried), QuietHours.of(settings.quiet_hours))
        desk = _desk(settings, clock, ledger, keys, policy, scopes, live, outbox, reopening)
        stamper = _stamper(settings, desk, keys)
        listener = Listener(engine, ledger.name, news, news.over)
        return Centre(desk, ledger, keys, news, listener, carried, stamper)
    except BaseException:
        ledger.close()
        raise


def prepare(settings: Settings) -> None:
    """Make the data folder and bring the database to this version."""
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = _database(settings)
    try:
        migrate(engine)
    finally:
        engine.dispose()


def _networks(settings: Settings) -> tuple[Network, ...]:
    """Return where cameras may lie.

    Raises:
        Failure: centre.camera_networks.
    """
    try:
        return networks_of(settings.camera_networks)
    except ValueError as error:
        raise Failure("centre.camera_networks", FailureKind.BROKEN) from error


def _database(settings: Settings) -> Engine:
    return open_database(settings.database, settings.database_url.get_secret_value())


def _stamper(settings: Settings, desk: Desk, keys: ServerKeys) -> Stamper | None:
    """Return what stamps certificates; None where no authority is named.

    Raises:
        Failure: centre.tsa_url, centre.tsa_roots.
    """
    if not settings.tsa:
        return None
    if settings.tsa_roots is None:
        raise Failure("centre.tsa_roots", FailureKind.BROKEN)
    line, trust = TimeStampLine(settings.tsa), roots_in(settings.tsa_roots)
    vault = SealedFiles(settings.attachments, keys.vault)
    return Stamper(desk.ledger, desk.clock, vault, line, trust)


def _desk(  # noqa: PLR0913, PLR0917  # the root holds every part in its hands once
    settings: Settings,
    clock: LoggedClock,
    ledger: SqlLedger,
    keys: ServerKeys,
    policy: Policy,
    scopes: Scopes,
    live: LiveHub,
    outbox: Outbox,
    reopening: Reopening,
) -> Desk:
    sessions = Sessions(policy, clock)
    casework = Casework(policy, outbox)
    anchoring = Anchoring(policy, sessions, keys.anchor, clock)
    hand = Hand(policy, scopes, casework, keys.event)
    vault, doubts = SealedFiles(settings.attachments, keys.vault), Doubts()
    forgotten, unjudged = Forgotten(), Unjudged(clock)
    pulling, money = Pulling(policy, forgotten), Money(policy)
    putting = PuttingBack(policy, sessions, scopes, casework, money)
    returning = Returning(policy, scopes, pulling, putting, reopening, forgotten, clock)
    queues, public = Queues(policy, clock), PublicDesk(policy, clock, keys.check)
    tries = RateLimit(clock)
    systems, following = Systems(policy, clock), Following(policy, clock)
    reckoning, outgoing = Reckoning(policy), Outgoing(policy, following)
    scoring = Scoring(policy, clock, rule_files(settings.scoring))
    judging, supervision = Judging(policy, clock, hand), Supervision(policy, clock)
    inbox, statistics = Inbox(policy, clock, judging), Statistics(policy)
    reports, report_notices = Reports(policy, clock), ReportNotices(policy, clock, outbox)
    kept = SealedFiles(settings.window_backups, keys.vault)
    backups = WindowBackups(policy, kept, clock, tries)
    return Desk(
        settings=settings,
        clock=clock,
        ledger=ledger,
        policy=policy,
        scopes=scopes,
        reopening=reopening,
        unjudged=unjudged,
        callers=Callers(policy, sessions, clock, Nonces(keys.nonces), Once(clock)),
        logins=Logins(policy, sessions, clock),
        enrolling=Enrolling(policy, scopes, clock),
        admission=Admission(),
        ingest=Ingest(policy, sessions, scopes, casework, Numbers(), hand, money, doubts),
        pulling=pulling,
        returning=returning,
        anchoring=anchoring,
        leasing=Leasing(
            policy,
            anchoring,
            keys,
            clock,
            hours=settings.lease_hours,
            sizes=settings.block_sizes,
        ),
        attaching=Attaching(policy, vault, clock, settings.attachment_limit),
        window_backups=backups,
        console=Console(policy, clock, settings.origin),
        supervision=supervision,
        statistics=statistics,
        counting=Counting(policy),
        reckoning=reckoning,
        bulletins=Bulletins(policy, clock, reckoning),
        scoring=scoring,
        publishing=Publishing(policy, clock, scoring),
        judging=judging,
        orders=Orders(policy, clock),
        inbox=inbox,
        inspecting=Inspecting(policy, clock),
        notes=Notes(policy, clock),
        reports=reports,
        reporting=Reporting(policy, clock, reports, report_notices),
        report_notices=report_notices,
        sampling=Sampling(policy, clock),
        changing=Changing(policy, clock),
        overview=Overview(policy, clock, supervision, inbox),
        cameras=Cameras(policy, clock, supervision, HallLine(), _networks(settings)),
        crashes=Crashes(clock, tries),
        public=public,
        strangers=_strangers(settings, keys, policy, clock, outbox, vault, public, tries),
        watch=Watch(policy, casework, hand),
        breaches=Breaches(policy, hand),
        serials=Serials(clock),
        queues=queues,
        systems=systems,
        department_intake=DepartmentIntake(policy, systems, scopes, casework, Numbers()),
        department_reading=DepartmentReading(policy, systems, clock),
        department_quality=DepartmentQuality(policy, clock),
        following=following,
        level_intake=LevelIntake(
            following, LowerCases(unjudged, clock), clock, settings.level_waiting
        ),
        level_board=LevelBoard(policy, following, clock),
        outgoing=outgoing,
        handing_back=HandingBack(outgoing, clock),
        getting_back=GettingBack(policy, scopes, returning, clock),
        appointments=Appointments(policy, clock, queues),
        filings=Filings(queues, clock, outbox, vault),
        outbox=outbox,
        live=live,
        tries=tries,
        health=Health(
            clock,
            doubts,
            policy,
            forgotten,
            lambda: backups.damaged,
            lambda: disk_usage(settings.data).free,
            unjudged.standing,
            lambda: lost_above(settings.uplink),
        ),
    )


def _strangers(  # noqa: PLR0913, PLR0917  # see _desk
    settings: Settings,
    keys: ServerKeys,
    policy: Policy,
    clock: LoggedClock,
    outbox: Outbox,
    vault: SealedFiles,
    public: PublicDesk,
    tries: RateLimit,
) -> Strangers:
    evaluations = Evaluations(clock)
    limits = (settings.attachment_limit, settings.filing_limit)
    return Strangers(
        phones=PhoneCodes(outbox, clock, keys.check),
        filing=FilingDesk(policy, clock, outbox, vault, limits),
        letters=LetterDesk(policy, clock, outbox, settings.letter_days),
        evaluations=evaluations,
        inbound=Inbound(public, evaluations, outbox, tries, clock),
        guesses=Tries(clock),
    )
