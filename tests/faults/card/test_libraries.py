"""A maker's library that is missing, none, crashes, hangs or prints: said, and nothing more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from client.card.at_window import CardAtWindow
from client.card.failures import CardFailure, CardProblem
from client.card.pkcs11_library import TokenLibrary
from client.card.simulator import SimulatedReaders
from tests.helpers.cards import authority_for_tests, card_named
from tests.helpers.waiting import until

pytestmark = pytest.mark.slow

SOURCE = Path(__file__).parents[2] / "helpers" / "bad_library.c"
SHORT_S = 0.5
WINDOWS = """
import sys, tempfile, pathlib
from client.bootstrap import build_window
from client.host.settings import Settings
folder = pathlib.Path(tempfile.mkdtemp())
build_window(folder, Settings(reader="simulator"), print)
print([name for name in sys.modules if "pkcs11" in name])
build_window(folder, Settings(reader="simulator", token_library="/none.so"), print)
print("pkcs11" in sys.modules)
"""


@pytest.fixture
def built(tmp_path):
    def build(**does: str) -> Path:
        path = tmp_path / "library.so"
        defined = [f"-D{name}={what}" for name, what in does.items()]
        subprocess.run(
            ["gcc", "-w", "-shared", "-fPIC", *defined, SOURCE, "-o", path], check=True, timeout=60
        )
        return path

    return build


@pytest.fixture
def loaded():
    libraries = []

    def load(path, **more) -> TokenLibrary:
        libraries.append(TokenLibrary(str(path), **{"look_s": 0.1, **more}))
        return libraries[-1]

    yield load
    for library in libraries:
        library.close()
    assert [child for child in psutil.Process().children() if hosts(child)] == []


def hosts(process: psutil.Process) -> bool:
    try:
        return "client.card.pkcs11_host" in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def wrong_with(library: TokenLibrary) -> CardFailure:
    with pytest.raises(CardFailure) as caught:
        library.facts()
    return caught.value


def test_a_file_that_is_not_there_or_not_named_whole_is_missing(loaded, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "near.so").write_bytes(b"")
    for path in (tmp_path / "none.so", "near.so", tmp_path, ""):
        failure = wrong_with(loaded(path))
        assert failure.what is CardProblem.LIBRARY_MISSING, path


def test_a_file_that_is_no_such_library_is_broken(loaded, built, tmp_path):
    text = tmp_path / "text.so"
    text.write_text("no library")
    failure = wrong_with(loaded(text))
    assert failure.what is CardProblem.LIBRARY_BROKEN
    assert failure.details == {"name": "text.so"}


@pytest.mark.parametrize("does", [{"LOAD": "abort()"}, {"LOOK": "abort()"}])
def test_a_library_that_crashes_is_named_and_the_window_lives(loaded, built, does):
    assert wrong_with(loaded(built(**does))).what is CardProblem.LIBRARY_CRASHED


def test_a_library_that_hangs_while_it_is_loaded_is_ended(loaded, built):
    library = loaded(built(LOAD="pause()"), load_s=SHORT_S)
    assert wrong_with(library).what is CardProblem.LIBRARY_SLOW


def test_a_library_that_hangs_at_a_call_is_ended(loaded, built):
    library = loaded(built(LOOK="pause()"), patience_s=2.0)
    with pytest.raises(CardFailure) as caught:
        library.facts()
    assert caught.value.what is CardProblem.SLOW


def test_a_library_that_prints_does_not_disturb_the_line(loaded, built):
    library = loaded(built(LOAD='puts("{}");fflush(stdout)', LOOK='puts("hello");fflush(stdout)'))
    assert library.facts().cryptoki == "2.40"
    assert library.slots() == ()


def test_a_crashed_library_leaves_the_readers_as_they_are(loaded, built, tmp_path):
    readers = SimulatedReaders("Bench")
    window = CardAtWindow(readers, readers, loaded(built(LOAD="abort()")))
    readers.named("Bench").insert(
        card_named(authority_for_tests(tmp_path / "a"), "chief", tmp_path)
    )
    with pytest.raises(CardFailure) as caught:
        window.token_library()
    assert caught.value.what is CardProblem.LIBRARY_CRASHED
    until(window.present)
    assert window.reader() == "Bench"
    assert window.look().reader == "Bench"
    window.close()


def test_a_desk_with_nothing_but_a_broken_library_says_so(loaded, built):
    readers = SimulatedReaders()
    window = CardAtWindow(readers, readers, loaded(built(LOAD="abort()")))
    with pytest.raises(CardFailure):
        window.token_library()
    with pytest.raises(CardFailure) as caught:
        window.reader()
    assert caught.value.what is CardProblem.LIBRARY_CRASHED
    window.close()


def test_the_window_itself_loads_no_library_and_knows_none():
    """A window that is set to one has it in another process; one that is not, nowhere."""
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            WINDOWS,
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert said.stdout.split("\n")[:2] == ["[]", "False"]
