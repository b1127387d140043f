"""Cards that fail at the window: pulled, mistyped, blocked, foreign, revoked while in use."""

import pytest

from client.app.rows.changes import SessionClosed, SessionLocked, SessionOpened
from client.app.rows.session import CardPresence
from client.card.failures import CardFailure, CardProblem
from sync.domain.failures import Failure
from sync.domain.secret import Secret
from sync.proof.keys import SoftwareKey
from sync.texts import texts
from tests.helpers.hall import open_hall
from tests.helpers.held import held

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]

WRONG = Secret("999999")


def said(words):
    """Return a problem's sentence and remedy in both languages; they must be there."""
    found = []
    for language in ("zh_CN", "en"):
        spoken = texts(language)
        assert spoken.has(words.key), words.key
        assert spoken.has(f"{words.key}.do"), f"{words.key}.do"
        found.append((spoken.t(words.key, **words.args), spoken.t(f"{words.key}.do", **words.args)))
    return found


def live_keys(thumbprint):
    """Count the session keys of this thumbprint that are still in memory."""
    return sum(key.thumbprint == thumbprint for key in held(SoftwareKey))


async def store_is_closed(hall, place):
    with pytest.raises(Failure) as closed:
        await place.on_store(place.store.head)
    return closed.value.code == "store.closed"


async def test_a_card_pulled_at_any_command_of_the_login_leaves_nobody_in(stage):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        await hall.leave()
        stages = 0
        while True:
            stages += 1
            await hall.put_in("clerk")
            hall.news.clear()
            hall.reader.pull_at(stages, answer_is_lost=stages % 2 == 0)
            refused = None
            try:
                await hall.desk.door.log_in(hall.pin("clerk"))
            except CardFailure as failure:
                refused = failure
            if refused is None:
                break  # more commands than a login has: the session is open
            assert refused.what in {CardProblem.REMOVED, CardProblem.NO_CARD}, stages
            assert hall.desk.door.session is None
            assert not any(isinstance(told, SessionOpened) for told in hall.news)
            await hall.until(lambda: hall.desk.door.card.presence is CardPresence.EMPTY)
            with pytest.raises(Failure, match=r"app\.locked"):
                hall.desk.door.place()
        assert stages > 10  # a login has certificate, PIN, agreement, signature: many commands
        hall.reader.pull_at(0)
        await hall.pull()
        # The card and the window are as good as ever.
        await hall.enter("clerk")
        await hall.register()
        await hall.leave()


async def test_a_card_pulled_between_its_signature_and_the_open_session_locks_it(stage):
    async with open_hall(stage) as hall:
        await hall.put_in("clerk")
        ask = hall.desk.line.log_in

        async def pulled_meanwhile(opened, place):
            hall.deck.pull()
            await hall.until(lambda: hall.desk.door.card.presence is CardPresence.EMPTY)
            await ask(opened, place)

        hall.desk.line.log_in = pulled_meanwhile
        await hall.desk.door.log_in(hall.pin("clerk"))
        await hall.locked()


async def test_pulling_the_card_locks_keeps_drafts_closes_the_store_and_drops_the_key(stage):
    async with open_hall(stage) as hall:
        await hall.enter("reception")
        await hall.desk.drafts.save("preregister", "张三丰,写到一半")
        place = hall.desk.door.place()
        thumbprint = place.recorder.mandate.key.thumbprint
        assert live_keys(thumbprint)
        await hall.pull()
        assert await store_is_closed(hall, place)
        del place
        await hall.until(lambda: not live_keys(thumbprint), "the key is gone")
        await hall.enter("reception")
        assert await hall.desk.drafts.load("preregister") == "张三丰,写到一半"
        await hall.leave()


async def test_a_key_is_dropped_even_if_the_line_was_down(stage):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        thumbprint = hall.desk.door.place().recorder.mandate.key.thumbprint
        stage.kill_centre()
        await hall.pull()
        await hall.until(lambda: not live_keys(thumbprint), "the key is gone")


