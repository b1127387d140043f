"""Scanning: pages come one by one, each is in the draft before the next, and the end is told."""

import pytest
import pytest_asyncio

from client.app.ports.scan import ScanAsk
from sync.domain.failures import Failure
from tests.helpers.gallery_cases import REGISTERED
from ui.presenters.receive import ReceivePresenter
from ui.presenters.scan import ScanPresenter

pytestmark = pytest.mark.asyncio
STACK = ScanAsk("sane test:0", feeder=True)


@pytest_asyncio.fixture
async def receive(desk, screen, flow, enter):
    await enter("clerk")
    presenter = ReceivePresenter(desk, screen, flow, REGISTERED, "receive")
    await presenter.open()
    return presenter


@pytest.fixture
def scan(receive, screen):
    return ScanPresenter(receive, screen)


def scanned(receive):
    return [page.name for page in receive.form.tick("m1").pages]


async def test_a_stack_becomes_the_pages_of_its_material(scan, receive, screen):
    await scan.scan("m1", STACK)
    assert scanned(receive) == ["001.jpg", "002.jpg", "003.jpg"]
    assert receive.form.tick("m1").given
    assert screen.told("show_scanned")[-1] == (3, None)
    assert (2, 60) in screen.told("show_scanning")
    assert not receive.busy


async def test_pages_before_a_jam_are_kept_and_in_the_draft(scan, receive, screen, desk, flow):
    desk.fail = Failure("scan.jammed")
    await scan.scan("m1", STACK)
    count, problem = screen.told("show_scanned")[-1]
    assert (count, problem.code) == (2, "scan.jammed")
    again = ReceivePresenter(desk, screen, flow, REGISTERED, "receive")
    await again.open()
    assert scanned(again) == ["001.jpg", "002.jpg"]


async def test_a_scan_can_be_stopped_and_gone_on_with(scan, receive, desk):
    real = desk.materials.take_in

    async def stopping(*args):
        scan.stop()
        return await real(*args)

    desk.materials.take_in = stopping
    await scan.scan("m1", STACK)
    assert scanned(receive) == ["001.jpg"]
    desk.materials.take_in = real
    await scan.scan("m1", ScanAsk("sane test:0"))
    assert len(scanned(receive)) == 2


async def test_pages_are_not_edited_while_a_scan_brings_more(scan, receive, desk, flow):
    real = desk.materials.take_in

    async def meanwhile(*args):
        await receive.edit_pages("m1")
        await scan.scan("m1", STACK)  # a second press begins no second scan
        return await real(*args)

    desk.materials.take_in = meanwhile
    await scan.scan("m1", STACK)
    assert flow.told("go") == []
    assert len(scanned(receive)) == 3


async def test_devices_are_looked_for_each_time(scan, screen, desk):
    await scan.look("m1")
    assert screen.last("show_looking") == "m1"
    assert [device.endless for device in screen.last("show_devices")] == [False, True]


async def test_a_machine_that_cannot_scan_says_why(scan, screen, desk):
    async def none():
        raise Failure("scan.no_program", program="scanimage")

    desk.scanning.devices = none
    await scan.look("m1")
    assert screen.told("show_scanned")[-1][1].code == "scan.no_program"
