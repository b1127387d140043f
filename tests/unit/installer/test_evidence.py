"""What may ship, and when two builds are the same."""

import pytest

from installer.shipping.evidence import (
    BESIDE_ON_WINDOWS,
    ForbiddenLicenceError,
    _with,
    allowed,
    differences,
    judge,
    licence_of,
)


@pytest.mark.parametrize(
    "expression",
    ["MIT", "Apache-2.0 OR BSD-3-Clause", "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only",
     "(Apache-2.0 OR BSD-3-Clause) AND BSD-3-Clause"],
)  # fmt: skip
def test_a_part_ships_by_one_choice_of_each_or(expression):
    assert allowed(expression)


@pytest.mark.parametrize(
    "expression", ["", "GPL-2.0-only", "AGPL-3.0-or-later", "MIT AND GPL-3.0-only", "Proprietary"]
)
def test_a_part_does_not_ship_by_one_forbidden_and(expression):
    assert not allowed(expression)


def part(name, **licence):
    return {"name": name, "licenses": [licence] if licence else []}


def test_every_part_in_question_is_named_at_once():
    parts = [
        part("good", expression="MIT"),
        part("copyleft", license={"id": "GPL-3.0-only"}),
        part("silent"),
        part("chuangkou"),
    ]
    with pytest.raises(ForbiddenLicenceError, match=r"copyleft: GPL-3.0-only; silent: \?"):
        judge(parts)


def test_what_comes_beside_the_distributions_is_judged_with_them():
    bill = _with({"components": [part("good", expression="MIT")]}, BESIDE_ON_WINDOWS)
    judge(bill["components"])
    copyleft = _with(bill, ({"name": "beside", "licence": "AGPL-3.0-only"},))
    with pytest.raises(ForbiddenLicenceError, match=r"^beside: AGPL-3.0-only$"):
        judge(copyleft["components"])


def test_what_a_part_says_only_in_words_is_looked_up():
    said = part("pyserial", license={"name": "License :: OSI Approved :: BSD License"})
    assert licence_of(said) == "BSD-3-Clause"
    judge([said])


def test_two_builds_differ_by_bytes_modes_links_and_absence(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        (folder / "same").write_bytes(b"same")
        (folder / "bytes").write_bytes(folder.name.encode())
        (folder / "mode").write_bytes(b"")
        (folder / "link").symlink_to(folder.name)
    (one / "mode").chmod(0o755)
    (one / "alone").write_bytes(b"")
    assert differences(one, other) == ["alone", "bytes", "link", "mode"]
    assert differences(one, one) == []
