"""What the window asks of whatever scans, asked of each way alike: SANE is the real program with
its own test backend; WIA's lines are spoken by a program in PowerShell's place."""

import io
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from PIL import Image

from client.app.ports.scan import ScanAsk, ScanFailure
from client.scan.sane import SaneScanners, _nearest
from client.scan.several import SeveralScanners
from client.scan.watched import WatchedFolder
from client.scan.wia import WiaScanners
from tests.helpers.scanners import PAGES, Camera, Later, Sane, Wia, jpeg

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.fixture(params=[Sane, Wia, Camera], ids=["sane", "wia", "camera"])
def way(request, tmp_path, monkeypatch):
    made = request.param(tmp_path)
    if isinstance(made, Sane):
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(made.memory))
    yield made
    made.scanners.cancel()
    assert made.left_behind() == []
    assert children() == []


@pytest.fixture
def sane(tmp_path, monkeypatch):
    def make(**options):
        made = Sane(tmp_path, **options)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(made.memory))
        return made

    yield make
    assert list((tmp_path / "memory").iterdir()) == []
    assert children() == []


def children():
    return [
        child.name()
        for child in psutil.Process().children()
        if child.is_running()
        and child.status() != psutil.STATUS_ZOMBIE
        and "scanimage" in " ".join(child.cmdline() or [""])
    ]


def ask(way, *, feeder=True):
    device = way.scanners.devices()[0]
    return ScanAsk(device.name, feeder=feeder)


def quiet(_percent):
    pass


def is_page(data):
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        return min(image.size) > 480


def presses(way, count):
    """A camera's pages come when somebody presses; the others' come by themselves."""
    if isinstance(way, Camera):
        for _ in range(count):
            way.press()


def test_devices_are_named_as_people_call_them(way):
    devices = way.scanners.devices()
    assert devices
    assert all(device.name and device.label for device in devices)
    assert devices[0].feeder is not isinstance(way, Camera)
    assert devices[0].endless is isinstance(way, Camera)


def test_a_stack_comes_page_by_page(way):
    heard = []
    pages = way.scanners.scan(ask(way), heard.append)
    if isinstance(way, Camera):
        Later(lambda: presses(way, way.stack))
    got = []
    for data in pages:
        got.append(data)
        if isinstance(way, Camera) and len(got) == way.stack:
            way.scanners.cancel()
    assert len(got) == way.stack
    assert all(map(is_page, got))
    assert heard[-1] == 100


def test_one_sheet_from_the_glass_is_one_page(way):
    if isinstance(way, Camera):
        return  # it has no glass: its pages come until it is enough, which is asked above
    assert len(list(way.scanners.scan(ask(way, feeder=False), quiet))) == 1


def test_a_scan_is_ended_from_another_thread_and_what_came_stays(way):
    way.slow()
    pages = way.scanners.scan(ask(way), quiet)
    if isinstance(way, Camera):
        Later(lambda: presses(way, 1))
    assert is_page(next(pages))
    ending = Later(way.scanners.cancel)
    assert len(list(pages)) < way.stack - 1
    ending.join()


def test_after_a_scan_that_was_ended_another_begins(way):
    way.slow()
    pages = way.scanners.scan(ask(way), quiet)
    if isinstance(way, Camera):
        Later(lambda: presses(way, 1))
    next(pages)
    pages.close()
    again = way.scanners.scan(ask(way), quiet)
    if isinstance(way, Camera):
        threading.Timer(0.2, lambda: presses(way, 1)).start()
    assert is_page(next(again))
    again.close()


def test_ending_nothing_is_nothing(way):
    way.scanners.cancel()
    way.scanners.cancel()


def test_a_device_that_is_not_there_is_gone(way):
    with pytest.raises(ScanFailure) as caught:
        list(way.scanners.scan(replace(ask(way), device="nothere:9"), quiet))
    assert caught.value.code == "scan.gone"


# ---------------------------------------------------------------- SANE alone


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("JAMMED", "scan.jammed"),
        ("COVER_OPEN", "scan.cover_open"),
        ("IO_ERROR", "scan.gone"),
        ("DEVICE_BUSY", "scan.busy"),
        ("NO_DOCS", "scan.empty"),
        ("ACCESS_DENIED", "scan.denied"),
        ("NO_MEM", "scan.broken"),
    ],
)
def test_what_a_device_says_is_told_by_its_own_code(sane, status, code):
    made = sane(**{"read-status-code": f'"SANE_STATUS_{status}"'})
    told = ""
    # The test backend's reader may be cut off before its status is told, or never wake; then it is
    # asked again.
    made.scanners = SaneScanners(env=made.env, silence_s=5.0)
    for _ in range(20):
        with pytest.raises(ScanFailure) as caught:
            list(made.scanners.scan(ask(made), quiet))
        told = caught.value.code
        if code == told or told not in {"scan.gone", "scan.silent"}:
            break
    assert told == code


