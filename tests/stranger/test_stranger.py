"""A window in another language, written from docs/PROTOCOL.md alone, against the real centre.

The programs beside this file are JavaScript on Node's own crypto and https. They share no code with
the product: what they can do is what the document says.
"""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.helpers.waiting import until

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GOLDEN = sorted((ROOT / "tests" / "golden" / "wire").glob("*.json"))
SERVE = [sys.executable, "-m", "installer.demo", "--serve-only", "--lang", "en"]
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

# What the centre answers to each lie of hostile.mjs, alone. `refused`: a lawful envelope, so it has
# its number, and a receipt for the refusal; `rejected`: no number, nobody's event.
LIES = {
    "enrolled_by_guess": "wire.enrol_code",
    "enrolled_twice": "wire.enrol_used",
    "card_expired": "certificate.expired",
    "card_revoked": "certificate.revoked",
    "card_foreign": "certificate.unknown_issuer",
    "login_by_signing_key": "certificate.wrong_usage",
    "login_as_other": "proof.delegation_person",
    "without_authority": "refused no_authority",
    "after_the_end": "wire.token_unknown",
    "out_of_order": "refused step_not_allowed",
    "of_no_case": "refused step_not_allowed",
    "unknown_kind": "refused unknown_kind",
    "without_the_card": "refused card_signature_missing",
    "number_not_lent": "refused number_not_lent",
    "number_badly_made": "refused case_number_wrong",
    "signature_bit": "rejected reader.signature",
    "payload_bit": "rejected reader.signature",
    "header_bit": "rejected reader.alg",
    "body_bit": "rejected proof.body_differs",
    "high_s": "rejected reader.high_s",
    "no_envelope": "rejected reader.parts",
    "member_twice": "rejected reader.duplicate",
    "foreign_key": "rejected reader.signature",
    "other_typ": "rejected reader.typ",
    "gap": "rejected proof.chain_gap",
    "wrong_prev": "rejected proof.chain_broken",
    "foreign_device": "rejected proof.device_foreign",
    "foreign_incarnation": "rejected proof.device_foreign",
    "foreign_centre": "rejected proof.audience",
    "no_anchor": "rejected proof.anchor_missing",
    "must_be_known": "rejected reader.crit",
    "version": "rejected reader.version",
    "outside_scope": "rejected proof.scope_outside",
    "others_act": "refused proof.act_foreign",
    "act_bit": "refused reader.signature",
    "transplanted_act": "refused proof.act_differs",
    "act_by_login_key": "refused reader.key_unknown",
    "act_not_named": "rejected proof.act_differs",
    "proof_first": "taken",
    "proof_replayed": "wire.proof_replayed",
    "proof_missing": "wire.proof_missing",
    "proof_of_other_body": "wire.proof_invalid",
    "proof_of_other_place": "wire.proof_invalid",
    "proof_of_other_method": "wire.proof_invalid",
    "proof_with_old_nonce": "wire.use_dpop_nonce",
    "proof_by_other_key": "wire.token_foreign",
    "token_of_nobody": "wire.token_unknown",
    "wire_too_new": "wire.version_too_new",
    "wire_too_old": "wire.version_too_old",
    "pull_of_others": "wire.scope_forbidden",
    "pull_beyond": "wire.cursor",
    "anchor_for_other": "proof.device_foreign",
    "honest": "accepted",
    "replayed": "duplicate",
    "replay_is_the_original": "true",
    "same_id": "refused wire.id_conflict",
    "fork": "refused proof.fork",
}


