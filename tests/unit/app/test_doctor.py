"""The doctor over real adapters: each fault has its own code, words and a remedy."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
import pytest_asyncio

from client.app.access.opening import Means
from client.app.doctor import PARTS, Doctor, Health, Surroundings
from client.app.failures import AppFailure
from client.app.rows.session import LinePhase, LineView
from client.card.at_window import CardAtWindow
from client.card.no_service import NoService
from client.card.pkcs11_library import TokenLibrary
from client.doctor import told
from client.host.centre_seen import CentreSeen
from client.host.ending import Ended
from client.host.lanes import Lanes
from client.host.typing import READ, Typing, judged, typing_now
from client.vault.vault import Vault
from sync.domain.failures import Failure
from sync.domain.fields import ms_of
from sync.texts import texts
from tests.helpers.softhsm import library
from tests.helpers.store_world import FakeClock

pytestmark = pytest.mark.asyncio
GENESIS = "g" * 43


@dataclass
class World:
    """What surrounds a window, to be spoilt."""

    centre: str = "https://localhost:1"
    genesis: str = GENESIS
    offset_ms: int = 400
    hello: Failure | None = None
    printers: tuple[str, ...] | None = ("张三的打印机",)
    scanners: tuple[object, ...] = ("one",)
    scan_fault: Failure | None = None
    typing: Typing = Typing.GOOD
    ended: Ended | None = None
    pinned: object | None = field(
        default_factory=lambda: SimpleNamespace(genesis=GENESIS, cas=(), revoked=())
    )


@pytest_asyncio.fixture
async def lanes():
    made = Lanes()
    yield made
    await made.close()


def doctor_of(world, lanes, folder, card=None):
    clock = FakeClock()

    async def hello():
        if world.hello is not None:
            raise world.hello
        return SimpleNamespace(genesis=world.genesis, t=ms_of(clock.wall())), world.offset_ms

    def scanners():
        if world.scan_fault is not None:
            raise world.scan_fault
        return world.scanners

    def never(_keys):
        raise AssertionError

    service = NoService()
    means = Means(
        card=card or CardAtWindow(service, service),
        vault=Vault(folder / "store", fits=lambda _keys: False),
        lanes=lanes,
        clock=clock,
        seen=CentreSeen(clock),
        open_store=never,
        scanners=SimpleNamespace(devices=scanners),
    )
    around = Surroundings(
        folder=folder,
        pinned=lambda: world.pinned,
        hello=hello,
        centre=lambda: world.centre,
        line=lambda: LineView(LinePhase.SYNCED, pending=2),
        scanners=scanners,
        printers=lambda: world.printers,
        typing=lambda: world.typing,
        ended=world.ended,
    )
    return Doctor(means, around, lambda: None)


async def examined(world, lanes, folder):
    findings = await doctor_of(world, lanes, folder).examine()
    for language in ("zh_CN", "en"):  # every line can be said
        assert all("doctor." not in line.split("[")[0] for line in told(findings, texts(language)))
    assert tuple(finding.part for finding in findings) == PARTS
    return {finding.part: finding for finding in findings}


async def test_a_machine_without_card_service_says_so_and_the_rest_is_looked_at(lanes, tmp_path):
    found = await examined(World(), lanes, tmp_path)
    assert (found["reader"].health, found["reader"].code) == (Health.BAD, "card.service_down")
    assert found["card"].health is found["chain"].health is Health.UNKNOWN
    assert found["network"].figures == {"waiting": 2}
    assert found["clock"].health is Health.GOOD
    assert found["printer"].figures == {"count": 1}
    assert found["lease"].health is Health.UNKNOWN


@pytest.mark.parametrize(
    ("spoilt", "part", "health", "code"),
    [
        ({"hello": Failure("line.refused")}, "network", Health.BAD, "line.refused"),
        ({"hello": Failure("line.tls")}, "network", Health.BAD, "line.tls"),
        ({"genesis": "h" * 43}, "network", Health.BAD, "line.other_centre"),
        ({"centre": ""}, "network", Health.NOTE, "none"),
        ({"offset_ms": -600_000}, "clock", Health.BAD, "doctor.clock.off"),
        ({"hello": Failure("line.refused")}, "clock", Health.UNKNOWN, "unknown"),
        ({"printers": ()}, "printer", Health.NOTE, "none"),
        ({"printers": None}, "printer", Health.UNKNOWN, "unknown"),
        ({"scanners": ()}, "scanner", Health.NOTE, "none"),
        ({"typing": Typing.LONG}, "typing", Health.BAD, "long"),
        ({"typing": Typing.UNTOLD}, "typing", Health.NOTE, "untold"),
        ({"pinned": None}, "store", Health.NOTE, "not_enrolled"),
    ],
)
async def test_each_fault_is_named(lanes, tmp_path, spoilt, part, health, code):
    found = (await examined(World(**spoilt), lanes, tmp_path))[part]
    assert (found.health, found.code) == (health, code)
    if health is not Health.UNKNOWN:
        assert found.means is not None
    assert found.remedy is not None


async def test_a_file_that_is_gone_is_the_stores_fault(lanes, tmp_path):
    found = (await examined(World(), lanes, tmp_path))["store"]
    assert found.health is Health.BAD
    assert found.code in {"store.missing", "vault.damaged", "vault.missing"}


async def test_a_bundle_names_no_printer_and_nobody(lanes, tmp_path):
    doctor = doctor_of(World(), lanes, tmp_path)
    report = doctor.report(await doctor.examine())
    assert "张三" not in json.dumps(report, ensure_ascii=False)
    assert {each["part"] for each in report["findings"]} == set(PARTS)
    size = await doctor.bundle(tmp_path / "b.zip")
    assert size == (tmp_path / "b.zip").stat().st_size
    with pytest.raises(AppFailure, match=r"app\.bundle_failed"):
        await doctor.bundle(tmp_path / "nowhere" / "b.zip")


async def test_a_window_without_a_library_for_keys_needs_none(lanes, tmp_path):
    found = (await examined(World(), lanes, tmp_path))["token_library"]
    assert (found.health, found.code) == (Health.GOOD, "none")


@pytest.mark.slow
async def test_the_library_for_keys_is_looked_at_and_one_that_is_missing_is_named(lanes, tmp_path):
    for path, health, code in (
        (str(library()), Health.GOOD, "good"),
        ("/nowhere/key.so", Health.BAD, "card.token_library_missing"),
    ):
        service, tokens = NoService(), TokenLibrary(path)
        doctor = doctor_of(World(), lanes, tmp_path, CardAtWindow(service, service, tokens))
        found = {each.part: each for each in await doctor.examine()}["token_library"]
        tokens.close()
        assert (found.health, found.code) == (health, code)
        for language in ("zh_CN", "en"):
            line = told([found], texts(language))[0]
            assert Path(path).name in line
    assert "/nowhere" not in json.dumps(doctor.report([found]))


@pytest.mark.parametrize(("how", "places"), [("program", ("ui/loop.py:9 run",)), ("machine", ())])
async def test_an_end_that_was_not_in_order_is_told_and_goes_into_the_bundle(
    how, places, lanes, tmp_path
):
    world = World(ended=Ended(how, places))
    found = (await examined(world, lanes, tmp_path))["ending"]
    assert (found.health, found.code) == (Health.NOTE, how)
    made = doctor_of(world, lanes, tmp_path)
    (told_of,) = (each for each in made.report([found])["findings"] if each["part"] == "ending")
    assert told_of["figures"] == ({"places": "ui/loop.py:9 run"} if places else {})


_HEAD = b"# This file is created by ibus-daemon, please do not modify it.\n" * 4


def _bus_file(home: int) -> bytes:
    path = b"x" * home
    return _HEAD + b"IBUS_ADDRESS=unix:path=/" + path + b"\nIBUS_DAEMON_PID=%d\n" % os.getpid()


async def test_a_bus_that_is_named_beyond_what_qt_reads_is_found():
    room = READ - len(_bus_file(0).rstrip())
    assert judged(_bus_file(room)) is Typing.GOOD
    assert judged(_bus_file(room + 1)) is Typing.LONG
    assert judged(_HEAD) is Typing.UNTOLD
    assert judged(_bus_file(5).partition(b"IBUS_DAEMON")[0]) is Typing.UNTOLD


async def test_the_newest_bus_file_of_this_user_is_looked_at(tmp_path):
    values = {"XDG_CONFIG_HOME": str(tmp_path), "QT_IM_MODULE": "ibus"}
    assert typing_now(values, "linux") is Typing.UNTOLD
    folder = tmp_path / "ibus" / "bus"
    folder.mkdir(parents=True)
    (folder / "a").write_bytes(_bus_file(5))
    os.utime(folder / "a", (1, 1))
    (folder / "b").write_bytes(_bus_file(300))
    assert typing_now(values, "linux") is Typing.LONG
    assert typing_now({**values, "IBUS_USE_PORTAL": "1"}, "linux") is Typing.OWN
    assert typing_now({**values, "QT_IM_MODULE": "xim"}, "linux") is Typing.OWN
    assert typing_now({**values, "QT_IM_MODULE": "fcitx"}, "linux") is Typing.LONG  # as startup
    silent = {"XDG_CONFIG_HOME": str(tmp_path)}  # no method is asked, whatever runs
    assert typing_now(silent, "linux") is Typing.UNTOLD
    assert typing_now({**silent, "XMODIFIERS": "@im=fcitx"}, "linux") is Typing.LONG
    assert typing_now({**silent, "WAYLAND_DISPLAY": "wayland-0"}, "linux") is Typing.OWN
    (folder / "b").write_bytes(_bus_file(5).replace(b"%d" % os.getpid(), b"999999999"))
    assert typing_now(values, "linux") is Typing.UNTOLD  # its daemon has ended
    assert typing_now(values, "win32") is Typing.OWN
