"""The centre adds an authority's time to what a window sealed; the seal stays as it was."""

from __future__ import annotations

import hashlib
import subprocess
from datetime import timedelta

import pytest

from client.documents.sign import check
from installer.demo.tsa import TimeAuthority, TimeService
from sync.domain.failures import Failure
from sync.server.bootstrap import open_centre
from sync.server.clock import milliseconds
from sync.server.services.cases.stamping import FIRST_MS, LONGEST_MS
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import NOW, running_centre, workshop
from tests.helpers.sealed import sealed_by
from tests.helpers.waiting import until
from tests.integration.server.test_attachments import announce, get, put

PDF = "application/pdf"


class Office:
    """A time stamp authority that can be closed for a while, or be another's."""

    def __init__(self):
        self.asked = 0
        self.away = False
        self.authority = TimeAuthority.of(authority_of(), lambda: NOW)
        self.service = TimeService(self)
        self.url = self.service.url

    def answer(self, request):
        self.asked += 1
        if self.away:
            raise ValueError
        return self.authority.answer(request)


def authority_of():
    from installer.demo.authority import authority_in  # noqa: PLC0415

    return authority_in(workshop() / "authority")


@pytest.fixture
def office():
    made = Office()
    yield made
    made.service.close()


@pytest.fixture
def centre(tmp_path, store, office):
    roots = authority_of().ca
    with running_centre(tmp_path, store=store, tsa=office.url, tsa_roots=roots) as running:
        yield running


def seal(window, centre):
    """Walk a case to its sealed certificate; return its number and the paper."""
    number = walk_to(window, "sealing")
    case = window.centre.read(lambda tx: tx.cases.get(number))
    serial = json_of(case)["certificate"]["serial"]
    pdf = sealed_by(centre.card("chief"), NOW)
    body = say.seal(serial)
    body["document"] = {"sha256": sha(pdf), "size": len(pdf), "type": PDF}
    result = window.step("seal", body, case=number, card=True)
    assert (result.verdict, result.code) == ("accepted", None)
    return number, pdf


def json_of(row):
    import json  # noqa: PLC0415

    return json.loads(row.body)


def sha(data):
    return hashlib.sha256(data).hexdigest()


def bring(window, number, pdf):
    put(window, announce(window, number, pdf, PDF), pdf)


def stamped(window, number, digest):
    path = f"/v1/cases/{number}/attachments/{digest}/stamped"
    headers = window.proof_headers("GET", path, b"", token=window.token)
    return window.send("GET", path, b"", headers)


def known(centre, data):
    """Return what the public page says of a file."""
    found = centre.read(lambda tx: centre.desk.public.document(tx, sha(data)))
    return None if found is None else (found.status, found.stamped_ms)


def row_of(centre, number, digest):
    return centre.read(lambda tx: tx.stamps.get(number, digest))


def test_a_sealed_certificate_gets_the_time_and_keeps_its_seal(centre, window, office, tmp_path):
    number, pdf = seal(window, centre)
    answer = stamped(window, number, sha(pdf))
    assert (answer.status_code, answer.json()["code"]) == (404, "wire.attachment_missing")
    assert office.asked == 0  # the paper is not here yet
    bring(window, number, pdf)
    until(lambda: stamped(window, number, sha(pdf)).status_code == 200)
    newest = stamped(window, number, sha(pdf)).content
    assert newest.startswith(pdf)
    assert get(window, number, sha(newest)).content == newest  # an attachment as any other
    assert get(window, number, sha(pdf)).content == pdf  # and what the seal's event names stands
    trust = [ca_of(centre)]
    before, after = check(pdf, trust), check(newest, trust)
    assert before.stamped_at is None
    assert after.holds
    assert (after.signer, after.person, after.signed_at, after.stamped_at) == (
        before.signer,
        before.person,
        before.signed_at,
        NOW.replace(microsecond=0),
    )
    said = pdfsig(newest, centre.authority.ca, tmp_path)
    seal_said, stamp_said = said.split("Signature #2")
    assert "Signature is Valid" in seal_said
    assert "Certificate is Trusted" in seal_said
    assert "Signature Field Name: Timestamp" in stamp_said
    row = row_of(centre, number, sha(pdf))
    assert (row.stamped, row.stamped_at, row.next) == (sha(newest), milliseconds(NOW), None)
    assert office.asked == 1
    assert [known(centre, data) for data in (pdf, newest)] == [
        ("valid", None),
        ("valid", milliseconds(NOW)),
    ]
    assert known(centre, newest + b"\n") is None


