"""What this machine is set to: every value checked, kept at once, and what waits for a start."""

import json
import re
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from client.app.failures import AppFailure
from client.app.machine.checking import LINES, LONGEST, PATHS, TEXTS, checked
from client.app.machine.settings import Machine, MachineParts
from client.app.ports.counter import SerialLine
from client.app.ports.scan import ScanFailure
from client.host.lanes import Lanes
from client.host.machine import below_program_folders, kept_by_administrator
from client.host.settings import NAME, Settings, load_settings
from sync.domain.failures import Failure, FailureKind

SYSTEMS = ("linux", "win32", "darwin")
CODES = {
    "settings.unclear",
    "settings.too_long",
    "settings.not_a_line",
    "settings.not_whole",
    "settings.not_a_library",
}


def outcome(name, text, system):
    try:
        return checked(name, text, system), ""
    except AppFailure as failure:
        return "", failure.code


@given(st.sampled_from(TEXTS), st.text(max_size=LONGEST + 50), st.sampled_from(SYSTEMS))
def test_a_value_is_taken_as_it_is_kept_or_refused_by_a_code(name, text, system):
    kept, code = outcome(name, text, system)
    assert code in {"", *CODES}
    if code:
        return
    assert kept == checked(name, kept, system)  # what is kept would be kept again
    assert kept.isprintable() or not re.search(r"[\x00-\x1f\x7f]", kept)
    assert len(kept) <= LONGEST
    if name in LINES and kept:
        assert re.fullmatch(r"COM\d{1,3}" if system == "win32" else r"/dev/\S+", kept)
    if name in PATHS and kept:
        assert ".." not in re.split(r"[/\\]", kept)
        assert kept.startswith("/") or re.match(r"[A-Za-z]:\\|\\\\", kept)


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"]), max_size=60))
def test_any_name_of_a_printer_is_taken(name):
    assert checked("printer_a4", name, "linux") == name.strip()


@given(st.lists(st.sampled_from(["lib", "maker", "驱动", "..", "a b"]), min_size=1, max_size=5))
def test_a_library_is_a_whole_path_that_climbs_nowhere(parts):
    path = "/" + "/".join(parts) + "/libkey.so.2"
    if ".." in parts:
        with pytest.raises(AppFailure):
            checked("token_library", path, "linux")
    else:
        assert checked("token_library", path, "linux") == path


@pytest.mark.parametrize(
    ("name", "text", "system", "code"),
    [
        ("id_reader", "COM3", "linux", "settings.not_a_line"),
        ("id_reader", "/dev/../etc/passwd", "linux", "settings.not_a_line"),
        ("id_reader", "COM0", "win32", "settings.not_a_line"),
        ("token_library", "libkey.so", "linux", "settings.not_whole"),
        ("token_library", "/usr/lib/libkey.txt", "linux", "settings.not_a_library"),
        ("token_library", r"\\server\share\key.dll", "win32", "settings.not_a_library"),
        ("token_library", r"\key.dll", "win32", "settings.not_whole"),
        ("camera_folder", "scans", "linux", "settings.not_whole"),
        ("printer_a4", "a\nb", "linux", "settings.unclear"),
        ("scanner", "x" * (LONGEST + 1), "linux", "settings.too_long"),
    ],
)
def test_what_is_wrong_has_its_code(name, text, system, code):
    with pytest.raises(AppFailure) as refused:
        checked(name, text, system)
    assert refused.value.code == code


def test_each_system_names_its_lines_and_libraries():
    assert checked("id_reader", " com12 ", "win32") == "COM12"
    assert checked("id_reader", "/dev/serial/by-id/usb-1a86:x", "linux").endswith("1a86:x")
    assert checked("token_library", r"C:\Windows\System32\key.DLL", "win32").endswith("key.DLL")
    assert checked("token_library", "/usr/lib/key.dylib", "darwin") == "/usr/lib/key.dylib"


def test_a_library_counts_where_only_an_administrator_writes(tmp_path):
    own = tmp_path / "key.so"
    own.write_bytes(b"")
    assert not kept_by_administrator(own)
    assert kept_by_administrator(Path("/bin/sh"))
    folders = {"ProgramFiles": r"C:\Program Files", "SystemRoot": r"C:\Windows"}
    assert below_program_folders(r"c:\program files\Maker\key.dll", folders)
    assert not below_program_folders(r"C:\Program Files Evil\key.dll", folders)
    assert not below_program_folders(r"D:\key.dll", folders)
    assert not below_program_folders(r"D:\key.dll", {})


