"""`chuangkou-uplink`: reports a centre's log to the upper one, for as long as it runs.

    chuangkou-uplink --data CENTRE --upper https://city.example --ca city-roots.pem
    chuangkou-uplink --data CENTRE --upper https://city.example --ca city-roots.pem --fetch-back

A process of its own beside the centre's: it reads the centre's database and writes nothing there.
What came of the last round stands in CENTRE/uplink.json. With `--fetch-back` it writes there once,
before the centre serves again, what the centre lost and the upper one has (docs/adr/032).
"""

import random
import signal
import ssl
import sys
import threading
from pathlib import Path
from typing import Annotated

import structlog
import typer

from sync.domain.failures import Failure, FailureKind
from sync.proof.keys import SoftwareKey
from sync.server import logs
from sync.server.bootstrap import clock_of, open_centre
from sync.server.cli.words import words
from sync.server.clock import Clock
from sync.server.reported import Round, write_round
from sync.server.settings import Settings
from sync.texts import Texts
from sync.uplink.fetching import Fetching
from sync.uplink.reporter import Reporter
from sync.uplink.upper import Away, Upper

LOOK_S, LONGEST_S = 2.0, 60.0
KEY = "uplink.pem"

log = structlog.get_logger(__name__)


class Uplink:
    """Rounds, and the pauses between them.

    Args:
        reporter: what a round does.
        status: the file that says how it went.
        clock: the centre's.
    """

    def __init__(self, reporter: Reporter, status: Path, clock: Clock) -> None:
        self._reporter = reporter
        self._status = status
        self._clock = clock
        self._failed = 0
        self.over = threading.Event()

    def run(self) -> None:
        """Report until told to end; a failure is waited out, never given up on."""
        while not self.over.is_set():
            self.over.wait(self.once())

    def once(self) -> float:
        """Report once and write down how it went; returns for how many seconds to pause."""
        try:
            done = self._reporter.round()
        except Failure as failure:
            pause = self._back_off(failure.after if isinstance(failure, Away) else 0)
            log.warning("not reported", failure=failure.code, pause=round(pause))
            said = Round(
                at=self._clock.now_ms(), failure=failure.code, details=dict(failure.details)
            )
        else:
            self._failed, pause = 0, LOOK_S
            said = Round(at=self._clock.now_ms(), lines=done.lines, arrived=done.arrived)
        write_round(self._status, said)
        return pause

    def _back_off(self, after: int) -> float:
        self._failed = min(self._failed + 1, 6)
        jitter = random.uniform(LOOK_S, LOOK_S * 2**self._failed)  # noqa: S311  # no secret
        return max(float(after), min(jitter, LONGEST_S))


def key_of(folder: Path) -> SoftwareKey:
    """Read the uplink's key.

    Raises:
        Failure: centre.keys_missing.
    """
    try:
        return SoftwareKey.from_pkcs8((folder / KEY).read_bytes())
    except OSError as error:
        raise Failure("centre.keys_missing", FailureKind.BROKEN, folder=str(folder)) from error


def build(texts: Texts) -> typer.Typer:
    """Return the command line in one language."""
    t = texts.t
    app = typer.Typer(help=t("uplink.about"), add_completion=False, pretty_exceptions_enable=False)

    @app.command(help=t("uplink.about"))
    def main(
        data: Annotated[Path, typer.Option("--data", help=t("centre.cli.data"))],
        upper: Annotated[str, typer.Option("--upper", help=t("uplink.upper"))],
        ca: Annotated[Path | None, typer.Option("--ca", help=t("uplink.ca"))] = None,
        demo_clock: Annotated[
            Path | None, typer.Option("--demo-clock", help=t("centre.cli.demo_clock"))
        ] = None,
        *,
        fetch_back: Annotated[
            bool, typer.Option("--fetch-back", help=t("uplink.fetch_back"))
        ] = False,
    ) -> None:
        logs.configure("info")
        settings = Settings(data=data, demo_clock=demo_clock)
        trust = None if ca is None else ssl.create_default_context(cafile=str(ca))
        centre = open_centre(settings)
        try:
            with Upper(upper, key_of(settings.keys), trust) as line:
                if fetch_back:
                    fetched = Fetching(centre.desk.getting_back, centre.ledger, line).run()
                    typer.echo(t("uplink.fetched", count=fetched.lines))
                    for failure in fetched.failed:
                        raise failure
                    settings.uplink.unlink(missing_ok=True)  # what it said of lost lines is over
                    return
                reporter = Reporter(centre.desk.outgoing, centre.ledger.read_now, line)
                uplink = Uplink(reporter, settings.uplink, clock_of(settings))
                for name in (signal.SIGINT, signal.SIGTERM):
                    signal.signal(name, lambda *_: uplink.over.set())
                uplink.run()
        finally:
            centre.close()

    return app


def main() -> None:
    """Run the command line; failures end it with their sentence and status 1."""
    spoken = words(sys.argv[1:])
    try:
        build(spoken)()
    except Failure as failure:
        key = f"error.{failure.code}"
        said = spoken.t(key, **failure.details) if spoken.has(key) else str(failure)
        typer.echo(said, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
