"""Golden files: what any version once wrote, every later one still reads to the same values."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from sync.proof import anchors, certificates, checkcode
from sync.proof.acts import check_act, read_act
from sync.proof.chain import Head, verify_chain
from sync.proof.delegations import Login, verify_login
from sync.proof.events import check_event, read_event
from sync.proof.jws import hash_text, known, raw_text, typ_of
from sync.proof.keys import SoftwareKey
from sync.proof.lease import accept_lease, open_kcc
from sync.proof.outcomes import read_tree_head
from sync.proof.receipts import check_page, read_entry, verify_receipt
from sync.proof.tokens import Nonces, Request, verify_proof
from sync.proof.tree import Frontier
from sync.proof.trust import Trust
from sync.protocol.codec import b64u_decode, read_json, read_message, write_json
from sync.protocol.limits import PUSH_BYTES_MAX
from sync.protocol.messages import Consistency, PushAnswer, PushRequest
from sync.protocol.records import FORMS, LogEntry, Receipt, Record, read_form, write_form
from sync.protocol.version import CURRENT

FILES = sorted((Path(__file__).parents[2] / "golden" / "wire").glob("*.json"))


class Golden:
    """One file, its policy followed."""

    def __init__(self, path: Path) -> None:
        self.data = json.loads(path.read_text(encoding="utf-8"))
        self.now = datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=self.data["now"])
        self.trust = Trust(self.data["genesis"])
        self.policy = [Record(*each) for each in self.data["policy"]]
        for record in self.policy:
            self.trust.apply(self.trust.verify(record, self.now))
        (self.device,) = self.trust._devices.values()
        self.records = [Record(*each["record"]) for each in self.data["session"]["events"]]

    def session(self):
        login = Login.of_body(self.data["session"]["login"])
        return verify_login(
            login, self.trust.aud, lambda _: self.device.public, self.now, self.trust.anchors()
        )


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def golden(request) -> Golden:
    return Golden(request.param)


def test_this_versions_own_file_is_there():
    assert CURRENT in {path.stem for path in FILES}


def test_every_payload_is_written_again_to_the_same_bytes(golden):
    time, session = golden.data["time"], golden.data["session"]
    texts = [
        *(record.jws for record in (*golden.policy, *golden.records)),
        *(record.act for record in (*golden.policy, *golden.records) if record.act),
        session["login"]["dlg"], session["login"]["devproof"],
        time["request"], time["anchor"], time["lease"], *golden.data["scope"]["heads"],
        golden.data["request"]["proof"],
    ]  # fmt: skip
    seen = set()
    for text in texts:
        payload, typ = b64u_decode(text.split(".")[1]), typ_of(text)
        form = read_form(read_json(payload), FORMS[typ])
        assert write_json(write_form(form)) == payload
        seen.add(typ)
    assert seen == set(FORMS)


def test_policy_leads_from_the_pinned_hash_to_the_device(golden):
    assert golden.trust.size == len(golden.policy)
    assert golden.device.start == hash_text(golden.policy[-1].jws)


def test_events_verify_in_their_session_and_chain(golden):
    session = golden.session()
    assert session.kid == golden.data["session"]["kid"]
    reads = [read_event(record, known(session.key, session.kid)) for record in golden.records]
    for read, kept in zip(reads, golden.data["session"]["events"], strict=True):
        check_event(read, session)
        assert (read.hash, read.raw) == (kept["hash"], kept["raw"])
        assert read.raw == raw_text(kept["record"][0])
    start = Head(golden.device.dev, golden.device.inc, 0, golden.device.start)
    assert verify_chain(start, reads).seq == 3
    assert [read.core.kind for read in reads] == ["session.open", "claim", "grant"]
    assert reads[1].body["text"] == "𠮷野家·買買提"
    assert reads[1].core.late.reason == "line_down"
    act, x5t = read_act(golden.records[2].act, golden.trust.signer)
    card = certificates.check(
        [golden.trust.certificate(x5t).der], "sign", golden.now, golden.trust.anchors()
    )
    check_act(act, reads[2], session.delegation, card)


def test_receipts_and_pages_lead_to_the_signed_heads(golden):
    scope, resolve = golden.data["scope"], golden.trust.server("log")
    heads = [read_tree_head(text, resolve) for text in scope["heads"]]
    receipt = msgspec.convert(scope["receipt"], Receipt)
    growth = Consistency(1, 3, scope["growth"])
    answered = verify_receipt(receipt, golden.records[1], resolve, heads[0], growth)
    assert (answered.outcome.verdict, answered.outcome.code) == ("refused", "late_record")
    frontier = Frontier()
    for n, (record, outcome) in enumerate(zip(golden.records, scope["outcomes"], strict=True), 1):
        entry = LogEntry(n, record.jws, record.body, record.act, outcome)
        frontier = frontier.append(
            read_entry(entry, golden.trust.aud, answered.outcome.scope, n).leaf
        )
        check_page(frontier, heads[n - 1], golden.trust.aud, answered.outcome.scope)


def test_anchor_lease_and_check_code_serve_their_device(golden):
    time = golden.data["time"]
    request, kid = anchors.read_request(time["request"], known(golden.device.public))
    assert kid == golden.device.djk
    anchor = anchors.accept(time["anchor"], golden.trust.server("anchor"), [request], None)
    assert anchor.t == golden.data["now"]
    lease = accept_lease(time["lease"], golden.trust.server("lease"), request, golden.device.djk)
    kcc = open_kcc(lease, SoftwareKey.from_pkcs8(b64u_decode(time["device_key"])))
    assert kcc == b64u_decode(time["kcc"])
    assert checkcode.check_code(kcc, time["case"]) == time["check_code"]


def test_requests_and_answers_are_read(golden):
    kept = golden.data["request"]
    body = kept["body"].encode()
    push = read_message(body, PushRequest, PUSH_BYTES_MAX)
    assert push.events == golden.records
    answer = read_message(kept["answer"].encode(), PushAnswer, PUSH_BYTES_MAX)
    assert [result.expect for result in answer.results] == [2, None]
    request = Request("POST", "https://centre.example/v1/push", body, kept["token"])
    nonces = Nonces(b64u_decode(kept["secret"]))
    assert verify_proof(kept["proof"], request, nonces, golden.data["now"]).jkt == golden.device.djk
