"""Where the centre is and how it is known: the two fields that a new machine begins with."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from ui.error_text import code_text
from ui.views.file_dialog import make_dialog
from ui.views.page_parts import FAILURE
from ui.widgets.buttons import ActButton
from ui.widgets.fields import LineField
from ui.widgets.layout import row

if TYPE_CHECKING:
    from ui.i18n import Tongue
    from ui.values import Problem
    from ui.views.step_page import StepPage
    from ui.widgets.summary import FailureNote

_SCHEME = "https://"
_LONGEST = {"centre": 200, "roots": 1000}


def add_centre_fields(page: StepPage) -> tuple[LineField, LineField]:
    """Add the address and the file with the centre's roots to a page; return the two fields."""
    centre = LineField(limit=_LONGEST["centre"])
    centre.setPlaceholderText(_SCHEME)
    page.add_field("centre", centre, "enrol.centre", required=True)
    holder = QWidget()
    box = row(holder, gap=8)
    roots = LineField(limit=_LONGEST["roots"])
    choose = ActButton("plain", "file")
    choose.setObjectName(f"{page.name}.choose")
    page.tongue.bind(choose, "setText", "enrol.choose")
    choose.clicked.connect(lambda: _ask(page, roots))
    box.addWidget(roots, 1)
    box.addWidget(choose)
    holder.setFocusProxy(roots)
    page.add_field("roots", holder, "enrol.roots", required=True)
    holder.setObjectName(f"{page.name}.roots_box")
    roots.setObjectName(f"{page.name}.roots")
    return centre, roots


def tell_remedy(page: StepPage, problem: Problem | None) -> None:
    """Say the remedy that fits a new machine, where a failure has one of its own."""
    own = "" if problem is None else f"enrol.remedy.{problem.code}"
    if problem is None or not page.tongue.words.has(own):
        return
    page.tongue.follow(page.failure, FAILURE, partial(_tell, problem, own, page.tongue))


def _tell(problem: Problem, own: str, tongue: Tongue, note: FailureNote) -> None:
    told = code_text(problem.code, dict(problem.details), tongue.words)
    note.show_failure(told.what, tongue.t(own), told.code, calm=problem.again)


def _ask(page: StepPage, roots: LineField) -> None:
    """Ask for the file by the system's dialog, opened and never executed."""
    dialog = make_dialog(page, page.tongue, "enrol.roots")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(page.tongue.t("enrol.roots.filter"))
    dialog.fileSelected.connect(roots.setText)
    dialog.open()
