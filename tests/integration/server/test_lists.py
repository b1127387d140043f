"""Lists of revoked certificates: brought in while the centre serves, never for the worse."""

from datetime import timedelta

import pytest
from cryptography import x509
from typer.testing import CliRunner

from sync.domain.failures import Failure
from sync.server.cli.app import build
from sync.texts import texts
from tests.helpers.centre import NOW
from tests.helpers.hand_window import Refusal
from tests.helpers.lists import signed_list
from tests.helpers.pki import Authority
from tests.helpers.waiting import until


def certificate_of(centre, card, slot="9A"):
    return x509.load_der_x509_certificate(centre.card(card).certs[slot])


def a_list(centre, *revoked, issued=NOW, days=30):
    """Return a list of the demonstration's authority, PEM."""
    return signed_list(centre.authority.folder, revoked, issued, days=days)


def bring_in(centre, monkeypatch, file):
    monkeypatch.setenv("CHUANGKOU_DATABASE_URL", centre.url)
    words = ["crl", "import", str(file), "--data", str(centre.settings.data)]
    done = CliRunner().invoke(build(texts("en")), words)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def may_log_in(window, card="handler"):
    try:
        window.log_in(card)
    except Refusal as refusal:
        return refusal.code
    return "yes"


def looked(centre):
    """Have the clock's job take its next look now."""
    centre.clock.advance(seconds=0)


def test_a_list_that_is_imported_counts_in_a_centre_that_serves(
    centre, window, tmp_path, monkeypatch
):
    assert may_log_in(window) == "yes"
    file = tmp_path / "new.crl"
    file.write_bytes(a_list(centre, certificate_of(centre, "handler")))
    assert "was taken in" in bring_in(centre, monkeypatch, file)
    assert len(list(centre.settings.lists.iterdir())) == 1  # in the place of the former one
    looked(centre)
    until(lambda: may_log_in(window) == "certificate.revoked")
    assert may_log_in(window, "clerk") == "yes"


def test_a_list_that_is_only_copied_there_counts_as_well(centre, window):
    (centre.settings.lists / "ca.crl.pem").write_bytes(
        a_list(centre, certificate_of(centre, "handler"))
    )
    looked(centre)
    until(lambda: may_log_in(window) == "certificate.revoked")


def test_an_older_list_and_a_strangers_are_refused(centre, tmp_path, monkeypatch):
    file = tmp_path / "list"
    before = sorted(path.read_bytes() for path in centre.settings.lists.iterdir())
    older = a_list(centre, issued=NOW - timedelta(days=400), days=800)
    for content, code in (
        (older, "centre.crl_older"),
        (Authority("别处").crl(), "centre.crl_file"),
        (b"not a list", "centre.crl_file"),
        (b"-----BEGIN X509 CRL-----\nx\n-----END X509 CRL-----\n", "centre.crl_file"),
    ):
        file.write_bytes(content)
        with pytest.raises(Failure, match=code):
            bring_in(centre, monkeypatch, file)
        for spoken in ("en", "zh_CN"):
            assert texts(spoken).has(f"error.{code}")
            assert texts(spoken).has(f"error.{code}.do")
    with pytest.raises(Failure, match=r"centre\.crl_file"):
        bring_in(centre, monkeypatch, tmp_path / "nowhere")
    assert sorted(path.read_bytes() for path in centre.settings.lists.iterdir()) == before


def test_a_broken_file_among_the_lists_stops_nobody(centre, window):
    assert may_log_in(window) == "yes"
    (centre.settings.lists / "half.crl").write_bytes(b"\x30\x82")
    seen = centre.desk.policy._lists.stamp()
    looked(centre)
    until(lambda: centre.desk.policy._lists.stamp() != seen)
    assert may_log_in(window) == "yes"
