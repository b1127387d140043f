"""The checklist of materials: hand-over (收件) and correction (补正), with pages attached."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from ui.error_text import code_text
from ui.theme import tokens
from ui.views.step_page import StepPage
from ui.widgets.buttons import ActButton, IconButton
from ui.widgets.drop import DropFace
from ui.widgets.fields import Field
from ui.widgets.layout import Face, Flow, column, row
from ui.widgets.paper import PaperView, Thumb, picture
from ui.widgets.summary import Empty
from ui.widgets.text import Elided, Text
from ui.widgets.ticks import Tick
from ui.widgets.walk import beside

if TYPE_CHECKING:
    from client.app.views import CaseDetail, MaterialRow
    from ui.i18n import Tongue
    from ui.values import MaterialTick, Problem, ReceiveForm


class MaterialLine(DropFace):
    """One material: tick, name, pages; files can be dropped on it."""

    ticked = Signal(str, bool)
    attach = Signal(str)
    files = Signal(str, list)
    opened = Signal(str, str)  # sha256, name
    removed = Signal(str, str)  # code, sha256

    def __init__(self, tongue: Tongue, material: MaterialRow, place: int, prefix: str) -> None:
        super().__init__("surface")
        self._tongue = tongue
        self.material = material
        self.pages: tuple[str, ...] = ()
        code = material.code
        box = column(self, gap=4)
        box.setContentsMargins(12, 8, 8, 8)
        top = row(gap=8)
        self.tick = Tick()
        self.tick.setObjectName(f"{prefix}.material.{code}")
        self.tick.setText(f"{place}. {material.name}")
        self.tick.setAccessibleName(material.name)
        self.tick.toggled.connect(lambda on: self.ticked.emit(code, on))
        self.add = ActButton("quiet", "paperclip")
        self.add.setObjectName(f"{prefix}.attach.{code}")
        self.add.clicked.connect(lambda: self.attach.emit(code))
        beside(self.add)
        self.had = Text("small ok")
        self.note = Text("small muted", wrap=True)
        self.wrong = Text("small error", wrap=True)
        top.addWidget(self.tick)
        self._tag(top)
        top.addStretch(1)
        top.addWidget(self.had)
        top.addWidget(self.add)
        box.addLayout(top)
        for part in (self.note, self.wrong):
            part.setContentsMargins(28, 0, 8, 0)
            box.addWidget(part)
        self.thumbs = Flow()
        self.thumbs.setContentsMargins(28, 0, 0, 0)
        holder = row(gap=0)
        holder.addSpacing(28)
        holder.addWidget(self.thumbs, 1)
        box.addLayout(holder)
        self.thumbs.hide()
        self.dropped.connect(lambda paths: self.files.emit(code, paths))
        self.say()

    def _tag(self, top: QHBoxLayout) -> None:
        material = self.material
        key = "material.minor" if material.minor else ""
        if not material.required and not key:
            key = "material.if_needed"
        self.tag = Text("tag-quiet")
        if not key:
            self.tag.hide()
        self._tag_key = key
        top.addWidget(self.tag)

    def say(self) -> None:
        """Say it in the language in force."""
        t = self._tongue.t
        self.add.setText(t("act.attach"))
        self.add.setAccessibleDescription(self.material.name)
        if self._tag_key:
            self.tag.setText(t(self._tag_key))
        pages = sum(page.pages for page in self.material.pages)
        had = t("material.unscanned") if self.material.unscanned else ""
        self.had.show_text(t("correction.given", pages=pages) if pages else had)
        parts = [self.material.note]
        if self.material.missing_reason:
            reason = self._tongue.coded("missing", self.material.missing_reason)
            parts.insert(0, t("material.asked_for", reason=reason))
        self.note.show_text("  ".join(part for part in parts if part))
        self.wrong.setVisible(bool(self.wrong.text()))

    def show_tick(self, tick: MaterialTick) -> None:
        """Show what is given."""
        before = self.tick.blockSignals(True)  # noqa: FBT003  (Qt takes it by place)
        self.tick.setChecked(tick.given)
        self.tick.blockSignals(before)
        shas = tuple(page.sha256 for page in tick.pages)
        if shas == self.pages:
            return
        self.pages = shas
        self.thumbs.clear()
        for place, page in enumerate(tick.pages, start=1):
            self.thumbs.add(self._thumb(page.sha256, page.name, place))
        self.thumbs.setVisible(bool(shas))

    def show_wrong(self, words: str) -> None:
        """Show why a file was not taken."""
        self.wrong.show_text(words)

    def show_taking(self, left: int) -> None:
        """Show that files are being taken in."""
        words = self._tongue.t("receive.taking", count=left) if left else ""
        # Never disabled: the keyboard would jump to the next line, and more may follow at once.
        self.add.setText(words or self._tongue.t("act.attach"))

    def thumb(self, sha256: str) -> Thumb | None:
        """Return a page's small picture."""
        for holder in self.thumbs.children_shown():
            for found in holder.findChildren(Thumb):
                if found.key == sha256:
                    return found
        return None

    def _thumb(self, sha256: str, name: str, place: int) -> QWidget:
        holder = _ThumbHolder()
        box = row(holder, gap=0)
        thumb = Thumb(sha256, self._tongue.t("receive.page", place=place, name=name))
        thumb.setObjectName(f"{self.tick.objectName()}.page.{place}")
        thumb.opened.connect(lambda key: self.opened.emit(key, name))
        remove = IconButton("x")
        remove.setText(self._tongue.t("receive.remove", name=name))
        beside(thumb)
        beside(remove)
        remove.clicked.connect(lambda: self.removed.emit(self.material.code, sha256))
        box.addWidget(thumb)
        box.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
        return holder


