"""What is shown and left all day leaves nothing behind."""

import ctypes
import gc

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ui.widgets.layout import clear, row, take_out
from ui.widgets.marks import StepMarks
from ui.widgets.paper import PaperView

ROUNDS = 2_000
A_PAGE = 16 * 1024  # bytes that other parts may come to hold meanwhile


class Heap(ctypes.Structure):
    """What glibc's mallinfo2 tells."""

    _fields_ = (
        ("before", ctypes.c_size_t * 7),
        ("used", ctypes.c_size_t),
        ("after", ctypes.c_size_t * 2),
    )


def in_use():
    gc.collect()
    ask = ctypes.CDLL(None).mallinfo2
    ask.restype = Heap
    return ask().used


def grown(work):
    for _ in range(ROUNDS // 10):
        work()
    before = in_use()
    for _ in range(ROUNDS):
        work()
    return in_use() - before


def turn():
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.sendPostedEvents()


def test_a_layout_cleared_and_filled_again_keeps_no_memory(application):
    host = QWidget()
    box = QVBoxLayout(host)

    def fill_and_clear():
        box.addWidget(QLabel("材料"))
        box.addStretch(1)
        inner = row()
        inner.addWidget(QLabel("齐全"))
        box.addLayout(inner)
        clear(box)
        turn()

    assert grown(fill_and_clear) < A_PAGE


def test_steps_marked_anew_keep_no_memory(application):
    marks = StepMarks()

    def mark():
        marks.show_steps([("登记", "done"), ("受理", "now"), ("审查", "open")])
        turn()

    assert grown(mark) < A_PAGE


def test_what_is_taken_out_is_handed_over_and_lives(application):
    host = QWidget()
    box = QVBoxLayout(host)
    label, inner = QLabel("依据", host), row()
    box.addWidget(label)
    box.addStretch(1)
    box.addLayout(inner)
    assert take_out(box, 0) is label
    assert take_out(box, 0) is None
    assert take_out(box, 0) is inner
    assert box.count() == 0
    assert label.text() == "依据"


def test_a_page_goes_with_its_view_and_waits_for_no_collector(application):
    view = PaperView()
    view.show_page(QPixmap(1200, 1698))
    sheet = view.sheet
    assert not sheet.page.isNull()
    view.deleteLater()
    turn()
    assert sheet.page.isNull()
