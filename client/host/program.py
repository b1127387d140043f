"""What this program is called, which version it is, and how it starts another part of itself."""

from __future__ import annotations

import sys
from functools import cache
from importlib.metadata import version as version_of
from pathlib import Path

PROGRAM = "chuangkou"


@cache
def version() -> str:
    """Return this program's version, as its package says it."""
    return version_of(PROGRAM)


def command_of(program: str, module: str) -> list[str]:
    """Return the beginning of a command line that runs one of our own programs.

    Args:
        program: its name where it is installed frozen, without a system's suffix.
        module: what runs it from source.
    """
    if getattr(sys, "frozen", False):
        here = Path(sys.executable)
        return [str(here.with_name(program + here.suffix))]
    # -P: no module is taken from whatever folder the window was started in.
    return [sys.executable, "-P", "-m", module]
