"""A real centre from nothing: founded, filled and changed by sheets that two cards signed."""

import io
import json
import sys

import pytest
from typer.testing import CliRunner

from client.administrator import main as sign_at_window
from sync.domain.failures import Failure
from sync.proof import sheets
from sync.proof.failures import ProofError
from sync.server.cli.app import build
from sync.server.clock import SystemClock, milliseconds
from sync.texts import texts
from tests.helpers.centre import NOW, workshop

pytestmark = pytest.mark.slow
PIN = "123456"


@pytest.fixture(scope="module")
def authority():
    return workshop() / "authority"


@pytest.fixture
def administrators(authority):
    roster = json.loads((authority / "roster.json").read_text())
    people = {entry["person"]: entry for entry in roster["people"]}
    return [people[person] for person in roster["administrators"][:2]]


@pytest.fixture
def file(authority, administrators, tmp_path):
    """The founding file as an administrator writes it, with certificates beside it."""
    said = []
    for person in administrators:
        slots = json.loads((authority / "cards" / f"{person['card']}.json").read_text())["keys"]
        names = {}
        for slot in ("9A", "9C", "9D"):
            names[slot] = f"{person['person']}-{slot}.pem"
            (tmp_path / names[slot]).write_text(slots[slot]["cert"])
        entry = {"person": person["person"], "name": person["name"], "certificates": names}
        said.append(entry)
    (tmp_path / "ca.pem").write_bytes((authority / "ca.pem").read_bytes())
    path = tmp_path / "founding.json"
    found = {"centre": "qinghe", "name": "清河县监察中心", "authorities": ["ca.pem"]}
    path.write_text(json.dumps({**found, "administrators": said}, ensure_ascii=False))
    return path


@pytest.fixture
def centre(tmp_path, authority):
    """Where the centre lies, on the authority's day; its authority's lists were brought."""
    clock = tmp_path / "clock.json"
    clock.write_text(json.dumps({"offset_ms": milliseconds(NOW) - SystemClock().now_ms()}))
    lists = tmp_path / "centre" / "crl"
    lists.mkdir(parents=True)
    for path in authority.glob("*.crl.pem"):
        (lists / path.name).write_bytes(path.read_bytes())
    return ("--data", tmp_path / "centre", "--demo-clock", clock)


@pytest.fixture
def window(tmp_path, authority):
    folder = tmp_path / "window"
    folder.mkdir()
    settings = {"reader": "simulator", "cards": str(authority / "cards")}
    (folder / "window.json").write_text(json.dumps(settings))
    return folder


def run(*words):
    done = CliRunner().invoke(build(texts("zh_CN")), [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def signed(monkeypatch, window, sheet, person, pin=PIN):
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{pin}\n"))
    words = [sheet, "--data", window, "--lang", "zh_CN", "--card", person["card"]]
    return sign_at_window([str(word) for word in words])


def test_two_cards_found_a_centre_and_every_later_change(
    file, centre, window, administrators, monkeypatch, capsys
):
    sheet = file.with_name("first.json")
    assert "尚未生效" in run("found", file, *centre, "--authority", sheet)
    first, second = administrators
    with pytest.raises(ProofError):  # nobody has signed
        run("sheet", "take", sheet, *centre)
    assert signed(monkeypatch, window, sheet, first) == 0
    shown = capsys.readouterr().out
    assert "清河县监察中心" in shown
    assert "还差另一名管理员" in shown
    assert signed(monkeypatch, window, sheet, first) == 2  # the same hand twice
    assert signed(monkeypatch, window, sheet, second) == 0
    assert "已签 2 / 2" in run("sheet", "show", sheet)
    run("sheet", "take", sheet, *centre)
    said = json.loads(run("status", "--json", *centre[:2], "--demo-clock", centre[3]))
    assert said["centre"] == "清河县监察中心 (qinghe)"

    later = file.with_name("later.json")
    run("switch", "silence_is_consent", "true", *centre, "--authority", later)
    for person in administrators:
        assert signed(monkeypatch, window, later, person) == 0
    run("sheet", "take", later, *centre)
    with pytest.raises(ProofError) as refused:  # taken once, it follows nothing any more
        run("sheet", "take", later, *centre)
    assert refused.value.code == "proof.policy_chain"


def test_a_wrong_pin_and_an_altered_sheet_change_nothing(
    file, centre, window, administrators, tmp_path, monkeypatch
):
    sheet = tmp_path / "first.json"
    run("found", file, *centre, "--authority", sheet)
    before = sheet.read_bytes()
    assert signed(monkeypatch, window, sheet, administrators[0], pin="000000") == 2
    assert sheet.read_bytes() == before
    assert signed(monkeypatch, window, sheet, administrators[0], pin="") == 1
    assert sheet.read_bytes() == before
    for person in administrators:
        assert signed(monkeypatch, window, sheet, person) == 0
    altered = json.loads(sheet.read_text())
    altered["events"][0]["body"] = altered["events"][0]["body"].replace("清河县", "青河县")
    sheet.write_text(json.dumps(altered))
    with pytest.raises(ProofError) as refused:
        run("sheet", "take", sheet, *centre)
    assert refused.value.code == "proof.body_differs"


def test_a_sheet_in_whose_middle_another_hand_signed_something_else_is_refused(
    file, centre, window, administrators, tmp_path, monkeypatch
):
    sheet = tmp_path / "first.json"
    run("found", file, *centre, "--authority", sheet)
    assert signed(monkeypatch, window, sheet, administrators[0]) == 0
    first = sheets.read_sheet(sheet.read_bytes())
    shorter = sheets.Sheet(
        first.aud, first.seq, first.prev, first.at + 1, first.events, first.hands
    )
    sheet.write_bytes(sheets.write_sheet(shorter))
    assert signed(monkeypatch, window, sheet, administrators[1]) == 0
    with pytest.raises(ProofError) as refused:
        run("sheet", "take", sheet, *centre)
    assert refused.value.code == "proof.policy_signers"


def test_a_founding_file_without_two_people_founds_nothing(file, centre):
    said = json.loads(file.read_text())
    said["administrators"] = said["administrators"][:1]
    file.write_text(json.dumps(said))
    with pytest.raises(Failure) as refused:
        run("found", file, *centre, "--authority", file.with_name("sheet.json"))
    assert refused.value.code == "centre.founding"
    assert not file.with_name("sheet.json").exists()


def test_a_sheet_is_never_written_over_another(file, centre):
    with pytest.raises(Failure) as refused:
        run("found", file, *centre, "--authority", file)
    assert refused.value.code == "centre.sheet_there"
