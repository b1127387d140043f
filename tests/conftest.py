"""Settings that every test shares: no screen, no network beyond loopback, a log of its own."""

import logging
import os

import pytest
import structlog

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def own_log():
    """Give the log back as it was found: what a test or a command set up ends with the test."""
    root = logging.getLogger()
    handlers, level, kept = root.handlers[:], root.level, structlog.get_config()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**kept)
