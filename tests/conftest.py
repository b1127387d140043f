"""Settings that every test shares: no screen, no network beyond loopback, a log of its own."""

import logging
import os
from pathlib import Path

import pytest
import structlog

TESTS = Path(__file__).parent

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
#: Folders whose tests start processes, the slowest first; all others follow.
LONG = ("e2e", "faults", "stranger", "web", "contract", "integration")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Begin with what takes long: workers side by side then end together."""
    places = {folder: place for place, folder in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.relative_to(TESTS).parts[0], len(LONG)))


@pytest.fixture(autouse=True)
def own_log():
    """Give the log back as it was found: what a test or a command set up ends with the test."""
    root = logging.getLogger()
    handlers, level, kept = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**kept)
