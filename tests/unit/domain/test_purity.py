"""The rules load nothing that does I/O or makes chance, and every code has its words."""

import pkgutil
import string
import subprocess
import sys
from pathlib import Path

import pytest

import sync.domain
from sync.domain.authority import Power, Role
from sync.domain.case import Flag, State
from sync.domain.catalogue import CaseKind, Unit
from sync.domain.catalogue_reading import INNER_STEPS
from sync.domain.events import Kind
from sync.domain.law import EXCLUDED_KINDS
from sync.domain.timeliness import Timeliness
from sync.domain.violations import SEVERITY, violation
from sync.texts import LANGUAGES, texts

ROOT = Path(__file__).parents[3]
MODULES = [m.name for m in pkgutil.walk_packages(sync.domain.__path__, "sync.domain.")]
PROBE = """
import sys
before = set(sys.modules)
{imports}
loaded = {{name.partition(".")[0] for name in set(sys.modules) - before}}
bad = loaded & {{
    "asyncio", "socket", "sqlite3", "subprocess", "threading", "concurrent", "pathlib", "logging",
    "random", "secrets", "ssl", "select", "selectors", "urllib", "http", "tempfile", "shutil",
    "cryptography", "msgspec", "stdnum", "pypinyin", "PySide6", "httpx", "sqlalchemy", "resources",
}}
print(",".join(sorted(bad)))
"""


@pytest.mark.slow
def test_importing_the_rules_in_a_fresh_process_loads_no_io():
    imports = "\n".join(f"import {name}" for name in MODULES)
    script = PROBE.format(imports=imports)
    found = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{script}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == ""


def test_no_file_of_the_rules_is_long():
    for path in (ROOT / "sync" / "domain").glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 500, path


KEYS = [
    *(f"violation.{code}" for code in SEVERITY),
    *(f"step.{kind.value}" for kind in Kind),
    *(f"step.{step}" for step in INNER_STEPS),
    *(f"state.{state.value}" for state in State),
    *(f"role.{role.value}" for role in Role),
    *(f"power.{power.value}" for power in Power),
    *(f"flag.{flag.value}" for flag in Flag),
    *(f"item_kind.{kind.value}" for kind in CaseKind),
    *(f"limit.{unit.value}" for unit in Unit),
    *(f"clock.counted.{unit.value}" for unit in Unit),
    *(f"excluded.{kind}" for kind in EXCLUDED_KINDS),
    *(f"timeliness.{kept.value}" for kept in Timeliness),
]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_its_words(language):
    words = texts(language)
    assert [key for key in KEYS if not words.has(key)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_words_are_kept_for_codes_that_are_gone(language):
    prefixes = ("step.", "state.", "power.", "flag.", "item_kind.", "timeliness.")
    kept = {key for key in texts(language).keys() if key.startswith(prefixes)}  # noqa: SIM118
    assert kept - set(KEYS) == set()


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_name_the_same_arguments():
    zh, en = (texts(language) for language in LANGUAGES)
    for key in sorted(zh.keys()):
        if key.partition(".")[0] in {"violation", "clock", "light", "limit"}:
            assert fields_of(zh._messages[key]) == fields_of(en._messages[key]), key


def test_an_unlisted_violation_is_our_defect():
    with pytest.raises(KeyError):
        violation("made_up")
