"""NSIS: the list of files that the script puts in, and makensis itself. Standard library only.

The same folder, moment and version give the same bytes: files are listed sorted, their dates are
the moment's, and makensis takes its own date from it.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from installer.windows import manifest
from installer.windows.payload import program_folder

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).resolve().parent
ICON = HERE / "files" / "chuangkou.ico"
MARK = " (incomplete)"


class NsisError(Exception):
    """makensis refused a script; holds the last lines that it printed."""


@dataclass(frozen=True, slots=True)
class Product:
    """What an installer says of what it installs.

    Attributes:
        version: two to four numbers with points.
        moment: seconds since 1970 that every date is set to.
        complete: whether the interpreter is in.
        signer: a command that signs the file named after it, in place; "" for none.
        quick: packed fast and large, for trying.
    """

    version: str
    moment: int
    complete: bool = True
    signer: str = ""
    quick: bool = False

    @property
    def folder(self) -> str:
        """Return the folder that this version lies in; no two versions share a file."""
        return program_folder(self.version)

    @property
    def setup(self) -> str:
        """Return the installer's file name."""
        kind = "" if self.complete else "-incomplete"
        return f"chuangkou-{self.version}-win64{kind}-setup.exe"

    def defines(self) -> dict[str, str]:
        """Return what both scripts are told."""
        numbers = (self.version.split(".") + ["0"] * 4)[:4]
        return {
            "VERSION": self.version,
            "FOUR": ".".join(numbers),
            "FOLDER": self.folder,
            "ICON": str(ICON),
        }


def launcher(product: Product, made: Path) -> None:
    """Make chuangkou.exe.

    Raises:
        NsisError: makensis refused.
    """
    _make(HERE / "launcher.nsi", {**product.defines(), "OUT": str(made)}, product.moment)


def setup(product: Product, folder: Path, work: Path, made: Path) -> None:
    """Make the installer of a folder with its manifest.

    Args:
        product: what it says of itself.
        folder: the program's folder, whole.
        work: where the list of files is written.
        made: the installer.

    Raises:
        NsisError: makensis refused.
    """
    listed = work / "files.nsh"
    listed.write_text("\r\n".join(_lines(product, folder)) + "\r\n", "utf-8")
    sizes = sum(path.stat().st_size for path in manifest.files_of(folder).values())
    told = {
        **product.defines(),
        "FILES": str(listed),
        "KILOBYTES": str(sizes // 1024),
        "OUT": str(made),
        "MARK": "" if product.complete else MARK,
    }
    if product.quick:
        told["QUICK"] = "1"
    if product.signer:
        told["SIGN"] = product.signer
    _make(HERE / "window.nsi", told, product.moment)


def unpack(made: Path, product: Product, folder: Path) -> Path:
    """Unpack an installer by 7z, another's reader of NSIS; return the program's folder in it."""
    folder.mkdir(parents=True)
    subprocess.run(
        ["7z", "x", "-y", f"-o{folder}", str(made)], check=True, stdout=subprocess.DEVNULL
    )
    return folder / f"{product.folder}.part"


def _lines(product: Product, folder: Path) -> list[str]:
    """Return the script's lines that write every file to the program's folder, named .part."""
    lines, place = [], None
    files = {manifest.NAME: folder / manifest.NAME, **manifest.files_of(folder)}
    for name, path in sorted(files.items(), key=lambda pair: _order(pair[0])):
        parent = PurePosixPath(name).parent
        if parent != place:
            within = "" if parent == PurePosixPath() else "\\" + str(parent).replace("/", "\\")
            lines.append(f'SetOutPath "$INSTDIR\\{product.folder}.part{within}"')
            place = parent
        lines.append(f'File "{path}"')
    return lines


def _order(name: str) -> tuple[str, str, str]:
    """Sort by folder, then by kind: like files beside each other are packed smaller."""
    path = PurePosixPath(name)
    return str(path.parent), path.suffix, path.name


def _make(script: Path, defines: Mapping[str, str], moment: int) -> None:
    command = ["makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8"]
    command += [f"-D{name}={value}" for name, value in defines.items()]
    fixed = {**os.environ, "SOURCE_DATE_EPOCH": str(moment), "LC_ALL": "C.UTF-8"}
    answer = subprocess.run(
        [*command, str(script)], env=fixed, capture_output=True, text=True, check=False
    )
    if answer.returncode:
        said = (answer.stdout + answer.stderr).strip().splitlines()
        raise NsisError("\n".join(said[-12:]))
