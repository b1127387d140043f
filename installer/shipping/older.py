"""The window for older desktops: UOS 20 (glibc 2.28) and Kylin V10 SP1 (2.31), over PySide6 6.8.

The same source with a lock of its own: PySide6 6.8 is the last whose wheels load there on both
processors, and every other part has a wheel for glibc 2.28 or older, but pyscard and python-pkcs11,
which are built by whoever builds this. What no registry has is a Python that was built on such a
C library: `vendor.json` names one and its SHA-256, and it is put beside that file by hand.
Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tarfile
from pathlib import Path
from typing import TYPE_CHECKING

from installer.shipping import freeze

if TYPE_CHECKING:
    from collections.abc import Sequence

    from installer.shipping.symbols import Need

FLOOR = "2.28"
LIBC = f"libc6 (>= {FLOOR})"
PARTS = ("window-glibc-2.28.txt", *freeze.PARTS[1:])
_MANIFEST = Path(__file__).resolve().parent / "vendor.json"


class VendorError(Exception):
    """The file that was put in is not the one that the manifest names."""


def vendored(work: Path, manifest: Path = _MANIFEST) -> Path | None:
    """Return the interpreter that the manifest names, unpacked; None where nobody put it in.

    Args:
        work: where it is unpacked; emptied first.
        manifest: the archive lies beside it.

    Raises:
        VendorError: the archive's SHA-256 is another.
    """
    named = json.loads(manifest.read_text("utf-8"))["python"]
    archive = manifest.with_name(named["file"])
    if not archive.exists():
        return None
    with archive.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != named["sha256"]:
        raise VendorError(f"{archive.name} has the SHA-256 {found}, not {named['sha256']}")
    shutil.rmtree(work, ignore_errors=True)
    with tarfile.open(archive) as packed:
        packed.extractall(work, filter="data")
    return work / "python" / "bin" / "python3"


def missing(manifest: Path = _MANIFEST) -> str:
    """Say what is to be fetched, from where, and how it is known to be the right one."""
    named = json.loads(manifest.read_text("utf-8"))["python"]
    return (
        f"no Python for glibc {FLOOR}: put {named['url']} (SHA-256 {named['sha256']}) into "
        f"{manifest.parent.relative_to(freeze.ROOT)}/, or name one built there with --python"
    )


def hindering(found: Sequence[Need]) -> list[Need]:
    """Return the files that would not load on the oldest desktop."""
    return [need for need in found if need.above(FLOOR)]
