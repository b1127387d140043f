"""Authenticode signatures by osslsigncode; a certificate of the spot where there is no real one.

What the certificate of the spot signs is trusted nowhere: it shows that signing works, and an
installer signed by it says so in its papers. Standard library only.
"""

from __future__ import annotations

import shlex
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_NAME = "Chuangkou"


class SigningError(Exception):
    """osslsigncode refused; holds what it printed."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose signature is put on, and by whom its time is told.

    Attributes:
        certificate: PEM, the chain after it.
        key: PEM.
        moment: the signing time where no authority tells it, seconds since 1970.
        roots: PEM of what the certificate is held against when the signature is verified.
        timestamp: address of an RFC 3161 authority; "" for none.
        passphrase: file with the key's passphrase; None for a key without one.
    """

    certificate: Path
    key: Path
    moment: int
    roots: Path
    timestamp: str = ""
    passphrase: Path | None = None

    def command(self, script: Path) -> str:
        """Write a script that signs the file named to it in place; return how it is called."""
        how = shlex.join(self._how())
        script.write_text(
            f'#!/bin/sh\nset -e\n{how} -in "$1" -out "$1.signed" >/dev/null\nmv "$1.signed" "$1"\n',
            "utf-8",
        )
        script.chmod(0o700)
        return f'"{script}"'

    def sign(self, file: Path) -> None:
        """Sign a program in place.

        Raises:
            SigningError: osslsigncode refused.
        """
        signed = file.with_name(f"{file.name}.signed")
        signed.unlink(missing_ok=True)
        _run([*self._how(), "-in", str(file), "-out", str(signed)])
        signed.replace(file)

    def verify(self, file: Path) -> None:
        """Hold a program's signature against its bytes and the roots.

        Raises:
            SigningError: it has none, or it does not hold.
        """
        roots = ["-CAfile", str(self.roots), "-TSA-CAfile", str(self.roots)]
        _run(["osslsigncode", "verify", *roots, "-in", str(file)])

    def _how(self) -> list[str]:
        how = ["osslsigncode", "sign", "-h", "sha256", "-n", _NAME]
        how += ["-certs", str(self.certificate), "-key", str(self.key)]
        if self.passphrase is not None:
            how += ["-readpass", str(self.passphrase)]
        return [*how, *(["-ts", self.timestamp] if self.timestamp else ["-time", str(self.moment)])]


def of_the_spot(folder: Path, moment: int) -> Signer:
    """Make a key and a certificate for signing code, good for a year; kept in a build's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    certificate, key = folder / "spot.pem", folder / "spot-key.pem"
    if not (certificate.exists() and key.exists()):
        extensions = ("keyUsage=critical,digitalSignature", "extendedKeyUsage=codeSigning")
        added = [word for extension in extensions for word in ("-addext", extension)]
        command = ["openssl", "req", "-x509", "-newkey", "rsa:3072", "-nodes", "-days", "365"]
        command += ["-subj", "/CN=Chuangkou TEST - not for use", *added]
        _run([*command, "-keyout", str(key), "-out", str(certificate)])
    return Signer(certificate, key, moment, certificate)


def _run(command: list[str]) -> None:
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode:
        raise SigningError((answer.stdout + answer.stderr).strip()[-800:])
