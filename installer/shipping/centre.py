"""The centre's package: its parts under /opt over the system's Python, a service behind walls.

Its data lies in /var/lib/chuangkou and is a record that law wants kept: neither removing nor
purging the package touches it.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from installer.shipping.deb import Control, write
from installer.shipping.freeze import ROOT, same_everywhere

PACKAGE = "chuangkou-centre"
_HERE = Path(__file__).resolve().parent / "files"
_SETTINGS = "/etc/chuangkou/centre.env"
_LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", "*.po", "*.pot")
_WINDOWS = shutil.ignore_patterns("__pycache__", "*.pyc", "engine")  # the window's end of the line
_EXAMPLES = (
    "nginx.conf",
    "postgresql.conf",
    "pgbackrest.conf",
    "chuangkou-backup@.service",
    "chuangkou-backup@full.timer",
    "chuangkou-backup@incr.timer",
)
_LAUNCHER = """\
#!/usr/bin/python3 -I
import sys

sys.path.insert(0, "/opt/chuangkou-centre/lib")
from sync.server.__main__ import main

sys.exit(main())
"""
_DESCRIPTION = """\
supervision centre of government service halls
 Verifies every step of every window, keeps the log, runs the legal clock,
 urges, and serves supervisors' and public pages.
 .
 政务服务监察中心：核验每一步，计算法定时限，催办督办，公开查询。"""
_POSTINST = """\
#!/bin/sh
set -e
if [ "$1" = configure ]; then
    systemd-sysusers chuangkou-centre.conf
    chown root:chuangkou /etc/chuangkou/centre.env
    chmod 640 /etc/chuangkou/centre.env
    install -d -o chuangkou -g chuangkou -m 700 /var/lib/chuangkou
    if [ -d /run/systemd/system ]; then
        systemctl daemon-reload
        systemctl try-restart chuangkou-centre.service
    fi
fi
"""
_PRERM = """\
#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
    systemctl --no-reload disable --now chuangkou-centre.service
fi
"""


def control(version: str) -> Control:
    """Return what the package says of itself."""
    return Control(
        PACKAGE,
        version,
        "misc",
        ("python3 (>= 3.11)", "python3 (<< 3.12)", "systemd", "libc6 (>= 2.34)"),
        ("postgresql (>= 15)", "nginx", "pgbackrest"),
        _DESCRIPTION,
        {"postinst": _POSTINST, "prerm": _PRERM},
        (_SETTINGS,),
    )


def tree(python: str | Path, folder: Path, source: Path = ROOT) -> None:
    """Lay out the package's files.

    Args:
        python: the interpreter whose pip fetches the locked parts; the package's own Python.
        folder: the package's root; emptied first.
        source: the checkout that it is made of: its locks, its centre, its texts and pages.
    """
    shutil.rmtree(folder, ignore_errors=True)
    lib = folder / "opt" / PACKAGE / "lib"
    lib.mkdir(parents=True)
    locks = source / "installer" / "locks"
    pip: list[str | Path] = [python, "-m", "pip", "install", "--quiet", "--no-compile"]
    pip += ["--disable-pip-version-check", "--no-deps", "--require-hashes"]
    subprocess.run([*pip, "--target", lib, "-r", locks / "server.txt"], check=True)
    shutil.rmtree(lib / "bin", ignore_errors=True)
    shutil.copytree(source / "sync", lib / "sync", ignore=_WINDOWS)
    shutil.copytree(source / "resources", lib / "resources", ignore=_LEFT_OUT)
    _compile(python, lib)
    launcher = folder / "usr" / "bin" / "chuangkou-centre"
    write(launcher, _LAUNCHER)
    launcher.chmod(0o755)
    write(folder / _SETTINGS.lstrip("/"), (_HERE / "centre.env").read_text(encoding="utf-8"))
    for file, target in (
        ("chuangkou-centre.service", "usr/lib/systemd/system/chuangkou-centre.service"),
        ("sysusers.conf", "usr/lib/sysusers.d/chuangkou-centre.conf"),
        ("journald.conf", "usr/lib/systemd/journald@chuangkou.conf.d/chuangkou.conf"),
        *((name, f"usr/share/doc/chuangkou-centre/examples/{name}") for name in _EXAMPLES),
    ):
        write(folder / target, (_HERE / file).read_text(encoding="utf-8"))


def _compile(python: str | Path, lib: Path) -> None:
    """Compile by content, not by date: twice alike, and nothing to write where the service runs."""
    command: list[str | Path] = [
        python,
        "-m",
        "compileall",
        "-q",
        "-j",
        "1",
        "--invalidation-mode",
        "unchecked-hash",
    ]
    stripped: list[str | Path] = ["-s", lib, "-p", f"/opt/{PACKAGE}/lib"]
    subprocess.run([*command, *stripped, lib], env=same_everywhere(), check=True)
