"""The doctor over the real centre, with and without a session; and what leaves in its bundle."""

import asyncio
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from client.app.access.opening import DEVICE_KEY
from client.app.doctor import PARTS, Health
from tests.helpers.hall import StandingStage, open_hall

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]
NAME, AGENT = "古丽·阿依夏木", "欧阳修远"
ID, AGENT_ID, PHONE = "92339901MA2ABCDE1X", "110105199001010010", "13800000000"


@pytest.fixture
def stage(tmp_path):
    made = StandingStage(tmp_path / "stage")
    yield made
    made.centre.stop()


def health(findings):
    return {finding.part: (finding.health, finding.code) for finding in findings}


async def test_a_sound_window_is_found_sound_and_a_cut_line_is_named(stage):
    async with open_hall(stage) as hall:
        await hall.put_in("clerk")
        at_the_door = health(await hall.desk.doctor.examine())
        assert at_the_door["store"] == (Health.GOOD, "closed")
        assert at_the_door["lease"] == (Health.UNKNOWN, "unknown")
        await hall.enter("clerk")
        await hall.synced()
        findings = await hall.desk.doctor.examine()
        assert [finding.part for finding in findings] == list(PARTS)
        found = health(findings)
        for part in ("reader", "card", "chain", "network", "clock", "store", "lease", "versions"):
            assert found[part] == (Health.GOOD, "good"), part
        stage.kill_centre()
        cut = health(await hall.desk.doctor.examine())
        assert cut["network"][0] is Health.BAD
        assert cut["network"][1].startswith("line.")
        assert cut["clock"] == (Health.UNKNOWN, "unknown")
        assert cut["lease"] == (Health.GOOD, "good")  # work goes on
        await hall.pull()
        assert health(await hall.desk.doctor.examine())["card"] == (Health.NOTE, "none")


async def test_a_strangers_card_is_named_by_what_is_wrong_with_it(stage):
    refused = sorted(stage.authority.refused_cards)
    async with open_hall(stage) as hall:
        codes = set()
        for card in refused:
            hall.deck.pull()
            hall.deck.insert(card)
            found = health(await hall.desk.doctor.examine())
            bad = [code for state, code in found.values() if state is Health.BAD]
            codes.update(bad)
            assert bad, card
        assert any(code.startswith("certificate.") for code in codes)


async def test_no_canary_leaves_in_the_bundle(stage, tmp_path):
    """Names, numbers, telephones, PINs, keys: of the store, of the card, of what was typed."""
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        case = await hall.register(name=NAME, agent_name=AGENT, agent_id_no=AGENT_ID)
        await hall.receive_all(case)
        await hall.desk.drafts.save("preregister", NAME)
        place = hall.desk.door.place()
        key = await place.on_store(place.store.get_meta, DEVICE_KEY)
        await hall.desk.doctor.examine()
        size = await hall.desk.doctor.bundle(tmp_path / "support.zip")
        assert size < 200_000
        session = hall.desk.door.session
        pin = hall.pin("clerk").reveal()
    with zipfile.ZipFile(tmp_path / "support.zip") as bundle:
        whole = b"\n".join(bundle.read(name) for name in bundle.namelist())
        report = json.loads(bundle.read("report.json"))
    canaries = (NAME, AGENT, ID, AGENT_ID, PHONE, case, pin, session.name, session.person)
    assert [canary for canary in canaries if canary.encode() in whole] == []
    assert key not in whole
    assert b"PRIVATE KEY" not in whole
    assert str(stage.places.window).encode() not in whole
    assert {each["part"] for each in report["findings"]} == set(PARTS)


async def test_the_command_examines_without_a_screen(stage, tmp_path):
    """A machine that is no window yet is told so, in words and as JSON; Qt is never loaded."""
    command = [sys.executable, "-X", "importtime", "-m", "client.doctor", "--data", str(tmp_path)]
    run = await asyncio.to_thread(
        subprocess.run, [*command, "--lang", "en", "--bundle", str(tmp_path / "b.zip")],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert run.returncode in {0, 1}, run.stderr[-2000:]
    assert "This machine is no window of a centre yet" in run.stdout
    assert "PySide6" not in run.stderr
    assert (tmp_path / "b.zip").exists()
    told = await asyncio.to_thread(
        subprocess.run, [*command[:1], *command[3:], "--json"],
        cwd=ROOT, capture_output=True, text=True, check=False,
        timeout=120,
    )  # fmt: skip
    found = {each["part"]: each["code"] for each in json.loads(told.stdout)["findings"]}
    assert found["store"] == "not_enrolled"
    assert found["network"] == "none"
