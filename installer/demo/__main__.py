"""`python3 installer/tasks.py demo`: the main job on a stage of its own.

Without options it opens the window for a person to try. `--offscreen` plays the whole story
through the same widgets, without a screen, and prints what came of it as one JSON object on the
last line; the exit code is 0 only if all of it held. `--serve-only` starts the centre for somebody
else's window, and prints as one JSON object where it is and how to enrol.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from installer.demo.pcsc.machine import CardMachine


def options(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="tasks.py demo", description=__doc__)
    parser.add_argument("--offscreen", action="store_true", help="play the story without a screen")
    parser.add_argument("--play", action="store_true", help="play the story on the screen")
    parser.add_argument(
        "--serve-only", action="store_true", help="start the centre only, and say where as JSON"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--day",
        action="store_true",
        help="the hall's day of docs/A-DAY.md: everybody in it has a place at the window",
    )
    which.add_argument("--township", action="store_true", help="a township hall's window")
    parser.add_argument("--keep", type=Path, help="keep all data in this folder")
    parser.add_argument("--pictures", type=Path, help="save a picture of every screen here")
    parser.add_argument(
        "--card-reader",
        choices=("simulator", "pcsc", "pkcs11"),
        default="simulator",
        help="pcsc: a real card service, with the cards in virtual readers; "
        "pkcs11: the same cards through OpenSC's library, as USB keys are used",
    )
    parser.add_argument("--lang", choices=("zh_CN", "en"), default="zh_CN")
    return parser.parse_args(arguments)


def main() -> int:
    """Play, or open; return the exit code."""
    chosen = options(sys.argv[1:])
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if chosen.offscreen or not (screen or sys.platform == "win32"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen" and not (
        chosen.offscreen or chosen.serve_only
    ):
        print(
            "这里没有屏幕。改用 `demo --offscreen --pictures DIR` 逐屏出图,\n"
            "或在 `xvfb-run` / 远程桌面里运行本命令。\n"
            "There is no screen here. Use `demo --offscreen --pictures DIR` for pictures of every\n"
            "screen, or run this command under xvfb-run or a remote desktop.\n",
            file=sys.stderr,
        )
        chosen.offscreen = True
    with tempfile.TemporaryDirectory(prefix="chuangkou-demo-") as fresh:
        folder = (chosen.keep or Path(fresh)).resolve()
        if chosen.serve_only:
            return serve_only(chosen, folder)
        playing = chosen.offscreen or chosen.play
        return play(chosen, folder) if playing else open_for_a_person(chosen, folder)


def serve_only(chosen: argparse.Namespace, folder: Path) -> int:
    """Start the centre for somebody else's window; ends by SIGINT or SIGTERM."""
    from installer.demo.serving import serve  # noqa: PLC0415  only when asked for

    return serve(folder, chosen.lang)


def open_for_a_person(chosen: argparse.Namespace, folder: Path) -> int:
    """Set the stage and open the window; ends when the window is closed."""
    from installer.demo.run import run_window  # noqa: PLC0415  Qt after the platform is chosen
    from installer.demo.stage import (  # noqa: PLC0415  as above
        DayStage,
        Stage,
        TownshipStage,
    )

    kind = DayStage if chosen.day else TownshipStage if chosen.township else Stage
    with card_machine(chosen) as machine:
        return run_window(folder, chosen.lang, machine, kind)


@contextmanager
def card_machine(chosen: argparse.Namespace) -> Iterator[CardMachine | None]:
    """Start a card service of the demonstration's own where it is asked for."""
    if chosen.card_reader == "simulator":
        yield None
        return
    from installer.demo.pcsc.machine import (  # noqa: PLC0415  only when asked for
        SOCKET_VARIABLE,
        CardMachine,
        opensc_library,
    )

    library = str(opensc_library()) if chosen.card_reader == "pkcs11" else ""
    with CardMachine(library) as machine:
        os.environ[SOCKET_VARIABLE] = str(machine.socket)
        yield machine


def play(chosen: argparse.Namespace, folder: Path) -> int:
    """Play the story and print its result."""
    from installer.demo.day_run import play_day  # noqa: PLC0415  as above
    from installer.demo.story_run import play_story  # noqa: PLC0415  as above

    told = play_day if chosen.day else play_story
    try:
        with card_machine(chosen) as machine:
            result, held = told(folder, chosen.pictures, chosen.lang, machine)
    except Exception:  # noqa: BLE001  said whole; the last line is JSON all the same
        traceback.print_exc()
        result, held = {"failed": traceback.format_exc().strip().splitlines()[-1]}, False
    print(json.dumps(result, ensure_ascii=False))
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
