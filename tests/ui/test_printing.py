"""What goes to the printer is counted when the printer took it, and only then (SE09)."""

import pytest
from PySide6.QtGui import QPixmap
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.views.printing import paint_pages, print_pictures

pytestmark = pytest.mark.slow


@pytest.fixture
def parent(qtbot):
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def printed_to(parent, file):
    """Print a page into a file as a person does in the dialog; return what was told."""
    told = []
    page = QPixmap(10, 14)
    page.fill()
    dialog = print_pictures(parent, "受理通知书", [page], told.append)
    for line in dialog.findChildren(QLineEdit, "filename"):
        line.setText(str(file))
    dialog.accept()
    return told


def test_what_was_printed_is_told(parent, tmp_path):
    assert printed_to(parent, tmp_path / "page.pdf") == [True]
    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_a_dialog_that_is_left_tells_nothing(parent):
    dialog = print_pictures(parent, "受理通知书", (QPixmap(10, 14),))
    dialog.reject()
    assert not [each for each in parent.findChildren(QPrintDialog) if each.isVisible()]


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_takes_nothing_is_told(application, tmp_path):
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "no such folder" / "page.pdf"))

    assert not paint_pages(printer, (QPixmap(10, 14),))
