"""A desktop with one input method, and a field of the product that tells what reaches it."""

from __future__ import annotations

import contextlib
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from installer.shipping.desk import Desk, NeverHappenedError, desk, until

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


class ChineseField:
    """The field, ready to be typed into; make it by `chinese_desk`."""

    def __init__(self, desktop: Desk) -> None:
        self._told: list[str] = []
        field = desktop.run(
            *(sys.executable, "-m", "tests.helpers.typing_app"),
            listened=True,
            folder=ROOT,
            more={"PYTHONPATH": str(ROOT)},
        )
        threading.Thread(target=self._listen, args=(field,), daemon=True).start()
        self.wait_for("focus")
        desktop.choose()
        self.press = desktop.press

    def wait_for(self, line: str, times: int = 1) -> None:
        """Return once the field has told a line that begins like this so many times.

        Raises:
            AssertionError: it never did; with everything that it told.
        """
        try:
            until(lambda: sum(told.startswith(line) for told in self._told) >= times, line)
        except NeverHappenedError:
            raise AssertionError((line, times, self._told)) from None

    def _listen(self, field: subprocess.Popen[str]) -> None:
        for line in field.stdout:
            self._told.append(line.strip())


@contextlib.contextmanager
def chinese_desk(method: str, wanted: str | None) -> Iterator[ChineseField]:
    """Give a desktop with this method, its field ready to be typed into."""
    with desk(method, wanted) as desktop:
        yield ChineseField(desktop)
