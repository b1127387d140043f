"""Materials over a real centre: scanned by the real SANE, put right, handed in, kept with the hash
of what was handed in; a licence that was made here is not asked for again."""

import asyncio
import hashlib
import zipfile

import pytest
from PIL import Image

from client.app.files.materials import PageEdit, package_name
from client.app.ports.scan import ScanAsk, ScanFailure
from client.app.rows.materials import Given
from client.scan.sane import SaneScanners
from sync.domain.failures import Failure
from sync.proof.events import read_body
from tests.helpers.hall import PAGE, StandingStage, open_hall
from tests.helpers.scanners import PAGES, Sane
from tests.unit.documents.test_editing import askew
from tests.unit.documents.test_pages import encoded

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def run(tmp_path, scenario):
    stage = StandingStage(tmp_path / "stage")

    async def live():
        async with open_hall(stage) as hall:
            await scenario(hall)

    asyncio.run(live())


async def registered(hall, **changes):
    await hall.enter("reception")
    case = await hall.register(**changes)
    await hall.leave()
    await hall.enter("clerk")
    return case


async def missing(hall, sha256):
    try:
        await hall.desk.materials.read(sha256)
    except Failure as failure:
        return failure.code == "store.attachment_missing"
    return False


def quiet(_percent):
    pass


@pytest.fixture
def sane(tmp_path, monkeypatch):
    made = Sane(tmp_path)
    monkeypatch.setenv("SANE_CONFIG_DIR", made.env["SANE_CONFIG_DIR"])
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(made.memory))
    return made


def test_a_page_put_right_goes_to_the_centre_with_the_hash_of_what_was_handed_in(tmp_path):
    data = askew(1.7)

    async def scenario(hall):
        case = await registered(hall)
        material = (await hall.desk.cases.open(case)).materials[0].code
        materials = hall.desk.materials
        page = await materials.take_in(case, "申请书.png", data, material)
        assert page.original == hashlib.sha256(data).hexdigest()
        assert await materials.read(page.original) == data
        tilt = await materials.proposed_tilt(page)
        assert abs(tilt + 17) <= 1
        edited = await materials.edited(case, material, page, PageEdit(tilt=tilt))
        assert await missing(hall, edited.row.sha256), "nothing is kept before it is looked at"
        kept = await materials.keep(edited)
        assert await materials.edit_of(kept) == PageEdit(tilt=tilt)
        assert await materials.proposed_tilt(page) == tilt, "the original is as it was"
        await hall.desk.steps.receive(case, (Given(material, (kept,)),))
        await materials.forget((kept,))
        assert await missing(hall, page.original)
        assert await materials.edit_of(kept) == PageEdit()
        assert await materials.read(kept.sha256) == edited.data
        await hall.synced()
        place = hall.desk.door.place()
        events = await place.on_store(place.store.events_of, case)
        body = read_body(events[-1].record.body.encode())
        (attached,) = body["materials"][0]["attachments"]
        assert attached["original_sha256"] == page.original
        assert attached["sha256"] == kept.sha256
        assert events[-1].verdict == "accepted"

    run(tmp_path, scenario)


def test_a_stack_is_scanned_into_the_pages_of_a_case(tmp_path, sane):
    async def scenario(hall):
        case = await registered(hall)
        scanning, rows, heard = hall.desk.scanning, [], []
        device = (await scanning.devices())[0]
        assert device.feeder

        async def page(row):
            rows.append(row)
            if len(rows) == 1:
                assert await hall.desk.materials.read(row.sha256)

        ask = ScanAsk(device.name, feeder=True, dpi=100)
        assert await scanning.scan(case, "application", ask, page, heard.append) == PAGES
        assert [row.name for row in rows] == [f"{n:03d}.jpg" for n in range(1, PAGES + 1)]
        assert max(heard) == 100
        assert sane.left_behind() == []

    run(tmp_path, scenario)


def test_pages_before_a_fault_are_kept_and_the_scan_can_be_stopped_or_left(tmp_path, sane):
    sane.slow()

    async def scenario(hall):
        case = await registered(hall)
        scanning, rows = hall.desk.scanning, []
        device = (await scanning.devices())[0].name

        async def stop_at_two(row):
            rows.append(row)
            if len(rows) == 2:
                scanning.stop()

        ask = ScanAsk(device, feeder=True, dpi=100)
        assert await scanning.scan(case, "application", ask, stop_at_two, quiet) < PAGES
        came = len(rows)
        assert came >= 2

        async def leave(row):
            rows.append(row)
            asyncio.current_task().cancel()

        with pytest.raises(asyncio.CancelledError):
            await hall_task(scanning.scan(case, "application", ask, leave, quiet))
        assert len(rows) == came + 1
        assert sane.left_behind() == []
        gone = ScanAsk("sane nothere:0")
        with pytest.raises(ScanFailure, match=r"scan\.gone"):
            await scanning.scan(case, "application", gone, leave, quiet)
        for row in rows:
            assert await hall.desk.materials.read(row.sha256)

    run(tmp_path, scenario)


