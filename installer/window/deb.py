"""The window's Debian package: under /opt, started from the menu, removed without a trace but data.

The package's own files are all it owns. What clerks made lies in their home folders and stays when
the package goes.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = "chuangkou"
# What Qt's platform plugins load from the system.
DEPENDS = (
    "libc6 (>= 2.36)",  # what Debian 12's own Python needs, which comes along; see evidence
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libfreetype6",
    "libgl1",
    "libglib2.0-0 | libglib2.0-0t64",
    "libpcsclite1",
    "libstdc++6",
    "libx11-6",
    "libx11-xcb1",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-randr0",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xinerama0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
    "libxkbcommon0",
)
RECOMMENDS = ("pcscd", "libccid", "sane-utils", "cups-client")
_CONTROL = """\
Package: {package}
Version: {version}
Architecture: amd64
Section: misc
Priority: optional
Maintainer: Chuangkou <maintainer@example.invalid>
Installed-Size: {size}
Depends: {depends}
Recommends: {recommends}
Description: window of a government service hall
 A clerk registers visitors, accepts applications and hands over certificates,
 with or without the line to the supervision centre.
 .
 政务服务大厅窗口端：预登记、受理、办结、发证，断网照常收件。
"""
_ENTRY = """\
[Desktop Entry]
Type=Application
Name=Chuangkou
Name[zh_CN]=窗口通
Comment=Window of a government service hall
Comment[zh_CN]=政务服务大厅窗口端
Exec=/usr/bin/chuangkou
Icon=chuangkou
Categories=Office;
StartupWMClass=chuangkou
"""


def tree(frozen: Path, folder: Path, version: str) -> None:
    """Lay out the package's files.

    Args:
        frozen: the folder with the frozen programs.
        folder: the package's root; emptied first.
        version: what the package calls itself.
    """
    shutil.rmtree(folder, ignore_errors=True)
    home = folder / "opt" / PACKAGE
    shutil.copytree(frozen, home, symlinks=True)
    programs = folder / "usr" / "bin"
    programs.mkdir(parents=True)
    for name in ("chuangkou", "chuangkou-doctor"):
        (programs / name).symlink_to(Path("/opt") / PACKAGE / name)
    share = folder / "usr" / "share"
    _write(share / "applications" / "chuangkou.desktop", _ENTRY)
    icon = (ROOT / "resources" / "web" / "mark.svg").read_text(encoding="utf-8")
    _write(share / "icons" / "hicolor" / "scalable" / "apps" / "chuangkou.svg", icon)
    size = sum(file.lstat().st_size for file in folder.rglob("*") if file.is_file()) // 1024
    control = _CONTROL.format(
        package=PACKAGE,
        version=version,
        size=size,
        depends=", ".join(DEPENDS),
        recommends=", ".join(RECOMMENDS),
    )
    _write(folder / "DEBIAN" / "control", control)


def build(folder: Path, package: Path, moment: int) -> None:
    """Make the package of a tree; the same tree and moment give the same bytes.

    Raises:
        subprocess.CalledProcessError: when dpkg-deb refuses the tree.
    """
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
        elif not path.is_symlink():
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (moment, moment), follow_symlinks=False)
    fixed = {**os.environ, "SOURCE_DATE_EPOCH": str(moment)}
    command = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z6", "--build"]
    subprocess.run([*command, folder, package], env=fixed, check=True, stdout=subprocess.DEVNULL)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
