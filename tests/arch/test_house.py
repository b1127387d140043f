"""Habits that a machine can hold the house to: sizes, words in both languages, locks, secrets."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import polib
import pytest

from installer.catalogues import compile_all
from sync.texts import LANGUAGES, texts

ROOT = Path(__file__).resolve().parents[2]
CODE = [
    path
    for folder in ("client", "ui", "sync", "resources", "installer")
    for path in sorted((ROOT / folder).rglob("*.py"))
]
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def test_no_file_is_longer_than_500_lines():
    long = {
        str(p.relative_to(ROOT)): n
        for p in (*CODE, *TESTS)
        if (n := len(p.read_text().splitlines())) > 500
    }

    assert long == {}


def test_no_module_is_named_for_nothing():
    banned = {"utils", "util", "misc", "manager", "helper", "helpers", "common"}

    assert [str(p) for p in CODE if p.stem in banned] == []


def test_package_files_hold_a_docstring_only():
    for path in CODE:
        if path.name == "__init__.py":
            body = path.read_text().strip()
            assert body.startswith('"""'), path
            assert body.endswith('"""'), path
            assert body.count('"""') == 2, path


def test_both_languages_say_the_same_keys():
    chinese, english = (texts(language) for language in LANGUAGES)

    assert chinese.keys() == english.keys()


def test_both_languages_name_the_same_arguments():
    chinese, english = (texts(language) for language in LANGUAGES)
    named = re.compile(r"{(\w+)")
    # A Chinese date has the month's number, an English one its name; both are given to both.
    for key in sorted(chinese.keys() - {"paper.date"}):
        assert set(named.findall(chinese._messages[key])) == set(
            named.findall(english._messages[key])
        ), key


def test_every_error_has_its_remedy():
    words = texts("zh_CN")
    codes = {
        key for key in sorted(words.keys()) if key.startswith("error.") and not key.endswith(".do")
    }

    assert {key for key in codes if not words.has(key + ".do")} == set()


def test_compiled_catalogues_are_fresh(tmp_path):
    for source in (ROOT / "resources" / "i18n").rglob("*.po"):
        compiled = polib.pofile(str(source)).to_binary()
        assert source.with_suffix(".mo").read_bytes() == compiled, f"{source}: run tasks.py fix"
    assert compile_all() == []


def test_locks_pin_with_hashes_and_name_no_address():
    for lock in (ROOT / "installer" / "locks").glob("*.txt"):
        text = lock.read_text()
        assert not re.search(r"https?://|file:|--index", text), lock.name
        pins = re.findall(r"^[A-Za-z0-9_.\-\[\]]+==[^ ]+", text, re.MULTILINE)
        assert pins, lock.name
        assert len(re.findall(r"^[A-Za-z0-9]", text, re.MULTILINE)) == len(pins), lock.name


def test_centre_resolves_no_window_part_and_window_no_centre_part():
    locks = ROOT / "installer" / "locks"

    def names(file):
        return {
            line.split("==")[0] for line in (locks / file).read_text().splitlines() if "==" in line
        }

    assert not names("server.txt") & {
        "pyside6-essentials",
        "qasync",
        "sqlcipher3",
        "pyscard",
    }
    assert not names("window.txt") & {"fastapi", "uvicorn", "sqlalchemy", "alembic", "pyscard"}


def test_every_dependency_says_its_reason():
    text = (ROOT / "pyproject.toml").read_text()
    for section in ("dependencies = [", "window = [", "card = [", "server = ["):
        block = text[text.index(section) + len(section) : text.index("]\n", text.index(section))]
        rows = [row for row in block.splitlines() if row.strip().startswith('"')]
        reasoned = [row for row in rows if "#" in row]
        assert len(reasoned) >= len(rows) - (1 if section.startswith("window") else 0)


def test_repository_names_no_machine_and_no_registry():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    pattern = re.compile(r"pypi\.org|files\.pythonhosted|registry\.npmjs|/root/|/home/\w+/")
    found = []
    for name in tracked:
        path = ROOT / name
        if (
            name == "tests/arch/test_house.py"
            or not path.is_file()
            or path.suffix in {".ttf", ".mo", ".png", ".jpg", ".pdf"}
        ):
            continue
        if pattern.search(path.read_text(errors="ignore")):
            found.append(name)
    assert found == []


@pytest.mark.slow
def test_syntax_rules_and_their_tests_pass():
    tool = Path(sys.executable).parent / "ast-grep"
    for arguments in (["test", "--skip-snapshot-tests"], ["scan", "--error"]):
        assert (
            subprocess.run(
                [str(tool), *arguments], cwd=ROOT, check=False, capture_output=True
            ).returncode
            == 0
        )


def test_only_the_widgets_tests_make_an_application():
    """Qt's objects die in their own thread: no other test shares a process with them."""
    asked = re.compile(r"\bqapp\b|\bqtbot\b|\bmake_application\b|\bmake_loop\b")
    ours = {"ui", "bench", "arch"}  # bench and arch start processes of their own
    found = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if path.relative_to(ROOT / "tests").parts[0] not in ours and asked.search(path.read_text())
    ]

    assert found == []


def test_version_and_changelog_agree():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]

    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()


def test_each_decision_has_a_number_of_its_own():
    numbers = [path.name[:3] for path in (ROOT / "docs/adr").glob("*.md")]
    assert sorted(set(numbers)) == sorted(numbers)
