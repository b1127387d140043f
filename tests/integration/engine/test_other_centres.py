"""A centre that forgets who we are, is another one, or lies about what it has."""

import msgspec
import pytest

from sync.engine import faults
from sync.proof.tree import MemoryTree
from tests.helpers.line_world import HALL_SCOPE
from tests.helpers.scripted import Said
from tests.helpers.world import SCOPE
from tests.integration.engine.rig import paths, running

pytestmark = pytest.mark.slow


@pytest.mark.asyncio
async def test_a_token_that_the_centre_forgot_is_renewed_or_logged_in_anew(centre):
    async with running(centre) as rig:
        await rig.synced()
        centre.tokens.clear()
        ids = rig.works(1)
        await rig.until(lambda: ids[0] in rig.store.settled)
    assert "/v1/token" in paths(rig)
    assert paths(rig).count("/v1/login") == 2


@pytest.mark.asyncio
async def test_a_session_that_the_centre_will_not_have_needs_a_card(centre):
    gone = Said(b'{"code":"wire.session_ended"}', 401)
    async with running(centre, lambda a: gone if a.path != "/v1/hello" else None) as rig:
        await rig.until(lambda: rig.status.problem == faults.LOGIN_NEEDED)
        assert rig.status.pending == 1


@pytest.mark.asyncio
async def test_a_token_from_the_card_login_is_used(centre):
    async with running(centre, start=False) as rig:
        await rig.transport.open()
        await rig.transport.login(rig.session.login, rig.session.speaker)
        rig.start()
        await rig.synced()
    # Once for the nonce, once by the card's login; the engine itself did not.
    assert paths(rig)[:4] == ["/v1/login", "/v1/login", "/v1/hello", "/v1/push"]
    assert centre.asked["/v1/login"] == 2


@pytest.mark.asyncio
async def test_another_centre_at_our_address_gets_nothing(centre):
    centre.bend = lambda path, m: (
        msgspec.structs.replace(m, aud="centre-1") if path == "/v1/hello" else m
    )
    async with running(centre) as rig:
        await rig.until(lambda: rig.status.problem == faults.OTHER_CENTRE)
        assert set(paths(rig)) == {"/v1/hello"}


@pytest.mark.asyncio
async def test_a_wrong_clock_of_this_machine_is_shown_and_hinders_nothing(centre):
    async with running(centre) as rig:
        rig.clock.wrong_ms = -3_600_000 * 24 * 3650
        await rig.synced()
        assert rig.status.clock_offset_ms == 3_600_000 * 24 * 3650


@pytest.mark.asyncio
async def test_a_rewritten_history_stops_its_scope_and_nothing_else(centre):
    centre.others(3)
    async with running(centre) as rig:
        await rig.synced()
        centre.trees[SCOPE], centre.log[SCOPE] = MemoryTree(), []
        centre.others(5)
        await rig.until(lambda: rig.status.problem == faults.CENTRE_FORK)
        assert rig.status.distrusted == (SCOPE,)
        assert rig.store.cursors()[SCOPE] == 3
        centre.others(1, HALL_SCOPE)
        await rig.until(lambda: rig.store.cursors()[HALL_SCOPE] == 2)


@pytest.mark.asyncio
async def test_a_centre_restored_from_an_old_copy_is_a_fork(centre):
    centre.others(3)
    async with running(centre) as rig:
        await rig.synced()
        del centre.log[SCOPE][1:]
        rig.runner.sync_now()
        await rig.until(lambda: rig.status.problem == faults.CENTRE_FORK)


@pytest.mark.asyncio
async def test_a_scope_that_was_taken_away_does_not_hold_up_the_others(centre):
    centre.visible.discard(SCOPE)
    async with running(centre) as rig:
        await rig.until(lambda: rig.store.cursors()["policy"] == 4)
        await rig.synced()


@pytest.mark.asyncio
async def test_receipts_that_prove_nothing_leave_the_event_unanswered(centre):
    def bend(path, message):
        if path != "/v1/push":
            return message
        results = [
            msgspec.structs.replace(
                r, receipt=msgspec.structs.replace(r.receipt, index=77) if r.receipt else None
            )
            for r in message.results
        ]
        return msgspec.structs.replace(message, results=results)

    centre.bend = bend
    centre.visible = {"policy"}
    async with running(centre) as rig:
        await rig.until(lambda: rig.status.problem == "proof.receipt_path")
        assert rig.status.pending == 1
    assert rig.store.settled == {}
