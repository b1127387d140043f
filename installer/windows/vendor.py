"""What others publish and no lock file can name: CPython for Windows, as its embeddable archive.

`vendor.json` says which, from where, and how it is known to be the right one: its SHA-256 and its
publisher's OpenPGP signature. Whoever builds for a county fills it in, there or in a copy; a
member that still says FILL-IN is refused, and so is a file that is not the one. Standard library
only, and gpgv.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
import urllib.request
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
MANIFEST = HERE / "vendor.json"
OPEN = "FILL-IN"
_PATIENCE_S = 120
_LARGEST = 200 * 2**20
_VERSION = re.compile(r"3\.(\d{1,2})\.\d{1,2}")


class VendorError(Exception):
    """What is to be put in is not named, not there, or not what it should be; says which."""


@dataclass(frozen=True, slots=True)
class Python:
    """CPython for Windows, as the manifest names it.

    Attributes:
        version: three numbers; file: the archive's name; url: https; sha256: hexadecimal.
        signature: the signature's file name; signature_url: https; keyring: the signer's key.
        beside: the manifest's folder; what lies there is not fetched.
    """

    version: str
    file: str
    url: str
    sha256: str
    signature: str
    signature_url: str
    keyring: Path
    beside: Path

    @property
    def tag(self) -> str:
        """Return what wheels call this version: cp311."""
        return tag_of(self.version)


def tag_of(version: str) -> str:
    """Return what wheels call a version: cp311 for 3.11.9.

    Raises:
        VendorError: it is no version of Python 3.
    """
    found = _VERSION.fullmatch(version)
    if found is None:
        raise VendorError(f"python.version: {version!r} is no version such as 3.11.9")
    return f"cp3{found.group(1)}"


def version_in(manifest: Path = MANIFEST) -> str:
    """Return the version that is wanted, whether or not the rest was filled in."""
    return str(_members(manifest)["version"])


def read(manifest: Path = MANIFEST) -> Python:
    """Read the manifest.

    Raises:
        VendorError: names every member that nobody has filled in, or that cannot be right.
    """
    members = _members(manifest)
    signature = members["signature"]
    said = {
        "python.version": members["version"],
        "python.file": members["file"],
        "python.url": members["url"],
        "python.sha256": members["sha256"],
        "python.signature.file": signature["file"],
        "python.signature.url": signature["url"],
        "python.signature.keyring": signature["keyring"],
    }
    unfilled = [name for name, value in said.items() if str(value).startswith(OPEN) or not value]
    if unfilled:
        raise VendorError(f"{manifest.name}: to be filled in: {', '.join(unfilled)}")
    tag_of(said["python.version"])
    wrong = [
        name
        for name in ("python.file", "python.signature.file")
        if Path(said[name]).name != said[name]
    ]
    wrong += [
        name
        for name in ("python.url", "python.signature.url")
        if not said[name].startswith("https://")
    ]
    if not re.fullmatch(r"[0-9a-fA-F]{64}", said["python.sha256"]):
        wrong.append("python.sha256")
    if wrong:
        raise VendorError(f"{manifest.name}: cannot be right: {', '.join(wrong)}")
    return Python(
        said["python.version"],
        said["python.file"],
        said["python.url"],
        said["python.sha256"].lower(),
        said["python.signature.file"],
        said["python.signature.url"],
        manifest.parent / said["python.signature.keyring"],
        manifest.parent,
    )


def fetch(python: Python, folder: Path) -> Path:
    """Return the archive, known to be the right one: from beside the manifest, else fetched.

    Args:
        python: what `read` returned.
        folder: where what is fetched is put.

    Raises:
        VendorError: it cannot be had, its SHA-256 is another, or its signature does not hold.
    """
    folder.mkdir(parents=True, exist_ok=True)
    archive = _had(python.beside / python.file, python.url, folder)
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != python.sha256:
        raise VendorError(f"{python.file}: SHA-256 is {found}, and should be {python.sha256}")
    signature = _had(python.beside / python.signature, python.signature_url, folder)
    _signed(archive, signature, python.keyring)
    return archive


def unpack(archive: Path, tag: str, folder: Path, places: tuple[str, ...]) -> None:
    """Lay out the interpreter in a folder, and tell it where modules are.

    Args:
        archive: the embeddable archive.
        tag: cp311.
        folder: made anew.
        places: folders with modules, relative to this one, with Windows' strokes.

    Raises:
        VendorError: it is no such archive.
    """
    short = f"python{tag.removeprefix('cp')}"
    needed = {"python.exe", "pythonw.exe", "python3.dll", f"{short}.dll", f"{short}.zip"}
    shutil.rmtree(folder, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as packed:
            missing = needed - set(packed.namelist())
            if missing:
                raise VendorError(f"{archive.name}: not in it: {', '.join(sorted(missing))}")
            packed.extractall(folder)
    except zipfile.BadZipFile as error:
        raise VendorError(f"{archive.name}: is no archive") from error
    # With this file the interpreter looks nowhere else: no registry, no variables, no user's site.
    lines = [f"{short}.zip", ".", *places]
    (folder / f"{short}._pth").write_text("".join(f"{line}\r\n" for line in lines), "ascii")


def _members(manifest: Path) -> dict[str, Any]:
    try:
        members: dict[str, Any] = json.loads(manifest.read_text("utf-8"))["python"]
        named = {*members, *members["signature"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise VendorError(f"{manifest.name}: cannot be read: {error!r}") from error
    if lacking := {"version", "file", "url", "sha256", "keyring"} - named:
        raise VendorError(f"{manifest.name}: lacks {', '.join(sorted(lacking))}")
    return members


def _had(here: Path, url: str, folder: Path) -> Path:
    if here.exists():
        return here
    there = folder / here.name
    if there.exists():
        return there
    part = folder / f"{here.name}.part"
    try:
        with urllib.request.urlopen(url, timeout=_PATIENCE_S) as answer:  # noqa: S310  (https: read)
            part.write_bytes(answer.read(_LARGEST))
    except OSError as error:
        raise VendorError(
            f"{here.name}: neither beside the manifest nor fetched: {error}"
        ) from error
    part.replace(there)
    return there


def _signed(archive: Path, signature: Path, keyring: Path) -> None:
    if not keyring.exists():
        raise VendorError(f"{keyring.name}: the release manager's public key is not there")
    with tempfile.TemporaryDirectory() as home:
        command = ["gpgv", "--homedir", home, "--keyring", str(keyring.resolve())]
        answer = subprocess.run(
            [*command, str(signature), str(archive)], capture_output=True, text=True, check=False
        )
    if answer.returncode:
        said = answer.stderr.strip().splitlines()[-1:] or ["gpgv says nothing"]
        raise VendorError(f"{archive.name}: its signature does not hold: {said[0]}")
