"""The installer tried under wine: put in, looked at, upgraded, removed. Silent, 64 bit, no screen.

What wine is not: Windows' own rights, SmartScreen, virus scanners, drivers, a desktop. Standard
library only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from installer.windows import manifest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from installer.windows.nsis import Product

KEY = r"HKLM\Software\Chuangkou"
LISTED = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall\Chuangkou"
PATHS = r"HKLM\Software\Microsoft\Windows\CurrentVersion\App Paths\chuangkou.exe"
CLASSES = r"HKLM\Software\Classes"
KIND = rf"{CLASSES}\Chuangkou.Invitation"  # what .chuangkou files are
SUFFIX = rf"{CLASSES}\.chuangkou"
FOLDER = Path("Program Files/Chuangkou")
DESKTOP = Path("users/Public/Desktop")
MENU = Path("ProgramData/Microsoft/Windows/Start Menu/Programs")
_PATIENCE_S = 900
_VALUE = re.compile(r"^\s+(\S+|\(Default\))\s+REG_\w+\s+(.*?)\s*$", re.MULTILINE)


class WineError(Exception):
    """A step did not do what it should; says which."""


@dataclass(frozen=True, slots=True)
class Wine:
    """A Windows of wine's making in a folder of its own.

    Args:
        prefix: the folder; made by the first command.
    """

    prefix: Path

    @property
    def drive(self) -> Path:
        """Return where its drive C: lies."""
        return self.prefix / "drive_c"

    def become(self, version: str) -> str:
        """Be another Windows, as wine names it: win10, win7; return what it then says it is."""
        key = ("HKCU\\Software\\Wine", "/v", "Version", "/d", version, "/f")
        self.run("reg", "add", *key)
        return self.run("cmd", "/c", "ver")[1].strip()

    def start(self, *command: str | Path) -> subprocess.Popen[bytes]:
        """Start a program and return at once; whoever starts it ends it."""
        return subprocess.Popen(
            ["wine", *map(str, command)],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def run(self, *command: str | Path) -> tuple[int, str]:
        """Run a program; return its code and its words. What it started may still run."""
        answer = subprocess.run(
            ["wine", *map(str, command)],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
            check=False,
        )
        return answer.returncode, answer.stdout.decode("utf-8", "replace")

    def run_whole(self, *command: str | Path) -> int:
        """Run a program until all that it started has ended, too; return its code."""
        code, _ = self.run(*command)
        self._server("-w")
        return code

    def registry(self, key: str) -> Mapping[str, str]:
        """Return the values of a key by name; {} where there is none."""
        code, said = self.run("reg", "query", key)
        return dict(_VALUE.findall(said.replace("\r", ""))) if code == 0 else {}

    def files(self) -> set[str]:
        """Return the names of all files of the drive, less the wine's own and temporary ones."""
        own = ("windows/",)
        found = (path.relative_to(self.drive).as_posix() for path in self.drive.rglob("*"))
        return {
            name
            for name in found
            if not name.startswith(own) and "/Temp/" not in name and not name.endswith("/Temp")
        }

    def close(self) -> None:
        """End all that runs in it."""
        self._server("-k")

    def _server(self, order: str) -> None:
        subprocess.run(
            [_wineserver(), order], env=self._environment(), timeout=_PATIENCE_S, check=False
        )

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.prefix.parent),
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml=",  # nothing is fetched, no menus are made
            "LC_ALL": "C.UTF-8",  # else a Chinese name cannot be a file's
        }


def _wineserver() -> str:
    found = shutil.which("wineserver") or shutil.which("wineserver64")
    places = ("/usr/lib/wine/wineserver64", "/usr/lib/wine/wineserver")
    return found or next((place for place in places if Path(place).exists()), "wineserver")


