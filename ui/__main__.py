"""Entry point of `chuangkou`, the window.

The door is painted before anything heavy is imported: Qt and our font first, then the desk with
its store, card and line while the clerk is still looking for the card.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from sync.texts import LANGUAGES, texts
from ui.faults import Faults
from ui.shell.app import attach, make_application, show_window
from ui.startup import UnfitPythonError, uncollected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.bootstrap import Window
    from client.host.crashes import Crashes
    from client.host.ending import Life
    from client.host.settings import Settings
    from sync.texts import Texts
    from ui.shell.window import MainWindow
    from ui.single import Single

PRACTICE = "training"  # the practice hall's folder, inside a window's own
_LOOKS = "looks.json"
_MODES = ("light", "dark", "auto")
_SIZES = ("normal", "large", "largest")
_faults = Faults()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the window until it is closed; returns the exit code.

    Args:
        arguments: the command line, without the program's name.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["doctor"]:
        from client.doctor import main as doctor  # noqa: PLC0415  (no window is painted)

        return doctor(given[1:])
    with uncollected():
        return _run(given)


def _run(given: Sequence[str]) -> int:
    options = parser(texts(_language(given))).parse_args(given)
    own = Path(options.data) if options.data else _own_folder()
    folder = own / PRACTICE if options.training else own
    looks = load_looks(own)
    language = options.lang or looks.get("language") or "zh_CN"
    try:
        app = make_application()
    except UnfitPythonError as unfit:
        print(unfit, file=sys.stderr)  # noqa: T201  (there is no window to say it in)
        return 2
    _faults.listen()
    from ui.single import Single  # noqa: PLC0415  (behind the guard)

    single = Single(folder)
    if not single.take():
        return 0 if single.hand_over(options.files) else 1
    window = show_window(
        language,
        mode=options.theme or looks.get("mode") or "auto",
        text_size=options.text_size or looks.get("text_size") or "normal",
    )
    window.fit_screen()
    window.looks_changed.connect(lambda *chosen: save_looks(own, *chosen))
    if options.training:
        window.show_practice()
    else:
        window.practice_wanted.connect(lambda: start_practice(own))
    window.starts_again = True
    from ui import loop  # noqa: PLC0415  (qasync after the first show)

    code = loop.run(app, lambda: _live(window, folder, options, single), _broken)
    single.release()
    _faults.end()
    if window.again:
        start_again([each for each in given if each not in options.files])
    if window.former:
        put_former_in()
    if window.begin_anew:
        from client.practice.place import clear  # noqa: PLC0415  (only in practice)

        clear(folder)
        start_practice(own)
    return code


def parser(words: Texts) -> argparse.ArgumentParser:
    """Describe the command line in one language."""
    t = words.t
    made = argparse.ArgumentParser("chuangkou", description=t("cli.window"), add_help=False)
    made.add_argument("-h", "--help", action="help", help=t("cli.help"))
    made.add_argument("--data", metavar="DIR", help=t("cli.data"))
    made.add_argument("--lang", choices=LANGUAGES, help=t("cli.lang"))
    made.add_argument("--text-size", choices=_SIZES, help=t("cli.text_size"))
    made.add_argument("--theme", choices=_MODES, help=t("cli.theme"))
    made.add_argument("--centre", metavar="URL", help=t("cli.centre"))
    made.add_argument("--watchdog", metavar="MS", type=int, default=0, help=t("cli.watchdog"))
    made.add_argument("--simulated-cards", metavar="DIR", help=t("cli.cards"))
    made.add_argument("--training", action="store_true", help=t("cli.training"))
    made.add_argument("files", nargs="*", metavar="FILE", help=t("cli.files"))
    return made


def load_looks(folder: Path) -> dict[str, str]:
    """Read language, text size and mode as last chosen; nothing where there is nothing."""
    try:
        found = json.loads((folder / _LOOKS).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    allowed = {"language": LANGUAGES, "text_size": _SIZES, "mode": _MODES}
    return {name: found[name] for name, values in allowed.items() if found.get(name) in values}


def save_looks(folder: Path, language: str, text_size: str, mode: str) -> None:
    """Keep how this machine's window looks; it says nothing of any person.

    Where there is no room for it, the window looks as chosen for as long as it runs.
    """
    kept = {"language": language, "text_size": text_size, "mode": mode}
    part = folder / f"{_LOOKS}.part"
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        part.write_text(json.dumps(kept), "utf-8")
        part.replace(folder / _LOOKS)


def with_options(settings: Settings, options: argparse.Namespace) -> Settings:
    """Return the settings with what the command line says besides."""
    import msgspec  # noqa: PLC0415

    said: dict[str, str] = {}
    if options.centre:
        said["centre"] = options.centre
    if options.simulated_cards:
        said |= {"reader": "simulator", "cards": str(options.simulated_cards)}
    return msgspec.structs.replace(settings, **said)


async def _live(
    window: MainWindow, folder: Path, options: argparse.Namespace, single: Single
) -> int:
    """Attach the desk behind the painted door, and live until the window is closed."""
    from ui import loop  # noqa: PLC0415
    from ui.shell.warm import import_pages  # noqa: PLC0415
    from ui.single import whole  # noqa: PLC0415

    closed = loop.spawn(window, loop.answered(window.closed), _broken)
    await loop.turned(2)
    window.door.make_scrollable()
    if options.watchdog:
        loop.Watchdog(window, options.watchdog, _blocked)
    try:
        await loop.aside(partial(import_module, "client.bootstrap"))
        await import_pages()
        built, life = await _open(folder, options)
    except Exception as error:  # noqa: BLE001  (told at the door: there is nowhere else to tell it)
        from client.app.rows.words import Words  # noqa: PLC0415
        from ui.door_face import DoorFace  # noqa: PLC0415
        from ui.values import Problem  # noqa: PLC0415

        _broken(error)
        window.door.show_face(
            DoorFace(Words("door.not_opened"), mood="refused", problem=Problem.of(error))
        )
        await loop.finished(closed)
        return 1
    minutes = _settings(folder).idle_lock_minutes
    if built.practice:  # whatever it was started with
        window.show_practice()
    elif not built.deck:
        window.offer_practice()
    work = attach(window, built.desk, built.deck, idle_minutes=minutes, guide=True)
    loop.spawn(work, built.desk.run(), work.fault)
    single.wanted.connect(lambda _files: window.come_forward())
    single.wanted.connect(work.open_files)
    single.listen()
    if options.files:
        work.open_files(whole(options.files))
    await loop.aside(partial(import_module, "httpx"))  # else the first login loads it
    await loop.finished(closed)
    await work.end()
    life.close()
    return 0


async def _open(folder: Path, options: argparse.Namespace) -> tuple[Window, Life]:
    """Begin this run and put its window together; one that cannot be is no death of the program."""
    from ui import loop  # noqa: PLC0415

    if options.training:
        await loop.aside(partial(_practise, folder))
    life, crashes = await loop.aside(partial(_begin, folder))
    try:
        return _build(folder, options, life, crashes), life
    except BaseException:
        life.close()
        raise


def start_again(given: Sequence[str]) -> bool:
    """Start the window anew as it was started; say whether it started.

    Args:
        given: the command line, without the program's name.
    """
    return _started(given)


def put_former_in() -> None:
    """Become the command that puts the former version in: it finds no open window then.

    Returns only where there is no such command; the page offered it to an account that may.
    """
    from client.app.machine.updates import COMMAND  # noqa: PLC0415  (when asked for)

    with suppress(OSError):
        os.execlp(COMMAND, COMMAND, "back")  # noqa: S606  (found as it was offered)


def start_practice(own: Path) -> bool:
    """Start the practice hall's window as a program of its own; say whether it started.

    Args:
        own: the folder of the window that it is asked from.
    """
    return _started(("--training", "--data", str(own)))


def _started(arguments: Sequence[str]) -> bool:
    from PySide6.QtCore import QProcess  # noqa: PLC0415  (when asked for)

    from client.host.program import command_of  # noqa: PLC0415

    program, *how = command_of("chuangkou", "ui")
    process = QProcess()
    process.setProgram(program)
    process.setArguments([*how, *arguments])
    return bool(process.startDetached())


def _practise(folder: Path) -> None:
    """Make the practice hall where there is none; give its window leave to work."""
    from client.host.clock import SystemClock  # noqa: PLC0415
    from client.practice.place import PracticePlace  # noqa: PLC0415

    PracticePlace(folder, SystemClock()).prepare()


def _begin(folder: Path) -> tuple[Life, Crashes]:
    """Begin this run's logs, find out how the run before it ended, keep what faults there are."""
    from client.host.clock import SystemClock  # noqa: PLC0415  (after the first paint)
    from client.host.crashes import Crashes  # noqa: PLC0415
    from client.host.ending import Life  # noqa: PLC0415
    from client.host.logs import start_logs  # noqa: PLC0415

    start_logs(folder / "logs")
    clock = SystemClock()
    life = Life(folder, clock.boot_id())
    crashes = Crashes(folder, clock, life)
    _faults.use(crashes)
    return life, crashes


