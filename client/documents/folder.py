"""Files of folders that are dropped or chosen, in the order in which a person numbered them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from client.documents.failures import DocumentFailure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MOST_FILES = 500
_NOISE = frozenset({"thumbs.db", "desktop.ini"})  # what systems leave in folders of pictures
_NUMBERS = re.compile(r"(\d+)")


def files_in(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Return the files, those of a folder and its folders by name, numbers in their own order.

    Hidden files and what the system left there are passed over; links are not followed out of a
    folder. Crunch lane: a folder may lie on a slow share.

    Raises:
        DocumentFailure: document.folder_unreadable; document.folder_too_full above 500 files: the
            wrong folder was meant.
    """
    found: list[Path] = []
    for path in paths:
        for file in _files(path):
            found.append(file)
            if len(found) > MOST_FILES:
                raise DocumentFailure("document.folder_too_full", limit=MOST_FILES)
    return tuple(found)


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    try:
        entries = sorted(path.iterdir(), key=lambda entry: by_number(entry.name))
    except OSError as cause:
        raise DocumentFailure("document.folder_unreadable", name=path.name) from cause
    for entry in entries:
        if entry.name.startswith(".") or entry.name.lower() in _NOISE or entry.is_symlink():
            continue
        yield from _files(entry)


def by_number(name: str) -> tuple[tuple[int, str], ...]:
    """Return a key that puts page 2 before page 10."""
    parts = _NUMBERS.split(name.casefold())
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)
