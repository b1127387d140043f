"""A machine takes a new version when it disturbs no one, and finds its way back; by real dpkg."""

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from client import updater
from client.updates.failures import UpdateFailure
from client.updates.keeping import Kept
from client.updates.machine import PACKAGE, STORE, Machine
from client.updates.offer import Reads, Release
from client.updates.rule import Hindrance, hindrances, turn
from client.updates.standing import NAME, UNKNOWN, Standing, note, read
from client.updates.updating import Updating, go_back
from sync.protocol.version import CURRENT
from tests.helpers.channel import READS, Publishing
from tests.helpers.store_world import Life

OLD_WIRE = "2026-02-01"


@pytest.fixture
def publishing(tmp_path):
    made = Publishing(tmp_path)
    made.release("0.1.0")
    return made


@pytest.fixture
def store(tmp_path):
    """One person's store, closed in order."""
    folder = tmp_path / "home" / STORE
    folder.mkdir(parents=True)
    (folder / "store.db").touch()
    note(folder, Standing(12, OLD_WIRE, 0))
    return folder


@pytest.fixture
def machine(tmp_path, store):
    """A machine in a folder, with packages of its own and one person's home."""
    root, home = tmp_path / "machine", tmp_path / "home"
    (root / "var/lib/dpkg/info").mkdir(parents=True)
    (root / "var/lib/dpkg/updates").mkdir()
    (root / "var/lib/dpkg/status").touch()
    (tmp_path / "machine-id").write_text("0123\n")
    forced = ("--force-not-root", "--force-script-chrootless", "--force-bad-path")
    dpkg = ("dpkg", f"--root={root}", f"--log={tmp_path / 'dpkg.log'}", *forced)
    return Machine(dpkg, root / "opt/chuangkou", (home,), tmp_path / "machine-id")


@pytest.fixture
def kept(tmp_path):
    return Kept(tmp_path / "kept")


@pytest.fixture
def updating(publishing, machine, kept, tmp_path):
    machine.put(tmp_path / "chuangkou_0.1.0_all.deb")
    feed = publishing.feed(tmp_path / "seen")
    return Updating(feed, machine, kept, tmp_path / "fetched")


def test_a_newer_version_is_put_in_and_the_former_comes_back(publishing, machine, kept, updating):
    publishing.release("0.2.0")
    assert updating.look().ready
    updating.install()
    assert machine.present() == "0.2.0"
    assert updating.look().hindered == (Hindrance.NOT_NEWER,)
    assert go_back(machine, kept).version == "0.1.0"
    assert machine.present() == "0.1.0"
    updating.install()
    publishing.release("0.10.0")
    updating.install()
    assert machine.present() == "0.10.0"
    assert go_back(machine, kept).version == "0.2.0"


def test_what_was_fetched_and_never_put_in_is_no_way_back(publishing, machine, kept, tmp_path):
    machine.put(tmp_path / "chuangkou_0.1.0_all.deb")
    newer = publishing.release("0.2.0")
    kept.keep(newer, tmp_path / "chuangkou_0.2.0_all.deb")  # a window was opened meanwhile
    with pytest.raises(UpdateFailure, match=r"update\.no_former"):
        go_back(machine, kept)
    assert machine.present() == "0.1.0"


def test_a_package_on_hold_is_installed(publishing, machine, updating):
    held = f"{PACKAGE} hold\n"
    subprocess.run([*machine._dpkg, "--set-selections"], input=held, text=True, check=True)
    assert machine.present() == "0.1.0"
    publishing.release("0.2.0")
    assert updating.look().ready
    updating.install()
    assert machine.present() == "0.2.0"


def test_a_version_that_does_not_start_is_taken_out_again(publishing, machine, updating):
    publishing.release("0.2.0", starts=False)
    with pytest.raises(Exception, match=r"update\.does_not_start version=0\.2\.0"):
        updating.install()
    assert machine.present() == "0.1.0"
    assert machine.works()


