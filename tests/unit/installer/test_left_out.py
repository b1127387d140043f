"""What the window's package leaves out is not needed by anything that our code imports."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SPEC = ROOT / "installer" / "shipping" / "window.spec"
OURS = {"client", "ui", "sync", "resources"}
ELSEWHERE = {"comtypes", "winreg", "msvcrt"}  # Windows has them
PROBE = """
import importlib, sys
left_out, wanted = (line.split() for line in sys.stdin.read().splitlines())
sys.modules.update(dict.fromkeys(left_out))
for name in wanted:
    try:
        importlib.import_module(name)
    except ImportError as error:
        print(name, error)
"""


def imported():
    """Return the modules of others that the window's code imports, wherever it does."""
    found = set()
    for room in OURS:
        for path in (ROOT / room).rglob("*.py"):
            if path.is_relative_to(ROOT / "sync" / "server"):
                continue
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    found |= {alias.name for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    found.add(node.module)
    known = OURS | ELSEWHERE | sys.stdlib_module_names
    return {name for name in found if name.partition(".")[0] not in known}


@pytest.mark.slow
def test_nothing_that_is_imported_needs_what_is_left_out():
    named = re.search(r"STRANGERS = \[(.*?)\]", SPEC.read_text("utf-8"), re.DOTALL)[1]
    left_out = re.findall(r'"([^"]+)"', named)
    wanted = imported()
    assert any(name.startswith("pyhanko.sign") for name in wanted)
    told = subprocess.run(
        [sys.executable, "-c", PROBE],
        input=" ".join(left_out) + "\n" + " ".join(sorted(wanted)) + "\n",
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert told.stdout == ""
