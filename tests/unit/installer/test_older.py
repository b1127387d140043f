"""What reaches older desktops: symbol versions, the lock for glibc 2.28, the Python put in."""

import hashlib
import io
import json
import re
import tarfile
from pathlib import Path

import pytest

from installer.shipping import older, symbols
from installer.shipping.freeze import LOCKS

#: As objdump -p of binutils 2.40 prints it.
TOLD = """
Dynamic Section:
  NEEDED               libc.so.6

Version definitions:
1 0x01 0x0b0f2d5a libown.so.1

Version References:
  required from libstdc++.so.6:
    0x08922974 0x00 08 GLIBCXX_3.4.9
    0x0297f864 0x00 07 GLIBCXX_3.4.24
    0x0bafd179 0x00 06 CXXABI_1.3.9
  required from libc.so.6:
    0x09691a75 0x00 05 GLIBC_2.2.5
    0x069691b8 0x00 04 GLIBC_2.28
    0x0d696914 0x00 03 GLIBC_2.4
"""


def test_the_newest_version_of_each_set_counts_by_number_not_by_letter():
    found = symbols.newest_in(TOLD)
    assert found == {"GLIBC": "2.28", "GLIBCXX": "3.4.24", "CXXABI": "1.3.9"}


def test_only_what_is_newer_than_the_floor_hinders():
    needs = [
        symbols.Need("new.so", {"GLIBC": "2.34"}),
        symbols.Need("floor.so", {"GLIBC": "2.28"}),
        symbols.Need("old.so", {"GLIBC": "2.4"}),
        symbols.Need("data.so", {}),
    ]
    assert [need.file for need in older.hindering(needs)] == ["new.so"]
    assert symbols.newest(needs) == "2.34"
    assert symbols.newest(needs, "GLIBCXX") == ""
    header, first, *_ = symbols.table(needs).splitlines()
    assert header.split() == ["GLIBC", "GLIBCXX", "CXXABI", "file"]
    assert first.split() == ["2.34", "-", "-", "new.so"]


def pinned(name):
    text = (LOCKS / name).read_text("utf-8")
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^ \\]+)", text, re.MULTILINE))


def test_older_desktops_get_the_same_parts_but_for_qt():
    """And nothing is left to be built from source but what card.txt names."""
    new, old = pinned("window.txt"), pinned("window-glibc-2.28.txt")
    qt = {"pyside6-essentials", "shiboken6"}
    assert {name: old[name] for name in old.keys() - qt}.items() <= new.items()
    assert {old[name].rpartition(".")[0] for name in qt} == {"6.8"}


def vendor(folder, body, sha256=None):
    (folder / "python.tar.gz").write_bytes(body)
    named = {"file": "python.tar.gz", "sha256": sha256 or hashlib.sha256(body).hexdigest()}
    manifest = folder / "vendor.json"
    manifest.write_text(json.dumps({"python": named}))
    return manifest


def test_the_python_put_in_is_the_one_that_is_named(tmp_path):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        entry = tarfile.TarInfo("python/bin/python3")
        entry.size = 4
        archive.addfile(entry, io.BytesIO(b"#!sh"))
    inside = older.vendored(tmp_path / "work", vendor(tmp_path, packed.getvalue()))
    assert inside is not None
    assert inside.read_bytes() == b"#!sh"
    with pytest.raises(older.VendorError, match=f"not {'0' * 64}"):
        older.vendored(tmp_path / "work", vendor(tmp_path, packed.getvalue(), "0" * 64))
    (tmp_path / "python.tar.gz").unlink()
    assert older.vendored(tmp_path / "work", tmp_path / "vendor.json") is None


def test_what_is_missing_is_said_with_its_address_and_sum():
    named = json.loads((Path(older.__file__).parent / "vendor.json").read_text("utf-8"))["python"]
    assert named["url"] in older.missing()
    assert re.fullmatch(r"[0-9a-f]{64}", named["sha256"])
    assert symbols.ordered(named["floor"]) <= symbols.ordered(older.FLOOR)
