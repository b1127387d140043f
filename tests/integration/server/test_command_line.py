"""`chuangkou-centre`, as an administrator types it."""

import json
import os
import ssl
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import httpx
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from sync.domain.failures import Failure
from sync.server.cli.app import build
from sync.server.cli.words import language
from sync.server.clock import SystemClock, milliseconds
from sync.texts import texts
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import NOW, running_centre, workshop
from tests.helpers.hall_camera import registered
from tests.helpers.hand_window import HandWindow, Refusal
from tests.helpers.waiting import until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def authority():
    return workshop() / "authority"


@pytest.fixture
def clock(tmp_path):
    """Let the machine's clock be the authority's: its certificates are of their own day."""
    file = tmp_path / "clock.json"
    file.write_text(json.dumps({"offset_ms": milliseconds(NOW) - SystemClock().now_ms()}))
    return "--demo-clock", file


def run(*words, spoken="en"):
    """Run a command in this process; returns what it printed."""
    done = CliRunner().invoke(build(texts(spoken)), [str(word) for word in words])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_help_speaks_both_languages():
    for spoken, word in (("en", "supervision centre"), ("zh_CN", "监察中心")):
        assert word in run("--help", spoken=spoken)
        for command in ("serve", "enrol", "grant", "grant-end", "revoke", "load-sample"):
            assert "--data" in run(command, "--help", spoken=spoken)


def commands_of(group, name=""):
    """Yield every command of the line with its name, as it is typed."""
    for each, command in group.commands.items():
        typed = f"{name} {each}".strip()
        if hasattr(command, "commands"):
            yield from commands_of(command, typed)
        else:
            yield typed, command


def test_every_command_says_whose_centre_and_by_which_clock():
    """But those two that read a file alone."""
    without = {
        name
        for name, command in commands_of(get_command(build(texts("en"))))
        if not {"data", "demo_clock"} <= {each.name for each in command.params}
    }
    assert without == {"backup check", "sheet show"}


@pytest.mark.parametrize(
    ("arguments", "lang", "spoken"),
    [
        ([], "zh_CN.UTF-8", "zh_CN"),
        ([], "C.UTF-8", "en"),
        (["--lang", "zh_CN"], "en_GB", "zh_CN"),
        (["--lang=en"], "zh_CN", "en"),
    ],
)
def test_the_language_is_the_asked_one_else_the_environments(monkeypatch, arguments, lang, spoken):
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    monkeypatch.setenv("LANG", lang)
    assert language(arguments) == spoken


def test_a_sample_is_loaded_once(tmp_path, authority, clock):
    data = tmp_path / "centre"
    run("migrate", "--data", data, *clock)
    assert "signed by two administrators" in run("load-sample", authority, "--data", data, *clock)
    assert json.loads(run("status", "--data", data, "--json"))["policy"] > 60
    assert "云岭县" in run("status", "--data", data, spoken="zh_CN")
    with pytest.raises(Failure, match="sample_there"):
        run("load-sample", authority, "--data", data, *clock)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("status", "--data", "{empty}"), "centre.keys_missing"),
        (("load-sample", "{empty}", "--data", "{empty}/x"), "centre.authority_missing"),
        (("serve", "--data", "{empty}", "--host", "10.0.0.1", "--port", "0"), "centre.tls_needed"),
    ],
)
def test_what_is_missing_has_a_code_and_words(tmp_path, words, code):
    with pytest.raises(Failure, match=code):
        run(*(word.format(empty=tmp_path) for word in words))
    for spoken in ("en", "zh_CN"):
        assert texts(spoken).has(f"error.{code}")
        assert texts(spoken).has(f"error.{code}.do")


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql://centre@localhost/centre", "centre.database_url"),
        ("somewhere", "centre.database_url"),
        ("postgresql://centre@/centre?host=/nowhere", "centre.database_away"),
    ],
)
def test_a_database_that_cannot_be_has_a_code_and_words(tmp_path, monkeypatch, url, code):
    monkeypatch.setenv("CHUANGKOU_DATABASE_URL", url)
    with pytest.raises(Failure, match=code):
        run("migrate", "--data", tmp_path / "centre")
    for spoken in ("en", "zh_CN"):
        assert texts(spoken).has(f"error.{code}")
        assert texts(spoken).has(f"error.{code}.do")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ((), "centre.grant_empty"),
        (("--role", "handler", "--from", "2026-03-04", "--to", "2026-03-04"), "centre.grant_over"),
        (("--deputy-of", "p0103", "--to", "2020-01-01"), "centre.grant_over"),
    ],
)
def test_a_grant_that_gives_nothing_is_refused_with_words(tmp_path, authority, clock, more, code):
    common = ("--data", tmp_path, "--authority", authority, *clock)
    with pytest.raises(Failure, match=code):
        run("grant", *common, "--person", "p0104", "--scope", "339901/scjg", *more)
    for spoken in ("en", "zh_CN"):
        assert texts(spoken).has(f"error.{code}")
        assert texts(spoken).has(f"error.{code}.do")


