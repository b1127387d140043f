"""The centre's keys on disk: PEM and raw files in one folder, readable by its user alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from sync.domain.failures import Failure, FailureKind
from sync.proof.keys import SoftwareKey
from sync.protocol.errors import ReaderError
from sync.server.services.record.keys import ServerKeys

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

USES = ("log", "anchor", "lease", "event")
_SECRET_BYTES = 32


def load_keys(folder: Path, sealed: Iterable[Path] = ()) -> ServerKeys:
    """Read the keys; the two secrets that policy does not name are made for a new centre.

    Args:
        folder: where they lie.
        sealed: folders of files under the vault's key: where one holds any, a fresh key would open
            none of them, and seal what comes under another.

    Raises:
        Failure: centre.keys_missing; centre.secret_missing.
    """
    try:
        signing = {
            use: SoftwareKey.from_pkcs8((folder / f"{use}.pem").read_bytes()) for use in USES
        }
    except (OSError, ReaderError) as error:
        raise Failure("centre.keys_missing", FailureKind.BROKEN, folder=str(folder)) from error
    check, vault = folder / "check.key", folder / "vault.key"
    if not vault.exists() and any(True for each in sealed for _ in each.glob("??/*")):
        raise Failure("centre.secret_missing", FailureKind.BROKEN, file=str(vault))
    if not check.exists() and vault.exists():  # the first of the two to be made
        raise Failure("centre.secret_missing", FailureKind.BROKEN, file=str(check))
    return ServerKeys(
        log=signing["log"],
        anchor=signing["anchor"],
        lease=signing["lease"],
        event=signing["event"],
        check=_secret(check),
        vault=_secret(vault),
    )


def install_keys(source: Path, folder: Path) -> None:
    """Copy the four signing keys of an authority; keys that are there already stay.

    Raises:
        Failure: centre.keys_missing.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for use in USES:
        target = folder / f"{use}.pem"
        if target.exists():
            continue
        try:
            _write(target, (source / f"{use}.pem").read_bytes())
        except OSError as error:
            raise Failure("centre.keys_missing", FailureKind.BROKEN, folder=str(source)) from error


def make_keys(folder: Path) -> None:
    """Make the four signing keys of a new centre; keys that are there already stay."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for use in USES:
        target = folder / f"{use}.pem"
        if not target.exists():
            _write(target, SoftwareKey.generate().to_pkcs8())


def _secret(path: Path) -> bytes:
    if not path.exists():
        _write(path, os.urandom(_SECRET_BYTES))
    return path.read_bytes()


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
