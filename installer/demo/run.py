"""Open the demonstration's window, or play the story in it and check what came of it."""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.app.rows.words import Words
from client.documents.sign import check
from client.host.premises import STORE
from installer.demo.browser import ConsoleVisitor
from installer.demo.gateway import GatewaySimulator
from installer.demo.hands import Hands
from installer.demo.stage import Stage
from installer.demo.story import Story
from installer.demo.wire import Wire
from sync.domain.calendar import CHINA
from sync.texts import texts
from ui import loop
from ui.door_face import DoorFace
from ui.shell.app import attach, make_application, open_window, show_window
from ui.shell.work import Work
from ui.values import Problem

if TYPE_CHECKING:
    from client.bootstrap import Window
    from installer.demo.pcsc.machine import CardMachine
    from installer.demo.story import Told
    from ui.shell.window import MainWindow

PAGE = Path(__file__).resolve().parent / "page.png"
SIZE = (1366, 768)


def run_window(
    folder: Path, language: str, machine: CardMachine | None = None, kind: type[Stage] = Stage
) -> int:
    """Open the window for a person and set the stage behind its door.

    Ends when the window is closed, while the stage is being set too. A stage that was kept is
    taken up where it stands.
    """
    app = make_application()
    told: list[BaseException] = []

    async def work() -> int:
        window = show_window(language, mode="light")
        window.fit_screen()
        closed = loop.spawn(window, loop.answered(window.closed), _broken)
        stage = kind(folder, machine)
        wire = stage.centre.wire = Wire()
        gateway = stage.centre.gateway = GatewaySimulator(secrets.token_hex(16))
        gateway.serve()
        failed = partial(_not_set, window, told)
        setting = loop.spawn(window, _set(stage, window), failed)
        try:
            await asyncio.wait({closed, setting}, return_when=asyncio.FIRST_COMPLETED)
            if setting.done() and not told:
                await _live(stage, window, closed)
            await loop.finished(closed)
            setting.cancel()
            await loop.finished(setting)
        finally:
            stage.centre.stop()
            wire.take_up()
            gateway.close()
        return 1 if told else 0

    return loop.run(app, work, _broken)


async def _set(stage: Stage, window: MainWindow) -> None:
    """Build or resume the stage, saying at the door and on the terminal what is being done."""
    wait = Words("demo.stage.wait_again" if stage.stands else "demo.stage.wait")

    def say(key: str) -> None:
        window.door.show_face(DoorFace(Words(key), mood="reading", advice=wait))
        _say(window.tongue.t(key))

    await loop.turned(2)  # the door is painted first
    await (stage.resume(say) if stage.stands else stage.build(say))


async def _live(stage: Stage, window: MainWindow, closed: asyncio.Task[Any]) -> None:
    """Put the desk behind the door, and live until the window is closed."""
    parts = stage.window()
    work = attach(window, parts.desk, parts.deck)
    _offer_line(work, stage)
    place = {"url": stage.centre.url, "folder": stage.places.folder}
    _say(window.tongue.t("demo.stage.ready", **place))
    _say(window.tongue.t("demo.stage.roles", url=stage.centre.url))
    if stage.centre.gateway is not None:
        _say(window.tongue.t("demo.stage.gateway", url=stage.centre.gateway.url))
    loop.spawn(work, parts.desk.run(), work.fault)
    await loop.finished(closed)
    await work.end()


def _offer_line(work: Work | None, stage: Stage) -> None:
    """Put the switch of the line beside the cards."""
    deck = None if work is None else work.deck
    if work is not None and deck is not None and stage.centre.wire is not None:
        wire, line = stage.centre.wire, work.desk.line

        def turned() -> bool:
            whole = wire.turn()
            if whole:
                line.sync_now()  # a mended line is tried at once, not when the pause is over
            return whole

        deck.offer_line(turned)


def _not_set(window: MainWindow, told: list[BaseException], failure: BaseException) -> None:
    """Say at the door that the stage could not be set; the terminal has the whole story."""
    told.append(failure)
    _broken(failure)
    face = DoorFace(Words("demo.stage.failed"), mood="refused", problem=Problem.of(failure))
    window.door.show_face(face)