def test_an_open_window_waits_for_no_update(publishing, machine, updating, tmp_path):
    publishing.release("0.2.0")
    program = tmp_path / "machine/opt/chuangkou/chuangkou"
    shutil.copy("/bin/sleep", program)
    with subprocess.Popen([program, "60"]) as window:
        try:
            assert updating.look().hindered == (Hindrance.WINDOW_OPEN,)
            updating.install()
            assert machine.present() == "0.1.0"
        finally:
            window.kill()
    updating.install()
    assert machine.present() == "0.2.0"


def test_by_hand_nothing_is_changed_beneath_an_open_window(publishing, machine, tmp_path):
    machine.put(tmp_path / "chuangkou_0.1.0_all.deb")  # a first time, nothing is in the way
    newer = publishing.package("0.2.0")
    doctor = tmp_path / "machine/opt/chuangkou/chuangkou-doctor"
    before = doctor.stat().st_ino
    program = doctor.with_name("chuangkou")
    shutil.copy("/bin/sleep", program)
    with subprocess.Popen([program, "60"]) as window:
        try:
            command = [*machine._dpkg, "--install", newer]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode != 0
            assert f"{window.pid} (" in done.stderr
            with pytest.raises(UpdateFailure, match=r"update\.hindered what=window_open"):
                machine.put(newer)
            assert (machine.present(), doctor.stat().st_ino) == ("0.1.0", before)
            machine.put(newer, mending=True)  # what does not start is replaced all the same
            assert machine.present() == "0.2.0"
        finally:
            window.kill()
    machine.put(tmp_path / "chuangkou_0.1.0_all.deb")
    assert machine.present() == "0.1.0"


def test_what_waits_must_be_readable_for_who_comes(publishing, updating, store):
    publishing.release("0.2.0", reads=Reads(12, "2026-06-01", "2027-01-01"))
    assert updating.look().ready
    note(store, Standing(12, OLD_WIRE, 3))
    assert updating.look().hindered == (Hindrance.WAITING_UNREADABLE,)
    note(store, Standing(13, CURRENT, 3))
    assert updating.look().hindered == (Hindrance.STORE_UNREADABLE,)


def test_the_way_back_is_barred_when_the_former_cannot_read_the_store(
    publishing, machine, kept, updating, store
):
    publishing.release("0.1.0", reads=Reads(12, "2026-01-01", "2027-01-01"))
    publishing.release("0.2.0")
    updating.install()
    note(store, Standing(13, OLD_WIRE, 0))
    with pytest.raises(Exception, match=r"update\.hindered what=store_unreadable"):
        go_back(machine, kept)
    assert machine.present() == "0.2.0"


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1]", b'{"store":-1}', b"x" * 9000])
def test_a_store_without_a_clear_note_is_read_by_nobody(store, content):
    (store / NAME).unlink()
    if content is not None:
        (store / NAME).write_bytes(content)
    assert read(store) == UNKNOWN


def test_a_note_that_is_a_folder_or_no_text_is_unclear(store):
    (store / NAME).unlink(missing_ok=True)
    (store / NAME).mkdir()
    assert read(store) == UNKNOWN
    (store / NAME).rmdir()
    (store / NAME).write_bytes(b'{"store":1,"wire":"\xff","waiting":0}')
    assert read(store) == UNKNOWN


def test_a_package_whose_note_was_lost_is_none_that_is_kept(publishing, kept, tmp_path):
    release = publishing.release("0.2.0")
    package = tmp_path / "package"
    package.write_bytes(b"deb")
    kept.keep(release, package).with_name("release.json").write_bytes(b"")
    assert kept.of("0.2.0") is None
    assert kept.others("0.1.0") == ()


