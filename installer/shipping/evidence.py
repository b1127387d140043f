"""What a release says of itself: its parts with their licences, its checksums, how it was built.

The list of parts is CycloneDX 1.6, made by cyclonedx-py of the environment that was frozen, cut to
what went in; for Windows, of the wheels that lie in the program's folder. Nothing ships under the
GPL or the AGPL. Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from installer.shipping.freeze import LOCKS, ROOT, moment, version

HERE = Path(__file__).resolve().parent
ALLOWED = frozenset(
    {
        *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MIT-CMU"),
        *("LGPL-2.1-or-later", "LGPL-3.0-only", "MPL-2.0", "OFL-1.1", "PSF-2.0", "Python-2.0"),
        *("Zlib", "blessing"),
        "LicenseRef-Microsoft-Visual-Cpp-Runtime",  # its maker lets programs bring it along
    }
)
# Read in the parts' own papers where their metadata does not say it as an SPDX expression.
KNOWN = {
    "aiosignal": "Apache-2.0",
    "colorama": "BSD-3-Clause",
    "pypdfium2": "(Apache-2.0 OR BSD-3-Clause) AND BSD-3-Clause",
    "pyscard": "LGPL-2.1-or-later",
    "pyserial": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
    "sqlcipher3": "Zlib AND BSD-3-Clause AND blessing",
}
# What comes along and is no distribution of Python. PyInstaller's start programs are GPL-2.0 with
# an exception that leaves what they start free (its COPYING.txt): they are told, and not judged.
BESIDE = (
    {"name": "CPython", "licence": "PSF-2.0"},
    {"name": "OpenSSL", "licence": "Apache-2.0"},
    {"name": "Qt", "licence": "LGPL-3.0-only"},
    {"name": "Noto Sans SC, Noto Serif SC", "licence": "OFL-1.1"},
    {"name": "Hanazono Mincho (rare ideographs)", "licence": "OFL-1.1"},
    {"name": "Tabler icons", "licence": "MIT"},
    {"name": "pypinyin's tables", "licence": "MIT"},
)
BESIDE_ON_WINDOWS = (
    *BESIDE,
    {"name": "Microsoft Visual C++ runtime", "licence": "LicenseRef-Microsoft-Visual-Cpp-Runtime"},
    {"name": "NSIS (the installer's own program)", "licence": "Zlib"},
)
_OWN = "chuangkou"


class ForbiddenLicenceError(Exception):
    """A part may not ship under its licence, or says none."""


def allowed(expression: str) -> bool:
    """Say whether a part may ship: one choice of each OR, every part of each AND.

    Args:
        expression: SPDX, at most one level of brackets around ORs.
    """
    parts = [part.strip() for part in expression.split(" AND ")]
    return all(
        any(choice.strip() in ALLOWED for choice in part.strip("()").split(" OR "))
        for part in parts
    )


def licence_of(part: dict[str, Any]) -> str:
    """Return a part's licence as SPDX; "" where neither its metadata nor we know it."""
    if part["name"].lower() in KNOWN:
        return KNOWN[part["name"].lower()]
    said = [
        entry.get("expression") or entry["license"].get("id") for entry in part.get("licenses", [])
    ]
    return " AND ".join(dict.fromkeys(word for word in said if word))


def judge(parts: list[dict[str, Any]]) -> None:
    """Refuse what may not ship.

    Args:
        parts: the components of a list of parts, those beside the distributions too.

    Raises:
        ForbiddenLicenceError: names every part in question.
    """
    named = [(part["name"], licence_of(part)) for part in parts if part["name"] != _OWN]
    refused = [f"{name}: {licence or '?'}" for name, licence in named if not allowed(licence)]
    if refused:
        raise ForbiddenLicenceError("; ".join(refused))


def parts_list(tools: Path, inside: Path, frozen: Path) -> dict[str, Any]:
    """Return the list of parts of a frozen program.

    Args:
        tools: the interpreter with cyclonedx-py beside it.
        inside: the interpreter of the environment that was frozen.
        frozen: the folder with the programs.
    """
    bill = _bill(tools, inside)
    shipped = {_plain(name) for name in json.loads(_output([inside, HERE / "shipped.py", frozen]))}
    bill["components"] = [part for part in bill["components"] if _plain(part["name"]) in shipped]
    refs = {part["bom-ref"] for part in bill["components"]}
    bill["dependencies"] = [
        {**row, "dependsOn": [ref for ref in row.get("dependsOn", []) if ref in refs]}
        for row in bill.get("dependencies", [])
        if row["ref"] in refs
    ]
    return _with(bill, BESIDE)


def parts_list_for_windows(tools: Path, wheels: Path, work: Path) -> dict[str, Any]:
    """Return the list of parts of a folder of wheels, which no interpreter here can load.

    Args:
        tools: the interpreter with cyclonedx-py beside it.
        wheels: the folder, with each wheel's METADATA.
        work: where an empty environment that looks into the folder is made.
    """
    # The folder is named to that environment alone: in its path the tool would load its parts.
    subprocess.run([tools, "-m", "venv", "--clear", "--without-pip", work], check=True)
    (libraries,) = work.glob("lib/python*/site-packages")
    (libraries / "window.pth").write_text(f"{wheels}\n", encoding="utf-8")
    return _with(_bill(tools, work / "bin" / "python"), BESIDE_ON_WINDOWS)


def _bill(tools: Path, inside: Path) -> dict[str, Any]:
    made = _output([tools.with_name("cyclonedx-py"), "environment", "--output-reproducible",
                    "--of", "JSON", inside])  # fmt: skip
    bill: dict[str, Any] = json.loads(made)
    return bill


def _with(bill: dict[str, Any], beside: tuple[dict[str, str], ...]) -> dict[str, Any]:
    """Return a list of parts with those that are no distribution of Python."""
    bill["components"] += [
        {
            "type": "library",
            "name": part["name"],
            "bom-ref": f"beside-{number}",
            "licenses": [{"expression": part["licence"]}],
        }
        for number, part in enumerate(beside)
    ]
    return bill


def write(folder: Path, bill: dict[str, Any], glibc: str) -> None:
    """Write the list of parts, how it was built, and the checksums of every file of a release.

    Args:
        folder: the release's folder, with its packages.
        bill: what `parts_list` returned.
        glibc: the newest symbol version of the C library that a bundled file asks for.
    """
    _json(folder / "parts.cdx.json", bill)
    built = {
        "version": version(),
        "commit": _output(["git", "-C", ROOT, "rev-parse", "HEAD"]).strip(),
        "source_date_epoch": moment(),
        "python": sys.version.split()[0],
        "glibc": glibc,
        "locks": {lock.name: _sha256(lock) for lock in sorted(LOCKS.glob("*.txt"))},
    }
    _json(folder / "build.json", built)
    files = sorted(
        path for path in folder.iterdir() if path.is_file() and path.name != "SHA256SUMS"
    )
    sums = "".join(f"{_sha256(path)}  {path.name}\n" for path in files)
    (folder / "SHA256SUMS").write_text(sums, encoding="utf-8")


def differences(one: Path, other: Path) -> list[str]:
    """Return the files of two folders that are not the same to the bit, by name."""
    names = {
        path.relative_to(folder).as_posix()
        for folder in (one, other)
        for path in folder.rglob("*")
        if path.is_file() or path.is_symlink()
    }
    return sorted(name for name in names if _state(one / name) != _state(other / name))


def _state(path: Path) -> tuple[str, int]:
    if path.is_symlink():
        return str(path.readlink()), 0
    return (_sha256(path), path.stat().st_mode) if path.exists() else ("", 0)


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _output(command: list[str | Path]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