def attempt(
    work: Path,
    setup: Path,
    newer: Path,
    product: Product,
    later: Product,
    tell: Callable[[str], None],
) -> None:
    """Put the installer in, look, upgrade, refuse what is older, remove, look again.

    Args:
        work: emptied first; the prefix lies in it.
        setup: the installer.
        newer: a later version's.
        product: what the first says of itself.
        later: what the second says.
        tell: told every step and what came of it.

    Raises:
        WineError: at the first step that fails.
    """
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    wine = Wine(work / "prefix")
    try:
        tell(f"wine, which says it is {wine.become('win7')}")
        code, _ = wine.run(setup, "/S")
        _expect(code == 7, f"a Windows that is too old is refused: {code}")
        tell(f"refused with {code}")
        tell(f"wine, which says it is {wine.become('win10')}")
        config = wine.drive / "window.json"
        config.write_text('{"centre": "https://centre.example"}\n', "utf-8")
        kept = wine.drive / "users" / "clerk" / "AppData" / "Local" / "chuangkou" / "store"
        kept.mkdir(parents=True)
        (kept / "store.db").write_bytes(b"what clerks made")
        before = wine.files()
        for step, command, version in (
            ("put in", (setup, "/S", "/CONFIG=C:\\window.json"), product),
            ("put in anew", (setup, "/S"), product),
            ("upgraded", (newer, "/S", "/LANG=zh_CN"), later),
        ):
            _expect(wine.run(*command)[0] == 0, step)
            tell(f"{step}: {verified(wine, version)} files as the manifest says")
            for name, value in sorted(wine.registry(KEY).items()):
                tell(f"    {KEY} {name} = {value}")
        _expect((wine.drive / FOLDER / "window.json").read_bytes() == config.read_bytes(), "CONFIG")
        code, _ = wine.run(setup, "/S")
        _expect(code == 6, f"an older version is refused: {code}")
        tell(
            f"the older version again: refused with {code}; {verified(wine, later)} files as before"
        )
        for name, value in sorted(wine.registry(LISTED).items()):
            tell(f"    {LISTED} {name} = {value}")
        shortcuts = sorted(name for name in wine.files() - before if name.endswith(".lnk"))
        tell("shortcuts: " + ", ".join(shortcuts))
        wine.run_whole(wine.drive / FOLDER / "uninstall.exe", "/S")
        left = sorted(wine.files() - before)
        gone = sorted(before - wine.files())
        keys = [key for key in (KEY, LISTED, PATHS, KIND, SUFFIX) if wine.registry(key)]
        tell("removed; left behind: " + (", ".join([*left, *keys]) or "nothing; the data stays"))
        _expect(not left and not gone and not keys, f"traces: {left} {gone} {keys}")
    finally:
        wine.close()


def verified(wine: Wine, product: Product, folder: Path = FOLDER) -> int:
    """Hold what is installed against its manifest, its registry and its shortcuts.

    Returns:
        How many files the manifest names.

    Raises:
        WineError: a value, a shortcut or a program is not as it should be.
        manifest.ManifestError: a file is not.
    """
    place = wine.drive / folder
    count = manifest.check(place / product.folder)
    parts = sorted(path.name for path in place.iterdir() if path.is_dir())
    _expect(parts == [product.folder], f"one version lies there: {parts}")
    for name in ("chuangkou.exe", "chuangkou-doctor.cmd", "chuangkou-sign.cmd", "uninstall.exe"):
        _expect((place / name).is_file(), name)
    said = "C:\\" + str(folder).replace("/", "\\")
    own = wine.registry(KEY)
    _expect(own.get("InstallDir") == said, f"InstallDir {own}")
    _expect(own.get("Version") == product.version, f"Version {own}")
    listed = wine.registry(LISTED)
    _expect(listed.get("DisplayVersion") == product.version, f"DisplayVersion {listed}")
    _expect(listed.get("UninstallString") == f'"{said}\\uninstall.exe"', f"listed {listed}")
    _expect(list(wine.registry(SUFFIX).values()) == ["Chuangkou.Invitation"], "kind of .chuangkou")
    opened = list(wine.registry(rf"{KIND}\shell\open\command").values())
    _expect(opened == [f'"{said}\\chuangkou.exe" "%1"'], f"what opens .chuangkou: {opened}")
    for where in (DESKTOP, MENU):
        found = [path.name for path in (wine.drive / where).glob("*.lnk")]
        _expect(found in (["窗口通.lnk"], ["Chuangkou.lnk"]), f"shortcut in {where}: {found}")
    return count


def _expect(holds: object, what: str) -> None:
    if not holds:
        raise WineError(what)