def test_a_program_that_gives_up_in_the_middle_has_not_come_to_its_end(sane, tmp_path):
    made = sane()
    gives_up = program(
        tmp_path,
        'for a in "$@"; do case "$a" in --batch=*) d=$(dirname "${a#--batch=}");; esac; done\n'
        '[ -n "$d" ] && { echo page > "$d/1.tif"; echo "$d/1.tif"; }\n'
        'echo "scanimage: received signal 13" >&2; exit 0',
    )
    pages = SaneScanners(gives_up, made.env).scan(ScanAsk("test:0"), quiet)
    assert next(pages) == b"page\n"
    with pytest.raises(ScanFailure, match=r"scan\.gone"):
        next(pages)


def test_a_scanner_that_vanishes_in_the_middle_leaves_what_came(sane):
    made = sane()
    made.slow()
    pages = made.scanners.scan(ask(made), quiet)
    assert is_page(next(pages))
    for child in psutil.Process().children():
        if child.name() == "scanimage":
            os.kill(child.pid, signal.SIGKILL)
    with pytest.raises(ScanFailure) as caught:
        list(pages)
    assert caught.value.code == "scan.gone"


def test_a_device_that_says_nothing_is_given_up(sane, tmp_path):
    made = sane()
    silent = program(
        tmp_path, 'case "$*" in *--batch*) exec sleep 60;; *) exec scanimage "$@";; esac'
    )
    scanners = SaneScanners(silent, made.env, silence_s=0.3)
    with pytest.raises(ScanFailure) as caught:
        list(scanners.scan(ask(made), quiet))
    assert caught.value.code == "scan.silent"


def test_a_program_that_does_not_listen_is_killed(sane, tmp_path, monkeypatch):
    made = sane()
    monkeypatch.setattr("client.scan.sane._END_S", 0.2)
    deaf = program(tmp_path, "trap '' TERM; while true; do sleep 0.1; done")
    scanners = SaneScanners(deaf, made.env, silence_s=0.3)
    monkeypatch.setattr(scanners, "_options", lambda _device: {})
    with pytest.raises(ScanFailure):
        list(scanners.scan(ScanAsk("test:0"), quiet))
    assert not [p for p in psutil.Process().children() if "while true" in " ".join(p.cmdline())]


def test_rubbish_from_a_device_is_handed_on_as_it_came(sane, tmp_path):
    """What a page holds is for whoever takes it in to say."""
    made = sane()
    bad = program(
        tmp_path,
        'for a in "$@"; do case "$a" in --batch=*) d=$(dirname "${a#--batch=}");; esac; done\n'
        '[ -n "$d" ] && { echo rubbish > "$d/1.tif"; echo "$d/1.tif"; echo "$d/2.tif"; }',
    )
    assert list(SaneScanners(bad, made.env).scan(ScanAsk("test:0"), quiet)) == [b"rubbish\n", b""]


def test_colours_size_and_resolution_are_set_as_far_as_the_device_can(sane):
    made = sane()
    device = made.scanners.devices()[0].name
    (grey,) = made.scanners.scan(ScanAsk(device, colour=False, dpi=100), quiet)
    with Image.open(io.BytesIO(grey)) as image:
        assert image.mode == "L"
        assert image.size == (787, 787)  # 200 mm each way is all that this device has


@pytest.mark.parametrize(
    ("offered", "wanted", "nearest"),
    [
        (("75", "100", "150", "300", "600dpi"), 200, 150),
        (("1..1200dpi",), 200, 200),
        (("50..150dpi",), 200, 150),
        (("0..215.9mm",), 297, 215),
        (("auto",), 200, 200),
    ],
)
def test_of_what_is_offered_the_nearest_is_taken(offered, wanted, nearest):
    assert _nearest(offered, wanted) == nearest


# ---------------------------------------------------------------- the others alone