def test_a_note_that_is_a_link_or_a_pipe_is_not_followed(store, tmp_path):
    (tmp_path / "other.json").write_text('{"store":1,"wire":"2026-01-01","waiting":0}')
    (store / NAME).unlink()
    (store / NAME).symlink_to(tmp_path / "other.json")
    assert read(store) == UNKNOWN
    (store / NAME).unlink()
    os.mkfifo(store / NAME)
    assert read(store) == UNKNOWN


def test_a_roll_out_reaches_its_share_of_machines_each_time_others(publishing):
    release = publishing.release("0.2.0", share=10)
    names = [f"machine-{number}" for number in range(2000)]
    taken = {
        name for name in names if not hindrances(release, "0.1.0", name, windows=0, standings=())
    }
    assert 120 < len(taken) < 280
    assert taken != {name for name in names if turn(name, "0.3.0") < 10}


def test_the_store_says_how_it_stands(tmp_path):
    life = Life(tmp_path / "store")
    store = life.open()
    assert read(life.folder).waiting == 1  # while it is open nobody knows better
    life.centre.pull(store)
    life.session(store)
    store.close()
    said = read(life.folder)
    assert (said.wire, said.waiting) == (CURRENT, 1)
    newer = Release("0.2.0", "chuangkou_0.2.0_all.deb", 100, READS)
    assert hindrances(newer, "0.1.0", "m", windows=0, standings=(said,)) == ()
    store = life.open()
    store.close()
    assert read(life.folder) == said


def test_the_command_looks_installs_goes_back_and_tells(publishing, machine, tmp_path, capsys):
    machine.put(tmp_path / "chuangkou_0.1.0_all.deb")
    trusted = tmp_path / "root.json"
    trusted.write_bytes(publishing.trusted)
    settings = tmp_path / "update.json"
    settings.write_text(json.dumps({"source": str(publishing.folder), "trusted": str(trusted)}))
    common = ["--settings", str(settings), "--state", str(tmp_path / "state"), "--lang", "en"]

    def run(what, *more):
        code = updater.main([what, *common, *more], machine)
        return code, "".join(capsys.readouterr())

    code, said = run("look")
    assert (code, said.splitlines()[0]) == (0, "Installed: 0.1.0")
    assert said.splitlines()[-1] == "  ! It is not newer than what is installed."
    publishing.release("0.2.0")
    code, said = run("install")
    assert (code, said.splitlines()[-1]) == (
        0,
        "0.2.0 is installed: the next window that is opened is it.",
    )
    settings.rename(tmp_path / "away.json")  # the way back asks no channel
    assert run("back") == (0, "Back at 0.1.0.\n")
    (tmp_path / "away.json").rename(settings)
    note(tmp_path / "home" / STORE, Standing(1000, CURRENT, 0))
    run("look")
    machine.put(tmp_path / "chuangkou_0.2.0_all.deb")
    code, said = run("back")
    assert (code, said.splitlines()[-1]) == (2, "[update.hindered]")
    assert "It cannot read the data that is here" in said
    (tmp_path / "file").touch()
    code, said = run("look", "--state", str(tmp_path / "file" / "state"))
    assert (code, said.splitlines()[-1]) == (2, "[update.no_room]")
    code, said = run("look", "--from", str(tmp_path / "nowhere"))
    assert (code, said.splitlines()[-1]) == (2, "[update.unreachable]")
    code, said = run("look", "--trusted", str(tmp_path / "none"))
    assert (code, said.splitlines()[-1]) == (2, "[update.no_root]")
    assert Path(tmp_path / "state").stat().st_mode & 0o77 == 0
    with (tmp_path / "state" / "lock").open("ab") as other:  # the timer's run
        fcntl.flock(other, fcntl.LOCK_EX)
        for what in ("install", "back"):
            code, said = run(what)
            assert (code, said.splitlines()[-1]) == (2, "[update.busy]")
    settings.unlink()
    machine.present = lambda: 1 / 0  # a defect
    code, said = run("back")
    assert (code, said.splitlines()[-1]) == (2, "ZeroDivisionError: division by zero")
