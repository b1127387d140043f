"""Settings that every test shares: no screen, no network beyond loopback, a log of its own."""

import gc
import logging
import os
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

TESTS = Path(__file__).parent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
settings.register_profile("house", settings.default, deadline=None)  # speed proves nothing
settings.load_profile("house")
set_hypothesis_home_dir(TESTS.parent / ".pytest_cache" / "hypothesis")  # not among the rooms
#: What takes long by itself, the slowest first: a file of half a minute that comes last is waited
#: for by an idle worker. All others follow.
LONG = (
    "e2e",
    "faults",
    "stranger",
    "web",
    "integration",
    "fuzz",
    "contract",
    "ui/test_every_screen.py",
    "ui/test_every_screen_speaks.py",
    "ui/test_lifetimes.py",
    "ui/test_first_page.py",
    "ui/test_reach.py",
    "ui/test_window.py",
    "unit/documents/test_pages.py",
    "unit/documents/test_editing.py",
    "unit/domain/test_wild_steps.py",
    "unit/domain/test_table.py",
    "arch/test_import_contracts.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Begin with what takes long: workers side by side then end together."""

    def place(item):
        inside = item.path.relative_to(TESTS).as_posix()
        began = (
            at for at, name in enumerate(LONG) if inside == name or inside.startswith(name + "/")
        )
        return next(began, len(LONG))

    items.sort(key=place)


def pytest_collection_finish():
    """Have the collector leave alone what was imported and collected: it lives to the end.

    Some hundred tests have everything collected, to see what they left behind.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def own_log():
    """Give the log back as it was found: what a test or a command set up ends with the test."""
    root = logging.getLogger()
    handlers, level, kept = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**kept)
