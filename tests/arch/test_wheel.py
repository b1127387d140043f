"""What stands in the tree comes into the wheel: fonts, templates, pages, words, migrations.

Asks the build backend's own step that gathers files, without copying or zipping them.
"""

import os
from pathlib import Path

import pytest
from setuptools.command.build_py import build_py
from setuptools.dist import Distribution

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("client", "resources", "sync", "ui")


def in_tree():
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*"):
            inside = path.relative_to(ROOT)
            if path.is_file() and "__pycache__" not in inside.parts:
                yield str(inside)


@pytest.fixture(scope="module")
def in_wheel():
    before = Path.cwd()
    os.chdir(ROOT)
    try:
        distribution = Distribution({"script_name": "setup.py"})
        distribution.parse_config_files(["pyproject.toml"])
        # What an earlier build left in *.egg-info must not decide: only what pyproject.toml says.
        distribution.include_package_data = False
        step = build_py(distribution)
        step.build_lib = "wheel"
        step.ensure_finalized()
        return {os.path.relpath(path, "wheel") for path in step.get_outputs(include_bytecode=False)}
    finally:
        os.chdir(before)


def test_every_file_of_the_packages_is_in_the_wheel(in_wheel):
    lacking = sorted(set(in_tree()) - in_wheel)
    assert lacking == []


def test_nothing_else_is_in_the_wheel(in_wheel):
    assert sorted(in_wheel - set(in_tree())) == []
    assert {path.split("/")[0] for path in in_wheel} == set(PACKAGES)


@pytest.mark.parametrize(
    "path",
    [
        "resources/fonts/NotoSansSC-Regular.ttf",
        "resources/fonts/HanRare-20000.ttf",
        "resources/fonts/LICENCE-Hanazono.txt",
        "resources/templates/certificates/forms.json",
        "resources/i18n/en/LC_MESSAGES/ui.mo",
        "resources/web/templates/certificate.html",
    ],
)
def test_what_the_program_cannot_start_or_be_given_away_without_is_there(in_wheel, path):
    assert path in in_wheel
