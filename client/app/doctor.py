"""Look at what this window stands on, part by part: state, what it means, what to do.

Every part is asked by itself and none waits for another for long; one that fails says so with the
code of its failure, whose words and remedy are those that the window shows everywhere. What goes
into a support bundle is health, codes and figures: no name of a person, printer or card holder.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from client.app.access.opening import check_card
from client.app.failures import AppFailure
from client.app.rows.words import Words
from client.app.session.leave import lease_in_force
from client.host.bundle import write_bundle
from client.host.machine import free_bytes, printers, versions
from client.host.typing import Typing, typing_now
from sync.domain.calendar import CHINA
from sync.domain.failures import Failure
from sync.domain.fields import moment_of
from sync.protocol import version

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from client.app.access.opening import Means
    from client.app.ports.card import CardFacts
    from client.app.rows.backups import BackupView
    from client.app.rows.session import LineView
    from client.app.session.workplace import Workplace
    from client.host.ending import Ended
    from client.host.pinned import Pinned
    from sync.protocol.messages import Hello

PARTS = (
    "reader", "token_library", "card", "chain", "network", "clock", "store", "backup", "disk",
    "lease", "printer", "scanner", "typing", "versions", "ending",
)  # fmt: skip
_CLOCK_S = 120
_EXPIRES_DAYS = 30
_TIGHT, _FULL = 2_000_000_000, 200_000_000
_FEW = 20
_MB = 1_000_000


class Health(StrEnum):
    """How a part fares; text under doctor.health.<health>."""

    GOOD = "good"
    NOTE = "note"  # works, but somebody should look
    BAD = "bad"  # work is hindered
    UNKNOWN = "unknown"  # could not be looked at now


@dataclass(frozen=True, slots=True)
class Finding:
    """One part as it was found.

    Args:
        part: one of PARTS; its name stands under doctor.part.<part>.
        health: how it fares.
        code: what was found, e.g. "good", or the code of a failure.
        what: the same in words.
        means: what it means for the work, None where all is well.
        remedy: what to do, None where nothing need be done.
        figures: what may leave the machine in a support bundle.
    """

    part: str
    health: Health
    code: str
    what: Words
    means: Words | None = None
    remedy: Words | None = None
    figures: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the doctor looks at besides card and store.

    Args:
        folder: where this window keeps its data; its logs lie in `logs` there.
        pinned: whom this window trusts; None before enrolment.
        hello: asks the centre who it is; returns its answer and its clock minus ours, ms.
        centre: the centre's address, "" before enrolment.
        line: the line's state.
        scanners: devices that scan; blocking.
        printers: names of printers, None where nobody can be asked; blocking.
        typing: how Qt reaches the input method; blocking.
        ended: how the program ended last time, None when in order.
    """

    folder: Path
    pinned: Callable[[], Pinned | None]
    hello: Callable[[], Awaitable[tuple[Hello, int]]]
    centre: Callable[[], str]
    line: Callable[[], LineView]
    scanners: Callable[[], Sequence[object]]
    printers: Callable[[], Sequence[str] | None] = printers
    typing: Callable[[], Typing] = typing_now
    ended: Ended | None = None


