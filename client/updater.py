"""Entry point of `chuangkou-update`: a machine's program, kept new by root or by a timer.

    chuangkou-update look       what is on offer, and what speaks against putting it in now
    chuangkou-update install    put it in, if nothing does
    chuangkou-update back       the version before this one again

The channel's address stands in /etc/chuangkou/update.json: {"source": …, "roots": …, "trusted": …};
a folder given by --from (a stick) takes its place; going back needs none. Exits 0 when all is as it
should be, 1 when something hinders, 2 when something failed. One at a time: the timer's and one by
hand would take the package from under each other.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from client.updates.failures import UpdateFailure
from client.updates.feed import Feed
from client.updates.keeping import Kept
from client.updates.machine import Machine
from client.updates.source import SETTINGS, read_source
from client.updates.updating import Updating, go_back
from sync.domain.failures import Failure, FailureKind
from sync.texts import LANGUAGES, texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from client.updates.source import Source
    from client.updates.updating import Outlook
    from sync.texts import Texts

STATE = Path("/var/lib/chuangkou-update")
KEPT = "kept"


def main(arguments: Sequence[str] | None = None, machine: Machine | None = None) -> int:
    """Do what the command line says; returns the exit code.

    Args:
        arguments: the command line, without the program's name.
        machine: whose program it is; this one.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = "en" if os.environ.get("LANG", "").startswith("en") else "zh_CN"
    options = _parser(texts(language)).parse_args(given)
    said = texts(options.lang or language)
    try:
        return _done(options, machine or Machine(), said)
    except Failure as failure:
        return _failed(failure, said)
    except OSError:  # its own folders: not root's hands, or a full disk
        return _failed(UpdateFailure("update.no_room", FailureKind.RETRIABLE), said)
    except Exception:  # noqa: BLE001  (a defect; Python's own 1 would say that something hinders)
        traceback.print_exc()
        return 2


def _failed(failure: Failure, said: Texts) -> int:
    named = {name: str(value) for name, value in failure.details.items()}
    if failure.code == "update.hindered":
        named["what"] = " ".join(said.t(f"update.{why}") for why in named["what"].split(", "))
    for words in (f"error.{failure.code}", f"error.{failure.code}.do"):
        print(said.t(words, **named), file=sys.stderr)  # noqa: T201
    print(f"[{failure.code}]", file=sys.stderr)  # noqa: T201
    return 2


def _done(options: argparse.Namespace, machine: Machine, said: Texts) -> int:
    what, state = options.what, Path(options.state)
    if what == "back":
        with _alone(state):
            former = go_back(machine, Kept(state / KEPT))
        print(said.t("update.gone_back", version=former.version))  # noqa: T201
        return 0
    updating = _updating(options, machine, state)
    if what == "look":
        outlook = updating.look()
    else:
        with _alone(state):
            outlook = updating.install()
    for line in told(outlook, said):
        print(line)  # noqa: T201
    if what == "install" and outlook.offered is not None and outlook.ready:
        print(said.t("update.put", version=outlook.offered.version))  # noqa: T201
    nothing_new = outlook.offered is None or "not_newer" in outlook.hindered
    return 0 if nothing_new or outlook.ready else 1


def told(outlook: Outlook, said: Texts) -> list[str]:
    """Return what was found, as lines."""
    lines = [said.t("update.present", version=outlook.present or "–")]
    if outlook.offered is None:
        return [*lines, said.t("update.nothing")]
    lines.append(said.t("update.offered", version=outlook.offered.version))
    note = outlook.offered.notes.get(said.language)
    lines += [f"    {line}" for line in (note or "").splitlines()]
    return [*lines, *(f"  ! {said.t(f'update.{why}')}" for why in outlook.hindered)]


def _updating(options: argparse.Namespace, machine: Machine, state: Path) -> Updating:
    where = _source(options)
    try:
        trusted = Path(where.trusted).read_bytes()
        roots = Path(where.roots).read_text("ascii") if where.roots else ""
    except (OSError, UnicodeDecodeError) as error:
        raise UpdateFailure("update.no_root", FailureKind.REFUSED) from error
    _make(state)
    feed = Feed(trusted, state / "seen", where.source, roots)
    return Updating(feed, machine, Kept(state / KEPT), state / "fetched")


def _make(state: Path) -> None:
    state.mkdir(mode=0o700, parents=True, exist_ok=True)


if sys.platform == "win32":

    @contextmanager
    def _alone(_state: Path) -> Iterator[None]:
        """Hold nothing: no package is put in there."""
        yield
else:
    import fcntl

    @contextmanager
    def _alone(state: Path) -> Iterator[None]:
        """Be the only one that changes the package; the lock goes with the process.

        Raises:
            UpdateFailure: update.busy.
        """
        _make(state)
        with (state / "lock").open("ab") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UpdateFailure("update.busy", FailureKind.RETRIABLE) from error
            yield


def _source(options: argparse.Namespace) -> Source:
    found = read_source(Path(options.settings))
    changes = {"source": options.source, "trusted": options.trusted, "roots": options.roots}
    found = msgspec.structs.replace(found, **{k: v for k, v in changes.items() if v})
    if not found.source:
        raise UpdateFailure("update.no_source", file=options.settings)
    return found


def _parser(words: Texts) -> argparse.ArgumentParser:
    t = words.t
    made = argparse.ArgumentParser("chuangkou-update", description=t("cli.update"), add_help=False)
    made.add_argument("what", choices=("look", "install", "back"), help=t("cli.update.what"))
    made.add_argument("-h", "--help", action="help", help=t("cli.help"))
    made.add_argument("--lang", choices=LANGUAGES, help=t("cli.lang"))
    made.add_argument("--from", dest="source", metavar="PLACE", help=t("cli.update.from"))
    made.add_argument("--trusted", metavar="FILE", help=t("cli.update.trusted"))
    made.add_argument("--roots", metavar="FILE", help=t("cli.update.roots"))
    made.add_argument("--settings", default=str(SETTINGS), help=t("cli.update.settings"))
    made.add_argument("--state", default=str(STATE), help=t("cli.update.state"))
    return made


if __name__ == "__main__":
    sys.exit(main())
