"""How far the setting up of this machine has come: kept from step to step, gone with the last.

It lies beside the settings, readable by nobody else: an invitation's one-time code is in it until
the machine is enrolled. No PIN ever is.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import msgspec

from sync.typed import from_json

if TYPE_CHECKING:
    from pathlib import Path

NAME = "first-run.json"
_OWN = 0o600


class FirstRun(msgspec.Struct, frozen=True, kw_only=True):
    """Where the setting up stands.

    Attributes:
        steps: what is asked on this machine, in order; fixed when it began.
        place: the step that is shown.
        done: steps that were answered.
        left: steps that were left for later.
        typed: field → text of what was typed and is in force nowhere yet.
    """

    steps: tuple[str, ...]
    place: str
    done: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    typed: dict[str, str] = {}


def load_first_run(folder: Path) -> FirstRun | None:
    """Return how far it has come; None where it never began, has ended, or cannot be read.

    What cannot be read is asked anew: nothing that is in force stands in this file.
    """
    try:
        return from_json((folder / NAME).read_bytes(), FirstRun)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def save_first_run(folder: Path, state: FirstRun) -> None:
    """Write it so that a kill leaves either the old file or the new one.

    Raises:
        OSError: the file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{NAME}.part"
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWN)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(msgspec.json.encode(state))
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(folder / NAME)


def drop_first_run(folder: Path) -> None:
    """Forget it: the machine is set up.

    Raises:
        OSError: the file cannot be removed.
    """
    (folder / NAME).unlink(missing_ok=True)