def _build(folder: Path, options: argparse.Namespace, life: Life, crashes: Crashes) -> Window:
    from client.bootstrap import build_window  # noqa: PLC0415  (store, card and line: after paint)

    settings = with_options(_settings(folder), options)
    return build_window(folder, settings, _broken, life.before, crashes)


def _settings(folder: Path) -> Settings:
    from client.host.settings import load_settings  # noqa: PLC0415

    return load_settings(folder)


def _own_folder() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415

    return user_data_path("chuangkou", appauthor=False)


def _language(given: Sequence[str]) -> str:
    """Guess the language of the help: as asked, else as the machine says, else Chinese."""
    for place, word in enumerate(given):
        asked = word.partition("=")[2] if word.startswith("--lang=") else ""
        if word == "--lang" and place + 1 < len(given):
            asked = given[place + 1]
        if asked in LANGUAGES:
            return asked
    return "en" if os.environ.get("LANG", "").startswith("en") else "zh_CN"


def _blocked(gap_ms: int) -> None:
    import logging  # noqa: PLC0415

    logging.getLogger("chuangkou.ui").warning("the screen lane was blocked for %d ms", gap_ms)


def _broken(error: BaseException) -> None:
    _faults.caught(error)


if __name__ == "__main__":
    sys.exit(main())
