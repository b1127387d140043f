"""Colleagues get a place at an enrolled window; two administrators open it when no card does."""

import asyncio

import pytest

from client.app.access.recovery import Recovery
from client.app.rows.changes import CasesChanged
from client.app.rows.session import CardPresence
from client.vault.slots import decoded
from sync.domain.failures import Failure
from sync.domain.secret import Secret
from sync.protocol.codec import b64u_decode
from tests.helpers.newcomer import DEV, newcomer

pytestmark = pytest.mark.slow


@pytest.fixture
def new(tmp_path):
    with newcomer(tmp_path) as made:
        yield made


def run(new, work):
    async def live():
        async with new.running():
            await new.enrol(new.invite())
            await work()

    asyncio.run(live())


async def code_of(work) -> str:
    with pytest.raises(Failure) as refused:
        await work
    return refused.value.code


async def until(new, holds):
    """Wait until something holds; it is looked at again whenever the desk has news."""
    news = asyncio.Event()
    end = new.desk.watch(lambda _news: news.set())
    try:
        async with asyncio.timeout(60):
            while not holds():
                await news.wait()
                news.clear()
    finally:
        end()


async def put_in(new, card, presence=CardPresence.READY):
    new.window.deck_or_fail().insert(card)
    await until(
        new,
        lambda: (
            new.desk.door.card.presence is presence
            and new.desk.door.card.person == new.person(card)
        ),
    )


async def change_to(new, card):
    """Change cards as people do: pull, wait for the lock, put the other in; some time passes."""
    new.window.deck_or_fail().pull()
    await until(new, lambda: new.desk.door.card.presence is CardPresence.EMPTY)
    await new.desk.door.lock()
    new.centre.clock.advance(seconds=30)
    await put_in(new, card)


def _of_policy(news):
    return isinstance(news, CasesChanged) and news.change.policy


def slots(new):
    return decoded((new.folder / "store" / "slots.json").read_bytes()).slots


# ---------------------------------------------------------------- colleagues


def test_a_colleague_is_added_in_a_session_and_logs_in_with_his_own_pin(new):
    async def work():
        await put_in(new, "clerk")
        await new.desk.door.log_in(new.pin("clerk"))
        offered = {row.person: row.name for row in await new.desk.colleagues.missing()}
        handler, clerk = new.person("handler"), new.person("clerk")
        assert clerk not in offered
        assert offered[handler] == new.centre.card("handler").name

        await new.desk.colleagues.add(handler, new.pin("clerk"))

        assert handler not in {row.person for row in await new.desk.colleagues.missing()}
        await change_to(new, "handler")
        assert (await new.desk.door.log_in(new.pin("handler"))).person == handler

    run(new, work)


def test_a_slot_names_the_event_that_enrolled_the_card(new):
    async def work():
        await put_in(new, "clerk")
        await new.desk.door.log_in(new.pin("clerk"))
        await new.desk.colleagues.add(new.person("handler"), new.pin("clerk"))

    run(new, work)
    first, second = slots(new).cards
    assert second.cert == new.centre.card("handler").certs["9D"]
    assert second.by not in {first.by, ""}


def test_adding_says_no_with_a_reason_and_changes_nothing(new):
    async def work():
        await put_in(new, "clerk")
        await new.desk.door.log_in(new.pin("clerk"))
        handler, clerk = new.person("handler"), new.person("clerk")
        before = (new.folder / "store" / "slots.json").read_bytes()
        add = new.desk.colleagues.add
        assert await code_of(add(handler, Secret("999999"))) == "card.pin_wrong"
        assert await code_of(add("p9999", new.pin("clerk"))) == "app.unknown_person"
        assert await code_of(add(clerk, new.pin("clerk"))) == "vault.slot_taken"
        assert (new.folder / "store" / "slots.json").read_bytes() == before
        assert new.desk.door.session is not None

    run(new, work)


def test_nobody_is_offered_at_the_door(new):
    async def work():
        assert await code_of(new.desk.colleagues.missing()) == "app.locked"

    run(new, work)


