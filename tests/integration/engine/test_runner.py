"""The whole engine over real sockets, against a centre that loses, stalls, forgets and lies."""

import asyncio
import json
import threading
from contextlib import asynccontextmanager

import msgspec
import pytest
from msgspec.structs import replace

from sync.engine import faults
from sync.engine.pace import Pace
from sync.engine.status import Phase
from sync.proof.outcomes import sign_tree_head
from sync.proof.tree import Frontier, MemoryTree
from sync.proof.trust import Trust
from tests.helpers.line_world import HALL_SCOPE, NOW_MS
from tests.helpers.pki import NOW
from tests.helpers.scripted import Said
from tests.helpers.world import AUD, SCOPE
from tests.integration.engine.rig import FAST, running

pytestmark = pytest.mark.slow


def paths(rig):
    """Return what was asked, without the stream, which is opened beside the rest."""
    return [asked.path for asked in rig.server.asked if asked.path != "/v1/live"]


class Times:
    """Do something to the first so many requests of a path."""

    def __init__(self, path, count, said):
        self.path, self.left, self.said, self.count = path, count, said, 0

    def __call__(self, asked, answer=None):
        if asked.path == self.path and self.left > 0:
            self.left -= 1
            self.count += 1
            return self.said(answer) if callable(self.said) else self.said
        return answer


def cut(answer):
    return Said(answer.body, answer.status, answer.headers, cut=max(0, len(answer.body) // 2))


# ---------------------------------------------------------------- the good day


@pytest.mark.asyncio
async def test_a_session_logs_in_pushes_pulls_fetches_a_lease_and_listens(centre):
    centre.others(5)
    async with running(centre) as rig:
        await rig.until(lambda: rig.status.live and rig.status.lease_until_ms is not None)
        await rig.until(lambda: rig.store.kept_anchor is not None)
        await rig.synced()
        assert rig.states[0].phase is Phase.CONNECTING
        assert paths(rig)[:3] == ["/v1/hello", "/v1/login", "/v1/push"]
        assert set(rig.store.verdicts().values()) == {"accepted"}
        assert rig.store.cursors() == {"policy": 4, HALL_SCOPE: 1, SCOPE: 5}
        assert rig.store.kept_lease[1] == b"k" * 32
        assert rig.change.cases
        assert rig.status.last_ok_ms == NOW_MS


@pytest.mark.asyncio
async def test_what_a_person_does_is_at_the_centre_at_once_and_others_news_here(centre):
    async with running(centre, pace=Pace()) as rig:
        await rig.until(lambda: rig.status.live)
        await rig.synced()
        ids = rig.works(3)
        await rig.until(lambda: set(ids) < set(rig.store.settled))
        await rig.synced()
        centre.others(2)
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 5)


@asynccontextmanager
async def hearing(centre):
    """Run a window to which pokes bring pages; it has asked for all that it asks for by itself."""
    async with running(centre, pace=Pace()) as rig:
        await rig.until(lambda: rig.status.live and rig.status.lease_until_ms is not None)
        await rig.synced()
        centre.others()
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 1)
        await rig.synced()
        centre.pages = True
        yield rig


@pytest.mark.asyncio
async def test_news_that_came_with_their_page_are_not_asked_for(centre):
    async with hearing(centre) as rig:
        pulls = centre.asked["/v1/pull"]
        centre.others()
        centre.others(3)
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 5)
        assert rig.store.log[SCOPE] == centre.log[SCOPE]
        ids = rig.works(2)
        await rig.until(lambda: set(ids) < set(rig.store.settled))
        assert centre.asked["/v1/pull"] == pulls


@pytest.mark.asyncio
async def test_a_page_that_does_not_lead_on_is_asked_for(centre):
    async with hearing(centre) as rig:
        pulls = centre.asked["/v1/pull"]
        centre.pages = False
        centre.streams, streams = [], centre.streams
        centre.others(2)  # this poke is lost
        centre.streams, centre.pages = streams, True
        centre.others()
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 4)
        assert centre.asked["/v1/pull"] == pulls + 1


@pytest.mark.asyncio
async def test_a_page_that_does_not_hold_is_asked_for_and_not_stored(centre):
    def bend(path, message):
        if path != "/v1/live" or message.page is None:
            return message
        (entry,) = message.page.entries
        forged = replace(entry, body=entry.body.replace("…", "!"))
        return replace(message, page=replace(message.page, entries=[forged]))

    async with hearing(centre) as rig:
        centre.bend, pulls = bend, centre.asked["/v1/pull"]
        centre.others()
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 2)
        assert rig.store.log[SCOPE] == centre.log[SCOPE]
        assert centre.asked["/v1/pull"] == pulls + 1
        await rig.synced()
        assert rig.status.problem is None


