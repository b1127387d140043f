"""Send a page's picture to a printer by the system's dialog, opened and never executed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPageSize, QPainter, QPen, QPixmap
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog

_ROLL_MM = 80.0

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget


class _Preferred:
    """The printers that the machine's settings name; "" leaves it to the system."""

    sheet = ""
    roll = ""


def prefer(sheet: str, roll: str) -> None:
    """Have these printers chosen beforehand, for A4 and for the roll; the dialog still asks."""
    _Preferred.sheet, _Preferred.roll = sheet, roll


def preferred(*, roll: bool) -> str:
    """Return the printer that is chosen beforehand, "" where the system's own is."""
    name = _Preferred.roll if roll else _Preferred.sheet
    return name if name and name in QPrinterInfo.availablePrinterNames() else ""


def print_pictures(
    parent: QWidget,
    name: str,
    pages: Sequence[QPixmap],
    done: Callable[[bool], None] = lambda _printed: None,
    *,
    roll: bool = False,
) -> QPrintDialog:
    """Ask for a printer, then print pages, each fitted to its paper.

    Args:
        parent: owner of the dialog.
        name: the name of the print job.
        pages: at the printer's resolution, in their order.
        done: told whether the printer took them, or could not be written to.
        roll: for a thermal printer's roll, 80 mm wide and as long as the slip.

    Returns:
        The dialog, already open; it deletes itself.
    """
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    wanted = preferred(roll=roll)
    if wanted:
        printer.setPrinterName(wanted)
    printer.setDocName(name)
    if roll and pages:
        size = QSizeF(_ROLL_MM, _ROLL_MM * pages[0].height() / max(1, pages[0].width()))
        printer.setPageSize(QPageSize(size, QPageSize.Unit.Millimeter))
        printer.setPageMargins(QMarginsF(0, 0, 0, 0))
    dialog = QPrintDialog(printer, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: done(paint_pages(printer, pages)))
    QDialog.open(dialog)
    return dialog


def stamped(page: QPixmap, words: str) -> QPixmap:
    """Return a page with words in a frame at its upper right corner; as it is where there are none.

    The paper's bytes stay what they are: only what is printed says that it is printed again (补打).
    """
    if not words:
        return page
    made = QPixmap(page)
    painter = QPainter(made)
    font = QFont(painter.font())
    font.setPixelSize(max(12, page.width() // 70))
    painter.setFont(font)
    metrics = QFontMetrics(font)
    height, width = metrics.height() + 12, metrics.horizontalAdvance(words) + 24
    box = QRectF(page.width() - width - page.width() / 30, height / 2, width, height)
    painter.setPen(QPen(Qt.GlobalColor.black, max(1, page.width() // 1000)))
    painter.fillRect(box, Qt.GlobalColor.white)
    painter.drawRect(box)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return made


def paint_pages(printer: QPrinter, pages: Sequence[QPixmap]) -> bool:
    """Paint pages, each on a sheet of its own, as large as the paper allows.

    Returns:
        Whether the printer, or the file that it prints into, took them.
    """
    painter = QPainter()
    if not painter.begin(printer):
        return False
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=True)
    room = printer.pageRect(QPrinter.Unit.DevicePixel)
    for place, page in enumerate(pages):
        if place:
            printer.newPage()
        scale = min(room.width() / page.width(), room.height() / page.height())
        size = QRectF(0, 0, page.width() * scale, page.height() * scale)
        painter.drawPixmap(size, page, QRectF(page.rect()))
    return painter.end()
