"""Two threads that come to a seal first at once both read it (sync.pyhanko_ready)."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from asn1crypto import core

from sync import pyhanko_ready

ROOT = Path(__file__).resolve().parents[2]
READY = "sync.pyhanko_ready"
LOADED = ("asn1crypto", "pyhanko", "pyhanko_certvalidator")
CODE = [path for room in ("client", "ui", "sync") for path in sorted((ROOT / room).rglob("*.py"))]


def imported(path: Path) -> list[str]:
    """Return what a module imports when it is loaded, in order."""
    names: list[str] = []
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.Import):
            names += [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [f"{node.module}.{each.name}" for each in node.names]
    return names


def first_of(names: list[str]) -> int:
    """Return the place of the first import of what is to be made ready."""
    places = [at for at, name in enumerate(names) if name.split(".")[0] in LOADED]
    return places[0] if places else -1


@pytest.mark.slow
@pytest.mark.parametrize(("how", "turns"), [("values", 100), ("imports", 8)])
def test_threads_that_come_to_a_seal_first_at_once_all_read_it(how, turns):
    command = [sys.executable, "-m", "tests.faults.first_seals", how, str(turns)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_class_has_its_tables_before_anybody_reads():
    assert set(pyhanko_ready.kinds()) - set(core._SETUP_CLASSES) == {
        core.Choice
    }  # it has no values of its own


def test_whatever_imports_pyhanko_has_it_made_ready_before():
    named = {path: imported(path) for path in CODE if path.stem != "pyhanko_ready"}
    users = {path: names for path, names in named.items() if first_of(names) >= 0}
    late = [
        path.relative_to(ROOT).as_posix()
        for path, names in users.items()
        if READY not in names[: first_of(names)]
    ]
    assert len(users) >= 7
    assert late == []