ATTACH = "Ctrl+O"
# Qt's own Chinese leaves two of these in English.
_LABELS = {
    QFileDialog.DialogLabel.LookIn: "files.look_in",
    QFileDialog.DialogLabel.FileName: "files.name",
    QFileDialog.DialogLabel.FileType: "files.type",
    QFileDialog.DialogLabel.Accept: "files.open",
    QFileDialog.DialogLabel.Reject: "files.cancel",
}


class _ThumbHolder(QWidget):
    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout is not None else QSize(60, 60)


def _words(kind: str, part: str) -> str:
    """Return the key of a page's own words; a correction speaks as a hand-over does."""
    return f"{'receive' if kind == 'correct' else kind}.{part}"


class ReceivePage(StepPage):
    """The checklist at the left, the page that is looked at on the right."""

    ticked = Signal(str, bool)
    files = Signal(str, list)
    opened = Signal(str, str)
    removed = Signal(str, str)

    folder = ""  # where files were found last: a scanner puts them all into one

    def __init__(self, tongue: Tongue, kind: str) -> None:
        name = kind
        super().__init__(tongue, name, f"page.{name}", f"act.{name}", wide=True)
        self.lines: dict[str, MaterialLine] = {}
        self._form: ReceiveForm | None = None
        self._list = column(gap=8)
        holder = QWidget()
        holder.setLayout(self._list)
        self._holder = Field("materials", holder)
        self._holder.label.set_role("body")
        self.fields["materials"] = self._holder
        tongue.bind(self._holder, "set_label", _words(kind, "list"))
        self.form.addWidget(self._holder)
        hint = Text("small muted", wrap=True)
        tongue.bind(hint, "setText", _words(kind, "hint"))
        self.form.addWidget(hint)
        self._preview = Face("surface")
        inside = column(self._preview, gap=8, margin=12)
        self.page_name = Elided(size="type-small", ink="muted")
        self.paper = PaperView()
        self.paper.scroller.setObjectName(f"{name}.preview")
        tongue.bind(self.paper.scroller, "setAccessibleName", "receive.preview")
        self.empty = Empty("photo")
        tongue.bind(self.empty.headline, "setText", "receive.preview.empty")
        tongue.bind(self.empty.words, "setText", "receive.preview.empty.do")
        inside.addWidget(self.page_name)
        inside.addWidget(self.paper, 1)
        inside.addWidget(self.empty, 1)
        self._preview.setMinimumHeight(300)
        self.page_name.hide()
        self.paper.hide()
        self.aside.addWidget(self._preview, 1)
        tongue.changed.connect(self._say)
        attach = QShortcut(QKeySequence(ATTACH), self)
        attach.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        attach.activated.connect(self._attach)
        self.finish()

    def show_case(self, detail: CaseDetail) -> None:
        """Make a line for each material of the item."""
        super().show_case(detail)
        for place, material in enumerate(self.rows(detail), start=1):
            line = MaterialLine(self.tongue, material, place, self.name)
            line.ticked.connect(self.ticked)
            line.attach.connect(self._ask)
            line.files.connect(self.files)
            line.opened.connect(self.opened)
            line.removed.connect(self.removed)
            self._list.addWidget(line)
            self.lines[material.code] = line
        self._count()
        self.walk.learn(self)

    def rows(self, detail: CaseDetail) -> tuple[MaterialRow, ...]:
        """Return what may be handed in here."""
        return detail.materials

    def focus_first(self) -> None:
        """Begin at the first material that is not here yet."""
        lines = list(self.lines.values())
        lacking = [line for line in lines if not line.material.given]
        for line in (lacking or lines)[:1]:
            line.tick.setFocus()
            return
        self.primary.setFocus()

    def show_form(self, form: ReceiveForm) -> None:
        """Show the whole list."""
        for tick in form.ticks:
            self.show_tick(tick)
        self._form = form

    def show_tick(self, tick: MaterialTick) -> None:
        """Show one line."""
        line = self.lines.get(tick.code)
        if line is not None:
            if tick.given:
                self.forgive("materials")
            line.show_tick(tick)
            self.walk.learn(line)
        self._count()

    def show_taking(self, material: str, left: int) -> None:
        """Show that files are being taken in."""
        self.lines[material].show_taking(left)
        if left:
            self.lines[material].show_wrong("")

    def show_refused(self, material: str, name: str, problem: Problem) -> None:
        """Show why a file was not taken, with the remedy."""
        told = code_text(problem.code, dict(problem.details), self.tongue.words)
        line = self.lines[material]
        line.show_wrong(
            self.tongue.t("receive.refused", name=name, what=told.what, remedy=told.remedy)
        )

    def show_thumb(self, sha256: str, shown: tuple[int, int, bytes]) -> None:
        """Show a small picture wherever the page is attached."""
        pixmap = picture(*shown)
        for line in self.lines.values():
            thumb = line.thumb(sha256)
            if thumb is not None:
                thumb.show_page(pixmap)

    def show_page(self, name: str, shown: tuple[int, int, bytes]) -> None:
        """Show a page large."""
        self.page_name.setText(name)
        self.page_name.show()
        self.empty.hide()
        self.paper.show()
        self.paper.show_page(picture(*shown))

    def _attach(self) -> None:
        """Ask for files for the line that has the keyboard."""
        focused: QWidget | None = self.focusWidget()
        for code, line in self.lines.items():
            if focused is not None and line.isAncestorOf(focused):
                self._ask(code)
                return

    def _ask(self, code: str) -> None:
        """Ask for files by the system's dialog, opened and never executed."""
        dialog = QFileDialog(self, self.tongue.t("receive.choose"), ReceivePage.folder)
        for label, key in _LABELS.items():
            dialog.setLabelText(label, self.tongue.t(key))
        dialog.resize(tokens().scaled(760), tokens().scaled(480))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(self.tongue.t("receive.filter"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self._chosen(code, names))
        dialog.open()

    def _chosen(self, code: str, names: list[str]) -> None:
        ReceivePage.folder = str(Path(names[0]).parent) if names else ReceivePage.folder
        self.files.emit(code, [Path(name) for name in names])

    def _count(self) -> None:
        lines = self.lines.values()
        required = [line for line in lines if line.material.required]
        given = sum(1 for line in required if line.tick.isChecked() or line.material.given)
        words = self.tongue.t("receive.count", given=given, required=len(required))
        self._holder.set_extra(words)

    def _say(self) -> None:
        for line in self.lines.values():
            line.say()
        self._count()
