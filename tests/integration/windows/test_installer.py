"""The installer put in, upgraded and removed under wine, around a program of a few files.

Marked bench: CI has no wine. `dist --windows --try` does the same with the whole program.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

from installer.windows import manifest, nsis, release, sign, trial

MOMENT = 1_764_547_200
HERE = Path(__file__).parent

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]


def program(folder, stub, text):
    """Lay out a program of a few files, with a stand-in for its interpreter."""
    for name in ("python/pythonw.exe", "python/python.exe"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(stub, folder / name)
    (folder / "app" / "ui" / "empty").mkdir(parents=True)
    (folder / "app" / "ui" / "__init__.py").write_bytes(b"")
    (folder / "app" / "ui" / "main.py").write_text(text)
    (folder / "lib").mkdir()
    (folder / "lib" / "large.bin").write_bytes(bytes(range(256)) * 8192)
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two versions' installers, a damaged one's, and who signed them."""
    place = tmp_path_factory.mktemp("made")
    stub = place / "stub.exe"
    nsis._make(HERE / "stub.nsi", {"OUT": str(stub)}, MOMENT)
    signer = sign.of_the_spot(place / "certificate", MOMENT)
    found = {"signer": signer, "stub": stub, "place": place}
    for name, version in (("old", "0.9.0"), ("new", "0.10.0")):
        product = nsis.Product(version, MOMENT)
        work = place / name
        work.mkdir()
        folder = program(work / "program", stub, name)
        found[name] = (product, release.pack(product, signer, folder, work), folder)
    return found


@pytest.fixture
def wine(tmp_path):
    here = trial.Wine(tmp_path / "prefix")
    assert "10.0" in here.become("win10")
    yield here
    here.close()


def test_twice_the_same_folder_gives_the_same_bytes_signature_too(made):
    product, first, folder = made["new"]
    place = made["place"] / "a longer place"
    place.mkdir()
    shutil.copytree(folder, place / "program")
    assert release.pack(product, made["signer"], place / "program", place).read_bytes() == (
        first.read_bytes()
    )


def test_a_signed_installer_that_was_changed_does_not_verify(made, tmp_path):
    _, setup, _ = made["new"]
    changed = tmp_path / "changed.exe"
    content = bytearray(setup.read_bytes())
    content[len(content) // 2] ^= 1
    changed.write_bytes(content)
    with pytest.raises(sign.SigningError):
        made["signer"].verify(changed)


def test_it_is_put_in_upgraded_and_removed_without_a_trace_but_data(made, tmp_path):
    said = []
    old, old_setup, _ = made["old"]
    new, new_setup, _ = made["new"]
    trial.attempt(tmp_path / "wine", old_setup, new_setup, old, new, said.append)
    assert any("Desktop/窗口通.lnk" in line for line in said)
    assert said[-1] == "removed; left behind: nothing; the data stays"


def test_the_shortcut_s_program_starts_the_interpreter_with_the_window(made, wine):
    old, setup, _ = made["old"]
    assert wine.run(setup, "/S", "/LANG=en", "/D=C:\\Hall")[0] == 0
    trial.verified(wine, old, Path("Hall"))
    assert (wine.drive / trial.DESKTOP / "Chuangkou.lnk").exists()
    wine.run_whole(wine.drive / "Hall" / "chuangkou.exe", "--training", "--lang", "en")
    started = (wine.drive / "started.txt").read_bytes().decode("utf-16-le")
    assert started == "-X utf8 -m ui --training --lang en"
    # An administrator's invitation that is opened where it lies starts the window with it.
    invitation = wine.drive / "users" / "Public" / "3 号窗口.chuangkou"
    invitation.write_text("{}")
    (wine.drive / "started.txt").unlink()
    wine.run_whole("start", "/unix", invitation)
    started = (wine.drive / "started.txt").read_bytes().decode("utf-16-le")
    assert started == '-X utf8 -m ui "C:\\users\\Public\\3 号窗口.chuangkou"'
    # Put in anew and the later version take the place that was chosen; one that moves leaves none.
    place = wine.drive / "Hall"
    (place / "window.json").write_text("{}")
    assert wine.run(setup, "/S", "/D=C:\\Hall\\.")[0] == 0
    trial.verified(wine, old, Path("Hall"))
    new, newer, _ = made["new"]
    assert wine.run(newer, "/S", "/D=C:\\Elsewhere")[0] == 0
    trial.verified(wine, new, Path("Elsewhere"))
    assert (wine.drive / "Elsewhere" / "window.json").read_text() == "{}"
    assert not place.exists()


def test_a_changed_file_is_refused_and_the_version_before_stays(made, wine, tmp_path):
    old, setup, _ = made["old"]
    new, _, folder = made["new"]
    assert wine.run(setup, "/S")[0] == 0
    work = tmp_path / "damaged"
    shutil.copytree(folder, work / "program")
    (work / "program" / "app" / "ui" / "main.py").write_text("NEW")  # as long as it was
    nsis.setup(new, work / "program", work, work / "damaged.exe")
    with pytest.raises(manifest.ManifestError, match=r"app/ui/main\.py"):
        manifest.check(nsis.unpack(work / "damaged.exe", new, work / "unpacked"))
    assert wine.run(work / "damaged.exe", "/S")[0] == 4
    trial.verified(wine, old)


def test_an_open_window_is_not_replaced_nor_removed(made, wine):
    old, setup, _ = made["old"]
    _, newer, _ = made["new"]
    assert wine.run(setup, "/S")[0] == 0
    place = wine.drive / trial.FOLDER
    (wine.drive / "started.txt").unlink(missing_ok=True)
    window = wine.start(place / old.folder / "python" / "pythonw.exe", "stay")
    while not (wine.drive / "started.txt").exists():
        assert window.poll() is None
    assert (
        subprocess.run(["wine", str(newer), "/S"], env=wine._environment(), check=False).returncode
        == 5
    )
    trial.manifest.check(place / old.folder)
    window.kill()
    window.wait()


def test_settings_that_are_not_there_are_refused_before_anything_is_written(made, wine):
    before = wine.files()
    _, setup, _ = made["old"]
    assert wine.run(setup, "/S", "/CONFIG=C:\\nowhere.json")[0] == 3
    assert wine.files() == before


def test_an_incomplete_installer_says_so_everywhere(made, wine, tmp_path):
    product = nsis.Product("0.9.0", MOMENT, complete=False)
    folder = program(tmp_path / "program", made["stub"], "x")
    shutil.rmtree(folder / "python")
    setup = release.pack(product, made["signer"], folder, tmp_path)
    assert "incomplete" in setup.name
    assert wine.run(setup, "/S")[0] == 0
    assert wine.registry(trial.LISTED)["DisplayName"].endswith("(incomplete)")
    code, _ = wine.run(wine.drive / trial.FOLDER / "chuangkou.exe", "/S")
    assert code == 2
