"""How this program starts another part of itself: by its interpreter, or by the file beside it."""

from __future__ import annotations

import sys
from pathlib import Path


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
