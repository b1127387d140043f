"""A package is named by its project, has a folder for each part, and pages in order."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from client.documents.package import Packed, package_name, write_package

if TYPE_CHECKING:
    from pathlib import Path

PAGES = (
    Packed("施工", "中标通知书与施工合同", 4, 1, "image/jpeg", b"one"),
    Packed("施工", "中标通知书与施工合同", 4, 2, "image/jpeg", b"two"),
    Packed("安全", "具体措施", 5, 1, "application/pdf", b"%PDF"),
    Packed("", "用地/批准:手续", 1, 10, "image/png", b"png"),
)


def test_parts_are_folders_and_pages_count_on(tmp_path: Path) -> None:
    path = tmp_path / package_name("云岭新城综合体")
    assert path.name == "云岭新城综合体.zip"
    assert write_package(path, PAGES) == 4
    with zipfile.ZipFile(path) as package:
        assert package.namelist() == [
            "施工/04-中标通知书与施工合同-001.jpg",
            "施工/04-中标通知书与施工合同-002.jpg",
            "安全/05-具体措施-001.pdf",
            "01-用地_批准_手续-010.png",
        ]
        assert package.read("安全/05-具体措施-001.pdf") == b"%PDF"
        assert package.testzip() is None


def test_the_same_pages_make_the_same_package(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        write_package(tmp_path / name, PAGES)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_page_that_cannot_be_read_leaves_the_package_that_stood_there(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    write_package(path, PAGES[:1])
    before = path.read_bytes()

    def broken():  # type: ignore[no-untyped-def]
        yield PAGES[0]
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011  (nothing else is promised)
        write_package(path, broken())
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.zip"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("../../etc/passwd", "_.._etc_passwd.zip"),
        ('商业楼"A<B>"|?*', "商业楼_A_B_____.zip"),
        ("二期3.5兆瓦工程", "二期3.5兆瓦工程.zip"),
        ("", "package.zip"),
        (" . ", "package.zip"),
    ],
)
def test_a_projects_name_leads_nowhere(title: str, name: str) -> None:
    assert package_name(title) == name
