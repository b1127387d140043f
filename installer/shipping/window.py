"""The window's package: under /opt, started from the menu, gone without a trace but people's data.

The package's own files are all it owns. What clerks made lies in their home folders and stays when
the package goes.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from installer.shipping.deb import Control, write

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = "chuangkou"
_PROGRAMS = ("chuangkou", "chuangkou-doctor", "chuangkou-sign", "chuangkou-update")
_FILES = Path(__file__).resolve().parent / "files"
LIBC = "libc6 (>= 2.36)"  # what Debian 12's own Python needs, which comes along; see symbols
# What Qt's platform plugins load from the system.
_DEPENDS = (
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
_DESCRIPTION = """\
window of a government service hall
 A clerk registers visitors, accepts applications and hands over certificates,
 with or without the line to the supervision centre.
 .
 政务服务大厅窗口端：预登记、受理、办结、发证，断网照常收件。"""
_SCRIPTS = {
    # Nothing is changed beneath a program that runs: the rest of itself would come from another
    # version. chuangkou-update looks for windows before it calls dpkg, and runs itself meanwhile;
    # what does not start it may take out whoever tries to run it. A first install is never stopped.
    "preinst": """#!/bin/sh
set -e
[ "$1" = upgrade ] && [ -z "${CHUANGKOU_MENDING:-}" ] || exit 0
folder="${DPKG_ROOT:-}/opt/chuangkou"
running=
for process in /proc/[0-9]*; do
    program=$(readlink "$process/exe" 2>/dev/null) || continue
    case "$program" in
    "$folder/chuangkou-update" | "$folder/chuangkou-update "*) continue ;;
    "$folder"/*) ;;
    *) continue ;;
    esac
    user=$(stat -c %U "$process" 2>/dev/null) || continue
    running="$running  ${process#/proc/} ($user)"
done
[ -n "$running" ] || exit 0
cat >&2 <<END
窗口通正在运行，没有开始升级；原来的版本没有动，办件数据没有动。
请办完手头的事，关闭这台电脑上所有的窗口通，再执行一次刚才的命令。
正在运行的进程（用户）：$running
Chuangkou is running: the upgrade was not begun. The version in place and all data are as they were.
Finish what is at hand, close every window of Chuangkou on this machine, and give the command again.
Running processes (user):$running
END
exit 1
""",
    # Not on an upgrade: the timer's own run is what replaces the package.
    "prerm": """#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
    systemctl disable --now chuangkou-update.timer || true
fi
""",
    "postrm": """#!/bin/sh
set -e
if [ "$1" = purge ]; then
    rm -rf /var/lib/chuangkou-update
    rm -f /var/lib/systemd/timers/stamp-chuangkou-update.timer /etc/chuangkou/update.json
    rmdir --ignore-fail-on-non-empty /etc/chuangkou 2>/dev/null || true
fi
""",
}
_ENTRY = """\
[Desktop Entry]
Type=Application
Name=Chuangkou
Name[zh_CN]=窗口通
Comment=Window of a government service hall
Comment[zh_CN]=政务服务大厅窗口端
Exec=/usr/bin/chuangkou %f
Icon=chuangkou
Categories=Office;
MimeType=application/x-chuangkou-invitation;
StartupWMClass=chuangkou
"""
# The one kind of file that the window opens; the desktop's own package triggers take it up.
_KINDS = """\
<?xml version="1.0" encoding="UTF-8"?>
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="application/x-chuangkou-invitation">
    <comment>Chuangkou invitation of a window</comment>
    <comment xml:lang="zh_CN">窗口通登记邀请</comment>
    <sub-class-of type="text/plain"/>
    <icon name="chuangkou"/>
    <glob pattern="*.chuangkou"/>
  </mime-type>
</mime-info>
"""


def control(version: str, libc: str = LIBC) -> Control:
    """Return what the package says of itself, and of the C library that it needs."""
    recommends = ("pcscd", "libccid", "sane-utils", "cups-client")
    depends = (libc, *_DEPENDS)
    return Control(PACKAGE, version, "misc", depends, recommends, _DESCRIPTION, _SCRIPTS)


def tree(frozen: Path, folder: Path) -> None:
    """Lay out the package's files.

    Args:
        frozen: the folder with the frozen programs.
        folder: the package's root; emptied first.
    """
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(frozen, folder / "opt" / PACKAGE, symlinks=True)
    programs = folder / "usr" / "bin"
    programs.mkdir(parents=True)
    for name in _PROGRAMS:
        (programs / name).symlink_to(Path("/opt") / PACKAGE / name)
    units = folder / "lib" / "systemd" / "system"
    for unit in ("chuangkou-update.service", "chuangkou-update.timer"):
        write(units / unit, (_FILES / unit).read_text(encoding="utf-8"))
    share = folder / "usr" / "share"
    write(share / "applications" / "chuangkou.desktop", _ENTRY)
    write(share / "mime" / "packages" / "chuangkou.xml", _KINDS)
    icon = (ROOT / "resources" / "web" / "mark.svg").read_text(encoding="utf-8")
    write(share / "icons" / "hicolor" / "scalable" / "apps" / "chuangkou.svg", icon)
