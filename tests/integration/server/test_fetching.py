"""Lists of revoked certificates are fetched: from loopback here, bounded, never for the worse."""

import json
import time
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from typer.testing import CliRunner

from sync.domain.failures import Failure
from sync.proof.certificates import authority_name, x5t_of
from sync.server.cli.app import build
from sync.server.fetching import ListLine, check_urls, sources
from sync.texts import texts
from tests.helpers.centre import NOW
from tests.helpers.hand_window import Refusal
from tests.helpers.lists import ListServer, signed_list
from tests.helpers.pki import Authority
from tests.helpers.waiting import until


@pytest.fixture
def store():
    """Lists lie beside the database, whichever it is."""
    return "sqlite"


@pytest.fixture
def server():
    made = ListServer()
    yield made
    made.close()


def revoking(centre, *cards, days=0, **how):
    """Return a list that revokes these cards, issued so many days after now."""
    gone = [x509.load_der_x509_certificate(centre.card(card).certs["9A"]) for card in cards]
    return signed_list(centre.authority.folder, gone, NOW + timedelta(days=days), **how)


def ca_of(centre):
    (ca,) = centre.desk.policy.bare_anchors().cas
    return ca


def fetch(centre, monkeypatch, url, name=None):
    monkeypatch.setenv("CHUANGKOU_DATABASE_URL", centre.url)
    urls = {} if url is None else {name or authority_name(ca_of(centre)): url}
    monkeypatch.setenv("CHUANGKOU_CRL_URLS", json.dumps(urls))
    words = ["crl", "fetch", "--data", str(centre.settings.data)]
    done = CliRunner().invoke(build(texts("en")), words)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def in_force(centre):
    return sorted(path.read_bytes() for path in centre.settings.lists.iterdir())


def may_log_in(window, card):
    try:
        window.log_in(card)
    except Refusal as refusal:
        return refusal.code
    return "yes"


def status(centre, monkeypatch):
    """Ask the command in another process's place, at the same time."""
    monkeypatch.setenv("CHUANGKOU_DATABASE_URL", centre.url)
    offset = centre.clock.now_ms() - time.time_ns() // 1_000_000
    file = centre.folder / "offset.json"
    file.write_text(json.dumps({"offset_ms": offset}))
    words = ["status", "--data", str(centre.settings.data), "--demo-clock", str(file)]
    done = CliRunner().invoke(build(texts("en")), words)
    assert done.exception is None
    return done.output


def refused(code, work):
    with pytest.raises(Failure) as caught:
        work()
    assert caught.value.code == code
    for spoken in ("en", "zh_CN"):
        assert texts(spoken).has(f"error.{code}")
        assert texts(spoken).has(f"error.{code}.do")


@pytest.mark.parametrize("way", ["http", "file", "thumbprint"])
def test_a_list_that_is_fetched_counts_in_a_centre_that_serves(
    centre, window, server, monkeypatch, tmp_path, way
):
    assert may_log_in(window, "handler") == "yes"
    server.content = revoking(centre, "handler")
    url, name = server.url, None
    if way == "file":
        (tmp_path / "the list.crl").write_bytes(server.content)
        url = (tmp_path / "the list.crl").as_uri()
    elif way == "thumbprint":
        name = x5t_of(ca_of(centre).public_bytes(Encoding.DER))
    assert "was fetched and taken in" in fetch(centre, monkeypatch, url, name)
    centre.clock.advance(seconds=0)
    until(lambda: may_log_in(window, "handler") == "certificate.revoked")
    assert may_log_in(window, "clerk") == "yes"
    assert "is the one in force" in fetch(centre, monkeypatch, url, name)


def test_what_is_fetched_never_replaces_a_list_for_the_worse(centre, server, monkeypatch):
    server.content = revoking(centre, "handler", number=7_000_000_000)
    fetch(centre, monkeypatch, server.url)
    before = in_force(centre)
    for content, code in (
        (revoking(centre, days=1, number=6_999_999_999), "centre.crl_older"),  # the number back
        (revoking(centre, days=-1, number=7_000_000_001), "centre.crl_older"),  # thisUpdate back
        (revoking(centre, number=7_000_000_000), "centre.crl_older"),  # the same, other content
        (Authority("别处").crl(), "centre.crl_file"),
        (b"<html>maintenance</html>", "centre.crl_file"),
        (b"", "centre.crl_file"),
        (None, "centre.crl_unreachable"),
    ):
        server.content = content
        refused(code, lambda: fetch(centre, monkeypatch, server.url))
        assert in_force(centre) == before
    server.content = revoking(centre, "handler", "clerk", days=1, number=7_000_000_001)
    assert "taken in" in fetch(centre, monkeypatch, server.url)
    assert in_force(centre) != before


