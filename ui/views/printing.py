"""Send a page's picture to a printer by the system's dialog, opened and never executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPixmap
    from PySide6.QtWidgets import QWidget


def print_picture(parent: QWidget, name: str, page: QPixmap) -> QPrintDialog:
    """Ask for a printer, then print one page fitted to its paper; as `print_pictures`."""
    return print_pictures(parent, name, (page,))


def print_pictures(parent: QWidget, name: str, pages: Sequence[QPixmap]) -> QPrintDialog:
    """Ask for a printer, then print pages, each fitted to its paper.

    Args:
        parent: owner of the dialog.
        name: the name of the print job.
        pages: at the printer's resolution, in their order.

    Returns:
        The dialog, already open; it deletes itself.
    """
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(name)
    dialog = QPrintDialog(printer, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: paint_pages(printer, pages))
    QDialog.open(dialog)
    return dialog


def paint_page(printer: QPrinter, page: QPixmap) -> None:
    """Paint one page, as large as the paper allows, in its own form."""
    paint_pages(printer, (page,))


def paint_pages(printer: QPrinter, pages: Sequence[QPixmap]) -> None:
    """Paint pages, each on a sheet of its own, as large as the paper allows."""
    painter = QPainter(printer)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=True)
    room = printer.pageRect(QPrinter.Unit.DevicePixel)
    for place, page in enumerate(pages):
        if place:
            printer.newPage()
        scale = min(room.width() / page.width(), room.height() / page.height())
        size = QRectF(0, 0, page.width() * scale, page.height() * scale)
        painter.drawPixmap(size, page, QRectF(page.rect()))
    painter.end()
