"""The doctor's presenter: looked at when opened, once at a time; a bundle is saved or refused."""

import asyncio

import pytest

from sync.domain.failures import Failure
from ui.presenters.doctor import DoctorPresenter

pytestmark = pytest.mark.asyncio


async def test_opening_is_asking_and_two_asks_are_one(desk, screen):
    presenter = DoctorPresenter(desk, screen)
    await asyncio.gather(presenter.open(), presenter.open())
    assert screen.last("show_findings") == desk.doctor.findings
    await presenter.open()
    assert desk.doctor.looked >= 2
    busy = [kwargs["busy"] for name, _, kwargs in screen.calls if name == "set_busy"]
    assert busy[-1] is False


async def test_a_bundle_is_saved_where_the_person_said(desk, screen, tmp_path):
    await DoctorPresenter(desk, screen).save(tmp_path / "b.zip")
    assert screen.last("show_saved") == "b.zip"


async def test_a_bundle_that_cannot_be_written_is_told_with_its_remedy(desk, screen, tmp_path):
    desk.doctor.fail = Failure("app.bundle_failed")
    await DoctorPresenter(desk, screen).save(tmp_path / "b.zip")
    assert screen.last("show_failure").code == "app.bundle_failed"
    assert screen.told("show_saved") == []
