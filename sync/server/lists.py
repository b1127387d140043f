"""Lists of revoked certificates as the centre has them: files, read when they change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from sync.proof.failures import CertificateError

if TYPE_CHECKING:
    from pathlib import Path


class RevocationLists:
    """The folder `crl` of a centre: PEM or DER, one list a file.

    Fetching them from the authorities is an administrator's task (a timer that copies the files);
    windows never fetch any (proof.md §7 "Freshness").
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def stamp(self) -> tuple[tuple[str, int], ...]:
        """Return what changes when a list does."""
        if not self._folder.is_dir():
            return ()
        files = sorted(self._folder.iterdir())
        return tuple((path.name, path.stat().st_mtime_ns) for path in files)

    def read(self) -> list[bytes]:
        """Return every list as DER.

        Raises:
            CertificateError: crl_invalid.
        """
        return [_der((self._folder / name).read_bytes()) for name, _ in self.stamp()]


def _der(data: bytes) -> bytes:
    if not data.startswith(b"-----"):
        return data
    try:
        crl = x509.load_pem_x509_crl(data)
    except ValueError as error:
        raise CertificateError("certificate.crl_invalid") from error
    return crl.public_bytes(serialization.Encoding.DER)
