"""A window's own share goes to a real centre, and comes back to the machine in its place."""

import asyncio
import shutil

import pytest

from client.app.rows.session import LinePhase
from sync.domain.failures import Failure
from sync.engine.faults import LineFailure
from sync.server.files import SealedFiles
from tests.helpers.hall import PAGE, Hall, form
from tests.helpers.newcomer import newcomer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
def new(tmp_path):
    with newcomer(tmp_path) as made:
        yield made


def start(new, work):
    """Start the window, do some work at it, and end it."""

    async def live():
        new.start()
        async with new.running():
            return await work(Hall(new, new.window))

    return asyncio.run(live())


async def enter(hall, card="clerk"):
    hall.deck.insert(card)
    await hall.desk.door.log_in(hall.stage.pin(card))
    synced = LinePhase.SYNCED
    await hall.until(lambda: hall.desk.line.view.phase is synced, "synced")


async def type_something(hall):
    """Leave a draft with a page that belongs to no case, and a case with one that went up."""
    case = (await hall.desk.steps.preregister(form())).case
    page = await hall.desk.materials.take_in(case, "申请书.png", PAGE.read_bytes())
    await hall.desk.drafts.save(f"case/{case}/receive", f'{{"page":"{page.sha256}"}}')
    await hall.desk.drafts.save("preregister", '{"name":"古丽·阿依"}')
    await hall.desk.messages.set_sound(on=True)
    await hall.synced()
    return case, page.sha256


def lose_the_disk(new):
    shutil.rmtree(new.folder / "store")


def enrolled(new):
    start(new, lambda _hall: new.enrol(new.invite()))


def rows(new):
    return new.centre.centre.ledger.read_now(lambda tx: tx.backups.every())


async def failure_of(call):
    with pytest.raises(Failure) as caught:
        await call
    return caught.value.code


def test_what_only_the_window_had_comes_back_on_the_machine_in_its_place(new):
    enrolled(new)

    async def work(hall):
        await enter(hall)
        kept = await type_something(hall)
        view = await hall.desk.backups.back_up()
        assert (view.made, view.seen, view.problem) == (view.seen, view.made, None)
        assert view.made is not None
        await hall.desk.drafts.save("preregister", '{"name":"后来"}')
        await hall.leave()
        return kept

    case, page = start(new, work)
    (row,) = rows(new)
    file = next(p for p in new.centre.settings.window_backups.rglob("*") if p.is_file())
    assert row.size > PAGE.stat().st_size // 20
    data = new.centre.desk.window_backups.fetch(row)
    assert "古丽".encode() not in data
    assert data not in file.read_bytes()
    lose_the_disk(new)

    async def again(hall):
        await new.enrol(new.invite(inc=2))
        await enter(hall)
        former = await hall.desk.bringing_back.former()
        assert (former.inc, former.number, former.size) == (1, row.n, row.size)
        assert await hall.desk.drafts.load("preregister") is None
        brought = await hall.desk.bringing_back.bring(former, hall.stage.pin("clerk"))
        assert (brought.drafts, brought.pages, brought.steps) == (2, 1, ())
        assert await hall.desk.drafts.load("preregister") == '{"name":"古丽·阿依"}'
        assert page in await hall.desk.drafts.load(f"case/{case}/receive")
        assert await hall.desk.materials.image(page)
        assert await hall.desk.messages.sound()
        assert (
            await hall.desk.bringing_back.former() is None
        )  # it is brought, and not offered again
        await hall.desk.backups.back_up()
        await hall.leave()

    start(new, again)
    assert [(each.inc, each.n) for each in rows(new)] == [(1, 1), (2, 1)]


def test_a_card_without_a_place_there_opens_nothing_two_administrators_do(new):
    enrolled(new)

    async def work(hall):
        await enter(hall)
        await type_something(hall)
        await hall.desk.backups.back_up()
        await hall.leave()

    start(new, work)
    lose_the_disk(new)

    async def again(hall):
        await new.enrol(new.invite(inc=2), card="reception")
        await enter(hall, "reception")
        bringing = hall.desk.bringing_back
        former = await bringing.former()
        pin = hall.stage.pin
        assert await failure_of(bringing.bring(former, pin("reception"))) == "vault.no_slot"
        assert await hall.desk.drafts.load("preregister") is None
        for admin in ("admin1", "admin2"):
            await hall.desk.colleagues.add(new.person(admin), pin("reception"))
        await hall.leave()
        wanting = []
        for admin in ("admin1", "admin1", "admin2"):  # the same one twice counts once
            await enter(hall, admin)
            brought = await bringing.bring(former, pin(admin))
            wanting.append(brought.wanting)
            await hall.leave()
        assert wanting == [1, 1, 0]
        assert brought.drafts == 2

    start(new, again)


def test_nothing_new_is_not_sent_again_and_what_the_centre_lost_is(new):
    enrolled(new)

    async def work(hall):
        await enter(hall)
        await type_something(hall)
        backups = hall.desk.backups
        await backups._turn()
        await backups._turn()
        assert [row.n for row in rows(new)] == [1]
        await hall.desk.drafts.save("more", "…")
        await backups._turn()
        assert [row.n for row in rows(new)] == [2]  # one of a day
        with new.centre.sql() as sql:
            sql.execute("DELETE FROM window_backups")
        view = await backups.look()
        assert view.problem.code == "app.backup_gone"
        await backups._turn()
        assert [row.n for row in rows(new)] == [3]
        assert (await backups.look()).problem is None
        await hall.leave()

    start(new, work)


