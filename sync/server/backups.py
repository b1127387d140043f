"""Backups: the database as of one moment, the sealed attachments, and what proves both whole.

Made while the centre serves. Attachments never change once they are kept, so each is copied once
into a folder that all backups of a place share. Keys are left out unless asked for: whoever holds
them and a backup can read citizens' files.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import make_url

from sync.domain.failures import Failure, FailureKind
from sync.server.clock import moment
from sync.server.files import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.engine import URL

    from sync.server.settings import Settings

FORM = "chuangkou-backup-1"
_PAPERS = "backup.json"
_FILES = "attachments"
_ASKED = ("host", "sslmode", "sslrootcert", "sslcert", "sslkey")  # of the database's address
_DUMPS = {"sqlite": "centre.db", "postgresql": "centre.dump"}


def make(settings: Settings, place: Path, now: int, *, keys: bool = False) -> Path:
    """Make a backup; returns its folder, which appears only when it is whole.

    Args:
        settings: the centre's.
        place: where backups are kept, on another disk.
        now: ms UTC; names the folder.
        keys: whether the centre's own keys go with it.

    Raises:
        Failure: centre.backup_failed when the database's own tool says no.
        OSError: the disk.
    """
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = place / f"{moment(now):%Y%m%dT%H%M%SZ}"
    making = fresh.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    kind = "postgresql" if settings.database_url.get_secret_value() else "sqlite"
    dump = making / _DUMPS[kind]
    _dump_postgresql(settings, dump) if kind == "postgresql" else _dump_sqlite(settings, dump)
    if keys:
        shutil.copytree(settings.keys, making / "keys")
    files = {name: _sha256(path) for name, path in _below(making)}
    attachments = dict(_copied(settings.attachments, place / _FILES))
    papers = {"form": FORM, "at": now, "database": kind, "files": files, _FILES: attachments}
    _write(making / _PAPERS, json.dumps(papers, indent=1, sort_keys=True).encode())
    making.replace(fresh)
    sync_folder(place)
    return fresh


def check(folder: Path) -> list[str]:
    """Return the files of a backup that are gone or not as they were; none when it is whole.

    Raises:
        Failure: centre.backup_none.
    """
    papers = _papers(folder)
    wanted = {folder / name: digest for name, digest in papers["files"].items()}
    shared = folder.parent / _FILES
    wanted.update({shared / name[:2] / name: digest for name, digest in papers[_FILES].items()})
    return sorted(
        str(path.relative_to(folder.parent))
        for path, digest in wanted.items()
        if not path.is_file() or _sha256(path) != digest
    )


def restore(folder: Path, settings: Settings) -> None:
    """Bring a backup back, into a place that holds nothing.

    Raises:
        Failure: centre.backup_none; centre.backup_damaged; centre.backup_other for a database of
            the other kind; centre.restore_there when there is a database already;
            centre.backup_failed.
    """
    papers, url = _papers(folder), settings.database_url.get_secret_value()
    if damaged := check(folder):
        raise Failure("centre.backup_damaged", FailureKind.BROKEN, files=", ".join(damaged[:5]))
    if (papers["database"] == "postgresql") != bool(url):
        raise Failure("centre.backup_other", database=papers["database"])
    # A log of writes that another database left would be played into this one.
    beside = (settings.database.with_name(settings.database.name + end) for end in ("", "-wal"))
    if any(path.exists() for path in beside):
        raise Failure("centre.restore_there")
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    dump = folder / _DUMPS[papers["database"]]
    for name in papers[_FILES]:
        target = settings.attachments / name[:2] / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(folder.parent / _FILES / name[:2] / name, target)
    if (folder / "keys").is_dir() and not settings.keys.exists():
        shutil.copytree(folder / "keys", settings.keys)
    if url:
        # One transaction: a database that holds something refuses, and is left as it was.
        _run(["pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", dump], url)
    else:
        fresh = settings.database.with_suffix(".making")  # a full disk leaves no half database
        shutil.copyfile(dump, fresh)
        _sync(fresh)
        fresh.replace(settings.database)
        sync_folder(settings.data)


def _dump_sqlite(settings: Settings, target: Path) -> None:
    with (
        closing(sqlite3.connect(settings.database)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    _sync(target)


def _dump_postgresql(settings: Settings, target: Path) -> None:
    url = settings.database_url.get_secret_value()
    _run(["pg_dump", "--format=custom", "--no-owner", "--file", target], url)
    _sync(target)


def _run(command: list[str | Path], url: str) -> None:
    """Run a tool of PostgreSQL; who connects where stands in its environment, not in its words."""
    found = make_url(url)
    told = _environment(found)
    if command[0] == "pg_restore":
        command = [*command[:-1], "--dbname", found.database or "", command[-1]]
    try:
        answer = subprocess.run(  # noqa: S603  our own words
            command, env={**os.environ, **told}, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise Failure("centre.backup_tool", FailureKind.BROKEN, tool=str(command[0])) from error
    if answer.returncode:
        raise Failure("centre.backup_failed", FailureKind.BROKEN, said=answer.stderr.strip()[-300:])


def _environment(url: URL) -> dict[str, str]:
    """Return what PostgreSQL's tools read of their environment: as guarded as the centre's line."""
    said: dict[str, object] = {
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    for name in _ASKED:
        given = url.query.get(name, "")
        said[f"PG{name.upper()}"] = given if isinstance(given, str) else ",".join(given)
    # One host stands before the question mark, several behind it.
    said["PGHOST"] = url.host or said["PGHOST"]
    return {name: str(value) for name, value in said.items() if value}


def _copied(source: Path, target: Path) -> Iterator[tuple[str, str]]:
    """Copy the attachments that a place lacks; yield the name and hash of each that there is."""
    for path in sorted(source.glob("??/*")) if source.is_dir() else ():
        if "." in path.name:  # being written
            continue
        kept = target / path.name[:2] / path.name
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh = kept.with_suffix(".making")
            shutil.copyfile(path, fresh)
            _sync(fresh)
            fresh.replace(kept)
            sync_folder(kept.parent)
        yield path.name, _sha256(kept)


def _below(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def _papers(folder: Path) -> dict[str, Any]:
    try:
        papers: dict[str, Any] = json.loads((folder / _PAPERS).read_bytes())
        known = papers["form"] == FORM and papers["database"] in _DUMPS
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Failure("centre.backup_none", folder=folder.name) from error
    if not known:
        raise Failure("centre.backup_none", folder=folder.name)
    return papers


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    _sync(path)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
