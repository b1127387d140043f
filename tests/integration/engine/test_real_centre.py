"""Engine, encrypted store and real centre together, over TLS."""

import asyncio
import hashlib

import pytest

from sync.domain.ids import make_case_number
from sync.engine import faults
from sync.engine.pace import Pace
from sync.engine.session import Speaker
from sync.engine.status import Phase
from sync.engine.verify import load_trust
from sync.proof.keys import SoftwareKey
from tests.helpers import case_steps as say
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import SCOPE, HandWindow
from tests.integration.engine.real_window import open_window
from tests.integration.engine.wire_cutter import WireCutter

pytestmark = pytest.mark.slow


@pytest.fixture
def centre(tmp_path):
    with running_centre(tmp_path, tls=True) as running:
        yield running


async def has_lease(window):
    await window.until(lambda: window.status.lease_until_ms is not None)


async def next_number(window):
    serial = await window.asks(window.store.next_number, "case")
    return make_case_number(window.centre.clock.now().date(), "339901", serial)


async def register(window):
    """Register a case under a number of the lease; returns it."""
    number = await next_number(window)
    await window.works("preregister", say.preregister(), case=number)
    return number


async def verdicts(window, number):
    events = await window.asks(window.store.events_of, number)
    return [(event.kind, event.verdict) for event in events]


def logged(centre, number):
    return [(r.kind, r.verdict) for r in centre.read(lambda tx: tx.log.of_case(SCOPE, number))]


@pytest.mark.asyncio
async def test_a_window_joins_logs_in_works_and_is_answered(centre, tmp_path):
    async with open_window(centre, tmp_path / "w") as window:
        await has_lease(window)
        number = await register(window)
        await window.answered()
        assert await verdicts(window, number) == [("preregister", "accepted")]
        assert window.status.problem is None
        trust = await window.asks(load_trust, window.store, window.trust.genesis)
        cursors = await window.asks(window.store.cursors)
        assert {"policy", "hall/339901", SCOPE} <= set(cursors)
        assert trust.size == cursors["policy"] == window.trust.size
    assert logged(centre, number) == [("preregister", "accepted")]
    assert window.status.phase is Phase.LOCKED
    assert window.status.pending == 0


@pytest.mark.asyncio
async def test_a_refused_step_is_shown_with_its_reason_and_blocks_nothing(centre, tmp_path):
    async with open_window(centre, tmp_path / "w") as window:
        await has_lease(window)
        number = await register(window)
        await window.works("close", {}, case=number)  # nothing is finished yet
        await window.works("receive", say.receive(), case=number)
        await window.answered(1)
        assert await verdicts(window, number) == [
            ("preregister", "accepted"),
            ("close", "refused"),
            ("receive", "accepted"),
        ]
        (refused,) = await window.asks(window.store.refused)
        assert refused.code is not None


@pytest.mark.asyncio
async def test_what_another_window_does_arrives_by_itself(centre, tmp_path):
    never = Pace(anchor_ms=200, heartbeat_ms=3_600_000)  # by a poke, or not at all
    async with open_window(centre, tmp_path / "w", pace=never) as window:
        await window.until(lambda: window.status.live)
        await window.synced()
        other = await asyncio.to_thread(HandWindow, centre, "d-339901-04")
        try:
            await asyncio.to_thread(other.log_in, "clerk")
            number = await asyncio.to_thread(other.new_number)
            await asyncio.to_thread(other.step, "preregister", say.preregister(), case=number)
            async with asyncio.timeout(60):
                while not await verdicts(window, number):
                    window._news.clear()
                    await window._news.wait()
        finally:
            other.close()


@pytest.mark.asyncio
async def test_pages_go_up_and_come_down_again_and_a_masked_zip_stays_here(centre, tmp_path):
    page = (b"%PDF-1.7 " + b"x" * 20_000) + b"%%EOF"
    async with open_window(centre, tmp_path / "w") as window:
        await has_lease(window)
        number = await register(window)
        await window.answered()
        for data, type_ in ((b"PK\x03\x04 not a picture", "image/png"), (page, "application/pdf")):
            await window.asks(window.store.put_attachment, data, type_, number)
        window.runner.notify_outbox()
        await window.until(lambda: window.status.uploads == 1)
        await window.until(lambda: window.status.uploads == 0)
        sha256 = hashlib.sha256(page).hexdigest()
        assert await window.transport.fetch_attachment(number, sha256) == page
        waiting = await window.asks(window.store.uploads, 9)
        assert [entry[3] for entry in waiting] == ["image/png"]


@pytest.mark.asyncio
async def test_a_policy_change_reaches_the_window_and_is_verified(centre, tmp_path):
    async with open_window(centre, tmp_path / "w") as window:
        await window.until(lambda: window.status.live)
        await window.synced()
        size = window.trust.size
        await asyncio.to_thread(centre.invite, "d-339901-08")
        await window.until(lambda: window.trust.size == size + 1)


@pytest.mark.asyncio
async def test_answers_cut_after_the_commit_cost_nothing(centre, tmp_path):
    async with (
        WireCutter(centre) as cutter,
        open_window(centre, tmp_path / "w", cutter.url) as window,
    ):
        await has_lease(window)
        await window.answered()
        number = await next_number(window)
        cutter.cut_once(lambda: bool(logged(centre, number)), 2)  # the answer, and the poke
        await window.works("preregister", say.preregister(), case=number)
        await window.works("receive", say.receive(), case=number)
        await window.answered()
        assert cutter.cuts == 2
        assert await verdicts(window, number) == [
            ("preregister", "accepted"),
            ("receive", "accepted"),
        ]
    assert logged(centre, number) == [("preregister", "accepted"), ("receive", "accepted")]


@pytest.mark.asyncio
async def test_a_centre_that_restarts_is_found_again(centre, tmp_path):
    async with open_window(centre, tmp_path / "w") as window:
        await has_lease(window)
        await window.answered()
        await asyncio.to_thread(centre.restart)
        number = await register(window)
        window.runner.sync_now()
        await window.answered()
    assert logged(centre, number) == [("preregister", "accepted")]


@pytest.mark.asyncio
async def test_a_revoked_login_needs_a_card(centre, tmp_path):
    async with open_window(centre, tmp_path / "w") as window:
        await has_lease(window)
        await window.answered()
        kid = window.hand.kid
        await asyncio.to_thread(
            centre.centre.ledger.write_now, lambda tx: tx.sessions.drop_tokens(kid)
        )
        await register(window)
        await window.until(lambda: window.status.problem == faults.LOGIN_NEEDED)
        assert window.status.pending == 1


@pytest.mark.asyncio
async def test_a_login_nonce_is_for_its_own_key_only(centre, tmp_path):
    async with open_window(centre, tmp_path / "w") as window:
        other = SoftwareKey.generate()
        nonce = await window.transport.login_nonce("d-339901-03", Speaker(other, other.jwk))
        assert nonce.exp > centre.clock.now_ms()
