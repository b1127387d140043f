"""A folder of pages is taken in the order in which a person numbered them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from client.documents.failures import DocumentFailure
from client.documents.folder import MOST_FILES, files_in

if TYPE_CHECKING:
    from pathlib import Path


def made(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"page")


def test_page_two_comes_before_page_ten(tmp_path: Path) -> None:
    made(tmp_path, "第10页.jpg", "第2页.jpg", "第1页.jpg", "2/乙10.jpg", "2/乙9.jpg")
    found = [path.relative_to(tmp_path).as_posix() for path in files_in([tmp_path])]
    assert found == ["2/乙9.jpg", "2/乙10.jpg", "第1页.jpg", "第2页.jpg", "第10页.jpg"]


def test_files_stay_in_the_order_in_which_they_were_given(tmp_path: Path) -> None:
    made(tmp_path, "b.jpg", "a.jpg", "in/c.jpg")
    given = (tmp_path / "b.jpg", tmp_path / "in", tmp_path / "a.jpg", tmp_path / "gone.jpg")
    assert [path.name for path in files_in(given)] == ["b.jpg", "c.jpg", "a.jpg", "gone.jpg"]


def test_what_the_system_left_there_is_no_page(tmp_path: Path) -> None:
    made(tmp_path, "Thumbs.db", ".DS_Store", "desktop.ini", "1.jpg")
    (tmp_path / "out").symlink_to(tmp_path.parent)
    assert [path.name for path in files_in([tmp_path])] == ["1.jpg"]


def test_the_wrong_folder_is_refused_whole(tmp_path: Path) -> None:
    made(tmp_path, *(f"{number}.jpg" for number in range(MOST_FILES + 1)))
    with pytest.raises(DocumentFailure) as caught:
        files_in([tmp_path])
    assert (caught.value.code, caught.value.details["limit"]) == ("document.folder_too_full", 500)
