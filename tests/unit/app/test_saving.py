"""A file is written whole where a person said, or what stood there stays and it is told."""

import pytest

from client.app.failures import AppFailure
from client.app.papers.saving import saved


def test_what_stood_there_is_replaced(tmp_path):
    path = tmp_path / "受理 通知书.pdf"
    path.write_bytes(b"old and longer")
    saved(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_disk_that_fills_leaves_what_stood_there(tmp_path, monkeypatch):
    path = tmp_path / "paper.pdf"
    path.write_bytes(b"old")

    def full(part, data):
        with part.open("wb") as stream:
            stream.write(data[:2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(path), "write_bytes", full)
    with pytest.raises(AppFailure, match=r"app\.file_not_written"):
        saved(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_gone_is_told(tmp_path):
    with pytest.raises(AppFailure, match=r"app\.file_not_written"):
        saved(tmp_path / "gone" / "paper.pdf", b"new")
