"""The import contracts hold, and each would notice a breach: a probe per contract."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINTER = Path(sys.executable).parent / "lint-imports"

# contract id -> (file that breaks it, the line that does)
PROBES = {
    "top": ("client/host/probe.py", "import ui.loop"),
    "sync-layers": ("sync/domain/probe.py", "import sync.protocol.codec"),
    "client-layers": ("client/app/probe.py", "import client.store.connection"),
    "app-layers": ("client/app/rows/probe.py", "import client.app.session.workplace"),
    "pure": ("sync/domain/probe.py", "import socket"),
    "machine-sans-io": ("sync/engine/machine.py", "import asyncio"),
    "proof-no-io": ("sync/proof/probe.py", "import socket"),
    "qt-only-in-ui": ("client/app/probe.py", "import PySide6.QtCore"),
    "presenters-plain": ("ui/presenters/probe.py", "import PySide6.QtCore"),
    "ui-through-app": ("ui/views/probe.py", "import client.card.piv"),
    "parts-generic": ("ui/widgets/probe.py", "import client.app.rows.cases"),
    "one-loop-module": ("ui/widgets/probe.py", "import qasync"),
    "server-alone": ("sync/server/probe.py", "import sqlcipher3"),
    "client-without-server": ("client/host/probe.py", "import sync.server.settings"),
    "sqlalchemy-in-db": ("sync/engine/probe.py", "import sqlalchemy"),
    "services-over-ports": ("sync/server/services/probe.py", "import sqlalchemy"),
    "services-layers": (
        "sync/server/services/cases/probe.py",
        "import sync.server.services.line.ingest",
    ),
    "httpx-in-transport": ("client/app/probe.py", "import httpx"),
    "drivers-in-adapters": ("client/app/probe.py", "import sqlcipher3"),
    "pkcs11-in-its-process": ("client/card/probe.py", "import pkcs11"),
}


def contracts() -> set[str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]}


def lint(folder: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    chosen = ["--contract", contract] if contract else []
    return subprocess.run(
        [str(LINTER), "--no-cache", *chosen],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_contract_but_cycles_has_its_probe():
    assert contracts() - set(PROBES) == {"no-cycles"}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_contracts_hold_and_each_probe_is_caught(tmp_path):
    for name in ("client", "ui", "sync", "resources"):
        shutil.copytree(
            ROOT / name,
            tmp_path / name,
            ignore=lambda folder, names: [
                n for n in names if not (n.endswith(".py") or (Path(folder) / n).is_dir())
            ],
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    clean = lint(tmp_path)
    assert clean.returncode == 0, clean.stdout

    missed = []
    for contract, (file, line) in PROBES.items():
        path = tmp_path / file
        before = path.read_text() if path.exists() else None
        path.write_text((before or '"""Probe."""\n') + f"\n{line}\n")
        if lint(tmp_path, contract).returncode == 0:
            missed.append(contract)
        if before is None:
            path.unlink()
        else:
            path.write_text(before)
    assert missed == []
