"""The card is pulled while it signs: nothing half made stays, and what may exist is voided."""

import pytest

from client.card.failures import CardFailure, CardProblem
from sync.domain.failures import Failure
from sync.domain.secret import Secret
from tests.helpers.hall import open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(600)]

GONE = {CardProblem.REMOVED, CardProblem.NO_CARD}


async def asks(hall, question, *args):
    place = hall.desk.door.place()
    return await place.on_store(getattr(place.store, question), *args)


async def kinds(hall, case):
    return [event.kind for event in await asks(hall, "events_of", case)]


async def pulled_while_signing(hall, kind, case, command, **form):
    """Sign, the card being pulled at this command; True when the signature was made all the same.

    The window is locked afterwards in any case.
    """
    sheet = await hall.desk.signing.prepare(kind, case, **form)
    hall.reader.pull_at(command, answer_is_lost=command % 2 == 0)
    try:
        await hall.desk.signing.sign(sheet, hall.pin("chief"))
        made = True
    except CardFailure as failure:
        made = False
        if failure.what not in GONE:
            raise
    hall.reader.pull_at(0)
    await hall.pull()
    return made


async def test_a_decision_is_made_whole_or_not_at_all_wherever_the_card_is_pulled(stage):
    async with open_hall(stage) as hall:
        case = await hall.walk_to("deciding")
        await hall.enter("chief")
        before = await kinds(hall, case)
        command = 0
        while True:
            command += 1
            if await pulled_while_signing(hall, "grant", case, command, text="准予许可"):
                break
            await hall.enter("chief")
            assert await kinds(hall, case) == before, command
            assert await asks(hall, "uploads", 9) == []  # no paper of a decision not made
        assert command > 5
        await hall.enter("chief")
        await hall.synced()
        detail = await hall.desk.cases.open(case)
        assert detail.row.state == "granted"
        assert [row.kind for row in detail.timeline] == [*before, "grant"]
        assert {row.verdict for row in detail.timeline} == {"accepted"}
        assert await hall.desk.messages.exceptions() == ()
        await hall.leave()


async def test_an_intent_without_its_seal_is_voided_wherever_the_card_is_pulled(stage):
    async with open_hall(stage) as hall:
        case = await hall.walk_to("making")
        await hall.enter("chief")
        command = 0
        while True:
            command += 1
            before = await kinds(hall, case)
            if await pulled_while_signing(hall, "seal", case, command):
                break
            await hall.enter("chief")
            after = (await kinds(hall, case))[len(before) :]
            assert after in ([], ["seal.intent", "seal.void"]), command
            held = await asks(hall, "case", case)
            assert (held.certificate.intent, held.certificate.document) == (None, None)
            assert await asks(hall, "uploads", 9) == []  # a signed page that counts for nothing
            await hall.synced()
        await hall.enter("chief")
        await hall.synced()
        detail = await hall.desk.cases.open(case)
        made = [row.kind for row in detail.timeline]
        assert detail.row.state == "certified"
        assert made[-1] == "seal"
        assert made.count("seal.intent") == made.count("seal.void") + 1
        assert made.count("seal.void") > 3
        assert {row.verdict for row in detail.timeline} == {"accepted"}
        await hall.leave()


async def test_an_interrupted_seal_waits_for_somebody_who_may_void_it(stage):
    async with open_hall(stage) as hall:
        case = await hall.walk_to("making")
        await hall.enter("chief")
        command = 12
        while "seal.intent" not in await kinds(hall, case):
            command += 1
            assert not await pulled_while_signing(hall, "seal", case, command)
            await hall.enter("clerk")
            before = await kinds(hall, case)
            if "seal.intent" in before:
                assert "seal.void" not in before
            await hall.leave()
            await hall.enter("chief")
        await hall.synced()
        assert (await kinds(hall, case))[-2:] == ["seal.intent", "seal.void"]
        await hall.leave()


async def test_a_wrong_pin_at_the_sheet_says_the_tries_and_keeps_the_sheet(stage):
    async with open_hall(stage) as hall:
        case = await hall.walk_to("deciding")
        await hall.enter("chief")
        sheet = await hall.desk.signing.prepare("grant", case, text="准予许可")
        for left in (2, 1):
            with pytest.raises(CardFailure) as wrong:
                await hall.desk.signing.sign(sheet, Secret("999999"))
            assert (wrong.value.what, wrong.value.tries_left) == (CardProblem.PIN_WRONG, left)
        await hall.desk.signing.sign(sheet, hall.pin("chief"))
        await hall.leave()


async def test_another_persons_card_does_not_sign_for_the_session(stage):
    async with open_hall(stage) as hall:
        case = await hall.walk_to("deciding")
        await hall.enter("chief")
        sheet = await hall.desk.signing.prepare("grant", case, text="准予许可")
        # Swapped so fast that the window sees a card whenever it looks.
        hall.deck.insert("reviewer")
        with pytest.raises(Failure) as refused:
            await hall.desk.signing.sign(sheet, hall.pin("reviewer"))
        assert refused.value.code == "app.other_card"
        await hall.locked()
