"""What an open session stands on: the store, the lanes, who is here, and what time it is.

It exists from login to lock. Whoever needs it asks the desk, and is told `app.locked` when there
is none; nobody keeps it.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from client.app.session.centre_time import centre_time

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from client.app.papers.papermaking import Papermaker
    from client.app.ports.store import CaseStore
    from client.app.rows.session import SessionView
    from client.app.session.leave import Leave
    from client.app.session.recorder import Recorder
    from client.host.clock import Clock
    from client.host.lanes import Lanes
    from sync.domain.rules import Rules
    from sync.engine.ports import StoredAnchor

T = TypeVar("T")


@dataclass(slots=True)
class Workplace:
    """The open session's means.

    `steps` is held by whoever makes a step, so that two key presses never share a number or a
    place in the chain. `authorities` are the DER of the certificate authorities in policy;
    `anchor` and `cases_left` are kept here so that the screen's lane need not ask the store.
    """

    session: SessionView
    store: CaseStore
    recorder: Recorder
    leave: Leave
    papers: Papermaker
    lanes: Lanes
    clock: Clock
    authorities: tuple[bytes, ...]
    anchor: StoredAnchor | None = None
    cases_left: int | None = None
    steps: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def on_store(self, work: Callable[..., T], *args: Any) -> T:
        """Run work on the store lane."""
        return await self.lanes.store.run(work, *args)

    def now(self) -> datetime:
        """Return the best estimate of the centre's time, in China's zone."""
        return centre_time(self.clock, self.anchor)

    def rules(self) -> Rules:
        """Return the rules in force by the policy known here."""
        return self.store.policy_book().rules()
