"""The entry point: options, looks that are kept, heavy parts loaded after the first paint."""

import subprocess
import sys
from pathlib import Path

import pytest

from client.host.settings import Settings
from sync.texts import texts
from ui.__main__ import load_looks, parser, save_looks, with_options

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_help_speaks_both_languages(language, capsys):
    with pytest.raises(SystemExit):
        parser(texts(language)).parse_args(["--help"])

    assert texts(language).t("cli.data") in capsys.readouterr().out


def test_options_stand_above_the_settings():
    options = parser(texts("en")).parse_args(
        ["--centre", "https://c", "--simulated-cards", "/cards", "--text-size", "large"]
    )
    settings = with_options(Settings(centre="https://other", idle_lock_minutes=7), options)

    assert (settings.centre, settings.reader, settings.cards) == (
        "https://c",
        "simulator",
        "/cards",
    )
    assert settings.idle_lock_minutes == 7


def test_no_option_changes_nothing():
    assert with_options(Settings(), parser(texts("en")).parse_args([])) == Settings()


def test_looks_are_kept_and_nonsense_is_not_believed(tmp_path):
    save_looks(tmp_path / "new", "en", "large", "dark")
    assert load_looks(tmp_path / "new") == {"language": "en", "text_size": "large", "mode": "dark"}

    (tmp_path / "looks.json").write_text('{"language": "xx", "mode": "dark"}')
    assert load_looks(tmp_path) == {"mode": "dark"}
    for nonsense in ("not json", '["dark"]', "null"):
        (tmp_path / "looks.json").write_text(nonsense)
        assert load_looks(tmp_path) == {}


def test_a_folder_that_takes_no_looks_is_no_fault_of_the_program(tmp_path):
    (tmp_path / "file").write_text("no folder")
    save_looks(tmp_path / "file", "en", "large", "dark")
    assert load_looks(tmp_path / "file") == {}


@pytest.mark.slow
def test_the_door_is_painted_before_anything_heavy_is_loaded():
    code = """
import sys
from ui.shell.app import make_application, show_window
app = make_application()
window = show_window("zh_CN", mode="light")
app.processEvents()
assert window.door.isVisible()
heavy = {"httpx", "typst", "pyhanko", "sqlcipher3", "PIL", "pypdfium2", "cryptography", "pypinyin"}
print(sorted(heavy & set(sys.modules)))
"""
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert answer.stdout.strip() == "[]"


@pytest.mark.slow
def test_a_window_that_cannot_open_says_so_at_the_door(tmp_path):
    code = f"""
import sys
from ui import __main__ as entry, loop
from PySide6.QtWidgets import QApplication
from ui.shell.window import MainWindow

def look():
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow) and window.door.failure.isVisible():
            print(window.door.failure.code.text())
            window.close()

settings = {str(tmp_path)!r} + "/window.json"
open(settings, "w").write("broken")
begin = entry._live

async def live(window, *rest):
    window.every = loop.Every(window, 50, look)
    return await begin(window, *rest)

entry._live = live
sys.exit(entry.main(["--data", {str(tmp_path)!r}, "--lang", "zh_CN"]))
"""
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert answer.stdout.split() == ["settings.damaged"], answer.stderr
    assert answer.returncode == 1
