"""A card that its authority revoked meanwhile: refused at the centre, off the line at the window.

Real processes: the centre fetches the authority's list, and it reaches the window with the lease.
"""

import json
from datetime import UTC

import pytest
from cryptography import x509

from client.app.failures import AppFailure
from sync.engine.faults import LineFailure
from sync.proof.certificates import authority_name
from sync.texts import texts
from tests.helpers.centre import card_keys
from tests.helpers.hall import open_hall
from tests.helpers.lists import ListServer, signed_list

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(600)]


@pytest.fixture
def server():
    made = ListServer()
    yield made
    made.close()


def revoking(stage, card):
    """Return the authority's next list, as of the demonstration's time."""
    gone = x509.load_der_x509_certificate(card_keys(stage.authority.cards[card]).certs["9A"])
    now = stage.clock.now().astimezone(UTC).replace(microsecond=0)
    return signed_list(stage.places.authority, [gone], now)


async def test_a_card_revoked_by_its_authority_is_refused_at_both_ends(stage, server, monkeypatch):
    ca = x509.load_pem_x509_certificate((stage.places.authority / "ca.pem").read_bytes())
    monkeypatch.setenv("CHUANGKOU_CRL_URLS", json.dumps({authority_name(ca): server.url}))
    monkeypatch.setenv("CHUANGKOU_CRL_EVERY_S", "1")
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        await hall.leave()
        server.content = revoking(stage, "clerk")
        lists = {path.read_bytes() for path in (stage.places.centre / "crl").iterdir()}

        def fetched():
            return {p.read_bytes() for p in (stage.places.centre / "crl").iterdir()} != lists

        await hall.until(fetched, "the list is fetched")
        with pytest.raises(LineFailure) as at_centre:
            await hall.enter("clerk")
        assert at_centre.value.code == "certificate.revoked"
        await hall.enter("handler")  # with the session comes a lease that knows the new list
        await hall.leave()
        stage.kill_centre()
        with pytest.raises(AppFailure) as at_window:
            await hall.enter("clerk")
        assert at_window.value.code == "app.lease_revoked"
        for code in (at_centre.value.code, at_window.value.code):
            assert all(texts(lang).has(f"error.{code}.do") for lang in ("zh_CN", "en"))
        await hall.enter("handler")  # and nobody else
        await hall.pull()