@pytest.mark.asyncio
async def test_a_page_of_another_history_is_a_fork(centre):
    def bend(path, message):
        if path != "/v1/live" or message.page is None:
            return message
        key = centre.keys["log"]
        other = Frontier().append(bytes(32)).append(bytes(32))
        sth = sign_tree_head(other, AUD, SCOPE, NOW_MS, key, key.thumbprint)
        return replace(message, page=replace(message.page, sth=sth))

    async with hearing(centre) as rig:
        centre.bend = bend
        centre.others()
        await rig.until(lambda: rig.status.distrusted == (SCOPE,))
        assert rig.status.problem == faults.CENTRE_FORK
        assert rig.store.cursors()[SCOPE] == 1


@pytest.mark.asyncio
async def test_hundreds_of_events_and_pages_arrive_in_order(centre):
    centre.others(30)
    async with running(
        centre, pace=msgspec.structs.replace(FAST) if False else Pace(page=7)
    ) as rig:
        rig.works(230)
        await rig.until(lambda: len(rig.store.settled) == 231)
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 260)
    own = [entry.jws for entry in centre.log[SCOPE][30:]]
    assert own == [record.jws for _, record in rig.store.own[1:]]


@pytest.mark.asyncio
async def test_the_next_page_is_asked_for_while_one_is_kept(centre):
    centre.others(20)
    asked = threading.Event()

    def before(request):
        if request.path == "/v1/pull" and json.loads(request.body)["cursors"].get(SCOPE) == 15:
            asked.set()

    async with running(centre, before=before, pace=Pace(page=5), start=False) as rig:
        plain, held = rig.store.apply_pull, []

        def apply_pull(page):
            if page.scope == SCOPE and page.cursor == 15:
                held.append(asked.wait(5))
            return plain(page)

        rig.store.apply_pull = apply_pull
        rig.start()
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 20)
    assert held == [True]
    assert rig.store.log[SCOPE] == centre.log[SCOPE]


@pytest.mark.asyncio
async def test_an_answer_that_came_ahead_and_broke_off_is_asked_for_again(centre):
    centre.others(20)
    broken = []

    def once(request, answer):
        if request.path != "/v1/pull" or broken:
            return answer
        if json.loads(request.body)["cursors"].get(SCOPE) != 10:
            return answer
        broken.append(request)
        return cut(answer)

    async with running(centre, after=once, pace=Pace(page=5)) as rig:
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 20)
    assert broken
    assert rig.store.log[SCOPE] == centre.log[SCOPE]


@pytest.mark.asyncio
async def test_pages_go_to_the_centre_and_one_that_it_refuses_does_not_stop_the_next(centre):
    async with running(centre) as rig:
        await rig.synced()
        first = rig.store.scan(b"page one")
        bad = rig.store.scan(b"PK", "application/zip")
        known = rig.store.scan(b"known")
        centre.files[known] = b"known"
        last = rig.store.scan(b"page two")
        rig.runner.notify_outbox()
        await rig.until(lambda: {first, last} < set(centre.files) and len(rig.store.waiting) == 1)
        assert [w[1] for w in rig.store.waiting] == [bad]
        await rig.until(lambda: rig.status.uploads == 0)
        assert centre.asked["/v1/attachments"] == 4


@pytest.mark.asyncio
async def test_an_attachment_that_cannot_be_read_here_is_told(centre):
    async with running(centre) as rig:
        await rig.synced()
        rig.store.trouble.add("attachment")
        rig.store.scan(b"page")
        rig.runner.notify_outbox()
        await rig.until(lambda: rig.status.problem == "store.full")


@pytest.mark.asyncio
async def test_a_person_can_ask_for_everything_now_and_for_a_lease(centre):
    async with running(centre, pace=Pace(anchor_ms=10)) as rig:
        await rig.synced()
        pulls, leases = centre.asked["/v1/pull"], centre.asked["/v1/lease"]
        rig.runner.sync_now()
        await rig.until(lambda: centre.asked["/v1/pull"] > pulls)
        rig.runner.refresh_lease()
        await rig.until(lambda: centre.asked["/v1/lease"] > leases)


# ---------------------------------------------------------------- answers lost


