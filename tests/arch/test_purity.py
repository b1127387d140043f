"""The rules and the wire load nothing that reads a clock, a disk or a net (fresh process)."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FRAMEWORKS = ("PySide6", "qasync", "httpx", "sqlalchemy", "fastapi", "sqlcipher3", "smartcard")
IO = ("asyncio", "socket", "sqlite3", "subprocess", "ssl", "concurrent.futures", "multiprocessing")

PROBE = """
import importlib, pkgutil, sys
before = set(sys.modules)
for name in {names!r}:
    package = importlib.import_module(name)
    for found in pkgutil.walk_packages(package.__path__, name + "."):
        if found.name != "client.card.pcsc":  # real readers only; needs the PC/SC library
            importlib.import_module(found.name)
print("\\n".join(sorted(set(sys.modules) - before)))
"""


def loaded_by(*names: str) -> set[str]:
    answer = subprocess.run(
        [sys.executable, "-c", PROBE.format(names=names)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(answer.stdout.split())


@pytest.mark.slow
def test_rules_and_wire_load_no_io_and_no_framework():
    loaded = loaded_by("sync.domain", "sync.protocol")

    assert not loaded & {*FRAMEWORKS, *IO}


@pytest.mark.slow
def test_proof_loads_no_framework():
    loaded = loaded_by("sync.proof")

    assert not loaded & {*FRAMEWORKS, "sqlite3", "subprocess"}


@pytest.mark.slow
def test_window_loads_nothing_of_the_centre():
    loaded = loaded_by("client")

    assert not {name for name in loaded if name.startswith("sync.server")}
    assert "smartcard" not in loaded
