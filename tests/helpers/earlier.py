"""A centre put back to an earlier state of its database, as from an old backup; on either store."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sync.server.bootstrap import prepare
from tests.helpers import pg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.helpers.centre import RunningCentre


@contextmanager
def stopped(centre: RunningCentre) -> Iterator[None]:
    """Let nobody use the centre's database; start it on the same port afterwards."""
    port = int(centre.origin.rpartition(":")[2])
    centre.stop()
    try:
        yield
    finally:
        centre.start(port=port)


@contextmanager
def backup_of(centre: RunningCentre) -> Iterator[Callable[..., None]]:
    """Keep the centre's database as it stands; yields what puts it back, under other settings."""
    with stopped(centre):
        kept: Any = _copied(centre)

    def bring_back(**settings: Any) -> None:
        with stopped(centre):
            _wiped(centre)
            if centre.url:
                pg.cluster().create(pg.name_of(centre.url), template=pg.name_of(kept))
            else:
                shutil.copy(kept, centre.settings.database)
            centre.settings = centre.settings.model_copy(update=settings)

    yield bring_back
    if centre.url:
        pg.cluster().drop(kept)


def empty(centre: RunningCentre) -> None:
    """Leave a stopped centre its keys, and a database with nothing in it."""
    _wiped(centre)
    if centre.url:
        pg.cluster().create(pg.name_of(centre.url))
    prepare(centre.settings)


def _copied(centre: RunningCentre) -> str | Path:
    if centre.url:
        return pg.cluster().create(template=pg.name_of(centre.url))
    kept = centre.folder / "earlier.db"
    shutil.copy(centre.settings.database, kept)
    return kept


def _wiped(centre: RunningCentre) -> None:
    if centre.url:
        pg.cluster().drop(centre.url)
        return
    for each in centre.settings.data.glob(f"{centre.settings.database.name}*"):
        each.unlink()
