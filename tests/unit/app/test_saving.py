"""A file is written whole where a person said, or what stood there stays and it is told."""

import asyncio
from datetime import date
from types import SimpleNamespace

import pytest

from client.app.failures import AppFailure
from client.app.hall.statistics import Report, Statistics
from client.app.machine.crashes import CrashReports
from client.app.money.tills import Tills
from client.app.papers.saving import saved
from client.host.clock import SystemClock
from client.host.crashes import Crashes
from sync.domain.statistics import By, Figures, Span


def test_what_stood_there_is_replaced(tmp_path):
    path = tmp_path / "受理 通知书.pdf"
    path.write_bytes(b"old and longer")
    saved(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def full_disk(tmp_path, monkeypatch):
    """A disk that takes two bytes of each file."""

    def full(part, data):
        with part.open("wb") as stream:
            stream.write(data[:2])
        raise OSError(28, "No space left on device")

    def fill():
        monkeypatch.setattr(type(tmp_path), "write_bytes", full)

    return fill


def test_a_disk_that_fills_leaves_what_stood_there(tmp_path, full_disk):
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"old")
    full_disk()
    with pytest.raises(AppFailure, match=r"app\.file_not_written"):
        saved(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_gone_is_told(tmp_path):
    with pytest.raises(AppFailure, match=r"app\.file_not_written"):
        saved(tmp_path / "gone" / "paper.pdf", b"new")


async def _at_once(work, *args):
    return work(*args)


PLACE = SimpleNamespace(lanes=SimpleNamespace(crunch=SimpleNamespace(run=_at_once)))
DAY = date(2026, 9, 21)


def _figures(path):
    report = Report(Span(DAY, DAY), By.ITEM, Figures(), (), (), By.DAY)
    desk = Statistics(lambda: PLACE, SimpleNamespace(language="zh_CN"), None)
    return desk.export(report, path)


def _movements(path):
    async def table(*_args, **_more):
        return b"table"

    desk = Tills(lambda: PLACE, None, None)
    desk.table = table
    return desk.export(DAY, DAY, path, own=True)


def _report(path):
    kept = Crashes(path.parent.parent / "window", SystemClock())
    kept.failed(ValueError())
    desk = CrashReports(kept, None, None, PLACE.lanes)
    return desk.save(desk.all()[0].id, path)


@pytest.mark.parametrize("export", [_figures, _movements, _report])
def test_an_export_is_written_whole_or_what_stood_there_stays(tmp_path, full_disk, export):
    path = tmp_path / "chosen" / "表.csv"
    path.parent.mkdir()
    path.write_bytes(b"old")
    asyncio.run(export(path))
    whole = path.read_bytes()
    assert whole != b"old"
    full_disk()
    with pytest.raises(AppFailure, match=r"app\.file_not_written"):
        asyncio.run(export(path))
    assert path.read_bytes() == whole
    assert list(path.parent.iterdir()) == [path]