@pytest.mark.asyncio
async def test_an_answer_lost_after_the_commit_costs_nothing(centre):
    lose = Times("/v1/push", 1, cut)
    async with running(centre, after=lose) as rig:
        rig.works(4)
        await rig.until(lambda: len(rig.store.settled) == 5)
    assert len(centre.log[SCOPE]) == 4
    assert [s.phase for s in rig.states].count(Phase.OFFLINE) >= 1


@pytest.mark.asyncio
async def test_every_answer_may_be_cut_once_and_all_arrives(centre):
    centre.others(3)
    seen = set()

    def once_each(asked, answer):
        if asked.path in seen or asked.path == "/v1/live":
            return answer
        seen.add(asked.path)
        return cut(answer)

    async with running(centre, after=once_each) as rig:
        rig.works(2)
        rig.store.scan(b"page")
        rig.runner.notify_outbox()
        await rig.until(lambda: rig.status.lease_until_ms is not None)
        await rig.until(lambda: not rig.store.waiting)
        await rig.synced()
    assert len(centre.log[SCOPE]) == 5
    assert {"/v1/hello", "/v1/login", "/v1/push", "/v1/pull", "/v1/lease"} <= seen


@pytest.mark.asyncio
async def test_a_centre_that_stalls_is_asked_again(centre):
    stall = Times("/v1/pull", 1, Said(stall=True))
    async with running(centre, stall) as rig:
        await rig.until(lambda: rig.status.problem == faults.TIMEOUT)
        await rig.synced()


@pytest.mark.asyncio
async def test_nonsense_and_errors_of_the_centre_back_off_and_heal(centre):
    for said in (Said(b"<html>"), Said(b"", 502), Said(b'{"code":"wire.broken"}', 500)):
        trouble = Times("/v1/pull", 2, said)
        async with running(centre, trouble) as rig:
            await rig.until(lambda: rig.status.problem is not None)
            await rig.synced()
            await rig.until(lambda: rig.status.problem is None)
        centre.world.place.seq, centre.world.place.hash = centre.head.seq, centre.head.hash


@pytest.mark.asyncio
async def test_the_centre_may_go_away_and_come_back(centre):
    down = {"is": True}
    async with running(centre, lambda _a: Said(cut=0, body=b"x") if down["is"] else None) as rig:
        rig.works(1)
        await rig.until(lambda: rig.status.phase is Phase.OFFLINE and rig.status.pending == 2)
        down["is"] = False
        await rig.synced()
        assert rig.status.problem is None


@pytest.mark.asyncio
async def test_retry_after_keeps_everything_still(centre):
    busy = Times("/v1/push", 1, Said(b"", 503, {"Retry-After": "1"}))
    async with running(centre, busy) as rig:
        await rig.until(lambda: rig.status.problem == faults.BUSY)
        told, held = asyncio.get_running_loop().time(), len(paths(rig))
        rig.runner.sync_now()
        await rig.until(lambda: len(paths(rig)) > held)
        assert asyncio.get_running_loop().time() - told > 0.95
        await rig.synced()


# ---------------------------------------------------------------- tokens, other centres


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


# ---------------------------------------------------------------- a centre that lies


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


# ---------------------------------------------------------------- live


@pytest.mark.asyncio
async def test_streams_that_do_not_live_lead_to_polling(centre):
    dead = Times("/v1/live", 99, Said(b"", 200))
    async with running(centre, dead) as rig:
        await rig.synced()
        await rig.until(lambda: dead.count >= 3)
        centre.others(1)
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 1)
        assert not rig.status.live


# ---------------------------------------------------------------- the store


@pytest.mark.asyncio
@pytest.mark.parametrize("method", ["settle", "apply_pull", "outbox"])
async def test_a_store_that_cannot_is_told_and_tried_again(centre, method):
    async with running(centre) as rig:
        await rig.synced()
        rig.store.trouble.add(method)
        rig.works(1)
        centre.others(1)
        await rig.until(lambda: any(s.problem == "store.full" for s in rig.states))
        await rig.until(lambda: len(rig.store.settled) == 2)
        await rig.until(lambda: rig.store.cursors()[SCOPE] == 2)


@pytest.mark.asyncio
async def test_a_store_that_counts_what_it_does_not_have_is_not_asked_in_a_circle(centre):
    async with running(centre) as rig:
        await rig.synced()
        rig.store.outbox_size = lambda: 1
        rig.runner.notify_outbox()
        await rig.until(lambda: rig.status.problem == faults.NO_PROGRESS)
        assert rig.store.calls["outbox"] < 12
        del rig.store.outbox_size
        rig.runner.notify_outbox()
        await rig.synced()