async def test_a_sheet_does_not_outlive_its_session(stage):
    async with open_hall(stage) as hall:
        case = await hall.walk_to("deciding")
        await hall.enter("chief")
        sheet = await hall.desk.signing.prepare("grant", case, text="准予许可")
        await hall.pull()
        await hall.enter("chief")
        with pytest.raises(Failure) as gone:
            await hall.desk.signing.sign(sheet, hall.pin("chief"))
        assert gone.value.code == "app.sheet_gone"
        await hall.leave()


async def test_wrong_pins_count_down_to_a_block_and_each_is_said(stage):
    async with open_hall(stage) as hall:
        await hall.put_in("handler")
        told = []
        for _ in range(3):
            with pytest.raises(CardFailure) as wrong:
                await hall.desk.door.log_in(WRONG)
            told.append((wrong.value.what, wrong.value.tries_left))
            left = wrong.value.tries_left or 0
            await hall.until(lambda left=left: hall.desk.door.card.tries_left == left)
        assert told[:2] == [(CardProblem.PIN_WRONG, 2), (CardProblem.PIN_WRONG, 1)]
        assert told[2][0] is CardProblem.PIN_BLOCKED
        await hall.until(lambda: hall.desk.door.card.presence is CardPresence.UNUSABLE)
        assert hall.desk.door.card.problem.key == "error.card.pin_blocked"
        assert said(hall.desk.door.card.problem)
        # The right PIN does not help any more, and the card stays blocked when put in again.
        with pytest.raises(CardFailure) as blocked:
            await hall.desk.door.log_in(hall.pin("handler"))
        assert blocked.value.what is CardProblem.PIN_BLOCKED
        hall.deck.pull()
        await hall.put_in("handler", CardPresence.UNUSABLE)
        assert hall.desk.door.session is None


async def test_the_right_pin_gives_all_tries_back(stage):
    async with open_hall(stage) as hall:
        await hall.put_in("handler")
        with pytest.raises(CardFailure):
            await hall.desk.door.log_in(WRONG)
        await hall.desk.door.log_in(hall.pin("handler"))
        await hall.leave()
        await hall.put_in("handler")
        assert hall.desk.door.card.tries_left == 3


async def test_each_bad_card_is_turned_away_with_its_own_words(stage):
    told = {}
    async with open_hall(stage) as hall:
        await hall.enter("clerk")  # whom policy revoked is known from the first session on
        await hall.leave()
        for card in stage.authority.refused_cards:
            await hall.put_in(card, CardPresence.UNUSABLE)
            view = hall.desk.door.card
            told[card] = view.problem.key
            assert len(set(said(view.problem))) == 2
            with pytest.raises(Failure):
                await hall.desk.door.log_in(Secret("123456"))
            assert hall.desk.door.session is None
            hall.deck.pull()
            await hall.until(lambda: hall.desk.door.card.presence is CardPresence.EMPTY)
    assert told == {
        "expired": "error.certificate.expired",
        "revoked": "error.certificate.revoked",
        "foreign": "error.certificate.unknown_issuer",
        "blocked": "error.card.pin_blocked",
        "bus": "error.card.foreign",
    }


async def test_a_colleague_without_a_place_at_this_window_is_told_so(stage):
    async with open_hall(stage) as hall:
        await hall.put_in("rsa", CardPresence.UNUSABLE)
        card = hall.desk.door.card
        assert (card.problem.key, card.has_no_place) == ("error.vault.no_slot", True)
        with pytest.raises(Failure) as refused:
            await hall.desk.door.log_in(hall.pin("rsa"))
        assert refused.value.code == "vault.no_slot"
        assert hall.desk.door.session is None


async def test_a_locked_window_says_how_many_steps_wait(stage):
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        await hall.synced()
        stage.kill_centre()
        await hall.register()
        await hall.pull()
        (locked,) = [told for told in hall.news if isinstance(told, SessionLocked)]
        (closed,) = [told for told in hall.news if isinstance(told, SessionClosed)]
        assert locked.reason == "card_removed"
        assert closed.waiting == 2  # the registration, and the session's end
