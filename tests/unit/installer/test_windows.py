"""What the Windows installer's build decides by itself, without NSIS, wheels or wine."""

import hashlib
import json
import re
import zipfile

import pytest

from installer.windows import manifest, nsis, payload, release, vendor


def filled(folder, archive, **changes):
    """Write a manifest as a county's IT would fill it in."""
    members = {
        "version": "3.11.9",
        "file": archive.name,
        "url": "https://files.example/python.zip",
        "sha256": hashlib.sha256(archive.read_bytes()).hexdigest(),
        "signature": {
            "file": "python.zip.asc",
            "url": "https://files.example/python.zip.asc",
            "keyring": "signer.gpg",
        },
    }
    path = folder / "vendor.json"
    path.write_text(json.dumps({"python": members | changes}))
    return path


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "python.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for name in ("python.exe", "pythonw.exe", "python3.dll", "python311.dll", "python311.zip"):
            packed.writestr(name, name)
        packed.writestr("python311._pth", "python311.zip\n.\n")
    return path


def test_the_manifest_of_the_house_is_refused_and_names_all_that_nobody_filled_in():
    with pytest.raises(vendor.VendorError) as refused:
        vendor.read()
    for name in ("python.url", "python.sha256", "signature.url", "signature.keyring"):
        assert name in str(refused.value)
    assert vendor.tag_of(vendor.version_in()) == "cp311"


def test_an_address_that_is_not_https_and_a_hash_that_is_none_are_refused(tmp_path, archive):
    path = filled(tmp_path, archive, url="http://files.example/python.zip", sha256="ab")
    with pytest.raises(vendor.VendorError, match=r"python\.url, python\.sha256"):
        vendor.read(path)


def test_an_archive_that_is_not_the_one_or_not_signed_is_refused(tmp_path, archive):
    python = vendor.read(filled(tmp_path, archive))
    (tmp_path / "python.zip.asc").write_text("nothing")
    with pytest.raises(vendor.VendorError, match="public key"):
        vendor.fetch(python, tmp_path / "work")
    (tmp_path / "signer.gpg").write_bytes(b"")
    with pytest.raises(vendor.VendorError, match="signature does not hold"):
        vendor.fetch(python, tmp_path / "work")
    archive.write_bytes(archive.read_bytes() + b" ")
    with pytest.raises(vendor.VendorError, match="SHA-256 is"):
        vendor.fetch(python, tmp_path / "work")


def test_the_interpreter_looks_for_modules_in_our_folders_only(tmp_path, archive):
    vendor.unpack(archive, "cp311", tmp_path / "python", payload.PLACES)
    said = (tmp_path / "python" / "python311._pth").read_text().split()
    assert said == ["python311.zip", ".", "..\\lib", "..\\app"]
    with pytest.raises(vendor.VendorError, match=r"python312\.dll"):
        vendor.unpack(archive, "cp312", tmp_path / "python", payload.PLACES)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "program"
    for name in ("app/ui/main.py", "lib/b.dll", "lib/a.py", "bin/chuangkou.exe"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(name)
    return place


def test_a_manifest_notices_what_is_changed_missing_and_too_much(folder):
    manifest.write(folder)
    assert manifest.check(folder) == 4
    (folder / "lib" / "a.py").write_text("lib/A.py")
    (folder / "lib" / "b.dll").unlink()
    (folder / "lib" / "c.dll").write_text("c")
    with pytest.raises(manifest.ManifestError) as wrong:
        manifest.check(folder)
    assert str(wrong.value) == "changed: lib/a.py; missing: lib/b.dll; too much: lib/c.dll"


@pytest.mark.parametrize("name", ["字.py", "$INSTDIR.py", "a" * 151])
def test_a_name_that_the_script_cannot_write_is_refused_at_the_build(folder, name):
    (folder / name).write_text("")
    with pytest.raises(manifest.ManifestError):
        manifest.write(folder)


def test_every_file_is_put_in_once_below_the_version_s_own_folder(folder):
    manifest.write(folder)
    lines = nsis._lines(nsis.Product("1.2", 0), folder)
    put = [line for line in lines if line.startswith("File")]
    assert len(put) == len(set(put)) == 5
    places = [line for line in lines if line.startswith("SetOutPath")]
    assert all(line.startswith('SetOutPath "$INSTDIR\\chuangkou-1.2.part') for line in places)


def test_of_qt_only_what_a_window_needs_stays(tmp_path):
    names = {
        "PySide6/QtCore.pyd": True,
        "PySide6/Qt6Widgets.dll": True,
        "PySide6/plugins/platforms/qwindows.dll": True,
        "PySide6/translations/qtbase_zh_CN.qm": True,
        "PySide6/Qt6Quick.dll": False,
        "PySide6/designer.exe": False,
        "PySide6/translations/qtbase_de.qm": False,
        "PySide6/qml/QtQuick/qmldir": False,
        "bin/segno": False,
        "segno/__init__.py": True,
        "segno-1.6.6.dist-info/RECORD": False,
        "segno-1.6.6.dist-info/METADATA": True,
        "PIL/_avif.cp311-win_amd64.pyd": False,
    }
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    payload.trim(tmp_path)
    assert set(manifest.files_of(tmp_path)) == {name for name, stays in names.items() if stays}
    assert not (tmp_path / "PySide6" / "qml").exists()


@pytest.mark.parametrize("tag", ["cp311", "cp313"])
def test_the_lock_has_no_conditions_and_every_part_a_hash(tag):
    text = payload.lock_of(tag).read_text()
    parts = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
    assert len(parts) > 40
    assert all("--hash=sha256:" in part for part in parts)
    assert ";" not in text


def test_a_python_that_has_no_lock_is_refused_by_the_lock_s_name():
    with pytest.raises(payload.PayloadError, match=r"windows-cp399\.txt"):
        payload.lock_of("cp399")


def test_a_build_without_python_says_what_is_missing_and_makes_nothing(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(release, "WORK", tmp_path / "work")
    monkeypatch.setattr(release, "OUT", tmp_path / "dist")
    assert release.main(["--windows"]) == 2
    said = capsys.readouterr().err
    assert "python.sha256" in said
    assert "--without-python" in said
    assert not list(tmp_path.iterdir())