def test_a_machine_without_the_program_says_so(tmp_path):
    for scanners in (SaneScanners("/nowhere/scanimage"), WiaScanners(("/nowhere/powershell",))):
        with pytest.raises(ScanFailure) as caught:
            scanners.devices()
        assert caught.value.code == "scan.no_program"


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("end 80210002", "scan.jammed"),
        ("end 80210016", "scan.cover_open"),
        ("end 80070005", "scan.denied"),
        ("end deadbeef", "scan.broken"),
        ("", "scan.gone"),
    ],
)
def test_what_wia_ends_with_is_told_by_its_own_code(tmp_path, end, code):
    way = Wia(tmp_path)
    (tmp_path / "end").write_text(end)
    got = []
    with pytest.raises(ScanFailure) as caught:
        got.extend(iter_into(got, way.scanners.scan(ask(way), quiet)))
    assert caught.value.code == code
    assert len(got) == PAGES


def test_a_picture_that_is_still_being_saved_is_waited_for(tmp_path):
    way = Camera(tmp_path)
    pages = way.scanners.scan(ask(way), quiet)
    whole = jpeg(1)
    part = way.folder / "slow.jpg"

    def save():
        with part.open("wb", buffering=0) as stream:
            for at in range(0, len(whole), len(whole) // 20):
                stream.write(whole[at : at + len(whole) // 20])
                threading.Event().wait(0.005)

    saving = Later(save)
    assert next(pages) == whole
    saving.join()
    pages.close()


def test_a_folder_that_is_gone_is_told(tmp_path):
    way = Camera(tmp_path)
    pages = way.scanners.scan(ask(way), quiet)
    Later(lambda: presses(way, 1))
    next(pages)
    for path in way.folder.iterdir():
        path.unlink()
    way.folder.rmdir()
    with pytest.raises(ScanFailure) as caught:
        next(pages)
    assert caught.value.code == "scan.gone"
    assert way.scanners.devices() == ()


def test_several_ways_are_one_list_and_one_that_fails_hides_no_other(tmp_path):
    camera = Camera(tmp_path)
    both = SeveralScanners({"sane": SaneScanners("/nowhere"), "folder": camera.scanners})
    (device,) = both.devices()
    assert device.name == f"folder {camera.folder}"
    pages = both.scan(ScanAsk(device.name), quiet)
    Later(lambda: presses(camera, 1))
    assert is_page(next(pages))
    both.cancel()
    assert list(pages) == []
    with pytest.raises(ScanFailure, match=r"scan\.gone"):
        list(both.scan(ScanAsk("twain x"), quiet))
    with pytest.raises(ScanFailure, match=r"scan\.no_program"):
        SeveralScanners({"sane": SaneScanners("/nowhere")}).devices()
    assert SeveralScanners({"folder": WatchedFolder(tmp_path / "none")}).devices() == ()


def iter_into(got, pages):
    for page in pages:
        got.append(page)
    return ()


def program(folder, body):
    path = Path(tempfile.mkdtemp(dir=folder)) / "scanimage.sh"
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_the_program_here_is_the_real_one():
    told = subprocess.run(["scanimage", "--version"], capture_output=True, text=True, check=True)
    assert "sane-backends" in told.stdout


def test_a_scanner_that_hangs_hides_no_other_one(monkeypatch):
    def answer(_scanners, *arguments):
        if arguments[0] == "-f":
            return "net:hangs\tA\nusb:works\tB\n"
        if arguments[1] == "net:hangs":
            raise ScanFailure("scan.silent")
        return "    --source Flatbed|Automatic Document Feeder [Flatbed]\n"

    monkeypatch.setattr(SaneScanners, "_answer", answer)
    found = [(each.name, each.feeder) for each in SaneScanners().devices()]
    assert found == [("net:hangs", False), ("usb:works", True)]


def test_a_driver_of_windows_that_hangs_is_given_up():
    hangs = "import time; time.sleep(600)"
    scanners = WiaScanners((sys.executable, "-c", hangs), silence_s=0.2)
    with pytest.raises(ScanFailure, match=r"scan\.silent"):
        scanners.devices()


def test_a_file_that_is_renamed_while_it_is_looked_at_ends_no_scan(tmp_path, monkeypatch):
    gone, whole = tmp_path / "a.tmp", tmp_path / "b.jpg"
    gone.symlink_to(tmp_path / "nowhere")
    whole.write_bytes(b"page")
    monkeypatch.setattr(Path, "is_file", lambda _path: True)
    assert WatchedFolder(tmp_path)._sizes() == {whole: 4}
