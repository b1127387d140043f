"""Lists of revoked certificates as the centre has them: files, brought in whole, read when new."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from sync.domain.failures import Failure
from sync.proof.certificates import TrustAnchors, number_of
from sync.proof.failures import CertificateError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class RevocationLists:
    """The folder `crl` of a centre: PEM or DER, one list a file.

    They come by `chuangkou-centre crl import`, by a timer that copies the files, or are fetched
    (sync.server.fetching); windows never fetch any (proof.md §7 "Freshness").
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._seen = self._files()

    def look(self) -> None:
        """Look for lists that are new; cheap, but not so cheap as to be done for every event."""
        self._seen = self._files()

    def stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Return what changes when a list does, as of the last look."""
        return self._seen

    def read(self) -> list[bytes]:
        """Return every list as DER.

        Raises:
            CertificateError: crl_invalid.
        """
        try:
            return [_der((self._folder / name).read_bytes()) for name, _, _ in self._seen]
        except OSError as error:
            raise CertificateError("certificate.crl_invalid") from error

    def _files(self) -> tuple[tuple[str, int, int], ...]:
        found = []
        if self._folder.is_dir():
            for entry in os.scandir(self._folder):
                # What begins with a dot is on its way in.
                if entry.is_file() and not entry.name.startswith("."):
                    state = entry.stat()
                    found.append((entry.name, state.st_mtime_ns, state.st_size))
        return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class TakenList:
    """Whose list is in force now, and whether it was not before."""

    issuer: x509.Name
    fresh: bool


def import_list(source: Path, folder: Path, cas: Iterable[x509.Certificate]) -> x509.Name:
    """Put a list in the place of its authority's former one; returns the authority.

    Args:
        source: the list, PEM or DER.
        folder: a centre's lists.
        cas: the authorities that policy trusts.

    Raises:
        Failure: as `take_list`.
    """
    try:
        data = source.read_bytes()
    except OSError as error:
        raise Failure("centre.crl_file", file=source.name) from error
    return take_list(data, source.name, folder, cas).issuer


def take_list(data: bytes, shown: str, folder: Path, cas: Iterable[x509.Certificate]) -> TakenList:
    """Put a list in the place of its authority's former one, if it is a later one.

    Args:
        data: the list, PEM or DER.
        shown: where it came from, for people.
        folder: a centre's lists.
        cas: whose it may be.

    Raises:
        Failure: centre.crl_file when it cannot be read as a list that one of them signed;
            centre.crl_older when its number or its thisUpdate is behind that of the one in force,
            or is the same over other content.
    """
    try:
        der = _der(data)
        known = [ca.public_bytes(serialization.Encoding.DER) for ca in cas]
        (crl,) = TrustAnchors.of(known, [der]).crls
    except CertificateError as error:
        raise Failure("centre.crl_file", file=shown) from error
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    former = [(path, held) for path, held in _held(folder) if held.issuer == crl.issuer]
    for _, held in former:
        if _follows(held, crl) is False:
            raise Failure("centre.crl_older", file=shown)
    if any(_follows(held, crl) is None for _, held in former):
        return TakenList(crl.issuer, fresh=False)
    name = hashlib.sha256(crl.issuer.public_bytes()).hexdigest()[:16]
    target = folder / f"{name}.crl"
    fresh = folder / f".{name}.next"
    with fresh.open("wb") as stream:
        stream.write(der)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(target)
    for path, _ in former:
        if path != target:
            path.unlink()
    return TakenList(crl.issuer, fresh=True)


def _follows(
    held: x509.CertificateRevocationList, crl: x509.CertificateRevocationList
) -> bool | None:
    """Say whether a list comes after the one in force; None when it is the very same."""
    if held == crl:
        return None
    was, now = [(number_of(each), each.last_update_utc) for each in (held, crl)]
    return now[0] >= was[0] and now[1] >= was[1] and now != was


def _held(folder: Path) -> list[tuple[Path, x509.CertificateRevocationList]]:
    held = []
    for path in sorted(folder.iterdir()):
        try:
            held.append((path, x509.load_der_x509_crl(_der(path.read_bytes()))))
        except (OSError, ValueError, CertificateError):
            continue  # not a list: not ours to take away
    return held


def _der(data: bytes) -> bytes:
    if not data.startswith(b"-----"):
        return data
    try:
        crl = x509.load_pem_x509_crl(data)
    except ValueError as error:
        raise CertificateError("certificate.crl_invalid") from error
    return crl.public_bytes(serialization.Encoding.DER)
