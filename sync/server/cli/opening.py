"""What every command begins with: a centre opened for it, a file read."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sync.domain.failures import Failure
from sync.server.bootstrap import Centre, open_centre
from sync.server.settings import Settings


@contextmanager
def opened(settings: Settings) -> Iterator[Centre]:
    """Open a centre for one command."""
    centre = open_centre(settings)
    try:
        yield centre
    finally:
        centre.close()


def object_in(path: Path) -> dict[str, Any]:
    """Return the JSON object that a file holds.

    Raises:
        Failure: centre.json_file.
    """
    try:
        read = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Failure("centre.json_file", file=path.name) from error
    if not isinstance(read, dict):
        raise Failure("centre.json_file", file=path.name)
    return read
