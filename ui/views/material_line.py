"""One material of the checklist: tick, name, pages; files and folders can be dropped on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.views.page_parts import refused
from ui.widgets.buttons import ActButton, IconButton
from ui.widgets.drop import DropFace
from ui.widgets.layout import Flow, column, row
from ui.widgets.paper import Thumb
from ui.widgets.text import Text
from ui.widgets.ticks import Tick
from ui.widgets.walk import beside

if TYPE_CHECKING:
    from PySide6.QtGui import QPixmap

    from client.app.rows.materials import MaterialRow
    from client.app.rows.words import Words
    from ui.i18n import Tongue
    from ui.values import MaterialTick, Problem

SHARED = "Ctrl+T"
_MOST_WRONG = 8  # a folder of rubbish must not push the checklist off the screen


class MaterialLine(DropFace):
    """One material: tick, name, pages; files can be dropped on it."""

    ticked = Signal(str, bool)
    attach = Signal(str)
    files = Signal(str, list)
    opened = Signal(str, str)  # sha256, name
    removed = Signal(str, str)  # code, sha256
    shared = Signal(str)  # the shared result is to be taken, or left again
    stopped = Signal(str)

    def __init__(self, tongue: Tongue, material: MaterialRow, place: int, prefix: str) -> None:
        super().__init__("surface")
        self._tongue = tongue
        self.material = material
        self.pages: tuple[str, ...] = ()
        self._shared = ""
        self._place = place
        self._wrongs: list[tuple[str, Problem]] = []
        self._twins: tuple[Words, ...] = ()
        self._pictures: dict[str, QPixmap] = {}
        code = material.code
        box = column(self, gap=4)
        box.setContentsMargins(12, 8, 8, 8)
        top = row(gap=8)
        self.tick = Tick()
        self.tick.setObjectName(f"{prefix}.material.{code}")
        self.tick.toggled.connect(lambda on: self.ticked.emit(code, on))
        self._make_buttons(prefix)
        self.had = Text("small ok")
        self.note = Text("small muted", wrap=True)
        self.wrong = Text("small error", wrap=True)
        self.twins = Text("small warn", wrap=True)
        top.addWidget(self.tick)
        self._tag(top)
        top.addStretch(1)
        top.addWidget(self.had)
        top.addWidget(self.stop)
        top.addWidget(self.add)
        box.addLayout(top)
        box.addLayout(self._make_share(prefix))
        for part in (self.note, self.wrong, self.twins):
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

    def _make_buttons(self, prefix: str) -> None:
        code = self.material.code
        self.add = ActButton("quiet", "paperclip")
        self.add.setObjectName(f"{prefix}.attach.{code}")
        self.add.clicked.connect(lambda: self.attach.emit(code))
        beside(self.add)
        self.stop = ActButton("quiet", "player-stop")
        self.stop.setObjectName(f"{prefix}.stop.{code}")
        self.stop.clicked.connect(lambda: self.stopped.emit(code))
        self.stop.hide()
        beside(self.stop)

    def _make_share(self, prefix: str) -> QHBoxLayout:
        """Make the offer of a shared result: nothing is asked for again (PL15)."""
        line = row(gap=8)
        line.setContentsMargins(28, 0, 8, 0)
        self.share_note = Text("small ok", wrap=True)
        self.share = ActButton("plain", "checks", SHARED)
        self.share.setObjectName(f"{prefix}.shared.{self.material.code}")
        self.share.clicked.connect(lambda: self.shared.emit(self.material.code))
        beside(self.share)
        line.addWidget(self.share_note, 1)
        line.addWidget(self.share)
        if self.material.shared is None:
            for part in (self.share_note, self.share):
                part.hide()
        return line

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
        self.tick.setText(f"{self._place}. {self.material.name}")
        self.tick.setAccessibleName(self.material.name)
        self.add.setText(t("act.attach"))
        self.add.setAccessibleDescription(self.material.name)
        if self._tag_key:
            self.tag.setText(t(self._tag_key))
        pages = sum(page.pages for page in self.material.pages)
        had = t("material.unscanned") if self.material.unscanned else ""
        if self.material.taken:
            had = t("material.shared.taken", serial=self.material.taken)
        self.stop.setText(t("receive.stop"))
        self._say_share()
        self.had.show_text(t("correction.given", pages=pages) if pages else had)
        parts = [self.material.note]
        if self.material.paper_only:
            parts.append(t("material.paper_only"))
        if self.material.keep_original:
            parts.append(t("material.keep_original"))
        if self.material.part:
            parts.append(t("material.part", part=self.material.part))
        if self.material.missing_reason:
            reason = self._tongue.coded("missing", self.material.missing_reason)
            parts.insert(0, t("material.asked_for", reason=reason))
        self.note.show_text("  ".join(part for part in parts if part))
        self._say_wrong()
        self._say_twins()

    def _say_share(self) -> None:
        found = self.material.shared
        if found is None:
            return
        t = self._tongue.t
        day = self._tongue.day(found.at)
        self.share_note.setText(t("material.shared", name=found.name, serial=found.serial, day=day))
        self.share.setText(t("material.shared.leave" if self._shared else "material.shared.take"))
        self.share.setAccessibleDescription(self.material.name)

    def show_tick(self, tick: MaterialTick) -> None:
        """Show what is given."""
        before = self.tick.blockSignals(True)  # noqa: FBT003  (Qt takes it by place)
        self.tick.setChecked(tick.given)
        self.tick.blockSignals(before)
        if tick.shared != self._shared:
            self._shared = tick.shared
            self._say_share()
        shas = tuple(page.sha256 for page in tick.pages)
        if shas == self.pages:
            return
        self.pages = shas
        self._pictures = {sha: self._pictures[sha] for sha in shas if sha in self._pictures}
        self.thumbs.clear()
        for place, page in enumerate(tick.pages, start=1):
            self.thumbs.add(self._thumb(page.sha256, page.name, place))
        self.thumbs.setVisible(bool(shas))

    def show_wrong(self, name: str, problem: Problem) -> None:
        """Show why a file was not taken, with the remedy, under what was said of earlier ones."""
        self._wrongs = [*self._wrongs, (name, problem)][-_MOST_WRONG:]
        self._say_wrong()

    def clear_wrong(self) -> None:
        """Forget what was not taken."""
        self._wrongs = []
        self._say_wrong()

    def show_twins(self, twins: tuple[Words, ...]) -> None:
        """Say which pages are there already."""
        self._twins = twins
        self._say_twins()

    def _say_wrong(self) -> None:
        lines = [refused(name, problem, self._tongue) for name, problem in self._wrongs]
        self.wrong.show_text("\n".join(lines))

    def _say_twins(self) -> None:
        self.twins.show_text("\n".join(map(self._tongue.say, self._twins[:_MOST_WRONG])))

    def show_taking(self, left: int, of: int) -> None:
        """Show that files are being taken in."""
        words = self._tongue.t("receive.taking", count=left) if left else ""
        self.stop.setVisible(left > 0 and of > 1)
        # Never disabled: the keyboard would jump to the next line, and more may follow at once.
        self.add.setText(words or self._tongue.t("act.attach"))

    def show_thumb(self, sha256: str, picture: QPixmap) -> None:
        """Show a page's small picture, if the page is here, and keep it while the line changes."""
        if sha256 not in self.pages:
            return
        self._pictures[sha256] = picture
        thumb = self._found(sha256)
        if thumb is not None:
            thumb.show_page(picture)

    def _found(self, sha256: str) -> Thumb | None:
        for holder in self.thumbs.children_shown():
            for found in holder.findChildren(Thumb):
                if found.key == sha256:
                    return found
        return None

    def _thumb(self, sha256: str, name: str, place: int) -> QWidget:
        holder = _ThumbHolder()
        box = row(holder, gap=0)
        thumb = Thumb(sha256, name)
        for setter in ("setAccessibleName", "setToolTip"):
            self._tongue.bind(thumb, setter, "receive.page", place=place, name=name)
        thumb.setObjectName(f"{self.tick.objectName()}.page.{place}")
        thumb.opened.connect(lambda key: self.opened.emit(key, name))
        if sha256 in self._pictures:
            thumb.show_page(self._pictures[sha256])
        remove = IconButton("x")
        self._tongue.bind(remove, "setText", "receive.remove", name=name)
        beside(thumb)
        beside(remove)
        remove.clicked.connect(lambda: self.removed.emit(self.material.code, sha256))
        box.addWidget(thumb)
        box.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
        return holder


class _ThumbHolder(QWidget):
    def sizeHint(self) -> QSize:
        layout = self.layout()
        return layout.sizeHint() if layout is not None else QSize(60, 60)