def test_a_fetch_is_bounded_in_size_and_time_and_goes_where_it_was_sent(server):
    line = ListLine(most=1100, patience_s=1.0)
    server.content = b"x" * 1000
    assert line.get(server.url) == server.content
    server.content = b"x" * 1101
    refused("centre.crl_size", lambda: line.get(server.url))
    server.content = b"x" * 1000
    for way in ("moved", "cut", "drip"):
        server.way, begun = way, time.monotonic()
        refused("centre.crl_unreachable", lambda: line.get(server.url))
        assert time.monotonic() - begun < 15  # "drip" alone would take fifty seconds
    server.way = ""
    line.hang_up()
    refused("centre.crl_unreachable", lambda: line.get(server.url))


def test_a_file_is_bounded_too(tmp_path):
    file = tmp_path / "list"
    file.write_bytes(b"x" * 1001)
    refused("centre.crl_size", lambda: ListLine(most=1000).get(file.as_uri()))
    refused("centre.crl_unreachable", lambda: ListLine().get((tmp_path / "none").as_uri()))


@pytest.mark.parametrize("url", ["ldap://127.0.0.1/cn=ca", "ca.crl", "http:///ca.crl", "file:"])
def test_addresses_that_nothing_is_fetched_from_are_refused_at_the_start(url):
    refused("centre.crl_url", lambda: check_urls({"ca": url}))


def test_without_an_address_nothing_is_fetched(centre, monkeypatch):
    refused("centre.crl_no_urls", lambda: fetch(centre, monkeypatch, None))


def test_certificates_name_an_address_only_if_the_operator_lets_them(server):
    authority = Authority("演示机构")
    card = authority.card("p1", "张三", lists=["ldap://127.0.0.1/x", server.url])
    ca, leaf = authority.certificate, x509.load_der_x509_certificate(card.certs["9A"])
    assert sources([ca], {}) == []
    assert [each.url for each in sources([ca], {}, [leaf])] == [server.url]
    own = {authority_name(ca): "file:///own.crl"}
    assert [each.url for each in sources([ca], own, [leaf])] == ["file:///own.crl"]
    assert sources([Authority("别处").certificate], {}, [leaf]) == []


def test_a_centre_that_serves_fetches_by_itself_and_says_when_it_cannot(
    centre, window, server, monkeypatch
):
    assert may_log_in(window, "handler") == "yes"
    urls = {authority_name(ca_of(centre)): server.url}
    centre.settings = centre.settings.model_copy(update={"crl_urls": urls, "crl_every_s": 1})
    centre.restart()
    health = lambda: [each.code for each in centre.desk.health.notices()]  # noqa: E731
    until(lambda: health() == ["crl_not_fetched"])  # nothing lies there yet
    assert may_log_in(window, "handler") == "yes"
    server.content = revoking(centre, "handler")
    until(lambda: may_log_in(window, "handler") == "certificate.revoked")
    until(lambda: health() == [])
    asked = server.asked
    until(lambda: server.asked > asked)  # again and again


def test_a_list_past_its_day_is_told_where_it_matters(centre, monkeypatch):
    (listed,) = centre.settings.lists.iterdir()
    listed.write_bytes(revoking(centre, days=1))
    centre.clock.advance(days=1, hours=1)
    until(lambda: not centre.desk.health.notices())
    centre.clock.advance(days=31)
    (notice,) = centre.desk.health.notices()
    assert notice.code == "crl_stale"
    assert notice.args == {"authority": authority_name(ca_of(centre)), "on": "2026-04-03"}
    said = status(centre, monkeypatch)
    assert "past its day (2026-04-03)" in said
    listed.unlink()
    centre.clock.advance(seconds=0)
    until(lambda: [each.code for each in centre.desk.health.notices()] == ["crl_missing"])
