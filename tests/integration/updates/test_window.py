"""What a window says of updates, over a real channel: it looks, it checks, it replaces nothing."""

import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.app.machine.updates import Updates, timer_now
from client.app.rows.updates import UpdateTimer
from client.updates.failures import UpdateFailure
from client.updates.keeping import Kept
from client.updates.standing import Standing, note
from tests.helpers.channel import Publishing


@pytest.fixture
def publishing(tmp_path):
    made = Publishing(tmp_path)
    made.release("7.1.0")
    return made


@pytest.fixture
def updates(publishing, tmp_path):
    trusted, settings = tmp_path / "root.json", tmp_path / "update.json"
    trusted.write_bytes(publishing.trusted)
    settings.write_text(json.dumps({"source": str(publishing.folder), "trusted": str(trusted)}))
    return Updates(tmp_path / "window", settings, tmp_path / "state")


def look(updates, folder=None, **more):
    return asyncio.run(updates.look(folder, **more))


def refused(updates, folder=None, **more):
    with pytest.raises(UpdateFailure) as told:
        look(updates, folder, **more)
    return told.value.code


def program(folder, name, text):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


def test_the_machines_channel_is_looked_at_with_ones_own_account(updates, tmp_path):
    found = look(updates)
    assert (found.offered, found.notes, found.size) == ("7.1.0", {"en": "New."}, 0)
    assert found.waits == ("window_open",)  # this one
    store = tmp_path / "window" / "store"
    store.mkdir()
    (store / "store.db").touch()
    note(store, Standing(12, "2026-02-01", 0))
    assert look(updates).waits == ("window_open",)
    note(store, Standing(12, "2001-01-01", 3))
    assert look(updates).waits == ("window_open", "waiting_unreadable")


def test_a_stick_is_read_whole_and_refused_with_the_reason(updates, publishing, tmp_path):
    sizes = []
    found = look(updates, publishing.folder, told=sizes.append)
    (stored,) = (publishing.folder / "targets").glob("*.chuangkou_7.1.0_all.deb")
    assert found.size == stored.stat().st_size
    assert sizes == sorted(sizes)
    assert sizes[-1] > found.size
    assert not (tmp_path / "window" / "updates" / "fetched").exists()
    stored.write_bytes(stored.read_bytes()[:-1] + b"?")
    assert refused(updates, publishing.folder) == "update.altered"
    assert refused(updates, tmp_path / "empty") == "update.unreachable"


def test_a_look_is_given_up_at_its_next_piece(updates, publishing):
    assert refused(updates, publishing.folder, told=lambda _read: updates.give_up()) == (
        "update.given_up"
    )
    assert look(updates, publishing.folder).offered == "7.1.0"


def test_without_a_channel_it_is_said_and_the_standing_is_shown(tmp_path):
    bare = Updates(tmp_path, tmp_path / "none.json", tmp_path / "state")
    assert refused(bare) == "update.no_source"
    standing = asyncio.run(bare.standing())
    assert (standing.source, standing.former) == ("", "")
    assert standing.running


def test_the_way_back_is_offered_to_an_account_that_may(updates, publishing, tmp_path, monkeypatch):
    release = publishing.release("6.0.0")
    kept = Kept(tmp_path / "state" / "kept")
    kept.keep(release, publishing.package("6.0.0"))
    kept.keep(publishing.release("6.10.0"), publishing.package("6.10.0"))
    kept.keep(publishing.release("6.9.0"), publishing.package("6.9.0"))
    program(tmp_path / "bin", "chuangkou-update", "true")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    for person, may in ((0, True), (1000, False)):
        monkeypatch.setattr(os, "geteuid", lambda person=person: person)
        standing = asyncio.run(updates.standing())
        assert (standing.may_change, standing.former) == (may, "6.10.0" if may else "")
    assert standing.source == str(publishing.folder)


def test_the_systems_timer_is_asked(tmp_path, monkeypatch):
    when = datetime(2026, 11, 23, 22, 17, tzinfo=UTC)
    micro = int(when.timestamp()) * 1_000_000
    answers = f"""case "$*" in
*ActiveState*) echo 's "active"' ;;
*NextElapseUSecRealtime*) echo 't {micro}' ;;
*) exit 1 ;;
esac"""
    program(tmp_path / "bin", "busctl", answers)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    assert timer_now() == UpdateTimer("on", when)
    program(tmp_path / "bin", "busctl", """echo 's "inactive"'""")
    assert timer_now() == UpdateTimer("off")
    program(tmp_path / "bin", "busctl", "exit 1")
    assert timer_now() == UpdateTimer("untold")
    monkeypatch.setenv("PATH", str(Path(tmp_path / "nothing")))
    assert timer_now() == UpdateTimer("untold")
