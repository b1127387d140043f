"""Send a page's picture to a printer by the system's dialog, opened and never executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QWidget


def print_picture(parent: QWidget, name: str, page: QPixmap) -> QPrintDialog:
    """Ask for a printer, then print one page fitted to its paper.

    Args:
        parent: owner of the dialog.
        name: the name of the print job.
        page: the page at the printer's resolution.

    Returns:
        The dialog, already open; it deletes itself.
    """
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(name)
    dialog = QPrintDialog(printer, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: paint_page(printer, page))
    QDialog.open(dialog)
    return dialog


def paint_page(printer: QPrinter, page: QPixmap) -> None:
    """Paint one page, as large as the paper allows, in its own form."""
    painter = QPainter(printer)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=True)
    room = printer.pageRect(QPrinter.Unit.DevicePixel)
    scale = min(room.width() / page.width(), room.height() / page.height())
    size = QRectF(0, 0, page.width() * scale, page.height() * scale)
    painter.drawPixmap(size, page, QRectF(page.rect()))
    painter.end()
