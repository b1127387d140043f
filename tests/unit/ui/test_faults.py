"""Where faults go: early ones wait, those of threads and of Qt are heard, none raises."""

import sys
import threading

import pytest
from PySide6.QtCore import QtMsgType, qCritical, qWarning

from ui.faults import Faults


class Keeper:
    def __init__(self):
        self.errors, self.said = [], []

    def failed(self, error):
        self.errors.append(error)

    def complained(self, text, *, fatal):
        self.said.append((text, fatal))


@pytest.fixture
def faults():
    made = Faults()
    yield made
    made.end()


def test_what_fails_before_there_is_a_keeper_waits_for_him(faults):
    errors = [ValueError(), KeyError()]
    for error in errors:
        faults.caught(error)
    keeper = Keeper()
    faults.use(keeper)
    assert keeper.errors == errors
    faults.caught(errors[0])
    assert len(keeper.errors) == 3


def test_a_storm_before_there_is_a_keeper_has_an_end(faults):
    for _ in range(100):
        faults.caught(ValueError())
    keeper = Keeper()
    faults.use(keeper)
    assert len(keeper.errors) == 8


def test_an_error_that_ends_a_thread_is_heard(faults):
    keeper = Keeper()
    faults.listen()
    faults.use(keeper)

    def fails():
        raise ValueError

    for what in (fails, sys.exit):
        thread = threading.Thread(target=what)
        thread.start()
        thread.join()
    assert [type(error) for error in keeper.errors] == [ValueError]


@pytest.mark.parametrize("screen", ["console", "none"])
def test_what_qt_calls_critical_is_heard_and_a_warning_only_logged(
    faults, monkeypatch, caplog, screen
):
    if screen == "none":  # a frozen window on Windows
        monkeypatch.setattr(sys, "stderr", None)
    keeper = Keeper()
    faults.listen()
    faults.use(keeper)
    qWarning("a warning")
    qCritical("QThing: critical")
    faults.hear_qt(QtMsgType.QtFatalMsg, None, "QThing: fatal")
    assert keeper.said == [("QThing: critical", False), ("QThing: fatal", True)]
    assert [record.name for record in caplog.records] == ["chuangkou.qt"] * 3