@pytest.mark.asyncio
async def test_uploads_that_are_gone_when_their_turn_comes_are_nothing(centre):
    async with running(centre) as rig:
        await rig.synced()
        page = ("1", "a" * 64, 1, "image/png")
        rig.store.uploads = lambda _limit, *, unsent=True: [page] if unsent else []
        rig.runner.notify_outbox()
        await rig.until(lambda: any(s.uploads for s in rig.states))
        await rig.until(lambda: rig.status.uploads == 0)


@pytest.mark.asyncio
async def test_a_window_that_follows_nothing_asks_for_nothing(centre):
    async with running(centre, start=False) as rig:
        rig.store.subscribe([])
        rig.start()
        await rig.synced()
        assert not centre.asked["/v1/pull"]


@pytest.mark.asyncio
async def test_a_boot_clock_that_is_turned_back_does_not_stop_the_engine(centre):
    async with running(centre) as rig:
        await rig.synced()
        rig.clock.shift_ms = -3_600_000  # a demonstration's offset was taken away
        pulls = centre.asked["/v1/pull"]
        await rig.until(lambda: centre.asked["/v1/pull"] > pulls + 1)


@pytest.mark.asyncio
async def test_a_defect_of_the_store_ends_the_run_and_is_not_hidden(centre):
    def broken(_limit):
        raise ZeroDivisionError

    async def defect():
        async with running(centre) as rig:
            await rig.synced()
            rig.store.outbox = broken
            rig.works(1)
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as caught:
        await defect()
    assert caught.group_contains(ZeroDivisionError)


@pytest.mark.asyncio
async def test_a_store_whose_policy_does_not_hold_is_not_served(centre):
    async def damaged():
        async with running(centre) as rig:
            rig.store.log["policy"] = centre.log["policy"][1:]
            await asyncio.Event().wait()

    with pytest.raises(ExceptionGroup) as caught:
        await damaged()
    assert caught.group_contains(Exception, match="log_gap")


# ---------------------------------------------------------------- the end


@pytest.mark.asyncio
async def test_drain_sends_the_rest_logs_out_and_ends(centre):
    async with running(centre, pace=Pace()) as rig:
        await rig.synced()
        rig.works(150)
        assert await rig.runner.drain(2.0) == 0
        assert rig.status.phase is Phase.LOCKED
    assert len(centre.log[SCOPE]) == 150
    assert paths(rig)[-1] == "/v1/logout"
    assert centre.tokens == {}


@pytest.mark.asyncio
async def test_drain_is_over_on_time_and_counts_what_is_left(centre):
    slow = Times("/v1/push", 99, Said(stall=True))
    async with running(centre) as rig:
        await rig.synced()
    centre.world.place.seq, centre.world.place.hash = centre.head.seq, centre.head.hash
    async with running(centre, slow) as rig:
        rig.works(2)
        await rig.until(lambda: "/v1/push" in paths(rig))
        begun = asyncio.get_running_loop().time()
        assert await rig.runner.drain(0.2) == 3
        assert asyncio.get_running_loop().time() - begun < 1.0


@pytest.mark.asyncio
async def test_nothing_of_the_engine_is_left_behind(centre):
    before = asyncio.all_tasks()
    async with running(centre) as rig:
        await rig.synced()
        rig.store.scan(b"page")
        rig.works(1)
    assert {t for t in asyncio.all_tasks() - before if t.get_name().startswith("engine")} == set()
    rig.runner.notify_outbox()  # late calls are harmless
    rig.runner.sync_now()
    assert await rig.runner.drain(0.1) == 0


@pytest.mark.asyncio
async def test_stop_ends_at_once(centre):
    stall = Times("/v1/hello", 1, Said(stall=True))
    async with running(centre, stall) as rig:
        await rig.until(lambda: rig.states != [])
        rig.runner.stop()


@pytest.mark.asyncio
async def test_trust_that_the_login_followed_already_is_not_read_again(centre):
    trust = Trust(centre.world.trust.genesis)
    for record in centre.world.log:
        trust.apply(trust.verify(record, NOW))
    async with running(centre, trust=trust) as rig:
        centre.policy("switch", {"name": "x", "value": True})
        await rig.synced()
        await rig.until(lambda: trust.size == 5)
