"""What only POSIX has stands behind a question for the system: windows run on Windows, too."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("client", "ui", "resources", "sync/domain", "sync/protocol", "sync/proof", "sync/engine")
MODULES = {"fcntl", "grp", "posix", "pty", "pwd", "resource", "syslog", "termios", "tty"}
NAMES = {
    "os": {
        *("O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK", "chown", "fork", "geteuid", "getpgid"),
        *("getuid", "kill", "killpg", "mkfifo", "pread", "pwrite", "setsid", "statvfs", "sync"),
        "uname",
    },
    "signal": {"SIGALRM", "SIGHUP", "SIGKILL", "SIGUSR1", "SIGUSR2"},
    "asyncio": {"open_unix_connection", "start_unix_server"},
    "time": {"CLOCK_BOOTTIME", "CLOCK_MONOTONIC", "clock_gettime_ns", "tzset"},
}
# Programs of Linux only: their room is never entered on Windows (client.app.machine.updates asks).
LINUX = {"client/updater.py"}


def asks(node: ast.AST) -> bool:
    """Say whether a node chooses by the system; what comes after `return` there counts, too."""
    question = node.test if isinstance(node, ast.If | ast.IfExp) else node
    return isinstance(node, ast.If | ast.IfExp | ast.BoolOp) and any(
        word in ast.dump(question) for word in ("'platform'", "attr='name'")
    )


def posix_only(node: ast.AST) -> list[str]:
    found = []
    guarded = False
    for child in ast.iter_child_nodes(node):
        if asks(child):
            inside = child.body if isinstance(child, ast.If) else []
            guarded = guarded or any(isinstance(each, ast.Return) for each in inside)
            continue
        if guarded:
            continue
        if isinstance(child, ast.Import):
            found += [f"import {each.name}" for each in child.names if each.name in MODULES]
        elif isinstance(child, ast.ImportFrom) and child.module in MODULES:
            found.append(f"import {child.module}")
        elif (
            isinstance(child, ast.Attribute)
            and isinstance(child.value, ast.Name)
            and child.attr in NAMES.get(child.value.id, ())
        ):
            found.append(f"{child.value.id}.{child.attr}")
        found += posix_only(child)
    return found


def test_the_window_s_rooms_ask_before_they_use_what_windows_lacks():
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if name not in LINUX and (used := posix_only(ast.parse(path.read_bytes()))):
                found[name] = used
    assert found == {}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import os\nos.kill(1, 0)", ["os.kill"]),
        ("def f():\n    import pwd", ["import pwd"]),
        ("import sys\nif sys.platform == 'win32':\n    pass\nelse:\n    import pwd", []),
        ("def f():\n    if sys.platform == 'win32':\n        return\n    os.sync()", []),
        ("import os\nhow = getattr(os, 'O_NOFOLLOW', 0)", []),
    ],
)
def test_the_check_sees_what_it_is_for(source, expected):
    assert posix_only(ast.parse(source)) == expected