async def hall_task(work):
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(work)
    return await task


def test_rubbish_from_a_scanner_is_told_with_its_page(tmp_path, sane, monkeypatch):
    def rubbish(_self, _ask, _tell):
        yield PAGE.read_bytes()
        yield b"\x00rubbish"

    monkeypatch.setattr(SaneScanners, "scan", rubbish)

    async def scenario(hall):
        case = await registered(hall)
        rows = []

        async def page(row):
            rows.append(row)

        ask = ScanAsk("sane test:0")
        with pytest.raises(ScanFailure) as caught:
            await hall.desk.scanning.scan(case, "application", ask, page, quiet)
        assert (caught.value.code, caught.value.details["page"]) == ("scan.rubbish", 2)
        assert len(rows) == 1

    run(tmp_path, scenario)


def test_a_licence_that_was_made_here_stands_for_its_copy(tmp_path):
    async def scenario(hall):
        first = await registered(hall, item="scjg-01")
        await hall.receive_all(first)
        await hall.desk.steps.accept(first)
        await hall.leave()
        await hall.enter("chief")
        await hall.sign("decide_at_once", first, text="准予登记")
        await hall.leave()
        await hall.enter("clerk")
        await hall.desk.steps.make(first)
        await hall.leave()
        await hall.enter("chief")
        await hall.sign("seal", first)
        await hall.leave()

        case = await registered(hall)
        detail = await hall.desk.cases.open(case)
        offered = {row.code: row.shared for row in detail.materials if row.shared is not None}
        assert set(offered) == {"business_licence"}
        serial = offered["business_licence"].serial
        page = await hall.take_page(case)
        given = tuple(
            Given(row.code, (), original=False, shared=serial)
            if row.code in offered
            else Given(row.code, (page,))
            for row in detail.materials
            if row.required
        )
        await hall.desk.steps.receive(case, given)
        (taken,) = (row for row in (await hall.desk.cases.open(case)).materials if row.taken)
        assert (taken.code, taken.taken, taken.given) == ("business_licence", serial, True)
        assert taken.shared is None, "it is here: it is not offered again"
        await hall.desk.steps.accept(case)
        await hall.synced()
        assert {row.verdict for row in (await hall.desk.cases.open(case)).timeline} == {"accepted"}
        await hall.leave()
        stranger = await registered(hall, id_no="92339901MA2ABCDF0U", name="云岭县滨河餐饮店")
        rows = (await hall.desk.cases.open(stranger)).materials
        assert all(row.shared is None for row in rows)

    run(tmp_path, scenario)


def test_a_cases_pages_are_handed_on_as_one_package(tmp_path):
    async def scenario(hall):
        case = await registered(hall, item="zjj-01", project="云岭新城综合体")
        page = await hall.take_page(case)
        rows = (await hall.desk.cases.open(case)).materials
        paged = [row for row in rows if not row.paper_only]
        await hall.desk.steps.receive(case, tuple(Given(row.code, (page,)) for row in paged))
        path = tmp_path / package_name("云岭新城综合体")
        assert await hall.desk.materials.package(case, path) == len(paged)
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
            assert hashlib.sha256(package.read(names[0])).hexdigest() == page.sha256
        assert "施工/04-中标通知书与施工合同-001.jpg" in names
        with pytest.raises(Failure) as caught:
            await hall.desk.materials.package(case, tmp_path / "none" / "a.zip")
        assert caught.value.code == "app.file_not_written"
        # What another window took in is not here: it comes from the centre, by its hash.
        await hall.synced()
        place = hall.desk.door.place()
        hidden = place.store.attachment

        def lost(sha256):
            raise Failure("store.attachment_missing")

        place.store.attachment = lost
        try:
            assert await hall.desk.materials.package(case, path) == len(paged)
        finally:
            place.store.attachment = hidden

    run(tmp_path, scenario)


def test_a_drawing_whose_rule_keeps_originals_is_kept_as_it_came(tmp_path):
    plan = encoded(Image.effect_noise((2400, 3200), 90), "PNG")

    async def scenario(hall):
        case = await registered(hall, item="cgj-01")
        rows = {row.code: row for row in (await hall.desk.cases.open(case)).materials}
        assert rows["design"].keep_original
        page = await hall.desk.materials.take_in(case, "全景图.png", plan, "design")
        assert (page.type, page.size) == ("image/png", len(plan))
        assert page.sha256 == page.original == hashlib.sha256(plan).hexdigest()
        other = await hall.desk.materials.take_in(case, "全景图.png", plan, "application")
        assert other.type == "image/jpeg"
        assert other.size <= 90_000
        await hall.desk.steps.receive(case, (Given("design", (page,)),))
        await hall.synced()

    run(tmp_path, scenario)