def play_story(
    folder: Path, pictures: Path | None, language: str, machine: CardMachine | None = None
) -> tuple[dict[str, Any], bool]:
    """Play the whole story through the real widgets.

    Returns:
        What the last line of the demonstration prints, and whether all of it held.
    """
    app = make_application()
    kept: dict[str, Any] = {}

    async def work() -> int:
        stage = Stage(folder, machine)
        wire = stage.centre.wire = Wire()
        try:
            await stage.build(lambda key: _say(texts(language).t(key)))
            parts = stage.window()
            window = open_window(parts.desk, parts.deck, language)
            _offer_line(window.findChild(Work), stage)
            window.resize(*SIZE)
            life = loop.spawn(window, parts.desk.run(), _broken)
            try:
                visitor = ConsoleVisitor(stage.authority.ca, pictures)
                hands = Hands(window, pictures)
                story = Story(stage, parts, hands, PAGE, visitor.enter)
                try:
                    told = await story.tell()
                except BaseException:
                    await hands.picture("99-stopped-here")
                    raise
                kept.update(await _result(stage, parts, story, told))
                if pictures is not None:
                    await story.main_five_in_english(window.next_language)
            finally:
                life.cancel()
                await loop.finished(life)
                window.close()
        finally:
            stage.centre.stop()
            wire.take_up()
        return 0

    loop.run(app, work, _raise)
    held = _holds(kept)
    return kept, held


async def _result(stage: Stage, parts: Window, story: Story, told: Told) -> dict[str, Any]:
    """Gather what there is to show; certificates and trust go into files that others can check."""
    places = stage.places
    await story.enter("clerk")
    detail = await parts.desk.cases.open(told.case_no)
    paper = next(paper for paper in detail.papers if paper.kind == "certificate")
    certificate = places.folder / "certificate.pdf"
    certificate.write_bytes(await parts.desk.papers.read(paper.sha256))
    await story.leave()
    trust = stage.authority.ca
    # pyHanko runs a loop of its own, so it gets a thread of its own.
    verdict = await asyncio.to_thread(check, certificate.read_bytes(), [_der(trust)])
    stamped = places.folder / "certificate-stamped.pdf"
    if verdict.stamped_at is None:  # the centre's own revision is not here yet
        await asyncio.to_thread(_stamp, stage, certificate, stamped)
    else:
        stamped.write_bytes(certificate.read_bytes())
    timed = await asyncio.to_thread(check, stamped.read_bytes(), [_der(trust)])
    verdicts, events = _log(places.centre / "centre.db")
    return {
        "case_no": told.case_no,
        "due_at": told.due_at.astimezone(CHINA).isoformat() if told.due_at else None,
        "light": told.light,
        "second_case": {"case_no": told.second_no, "lights": told.lights, "urges": told.urges},
        "state": detail.row.state,
        "certificate": str(certificate),
        "certificate_holds": verdict.holds,
        "signer": verdict.signer,
        "stamped_certificate": str(stamped),
        "stamped_at": timed.stamped_at.isoformat() if timed.holds and timed.stamped_at else None,
        "trust": str(trust),
        "store": str(places.window / STORE / "store.db"),
        "centre_database": str(places.centre / "centre.db"),
        "offline_events": told.offline_events,
        "lease": told.lease,
        "events": events,
        "verdicts": verdicts,
        "seconds": told.seconds,
    }


def _holds(result: dict[str, Any]) -> bool:
    return (
        result.get("state") == "closed"
        and bool(result["certificate_holds"])
        and result["stamped_at"] is not None
        and result["light"] == "white"
        and result["second_case"]["lights"] == ["yellow", "red"]
        and result["second_case"]["urges"] == ["yellow", "red"]
        and result["offline_events"] > 0
        and result["lease"]["cases_left"] > 0
        and result["verdicts"]["refused"] == 0
        and result["verdicts"]["accepted"] > 0
        and all(Path(result[name]).exists() for name in ("trust", "store", "centre_database"))
    )


def _log(database: Path) -> tuple[dict[str, int], int]:
    """Count the verdicts in the centre's log, as anybody with the file could."""
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        rows = connection.execute("SELECT outcome FROM log WHERE scope <> 'policy'").fetchall()
    texts = [row[0] if isinstance(row[0], str) else row[0].decode() for row in rows]
    accepted = sum('"verdict":"accepted"' in text for text in texts)
    refused = sum('"verdict":"refused"' in text for text in texts)
    connection.close()
    return {"accepted": accepted, "refused": refused}, len(texts)


def _stamp(stage: Stage, certificate: Path, stamped: Path) -> None:
    """Add the time of the demonstration's authority to a sealed certificate."""
    from installer.demo.tsa import TimeAuthority  # noqa: PLC0415  half a second, not at start
    from sync.server.services.cases.timestamp import stamp  # noqa: PLC0415

    authority, trust = TimeAuthority.of(stage.authority, stage.clock.now), _der(stage.authority.ca)
    told, _ = stamp(certificate.read_bytes(), authority.answer, (trust,), stage.clock.now())
    stamped.write_bytes(told)


def _der(pem: Path) -> bytes:
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    return x509.load_pem_x509_certificate(pem.read_bytes()).public_bytes(Encoding.DER)


def _say(text: str) -> None:
    print(f"── {text}", file=sys.stderr, flush=True)


def _broken(failure: BaseException) -> None:
    import traceback  # noqa: PLC0415

    traceback.print_exception(failure)


def _raise(failure: BaseException) -> None:
    raise failure
