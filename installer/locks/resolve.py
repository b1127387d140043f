"""Resolve pyproject.toml into the hashed lock files beside this module, by uv.

dev.txt      everything a developer and the tests need, window and centre included
window.txt   what the window ships
server.txt   what the centre ships
windows-cp311.txt, windows-cp313.txt  what the window ships on Windows, for one Python each: wheels
             only, and no conditions, which pip would judge by the system it runs on
window-glibc-2.28.txt  what the window ships to desktops with glibc 2.28: PySide6 6.8, wheels that
             load there only; nothing else differs
card.txt     pyscard and python-pkcs11; in card-build.txt what the first is built with (it is
             source-only on Linux)
freeze.txt   what makes a program of the window that needs no Python on its machine
evidence.txt what lists the parts of that program and their licences
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent

EVERYWHERE = ["--universal", "--python-version", "3.11"]
WINDOWS = [
    "pyproject.toml",
    *("--extra", "window", "--extra", "card"),
    *("--python-platform", "x86_64-pc-windows-msvc", "--only-binary", ":all:"),
]
SETS = {
    "dev.txt": ["pyproject.toml", "--extra", "window", "--extra", "server", "--group", "dev"],
    "window.txt": ["pyproject.toml", "--extra", "window"],
    "server.txt": ["pyproject.toml", "--extra", "server"],
    "card.txt": ["pyproject.toml", "--extra", "card"],
    "card-build.txt": ["installer/locks/card-build.in"],
    "windows-cp311.txt": [*WINDOWS, "--python-version", "3.11"],
    "windows-cp313.txt": [*WINDOWS, "--python-version", "3.13"],
    "window-glibc-2.28.txt": [
        "pyproject.toml",
        *("--extra", "window", "--override", "installer/locks/window-glibc-2.28.in"),
        *("--python-platform", "x86_64-manylinux_2_28", "--only-binary", ":all:"),
    ],
    "freeze.txt": ["installer/locks/freeze.in"],
    "evidence.txt": ["installer/locks/evidence.in"],
}


def main() -> None:
    """Write every lock file; hashes are kept, addresses are not."""
    for name, inputs in SETS.items():
        subprocess.run(
            [
                "uv", "pip", "compile", "--quiet", "--generate-hashes",
                *([] if "--python-version" in inputs else EVERYWHERE),
                "--no-header", "--no-annotate",
                *(_alike(inputs) if name != "dev.txt" else []),
                *inputs, "--output-file", f"installer/locks/{name}", *sys.argv[1:],
            ],
            cwd=ROOT,
            check=True,
        )  # fmt: skip


def _alike(inputs: list[str]) -> list[str]:
    """Hold a set to the developers' versions, but for what it overrides."""
    developers = HERE / "dev.txt"
    if "--override" not in inputs:
        return ["--constraint", str(developers)]
    other = (ROOT / inputs[inputs.index("--override") + 1]).read_text("utf-8").lower()
    named = {re.split(r"[<>=!~ ;]", line, maxsplit=1)[0] for line in other.splitlines()}
    pinned = [
        line.rstrip(" \\")
        for line in developers.read_text("utf-8").splitlines()
        if "==" in line and line.partition("==")[0].lower() not in named
    ]
    kept = Path(tempfile.mkdtemp()) / "alike.txt"
    kept.write_text("\n".join(pinned), "utf-8")
    return ["--constraint", str(kept)]


if __name__ == "__main__":
    main()