def node(program, *words):
    """Run one of the stranger's programs; returns the JSON it prints."""
    answer = subprocess.run(
        ["node", HERE / program, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert answer.returncode == 0, answer.stderr[-3000:]
    return json.loads(answer.stdout)


def alive(folder):
    """Name the processes that work in a folder."""
    return [
        process.pid
        for process in psutil.process_iter(["cmdline"])
        if any(str(folder) in word for word in process.info["cmdline"] or ())
    ]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Start the centre as the command does; end it as a person does."""
    folder = tmp_path_factory.mktemp("served")
    with (folder / "stderr").open("wb") as errors:
        process = subprocess.Popen(
            [*SERVE, "--keep", folder / "stage"], cwd=ROOT, stdout=subprocess.PIPE, stderr=errors
        )
    try:
        line = process.stdout.readline()
        assert line, (folder / "stderr").read_text()[-3000:]
        yield json.loads(line)
    finally:
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=60)
    assert (process.returncode, rest) == (0, b"")
    assert alive(folder) == []


@pytest.fixture
def invited(served, tmp_path):
    """Invite one more device; returns what a window of its own is told."""

    def invite(dev):
        data, authority = Path(served["folder"]) / "centre", Path(served["cards"]).parent
        answer = subprocess.run(
            [
                sys.executable, "-m", "sync.server", "enrol", "--data", data,
                "--demo-clock", served["clock"], "--authority", authority,
                "--dev", dev, "--hall", served["hall"], "--counter", dev,
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )  # fmt: skip
        told = tmp_path / "served.json"
        enrolment = json.loads(answer.stdout.splitlines()[-1])
        told.write_text(json.dumps({**served, "enrolment": enrolment}), encoding="utf-8")
        return told

    return invite


def test_it_says_where_everything_is(served):
    assert re.fullmatch(r"https://127\.0\.0\.1:\d+", served["url"])
    assert Path(served["ca"]).read_text().startswith("-----BEGIN CERTIFICATE-----")
    invitation = {"dev", "inc", "code", "aud", "genesis", "centre", "until"}
    assert set(served["enrolment"]) == invitation
    for card in served["deck"][:5]:
        content = json.loads((Path(served["cards"]) / f"{card['name']}.json").read_text("utf-8"))
        assert set(content["keys"]) == {"9A", "9C", "9D"}
        assert content["pin"]
        assert content["puk"]


def test_a_case_from_registration_to_acceptance(served, tmp_path):
    told = tmp_path / "served.json"
    told.write_text(json.dumps(served), encoding="utf-8")

    result = node("walk.mjs", told)

    assert [(step["kind"], step["verdict"]) for step in result["steps"]] == [
        (kind, "accepted")
        for kind in (
            "preregister",
            "preregister",
            "session.close",
            "receive",
            "accept",
            "tell_not_required",
            "session.close",
        )
    ]
    assert {step["person"] for step in result["steps"]} == {"p0101", "p0102"}
    assert result["pulled"]
    assert result["poked"]
    assert result["grown"] >= 5


def test_every_lie_alone_has_its_code(invited):
    assert node("hostile.mjs", invited("d-339901-91")) == LIES


@pytest.mark.parametrize("file", GOLDEN, ids=lambda path: path.stem)
def test_the_golden_file_reads_to_the_same_values(file):
    golden = json.loads(file.read_text(encoding="utf-8"))
    result = node("golden.mjs", file)
    assert result["policy"] == len(golden["policy"])
    assert result["events"] == len(golden["session"]["events"])
    assert result["check_code"] == golden["time"]["check_code"]


def test_a_bent_golden_file_is_noticed(tmp_path):
    golden = json.loads(GOLDEN[-1].read_text(encoding="utf-8"))
    outcome = golden["scope"]["receipt"]["outcome"]
    golden["scope"]["receipt"]["outcome"] = outcome.replace('"refused"', '"accepted"')
    bent = tmp_path / "bent.json"
    bent.write_text(json.dumps(golden), encoding="utf-8")
    answer = subprocess.run(
        ["node", HERE / "golden.mjs", bent], capture_output=True, text=True, check=False
    )
    assert answer.returncode != 0
    assert "proof.receipt_path" in answer.stderr


def test_the_stranger_shares_no_code():
    """Only Node's own modules and files beside this one are imported."""
    for program in HERE.glob("*.mjs"):
        for origin in re.findall(r"from '([^']+)'", program.read_text(encoding="utf-8")):
            assert origin.startswith("node:") or (HERE / origin).exists(), (program.name, origin)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_while_it_is_still_being_set_up(number, tmp_path):
    stage = tmp_path / "stage"
    process = subprocess.Popen(
        [*SERVE, "--keep", stage], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    until((stage / "clock.json").exists, tries=3000)
    process.send_signal(number)
    said, errors = process.communicate(timeout=90)
    assert (process.returncode, said) == (0, b""), errors.decode()[-2000:]
    assert alive(stage) == []
