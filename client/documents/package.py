"""A case's pages as one package for another office: named by its project, a folder for each part.

IN18 (打包压缩文件夹) and IN19: within a material, pages count on in the order of the paper.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from client.documents.pages import clean_name

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_EXTENSIONS = {"application/pdf": ".pdf", "image/png": ".png", "image/tiff": ".tiff"}
_FORBIDDEN = '<>:"/\\|?*'  # what Windows takes in no name
_MOMENT = (1980, 1, 1, 0, 0, 0)  # the same pages make the same package, whenever it is made


@dataclass(frozen=True, slots=True)
class Packed:
    """One page of a package; `place` and `page` count from 1."""

    part: str
    material: str
    place: int
    page: int
    type: str
    data: bytes = field(repr=False)


def package_name(title: str) -> str:
    """Return the file name of a package: the project's full name, as far as a system takes it."""
    plain = "".join("_" if char in _FORBIDDEN else char for char in title).strip(" .")
    return clean_name(f"{plain or 'package'}.zip", ".zip")


def write_package(path: Path, pages: Iterable[Packed]) -> int:
    """Write a package; returns how many pages it holds. Crunch lane.

    A crash or a full disk leaves what stood there before.

    Raises:
        OSError: as the system has it.
    """
    part = path.with_name(path.name + ".part")
    count = 0
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as package:  # JPEG grows no smaller
            for page in pages:
                package.writestr(zipfile.ZipInfo(_name_of(page), _MOMENT), page.data)
                count += 1
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return count


def _name_of(page: Packed) -> str:
    extension = _EXTENSIONS.get(page.type, ".jpg")
    name = f"{page.place:02d}-{_plain(page.material)}-{page.page:03d}{extension}"
    return f"{_plain(page.part)}/{name}" if page.part else name


def _plain(name: str) -> str:
    return package_name(name).removesuffix(".zip")