def test_a_person_whose_rights_ended_is_not_offered(new):
    handler = new.person("handler")
    grants = new.centre.desk.policy.book.grants.values()
    new.centre.enact("grant.end", {"id": next(g.id for g in grants if g.person == handler)})

    async def work():
        await put_in(new, "clerk")
        await new.desk.door.log_in(new.pin("clerk"))
        assert handler not in {row.person for row in await new.desk.colleagues.missing()}

    run(new, work)


def test_who_works_in_another_hall_is_not_offered(new):
    async def work():
        await put_in(new, "clerk")
        await new.desk.door.log_in(new.pin("clerk"))
        offered = {row.person for row in await new.desk.colleagues.missing()}
        assert new.person("handler") in offered
        assert new.person("township") not in offered

    run(new, work)


# ---------------------------------------------------------------- recovery


def test_the_recovery_slots_follow_policy_with_the_next_login(new):
    def administrators():
        return {cert for slot in slots(new).recovery for cert in slot.certs}

    async def work():
        book = new.centre.desk.policy.book
        now = [book.roster[new.person(card)].certs["9D"] for card in ("admin1", "reviewer")]
        before = administrators()
        new.centre.enact("recovery", {"certs": now})
        heard = []
        new.desk.watch(lambda news: heard.append(news) if _of_policy(news) else None)
        await put_in(new, "clerk")
        await new.desk.door.log_in(new.pin("clerk"))
        assert administrators() == before  # this window has not heard of it yet
        await until(new, lambda: heard)
        await change_to(new, "clerk")
        await new.desk.door.log_in(new.pin("clerk"))
        assert administrators() == {b64u_decode(text) for text in now}

    run(new, work)


async def asked(new, *, person="handler", sign=True, **changes):
    view = await new.desk.recovery.begin()
    if sign:
        body = {"dev": view.dev, "gen": view.gen, "key": view.key, "person": new.person(person)}
        new.centre.enact("device.recover", body | changes)
    return view


async def hand_over(new, *cards):
    view = None
    for card in cards:
        new.window.deck_or_fail().insert(card)
        view = await new.desk.recovery.hand_over(new.pin(card))
    return view


@pytest.mark.parametrize("pair", [("admin1", "admin2"), ("admin3", "admin1")])
def test_two_administrators_give_a_card_the_first_slot_of_a_new_root(new, pair):
    async def work():
        before = slots(new)
        view = await asked(new)
        assert (view.dev, view.gen, view.shares) == (DEV, 1, 0)
        assert (await hand_over(new, *pair)).shares == 2

        assert await new.desk.recovery.finish() == new.centre.card("handler").name

        after = slots(new)
        assert after.gen == before.gen + 1
        assert {slot.person for slot in after.cards} == {
            new.person("clerk"),
            new.person("handler"),
        }
        assert len(after.recovery) == 3
        await change_to(new, "handler")
        assert (await new.desk.door.log_in(new.pin("handler"))).online
        await change_to(new, "clerk")  # the card that had a place keeps it
        assert (await new.desk.door.log_in(new.pin("clerk"))).online

    run(new, work)


def test_a_lost_card_loses_its_place_with_the_recovery(new):
    """The roster lists the new card of the same person; the old one opens nothing any more."""

    async def work():
        book = new.centre.desk.policy.book
        clerk, handler = book.roster[new.person("clerk")], book.roster[new.person("handler")]
        new.centre.enact(
            "roster",
            {
                "person": clerk.person,
                "name": clerk.name,
                "department": clerk.department,
                "hall": clerk.hall,
                "certs": {"9A": handler.certs["9A"], "9D": handler.certs["9D"]},
            },
        )
        await asked(new, person="clerk")
        await hand_over(new, "admin1", "admin2")
        await new.desk.recovery.finish()

        (only,) = slots(new).cards
        assert only.cert == new.centre.card("handler").certs["9D"]

    run(new, work)