def test_commands_change_a_centre_that_serves(tmp_path, store, authority, clock, monkeypatch):
    with running_centre(tmp_path, store=store) as centre:
        monkeypatch.setenv("CHUANGKOU_DATABASE_URL", centre.url)
        common = ("--data", centre.settings.data, "--authority", authority, *clock)
        told = run("enrol", *common, "--hall", "339901", "--counter", "07")
        invitation = json.loads(told.splitlines()[-1])
        assert invitation["genesis"] == centre.desk.policy.trust.genesis
        window = HandWindow(centre, invitation["dev"], enrol=False)
        window.enrol(invitation["code"])
        window.log_in("handler")
        run("grant-end", "g-p0103-1", *common)
        centre.clock.advance(minutes=5)  # the command's clock went on while ours stood still
        assert refused(window) == "wire.person_no_rights"
        run("grant", *common, "--person", "p0103", "--role", "handler", "--scope", "339901/scjg")
        centre.clock.advance(minutes=5)
        assert window.log_in("handler").roles == ["handler"]
        rule = tmp_path / "rule.json"
        rule.write_text('{"turns": 1}')
        run("queue-rule", rule, "--hall", "339901", *common)
        assert window.log_in("handler").roles == ["handler"]  # the centre has read its policy anew
        assert centre.desk.policy.book.queue_rule("339901").turns == 1
        rule.write_text("[]")
        with pytest.raises(Failure, match=r"centre\.json_file"):
            run("queue-rule", rule, "--hall", "339901", *common)
        run("revoke", authority / "cards" / "handler.json", *common)
        centre.clock.advance(minutes=5)
        assert refused(window) == "certificate.revoked"
        window.close()


def refused(window):
    with pytest.raises(Refusal) as caught:
        window.log_in("handler")
    return caught.value.code


def test_a_served_centre_says_when_it_is_ready_and_ends_when_told(tmp_path, authority, clock):
    with running_centre(tmp_path) as centre:
        data = centre.settings.data  # with the sample; served anew below
    ready, ca = tmp_path / "ready.json", authority / "ca.pem"
    process = subprocess.Popen(
        [sys.executable, "-m", "sync.server", "serve", "--data", data, "--port", "0",
         "--tls-cert", authority / "tls" / "centre.pem",
         "--tls-key", authority / "tls" / "centre.key.pem", "--ready-file", ready, *clock],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "LANG": "C.UTF-8"},
    )  # fmt: skip
    try:
        until(ready.exists)
        origin = json.loads(ready.read_text())["origin"]
        assert origin.startswith("https://127.0.0.1:")
        with httpx.Client(verify=ssl.create_default_context(cafile=str(ca)), timeout=60) as client:
            assert client.get(f"{origin}/v1/hello").json()["aud"] == "centre-339901"
    finally:
        process.terminate()
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said.decode()[-2000:]


def shelf(data, authority, clock):
    """Return a runner of one shelf's commands at a centre that has the sample."""
    run("migrate", "--data", data, *clock)
    run("load-sample", authority, "--data", data, *clock)
    return lambda *words, **how: run(*words, "--data", data, *clock, **how)


def test_a_catalogue_is_put_in_force_and_has_a_history(tmp_path, authority, clock):
    at = shelf(tmp_path / "centre", authority, clock)
    body = json.loads(at("catalogue", "export"))
    item = next(each for each in body["items"] if each["code"] == "wjj-01")
    item["promised"]["amount"], item["version"], body["version"] = 6, 2, "yunling-2026.2"
    file = tmp_path / "next.json"
    file.write_text(json.dumps(body))
    assert "~ wjj-01" in at("catalogue", "check", file)
    assert len(at("catalogue", "history").splitlines()) == 1  # a check changes nothing
    said = at("catalogue", "put", file, "--authority", authority, "--yes", spoken="zh_CN")
    assert "wjj-01 公共场所卫生许可" in said
    assert "两名管理员签名" in said
    assert json.loads(at("catalogue", "export")) == body
    first, second = at("catalogue", "history").splitlines()
    assert ("yunling-2026.1" in first, "yunling-2026.2" in second) == (True, True)
    assert "0 changes" in at("catalogue", "put", file, "--authority", authority, "--yes")
    item["department"], item["version"], body["version"] = "nobody", 3, "yunling-2026.3"
    file.write_text(json.dumps(body))
    with pytest.raises(Failure, match="shelf_office"):
        at("catalogue", "check", file)