def test_a_centre_that_writes_something_else_is_not_believed_and_the_one_before_stays(
    new, monkeypatch
):
    enrolled(new)

    async def work(hall):
        await enter(hall)
        await type_something(hall)
        backups, transport = hall.desk.backups, hall.window.transport
        first = await backups.back_up()
        whole = transport.keep_backup

        async def cut(_n, _data):
            raise LineFailure("line.cut", "line")

        monkeypatch.setattr(transport, "keep_backup", cut)
        assert await failure_of(backups.back_up()) == "line.cut"
        assert (backups.view.made, backups.view.problem.code) == (first.made, "line.cut")

        async def other(n, data):
            return await whole(n, data[:-1] + bytes([data[-1] ^ 1]))

        monkeypatch.setattr(transport, "keep_backup", other)
        assert await failure_of(backups.back_up()) == "app.backup_not_kept"
        assert backups.view.made == first.made
        monkeypatch.setattr(transport, "keep_backup", whole)
        monkeypatch.setattr(SealedFiles, "keep", _full)
        assert await failure_of(backups.back_up()) == "wire.unavailable"
        monkeypatch.undo()
        assert (await backups.back_up()).problem is None
        await hall.leave()

    start(new, work)


def _full(_self, _seed, _data):
    raise OSError(28, "full")


def test_an_end_in_the_middle_uses_no_number_twice(new, monkeypatch):
    enrolled(new)

    async def work(hall):
        await enter(hall)
        await type_something(hall)
        backups, transport = hall.desk.backups, hall.window.transport
        whole = transport.keep_backup

        async def ended(n, data):  # the centre has it, and the window never learns of it
            await whole(n, data)
            raise asyncio.CancelledError

        monkeypatch.setattr(transport, "keep_backup", ended)
        with pytest.raises(asyncio.CancelledError):
            await backups.back_up()
        assert (backups.view.busy, backups.view.made) == (False, None)
        monkeypatch.undo()
        await hall.leave()

    start(new, work)

    async def again(hall):
        await enter(hall)
        assert (await hall.desk.backups.back_up()).made is not None
        await hall.leave()

    start(new, again)
    assert [row.n for row in rows(new)] == [2]


def test_a_store_whose_count_is_behind_goes_on_behind_the_centres(new):
    enrolled(new)

    async def work(hall):
        await enter(hall)
        for _ in range(3):
            await hall.desk.backups.back_up()
        place = hall.desk.door.place()
        await place.on_store(place.store.put_meta, "backup.count", b"1")
        await hall.desk.backups.back_up()
        assert rows(new)[-1].n == 4
        await hall.leave()

    start(new, work)


def test_a_centre_that_gives_another_backup_is_found_out(new, monkeypatch):
    enrolled(new)

    first = []

    async def remember(hall):
        await enter(hall)
        await hall.desk.backups.back_up()
        first.append(await hall.desk.line.fetch_backup(1, 1))
        await type_something(hall)
        await hall.desk.backups.back_up()
        await hall.leave()

    start(new, remember)
    lose_the_disk(new)

    async def again(hall):
        await new.enrol(new.invite(inc=2))
        await enter(hall)
        bringing = hall.desk.bringing_back
        former = await bringing.former()
        assert former.number == 2
        pin, whole = hall.stage.pin("clerk"), hall.desk.line.fetch_backup

        async def old(_inc, _n):
            return first[0]

        async def flipped(inc, n):
            data = await whole(inc, n)
            return data[:-40] + bytes([data[-40] ^ 1]) + data[-39:]

        monkeypatch.setattr(hall.desk.line, "fetch_backup", old)
        assert await failure_of(bringing.bring(former, pin)) == "app.backup_foreign"
        monkeypatch.setattr(hall.desk.line, "fetch_backup", flipped)
        assert await failure_of(bringing.bring(former, pin)) == "store.backup_damaged"
        monkeypatch.undo()
        assert (await bringing.bring(former, pin)).drafts == 2
        await hall.leave()

    start(new, again)


def test_steps_that_reached_nobody_are_told_and_never_sent(new):
    enrolled(new)

    async def work(hall):
        await enter(hall)
        case = await hall.register()
        await hall.synced()
        place = hall.desk.door.place()
        await place.on_store(setattr, place.store, "outbox", lambda _limit: [])  # nothing goes out
        await hall.receive_all(case)
        await hall.desk.backups.back_up()
        hall.deck.pull()
        await hall.locked()
        return case

    case = start(new, work)
    lose_the_disk(new)

    async def again(hall):
        await new.enrol(new.invite(inc=2))
        await enter(hall)
        bringing = hall.desk.bringing_back
        brought = await bringing.bring(await bringing.former(), hall.stage.pin("clerk"))
        assert [(step.case, step.kind) for step in brought.steps] == [(case, "receive")]
        assert await bringing.lost() == brought.steps
        detail = await hall.desk.cases.open(case)
        assert detail.row.state == "registered"
        await bringing.settle_lost()
        assert await bringing.lost() == ()
        await hall.leave()

    start(new, again)
