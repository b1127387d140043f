"""The doctor of scripted screens: one part of every health."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.doctor import Finding, Health
from client.app.rows.words import Words

if TYPE_CHECKING:
    from pathlib import Path

    from client.host.ending import Ended
    from sync.domain.failures import Failure

FINDINGS = (
    Finding("reader", Health.GOOD, "good", Words("doctor.reader.good", {"name": "模拟读卡器"})),
    Finding("card", Health.GOOD, "good", Words("doctor.card.good", {"tries": 3})),
    Finding(
        "chain",
        Health.NOTE,
        "expires",
        Words("doctor.chain.expires", {"days": 12}),
        Words("doctor.chain.means"),
        Words("doctor.chain.expires.do"),
    ),
    Finding(
        "network",
        Health.BAD,
        "line.refused",
        Words("error.line.refused"),
        Words("doctor.network.means"),
        Words("error.line.refused.do"),
    ),
    Finding(
        "clock",
        Health.UNKNOWN,
        "unknown",
        Words("doctor.unknown"),
        None,
        Words("doctor.unknown.do"),
    ),
    Finding("store", Health.GOOD, "good", Words("doctor.store.good", {"numbers": 480})),
    Finding(
        "backup",
        Health.GOOD,
        "good",
        Words(
            "doctor.backup.good",
            {"made": "2026-03-03 09:10", "seen": "2026-03-03 09:10", "kilobytes": 42},
        ),
    ),
)


class ScriptedDoctor:
    """Finds what it is told to find."""

    def __init__(self) -> None:
        self.findings = FINDINGS
        self.looked = 0
        self.ended: Ended | None = None
        self.disk = Finding(
            "disk", Health.GOOD, "good", Words("doctor.disk.good", {"megabytes": 9})
        )
        self.fail: Failure | None = None

    async def examine(self) -> tuple[Finding, ...]:
        self.looked += 1
        return self.findings

    async def room(self) -> Finding:
        return self.disk

    async def bundle(self, path: Path) -> int:
        if self.fail is not None:
            raise self.fail
        return _written(path)


def _written(path: Path) -> int:
    return path.write_bytes(b"PK")
