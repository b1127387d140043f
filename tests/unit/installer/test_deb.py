"""The package's frame around a frozen program, without freezing one."""

import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from installer.shipping import centre, deb, window


@pytest.fixture
def frozen(tmp_path):
    folder = tmp_path / "frozen"
    (folder / "lib-1.2").mkdir(parents=True)
    for name in ("chuangkou", "chuangkou-doctor", "chuangkou-keys", "chuangkou-sign"):
        (folder / name).write_text("#!/bin/sh\n")
        (folder / name).chmod(0o700)
    (folder / "lib-1.2" / "data").write_text("x" * 4096)
    return folder


def package(frozen, place, version="1.2"):
    window.tree(frozen, place / "tree")
    deb.build(place / "tree", window.control(version), place / "made.deb", 1_764_547_200)
    return place / "made.deb"


def said(path, *command):
    return subprocess.run(
        ["dpkg-deb", *command, path], check=True, capture_output=True, text=True
    ).stdout


def test_the_same_tree_gives_the_same_bytes_wherever_it_lies(frozen, tmp_path):
    places = [tmp_path / "here", tmp_path / "a longer place"]
    for place in places:
        place.mkdir()
    assert package(frozen, places[0]).read_bytes() == package(frozen, places[1]).read_bytes()


def test_it_owns_opt_and_its_menu_entry_and_nothing_of_the_user(frozen, tmp_path):
    listed = said(package(frozen, tmp_path), "--contents").splitlines()
    names = {line.split()[5].removeprefix(".") for line in listed if not line.startswith("d")}
    owned = (
        "/opt/chuangkou/",
        "/lib/systemd/system/chuangkou-update.",
        "/usr/bin/chuangkou",
        "/usr/share/applications/",
        "/usr/share/icons/",
        "/usr/share/mime/packages/",
    )
    assert names
    assert all(name.startswith(owned) for name in names)
    assert all(line.split()[1] == "root/root" for line in listed)
    programs = [
        line for line in listed if line.startswith("-") and "/opt/chuangkou/chuangkou" in line
    ]
    assert len(programs) == 4
    assert all(line.startswith("-rwxr-xr-x") for line in programs)


@pytest.fixture
def guarded(tmp_path):
    """Run the script that dpkg runs before it unpacks, over a folder in the machine's place."""
    (tmp_path / "opt/chuangkou").mkdir(parents=True)
    script = tmp_path / "preinst"
    script.write_text(window.control("1.2").scripts["preinst"], encoding="utf-8")

    def run(*asked, **env):
        env = {"PATH": os.environ["PATH"], "DPKG_ROOT": str(tmp_path), **env}
        command = ["sh", script, *asked]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    return run


@contextmanager
def running(program):
    """Let a program of the folder run, as a window does."""
    shutil.copy("/bin/sleep", program)
    with subprocess.Popen([program, "60"]) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.slow
def test_no_file_is_changed_beneath_a_window_that_is_open(guarded, tmp_path):
    upgrade = ("upgrade", "1.1", "1.2")
    assert (guarded(*upgrade).returncode, guarded(*upgrade).stderr) == (0, "")
    with running(tmp_path / "opt/chuangkou/chuangkou") as process:
        told = guarded(*upgrade)
        assert told.returncode == 1
        assert told.stdout == ""
        assert told.stderr.count(f"{process.pid} (") == 2
        for words in ("关闭这台电脑上所有的窗口通", "close every window of Chuangkou"):
            assert words in told.stderr
        # What would not change a file of it, or must come whatever runs.
        for other in (("install",), ("install", "1.1"), ("abort-upgrade", "1.1")):
            assert (guarded(*other).returncode, guarded(*other).stderr) == (0, ""), other
        assert guarded(*upgrade, CHUANGKOU_MENDING="1").returncode == 0
    assert guarded(*upgrade).returncode == 0


@pytest.mark.slow
def test_the_update_command_does_not_stand_in_its_own_way(guarded, tmp_path):
    program = tmp_path / "opt/chuangkou/chuangkou-update"
    with running(program):
        assert guarded("upgrade", "1.1", "1.2").returncode == 0
        program.unlink()  # as by the version that it has just put in, and takes out again
        assert guarded("upgrade", "1.2", "1.1").returncode == 0
    with running(tmp_path / "opt/chuangkou/chuangkou-updates"):
        assert guarded("upgrade", "1.1", "1.2").returncode == 1
    elsewhere = tmp_path / "opt/chuangkou-centre"
    elsewhere.mkdir()
    with running(elsewhere / "chuangkou"):
        assert guarded("upgrade", "1.1", "1.2").returncode == 0


def test_it_says_what_it_needs_and_how_large_it_is(frozen, tmp_path):
    control = said(package(frozen, tmp_path), "--field")
    assert "Version: 1.2\n" in control
    assert "libxcb-cursor0" in control  # without it Qt says "could not load xcb" and ends
    assert "pcscd" in control.partition("Recommends:")[2].partition("\n")[0]
    size = int(control.partition("Installed-Size: ")[2].split()[0])
    assert 4 <= size <= 100
    assert "窗口" in Path(tmp_path / "tree/usr/share/applications/chuangkou.desktop").read_text()


def test_the_centres_byte_code_lies_in_its_package_whatever_this_machine_says_of_python(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    made = []
    for name in ("one", "two"):
        lib = tmp_path / name / "lib"
        lib.mkdir(parents=True)
        (lib / "part.py").write_text("assert False, 'kept'\n")
        centre._compile(sys.executable, lib)
        (code,) = (lib / "__pycache__").iterdir()
        made.append((code.name, code.read_bytes()))
        monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
        monkeypatch.delenv("PYTHONOPTIMIZE", raising=False)
    assert made[0] == made[1]
    assert b"kept" in made[0][1]
