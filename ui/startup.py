"""What must be looked at before Qt starts: versions that kill the process, and Chinese typing.

Pure functions over what they are told, so that each case has its test; `prepare` reads the machine.
"""

from __future__ import annotations

import gc
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from client.host.typing import input_module, modifiers_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class UnfitPythonError(RuntimeError):
    """This Python and this PySide6 cannot live together."""


def refuse_unfit(pyside: tuple[int, ...], python: tuple[int, ...]) -> None:
    """Refuse PySide6 6.12 and later on Python before 3.12.

    WORKAROUND(PySide6 6.12.0): on CPython 3.11 each void Qt call loses a reference to None and
    each emitted signal one to True; the process aborts after some hundred of them. Later 6.12
    releases are refused too until one was measured. Python 3.12 and later do not count None.

    Raises:
        UnfitPythonError: with the two versions.
    """
    if pyside >= (6, 12) and python < (3, 12):
        message = (
            f"PySide6 {'.'.join(map(str, pyside))} aborts on Python "
            f"{'.'.join(map(str, python))}: install PySide6-Essentials below 6.12, or Python 3.12"
        )
        raise UnfitPythonError(message)


def prepare(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Check versions and return the variables to set before QApplication is made.

    Raises:
        UnfitPythonError: see `refuse_unfit`.
    """
    import PySide6  # noqa: PLC0415  (the guard must come before anything of Qt runs)

    _read_no_sources()
    from PySide6.QtCore import QLibraryInfo  # noqa: PLC0415

    version = tuple(int(part) for part in PySide6.__version__.split(".")[:3])
    refuse_unfit(version, sys.version_info[:3])
    plugins = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath))
    folder = plugins / "platforminputcontexts"
    stems = sorted(entry.stem for entry in folder.glob("*")) if folder.is_dir() else []
    values = environment if environment is not None else os.environ
    named = modifiers_of(values)
    module = input_module(values.get("QT_IM_MODULE"), stems, sys.platform, named)
    return {} if module is None else {"QT_IM_MODULE": module}


def _read_no_sources() -> None:
    """Keep PySide6 from reading the source of whatever is imported from here on.

    WORKAROUND(PySide6 6.8 to 6.12): after each import it reads the module's source to look for its
    own name, for `from __feature__ import …`, which nothing here says; linecache keeps the lines.
    That was a tenth of our way to the first paint, and 16 MB of text for good.
    """
    feature = sys.modules.get("shibokensupport.feature")  # came with PySide6
    if hasattr(feature, "_mod_uses_pyside"):
        setattr(feature, "_mod_uses_pyside", _ignored)  # noqa: B010  (it has no other switch)


def _ignored(_module: object) -> bool:
    return False


@contextmanager
def uncollected() -> Iterator[None]:
    """Leave Python's automatic collector off for as long as a window runs.

    Nothing that is made on the way to the first paint is garbage, and looking for some takes a
    twentieth of that way; from then on `ui.collector` looks on the screen's lane.
    """
    automatic = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if automatic:
            gc.enable()
