"""Opened and locked again and again, a window leaves nothing behind in its process."""

import asyncio
import threading
from pathlib import Path

import pytest

from client.app.desk import Desk
from client.store.store import SqlCipherStore
from sync.engine.runner import Runner
from tests.helpers.hall import Hall
from tests.helpers.held import held

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
FIRST = 3
ENDED = (Desk, SqlCipherStore, Runner)


async def visit(stage, sessions):
    """Start a window, log in and lock it several times, end it."""
    window = stage.window()
    async with asyncio.TaskGroup() as tasks:
        life = tasks.create_task(window.desk.run())
        hall = Hall(stage, window)
        for _ in range(sessions):
            await hall.enter("clerk")
            await hall.register()
            await hall.leave()
        life.cancel()


def left():
    """Return what is still held: threads, descriptors, and objects of what has ended."""
    kept = [len(held(kind)) for kind in ENDED]
    # Shown by name, so that a failure says whose they are.
    threads = sorted(thread.name for thread in threading.enumerate())
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    return threads, descriptors, kept


def test_twenty_openings_leave_no_thread_no_descriptor_and_no_object(stage):
    async def days():
        await stage.centre.start()
        try:
            await visit(stage, FIRST)
            before = left()
            for sessions in (1, 2, 3, 4) * 2:
                await visit(stage, sessions)
            return before, left()
        finally:
            stage.centre.stop()

    before, after = asyncio.run(days())
    assert after == before
    assert after[2] == [0, 0, 0]
