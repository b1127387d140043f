"""docs/THREATS.md names tests that exist, and names one for each threat."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "THREATS.md").read_text(encoding="utf-8")
SHORT = dict(re.findall(r"`([A-Z])`\s+(tests/[\w/]+)", PAGE))
NAMED = re.findall(r"`([\w/]+\.py)::(\w+)`", PAGE)


@cache
def functions_in(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, kinds)}


def whole(name):
    first, _, rest = name.partition("/")
    return ROOT / (f"{SHORT[first]}/{rest}" if first in SHORT else name)


def test_every_named_test_exists():
    missing = [
        f"{file}::{name}"
        for file, name in NAMED
        if not whole(file).exists() or name not in functions_in(whole(file))
    ]
    assert missing == []


def test_every_threat_names_a_test():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and "|---" not in line]
    threats = [row for row in rows if not row.startswith("| threat |")]
    assert len(threats) > 40
    assert [row for row in threats if not re.search(r"\.py::test_\w+`", row)] == []
    assert all(row.count("|") == 5 for row in threats)