@pytest.mark.parametrize(
    "changes", [{"gen": 2}, {"key": "another"}, {"sign": False}, {"dev": "d-339901-09"}]
)
def test_without_leave_for_exactly_this_request_nothing_is_changed(new, changes):
    async def work():
        new.centre.invite("d-339901-09")
        before = (new.folder / "store" / "slots.json").read_bytes()
        await asked(new, **changes)
        await hand_over(new, "admin1", "admin2")
        assert await code_of(new.desk.recovery.finish()) == "app.recovery_unsigned"
        assert (new.folder / "store" / "slots.json").read_bytes() == before
        assert not (new.folder / "store" / "slots.next").exists()
        await put_in(new, "clerk")
        assert (await new.desk.door.log_in(new.pin("clerk"))).online

    run(new, work)


def test_leave_that_comes_late_is_found_by_the_next_press(new):
    async def work():
        view = await asked(new, sign=False)
        await hand_over(new, "admin1", "admin2")
        assert await code_of(new.desk.recovery.finish()) == "app.recovery_unsigned"
        members = {"dev": view.dev, "gen": view.gen, "key": view.key}
        new.centre.enact("device.recover", {**members, "person": new.person("handler")})
        assert await new.desk.recovery.finish() == new.centre.card("handler").name

    run(new, work)


def test_leave_is_good_for_one_request_only(new):
    async def work():
        await asked(new)
        await new.desk.recovery.begin()  # another key
        await hand_over(new, "admin1", "admin2")
        assert await code_of(new.desk.recovery.finish()) == "app.recovery_unsigned"

    run(new, work)


def test_one_administrator_alone_opens_nothing(new):
    async def work():
        await asked(new)
        assert (await hand_over(new, "admin1", "admin1")).shares == 1
        assert await code_of(new.desk.recovery.finish()) == "vault.recovery_needs_two"

    run(new, work)


def test_others_have_no_share_and_a_wrong_pin_gives_none(new):
    async def work():
        await asked(new)
        assert await code_of(hand_over(new, "clerk")) == "vault.no_slot"
        new.window.deck_or_fail().insert("admin1")
        handed = new.desk.recovery.hand_over(Secret("999999"))
        assert await code_of(handed) == "card.pin_wrong"
        assert await code_of(new.desk.recovery.finish()) == "vault.recovery_needs_two"

    run(new, work)


def test_nothing_can_be_handed_over_before_a_request(new):
    async def work():
        assert isinstance(new.desk.recovery, Recovery)
        new.window.deck_or_fail().insert("admin1")
        assert await code_of(new.desk.recovery.hand_over(new.pin("admin1"))) == "app.no_recovery"
        assert await code_of(new.desk.recovery.finish()) == "app.no_recovery"

    run(new, work)


def test_without_the_centre_recovery_waits_and_changes_nothing(new):
    async def work():
        await asked(new)
        await hand_over(new, "admin1", "admin2")
        before = (new.folder / "store" / "slots.json").read_bytes()
        port = int(new.centre.origin.rpartition(":")[2])
        await asyncio.to_thread(new.centre.stop)
        try:
            assert await code_of(new.desk.recovery.finish()) == "line.refused"
            assert (new.folder / "store" / "slots.json").read_bytes() == before
        finally:
            await asyncio.to_thread(new.centre.start, tls=True, port=port)
        assert await new.desk.recovery.finish() == new.centre.card("handler").name

    run(new, work)


def test_a_recovery_cut_off_between_store_and_slots_is_finished_by_the_new_card(new):
    """The store has its new key, the slots their old name: the next opening puts it right."""

    async def recover():
        await asked(new)
        await hand_over(new, "admin1", "admin2")
        old = (new.folder / "store" / "slots.json").read_bytes()
        await new.desk.recovery.finish()
        folder = new.folder / "store"
        (folder / "slots.json").replace(folder / "slots.next")
        (folder / "slots.json").write_bytes(old)

    run(new, recover)
    new.start()

    async def work():
        async with new.running():
            await put_in(new, "handler")
            assert (await new.desk.door.log_in(new.pin("handler"))).online

    asyncio.run(work())
    assert not (new.folder / "store" / "slots.next").exists()
