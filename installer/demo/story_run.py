"""Play the story through the real widgets, and gather what came of it for others to check."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from client.documents.sign import check
from client.host.premises import STORE
from installer.demo.browser import ConsoleVisitor
from installer.demo.played import PAGE, opened, play
from installer.demo.stage import Stage
from installer.demo.story import Story
from sync.domain.calendar import CHINA

if TYPE_CHECKING:
    from client.bootstrap import Window
    from installer.demo.pcsc.machine import CardMachine
    from installer.demo.story_hands import Told


def play_story(
    folder: Path, pictures: Path | None, language: str, machine: CardMachine | None = None
) -> tuple[dict[str, Any], bool]:
    """Play the whole story through the real widgets.

    Returns:
        What the last line of the demonstration prints, and whether all of it held.
    """
    stage = Stage(folder, machine)

    async def tell() -> dict[str, Any]:
        async with opened(stage, pictures, language) as (parts, window, hands):
            visitor = ConsoleVisitor(stage.authority.ca, pictures)
            story = Story(stage, parts, hands, PAGE, visitor.enter)
            told = await story.tell()
            kept = await _result(stage, parts, story, told)
            if pictures is not None:
                await story.main_five_in_english(window.next_language)
        return kept

    kept = play(stage, language, tell)
    return kept, _holds(kept)


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