# ---------------------------------------------------------------- kept


class Around:
    """What a machine has, to be spoilt; what it was told to listen to."""

    def __init__(self):
        self.used = []
        self.scan_fault = None

    def scanners(self):
        if self.scan_fault is not None:
            raise self.scan_fault
        return ()

    def listen(self, settings):
        return (settings.id_reader, settings.barcode_scanner)


@pytest.fixture
def around():
    return Around()


@pytest_asyncio.fixture
async def machine(tmp_path, around):
    lanes = Lanes()
    parts = MachineParts(
        folder=tmp_path,
        started=load_settings(tmp_path),
        listen=around.listen,
        lines=lambda: (SerialLine("/dev/ttyUSB0", ""),),
        scanners=around.scanners,
        printers=lambda: ("A4",),
    )
    yield Machine(parts, lanes, around.used.append)
    await lanes.close()


@pytest.mark.asyncio
async def test_a_change_is_in_the_file_at_once_and_a_newer_versions_member_stays(machine, tmp_path):
    (tmp_path / NAME).write_text('{"later": 1, "centre": "https://c"}')
    assert await machine.change("printer_roll", " 小票机 ") == "小票机"
    await machine.set_desktop_notice(on=False)
    kept = json.loads((tmp_path / NAME).read_text())
    assert kept == {
        "later": 1,
        "centre": "https://c",
        "printer_roll": "小票机",
        "desktop_notice": False,
    }
    assert machine.settings.printer_roll == "小票机"
    assert machine.waiting == ()


@pytest.mark.asyncio
async def test_a_line_is_listened_to_at_once_and_serves_one_device(machine, around):
    await machine.change("id_reader", "/dev/ttyUSB0")
    assert around.used == [("/dev/ttyUSB0", "")]
    with pytest.raises(AppFailure) as refused:
        await machine.change("barcode_scanner", "/dev/ttyUSB0")
    assert refused.value.code == "settings.line_twice"
    await machine.change("id_reader", "")
    assert around.used[-1] == ("", "")


@pytest.mark.asyncio
async def test_folder_and_library_must_be_there_and_wait_for_the_next_start(machine, tmp_path):
    (tmp_path / "scans").mkdir()
    own = tmp_path / "key.so"
    for name, path, code in (
        ("camera_folder", tmp_path / "none", "settings.missing"),
        ("camera_folder", tmp_path / NAME, "settings.missing"),
        ("token_library", own, "settings.missing"),
    ):
        with pytest.raises(AppFailure) as refused:
            await machine.change(name, str(path))
        assert refused.value.code == code
    own.write_bytes(b"")
    with pytest.raises(AppFailure) as refused:
        await machine.change("token_library", str(own))
    assert refused.value.code == "settings.token_library_unsafe"
    assert load_settings(tmp_path) == Settings()
    await machine.change("camera_folder", str(tmp_path / "scans"))
    assert machine.waiting == ("camera_folder",)
    await machine.change("camera_folder", "")
    assert machine.waiting == ()


@pytest.mark.asyncio
async def test_a_disk_that_takes_nothing_and_a_spoilt_file_are_said(machine, tmp_path):
    (tmp_path / (NAME + ".part")).mkdir()
    with pytest.raises(AppFailure) as refused:
        await machine.change("scanner", "fi")
    assert refused.value.code == "settings.unwritten"
    assert machine.settings.scanner == ""
    (tmp_path / (NAME + ".part")).rmdir()
    (tmp_path / NAME).write_text("{")
    with pytest.raises(Failure) as damaged:
        await machine.change("scanner", "fi")
    assert damaged.value.code == "settings.damaged"


@pytest.mark.asyncio
async def test_what_is_there_is_found_and_a_silent_scanner_hides_nothing(machine, around):
    around.scan_fault = ScanFailure("scan.no_program", FailureKind.RETRIABLE)
    found = await machine.found()
    assert (found.printers, found.lines) == (("A4",), (SerialLine("/dev/ttyUSB0", ""),))
    assert found.scan_problem is around.scan_fault