def test_a_tender_is_added_to_a_catalogue(tmp_path, authority, clock):
    at = shelf(tmp_path / "centre", authority, clock)
    before = json.loads(at("catalogue", "export"))
    file = Path(str(files("resources") / "catalogue" / "tender.json"))
    said = at("catalogue", "put", file, "--add", "--authority", authority, "--yes", spoken="zh_CN")
    assert "+ zbb-01" in said
    after = json.loads(at("catalogue", "export"))
    assert len(after["items"]) == len(before["items"]) + 1
    assert "+ " not in at("catalogue", "check", file, "--add")


def test_calendars_and_schemes_are_put_the_same_way(tmp_path, authority, clock):
    at = shelf(tmp_path / "centre", authority, clock)
    (calendar,) = json.loads(at("calendar", "export"))["calendars"]
    calendar["off"].append("2026-12-31")
    calendar["version"] = "2026-next"
    file = tmp_path / "next.json"
    file.write_text(json.dumps({"calendars": [calendar]}))
    assert "+ off 2026-12-31" in at("calendar", "put", file, "--authority", authority, "--yes")
    assert "2026-next" in at("calendar", "history").splitlines()[-1]
    schemes = json.loads(at("scheme", "export"))
    schemes["schemes"][0]["shown"]["white"] = "blue"
    file.write_text(json.dumps(schemes))
    put = at("scheme", "put", file, "--authority", authority, "--yes")
    assert ("1 changes" in put, "blue" in put) == (True, True)
    assert json.loads(at("scheme", "export")) == schemes
    new = {"code": "jtj", "name": "云岭县交通运输局", "hall": "339901", "calendar": "cn"}
    file.write_text(json.dumps({"departments": [new]}))
    assert "jtj: 4 changes" in at("office", "put", file, "--authority", authority, "--yes")
    assert new in json.loads(at("office", "export"))["departments"]
    camera = registered("http://10.8.1.20/hall/live.m3u8")
    file.write_text(json.dumps({"cameras": [camera]}))
    assert "cam-3: 8 changes" in at("camera", "put", file, "--authority", authority, "--yes")
    assert json.loads(at("camera", "export")) == {"cameras": [camera]}
    file.write_text(json.dumps({"cameras": [{**camera, "hls": "http://hall/live.m3u8"}]}))
    with pytest.raises(Failure, match=r"policy\.address"):
        at("camera", "check", file)
    at("switch", "light_scheme", "green-yellow-red", "--authority", authority)
    with pytest.raises(Failure, match=r"switch\.malformed"):
        at("switch", "reply_wd", "soon", "--authority", authority)


def test_departments_systems_are_introduced_listed_and_ended(tmp_path, authority, clock):
    at = shelf(tmp_path / "centre", authority, clock)
    chief = json.loads((authority / "cards" / "chief.json").read_text())
    cert = tmp_path / "system.pem"
    cert.write_text(chief["keys"]["9A"]["cert"])
    where = ("--hall", "339901", "--department", "scjg", "--officer", chief["person"])
    at("system", "put", "scjg-1", *where, "--cert", cert, "--authority", authority)
    assert "339901/scjg" in at("system", "list")
    at("system", "end", "scjg-1", "--authority", authority)
    assert "已终止" in at("system", "list", spoken="zh_CN")


def test_an_administrator_asks_what_a_change_would_do(tmp_path):
    with running_centre(tmp_path) as centre:
        window = HandWindow(centre)
        number = walk_to(window, "accepted")
        window.close()
        data = centre.settings.data
    file = tmp_path / "switch.json"
    file.write_text(json.dumps({"name": "ends_at_midnight", "value": True}))
    now = tmp_path / "clock.json"
    now.write_text(json.dumps({"offset_ms": milliseconds(NOW) - SystemClock().now_ms()}))
    said = run("what-if", file, "--kind", "switch", "--data", data, "--demo-clock", now)
    assert "1 open cases: 1 move, 0 leave red, 0 turn red." in said
    assert number in said
