"""How the program starts another part of itself."""

import subprocess
import sys

from client.host.program import command_of


def test_from_source_a_module_runs_and_none_of_the_folder_it_is_started_in(tmp_path):
    (tmp_path / "this.py").write_text("raise SystemExit(3)")
    command = command_of("chuangkou-keys", "this")
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.returncode == 0
    assert "The Zen of Python" in answer.stdout


def test_frozen_it_is_the_program_beside_this_one(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "chuangkou.exe"))
    assert command_of("chuangkou-keys", "x") == [str(tmp_path / "chuangkou-keys.exe")]