def test_an_authority_that_is_away_is_asked_again_ever_later(centre, window, office):
    office.away = True
    number, pdf = seal(window, centre)
    bring(window, number, pdf)
    for tries, expected in enumerate((FIRST_MS, 2 * FIRST_MS, 4 * FIRST_MS), 1):
        until(lambda tries=tries: row_of(centre, number, sha(pdf)).tries == tries)
        assert row_of(centre, number, sha(pdf)).next == centre.clock.now_ms() + expected
        centre.clock.advance(milliseconds=expected)
    office.away = False
    until(lambda: row_of(centre, number, sha(pdf)).stamped is not None)


def test_the_longest_pause_is_an_hour(centre, window, office):
    office.away = True
    number, pdf = seal(window, centre)
    with centre.sql() as connection:
        connection.execute("UPDATE stamps SET tries = 60")
    bring(window, number, pdf)
    until(lambda: row_of(centre, number, sha(pdf)).tries == 61)
    assert row_of(centre, number, sha(pdf)).next == centre.clock.now_ms() + LONGEST_MS


def test_an_authority_with_a_wrong_certificate_adds_nothing(centre, window, office):
    """A web server's certificate of the very same root is no time stamp authority's."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

    made = centre.authority
    office.authority = TimeAuthority(
        load_pem_private_key(made.tls_key.read_bytes(), None),
        load_pem_x509_certificate(made.tls_certificate.read_bytes()),
        lambda: NOW,
    )
    number, pdf = seal(window, centre)
    bring(window, number, pdf)
    until(lambda: row_of(centre, number, sha(pdf)).tries == 1)
    assert office.asked == 1
    assert row_of(centre, number, sha(pdf)).stamped is None
    assert stamped(window, number, sha(pdf)).status_code == 404


def test_an_authority_whose_clock_is_wrong_adds_nothing(centre, window, office):
    office.authority = TimeAuthority.of(authority_of(), lambda: NOW + timedelta(hours=2))
    number, pdf = seal(window, centre)
    bring(window, number, pdf)
    until(lambda: row_of(centre, number, sha(pdf)).tries == 1)
    assert row_of(centre, number, sha(pdf)).stamped is None


def test_what_is_no_paper_is_tried_once(centre, window, office):
    number = walk_to(window, "sealing")
    serial = json_of(centre.read(lambda tx: tx.cases.get(number)))["certificate"]["serial"]
    pdf = b"%PDF-1.7 nothing of the kind"
    body = say.seal(serial)
    body["document"] = {"sha256": sha(pdf), "size": len(pdf), "type": PDF}
    assert window.step("seal", body, case=number, card=True).verdict == "accepted"
    bring(window, number, pdf)
    until(lambda: row_of(centre, number, sha(pdf)).tries == 1)
    assert row_of(centre, number, sha(pdf)).next is None
    assert office.asked == 0


def test_a_centre_that_restarts_goes_on_where_it_was(centre, window, office):
    office.away = True
    number, pdf = seal(window, centre)
    bring(window, number, pdf)
    until(lambda: row_of(centre, number, sha(pdf)).tries == 1)
    centre.restart()
    office.away = False
    centre.clock.advance(milliseconds=FIRST_MS)
    until(lambda: row_of(centre, number, sha(pdf)).stamped is not None)


def test_who_may_not_see_the_case_gets_no_paper(centre, windows, window, office):
    number, pdf = seal(window, centre)
    bring(window, number, pdf)
    until(lambda: row_of(centre, number, sha(pdf)).stamped is not None)
    other = windows("d-339911-07", enrol=False)
    other.enrol(centre.invite("d-339911-07", "339911", "1号窗口"))
    other.log_in("township", open_session=False)
    answer = stamped(other, number, sha(pdf))
    assert (answer.status_code, answer.json()["code"]) == (403, "wire.case_forbidden")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"tsa": "ftp://127.0.0.1/"}, "centre.tsa_url"),
        ({"tsa": "http://127.0.0.1:9/", "tsa_roots": None}, "centre.tsa_roots"),
    ],
)
def test_a_setting_that_cannot_be_is_said_at_the_start(centre, settings, code):
    wrong = centre.settings.model_copy(update=settings)
    with pytest.raises(Failure) as refused:
        open_centre(wrong, centre.clock)
    assert refused.value.code == code


def ca_of(centre):
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415

    found = x509.load_pem_x509_certificate(centre.authority.ca.read_bytes())
    return found.public_bytes(Encoding.DER)


def pdfsig(pdf, ca, folder):
    paper, database = folder / "stamped.pdf", f"sql:{folder}"
    paper.write_bytes(pdf)
    for command in (
        ["certutil", "-N", "-d", database, "--empty-password"],
        ["certutil", "-A", "-d", database, "-n", "ca", "-t", "C,C,C", "-a", "-i", str(ca)],
    ):
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, timeout=30)
    return subprocess.run(
        ["pdfsig", "-nssdir", database, str(paper)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout
