"""A signed sheet is written whole, or what was read stays and it is told by its code."""

import pytest

from client.administrator import _put
from sync.domain.failures import Failure


def test_a_stick_that_fills_keeps_the_sheet_that_was_read(tmp_path, monkeypatch):
    sheet = tmp_path / "政策.sheet"
    sheet.write_bytes(b"read")

    def full(fresh, data):
        with fresh.open("wb") as stream:
            stream.write(data[:1])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(sheet), "write_bytes", full)
    with pytest.raises(Failure, match=r"app\.file_not_written"):
        _put(sheet, b"signed")
    assert sheet.read_bytes() == b"read"
    assert list(tmp_path.iterdir()) == [sheet]