class Doctor:
    """Examines one window, with a session or without.

    Args:
        means: card, vault, lanes, clock.
        around: everything else that is looked at.
        place: the open session's means, None at the door.
        backup: asks how this window's backup stands; None where nobody keeps one.
    """

    def __init__(
        self,
        means: Means,
        around: Surroundings,
        place: Callable[[], Workplace | None],
        backup: Callable[[], Awaitable[BackupView]] | None = None,
    ) -> None:
        self._means = means
        self._around = around
        self._place = place
        self._backup = backup
        self._last: tuple[Finding, ...] = ()

    @property
    def ended(self) -> Ended | None:
        """Return how the program ended last time, None when in order."""
        return self._around.ended

    async def examine(self) -> tuple[Finding, ...]:
        """Look at every part; in the order of PARTS. Never raises for what a part is like."""
        found = await asyncio.gather(
            self._card_parts(),
            self._token_library(),
            self._centre_parts(),
            self._store_parts(),
            self._devices(),
            self._backups(),
        )
        by_part = {finding.part: finding for group in found for finding in group}
        if by_part["chain"].code == "app.clock_doubted" and by_part["network"].code == "good":
            by_part["chain"] = (await self._card_parts())[-1]  # the centre's time is known now
        by_part["typing"] = _typing(await self._means.lanes.crunch.run(self._around.typing))
        by_part["ending"] = _ending(self.ended)
        by_part["versions"] = _versions(await self._means.lanes.crunch.run(versions))
        self._last = tuple(by_part[part] for part in PARTS)
        return self._last

    async def bundle(self, path: Path) -> int:
        """Write the support bundle of the last examination; return its bytes.

        Raises:
            AppFailure: app.bundle_failed.
        """
        findings = self._last or await self.examine()
        report = self.report(findings)
        logs = self._around.folder / "logs"
        try:
            return await self._means.lanes.crunch.run(write_bundle, path, report, logs)
        except OSError as cause:
            raise AppFailure("app.bundle_failed") from cause

    def report(self, findings: Sequence[Finding]) -> dict[str, Any]:
        """Return what a bundle says: health, codes and figures, versions, and when."""
        return {
            "made_at": self._means.clock.wall().astimezone(CHINA).isoformat(timespec="seconds"),
            "findings": [
                {
                    "part": finding.part,
                    "health": finding.health.value,
                    "code": finding.code,
                    "figures": dict(finding.figures),
                }
                for finding in findings
            ],
            "versions": dict(versions()),
            "wire": {"oldest": version.OLDEST, "current": version.CURRENT},
            "enrolled": self._pinned() is not None,
        }

    # ------------------------------------------------------------ card

    async def _card_parts(self) -> tuple[Finding, ...]:
        lane = self._means.lanes.card
        try:
            reader = await lane.run(self._means.card.reader)
        except Failure as failure:
            return _failed("reader", failure), _unknown("card"), _unknown("chain")
        if reader is None:
            return _bad("reader", "card.no_reader"), _unknown("card"), _unknown("chain")
        good = Finding("reader", Health.GOOD, "good", Words("doctor.reader.good", {"name": reader}))
        if not await lane.run(self._means.card.present):
            return good, _note("card", "none"), _unknown("chain")
        try:
            facts = await lane.run(self._means.card.look)
        except Failure as failure:
            return good, _failed("card", failure), _unknown("chain")
        return good, _tries(facts), await self._means.lanes.crunch.run(self._chain, facts)

    async def _token_library(self) -> tuple[Finding, ...]:
        """Look at the maker's library for USB keys; most windows have none and need none."""
        try:
            facts = await self._means.lanes.card.run(self._means.card.token_library)
        except Failure as failure:
            return (_failed("token_library", failure),)
        if facts is None:
            none = Words("doctor.token_library.none")
            return (Finding("token_library", Health.GOOD, "none", none),)
        said: dict[str, str | int] = {
            "description": facts.description,
            "version": facts.version,
            "tokens": facts.tokens,
        }
        words = Words("doctor.token_library.good", {"name": facts.name, **said})
        return (Finding("token_library", Health.GOOD, "good", words, figures=said),)

    def _chain(self, facts: CardFacts) -> Finding:
        pinned = self._pinned()
        if pinned is None:
            return _unknown("chain")
        try:
            identity = check_card(facts.login_certificate, pinned, self._means.seen)
        except Failure as failure:
            return _failed("chain", failure)
        days = (identity.not_after - self._means.seen.estimate().at).days
        if days <= _EXPIRES_DAYS or identity.stale:
            return _note("chain", "stale" if identity.stale else "expires", days=days)
        return _good("chain", days=days)

    # ------------------------------------------------------------ the centre

    async def _centre_parts(self) -> tuple[Finding, ...]:
        if not self._around.centre():
            return _note("network", "none"), _unknown("clock")
        try:
            hello, offset_ms = await self._around.hello()
        except Failure as failure:
            return _failed("network", failure), _unknown("clock")
        pinned = self._pinned()
        if pinned is not None and hello.genesis != pinned.genesis:
            return _bad("network", "line.other_centre"), _unknown("clock")
        self._means.seen.heard(hello.t)
        line = self._around.line()
        waiting = line.pending + line.uploads
        offset = offset_ms // 1000
        clock = _good("clock", seconds=abs(offset))
        if abs(offset) > _CLOCK_S:
            clock = _bad("clock", "doctor.clock.off", minutes=abs(offset) // 60)
        return _good("network", waiting=waiting), clock

    # ------------------------------------------------------------ the store

    async def room(self) -> Finding:
        """Look at the room on the disk alone: cheap, for those who look often."""
        return await self._disk()

    async def _store_parts(self) -> tuple[Finding, ...]:
        return await self._store(), await self._disk(), await self._lease()

    async def _store(self) -> Finding:
        place = self._place()
        if self._pinned() is None:
            return _note("store", "not_enrolled")
        try:
            return await (self._closed_store() if place is None else _open_store(place))
        except Failure as failure:
            return _failed("store", failure)

    async def _closed_store(self) -> Finding:
        """Look at what can be seen without a card: the file and its slots."""
        file = self._around.folder / "store" / "store.db"
        slots = len(await self._means.lanes.card.run(self._means.vault.certificates))
        if not await self._means.lanes.crunch.run(file.exists):
            return _bad("store", "store.missing")
        figures = {"slots": slots}
        words = Words("doctor.store.closed", dict(figures))
        return Finding("store", Health.GOOD, "closed", words, figures=figures)

    async def _disk(self) -> Finding:
        try:
            free = await self._means.lanes.crunch.run(free_bytes, self._around.folder)
        except OSError:
            return _unknown("disk")
        megabytes = free // _MB
        if free < _FULL:
            return _bad("disk", "doctor.disk.full", megabytes=megabytes)
        if free < _TIGHT:
            return _note("disk", "tight", megabytes=megabytes)
        return _good("disk", megabytes=megabytes)

    async def _lease(self) -> Finding:
        place = self._place()
        if place is None:
            return _unknown("lease")
        try:
            kept = await place.on_store(place.store.lease)
            lease = await place.on_store(lease_in_force, place.store, place.clock)
            left = await place.on_store(place.store.numbers_left, "case")
        except Failure as failure:
            return _failed("lease", failure)
        if kept is None:
            return _note("lease", "app.no_lease")
        if lease is None:
            return _note("lease", "app.lease_over")
        until = moment_of(lease.exp).astimezone(CHINA)
        hours = max(0, (until - place.now()) // timedelta(hours=1))
        if left < _FEW:
            return _note("lease", "few", hours=hours, left=left)
        return _good("lease", hours=hours, left=left)

    async def _backups(self) -> tuple[Finding, ...]:
        """Look how what only this window holds is kept at the centre."""
        place = self._place()
        if self._backup is None or place is None:
            return (_unknown("backup"),)
        return (_backup(await self._backup(), place.now()),)

    # ------------------------------------------------------------ devices

    async def _devices(self) -> tuple[Finding, ...]:
        found = await asyncio.to_thread(self._around.printers)
        printer = _unknown("printer")
        if found is not None:
            count = len(found)
            printer = _good("printer", count=count) if found else _note("printer", "none")
        try:
            devices = await asyncio.to_thread(self._around.scanners)
        except Failure as failure:
            return printer, _note("scanner", failure.code)
        scanner = _good("scanner", count=len(devices)) if devices else _note("scanner", "none")
        return printer, scanner

    def _pinned(self) -> Pinned | None:
        try:
            return self._around.pinned()
        except Failure:
            return None


def _typing(found: Typing) -> Finding:
    """Chinese cannot be typed where the bus is not found, or no daemon listens at it."""
    if found is Typing.LONG:
        return _bad("typing", "long")
    return _note("typing", "untold") if found is Typing.UNTOLD else _good("typing")


def _ending(ended: Ended | None) -> Finding:
    if ended is None:
        return _good("ending")
    places = "; ".join(ended.places)
    return replace(_note("ending", ended.how), figures={"places": places} if places else {})


def _versions(known: Mapping[str, str]) -> Finding:
    args = {"program": known["chuangkou"], "wire": version.CURRENT}
    words = Words("doctor.versions.good", args)
    return Finding("versions", Health.GOOD, "good", words, figures=args)


def _backup(view: BackupView, now: datetime) -> Finding:
    if not view.kept:
        return Finding("backup", Health.GOOD, "practice", Words("doctor.backup.practice"))
    if view.problem is not None:
        return _note("backup", view.problem.code)
    if view.made is None or view.seen is None:
        return _note("backup", "none")
    hours = max(0, (now - view.made) // timedelta(hours=1))
    figures: dict[str, str | int] = {"hours": hours, "bytes": view.size, "left_out": view.left_out}
    said: dict[str, str | int] = {"made": _shown(view.made), "seen": _shown(view.seen)}
    words = Words("doctor.backup.good", {**said, "kilobytes": -(-view.size // 1000)})
    if view.left_out:
        return replace(_note("backup", "left_out", count=view.left_out), figures=figures)
    return Finding("backup", Health.GOOD, "good", words, figures=figures)


def _shown(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"


async def _open_store(place: Workplace) -> Finding:
    refused = await place.on_store(place.store.refused)
    if refused:
        return _note("store", "exceptions", count=len(refused))
    return _good("store", numbers=await place.on_store(place.store.numbers_left, "case"))


def _tries(facts: CardFacts) -> Finding:
    tries = facts.tries_left
    if tries == 0:
        return _bad("card", "card.pin_blocked")
    if tries == 1:
        return _note("card", "one_try")
    if tries is None:
        return Finding("card", Health.GOOD, "good", Words("doctor.card.untold"))
    return _good("card", tries=tries)


def _good(part: str, **figures: int) -> Finding:
    words = Words(f"doctor.{part}.good", dict(figures))
    return Finding(part, Health.GOOD, "good", words, figures=figures)


def _note(part: str, code: str, **figures: int) -> Finding:
    return _found(part, Health.NOTE, code, dict(figures))


def _bad(part: str, code: str, **figures: int) -> Finding:
    return _found(part, Health.BAD, code, dict(figures))


def _failed(part: str, failure: Failure) -> Finding:
    """Return what a failure says; its details stay here, for they may name somebody."""
    found = _found(part, Health.BAD, failure.code, {})
    what = Words(found.what.key, dict(failure.details))
    remedy = None if found.remedy is None else Words(found.remedy.key, dict(failure.details))
    return Finding(part, found.health, found.code, what, found.means, remedy)


def _found(part: str, health: Health, code: str, figures: dict[str, str | int]) -> Finding:
    """Return a finding; codes with a dot have the words of the failures that they name."""
    key = f"doctor.{part}.{code}"
    if code.startswith("doctor."):
        key = code
    elif "." in code:
        key = f"error.{code}"
    return Finding(
        part=part,
        health=health,
        code=code,
        what=Words(key, figures),
        means=Words(f"doctor.{part}.means"),
        remedy=Words(f"{key}.do", figures),
        figures=figures,
    )


def _unknown(part: str) -> Finding:
    return Finding(
        part, Health.UNKNOWN, "unknown", Words("doctor.unknown"), None, Words("doctor.unknown.do")
    )
