"""What a clerk tells the applicant about an item before anything is filed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.theme import tokens
from ui.widgets.layout import Face, clear, column, row
from ui.widgets.text import Tagged, Text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from client.app.rows.items import ItemDetail
    from ui.i18n import Tongue


class ItemCard(Face):
    """The item's limits, materials and basis; empty, it says how items are found."""

    def __init__(self, tongue: Tongue, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        self._tongue = tongue
        self._item: ItemDetail | None = None
        self._box = column(self, gap=8, margin=16)
        self.say()

    def show_item(self, item: ItemDetail | None) -> None:
        """Show an item; None shows how to find one."""
        self._item = item
        self.say()

    def say(self) -> None:
        """Say it in the language in force."""
        clear(self._box)
        if self._item is None:
            self._teach()
        else:
            self._tell(self._item)

    def _teach(self) -> None:
        t = self._tongue.t
        self._box.addWidget(Text("body", t("item.teach.title")))
        for key in ("item.teach.name", "item.teach.initials", "item.teach.code"):
            self._box.addWidget(Text("small muted", t(key), wrap=True))

    def _tell(self, item: ItemDetail) -> None:
        t, say = self._tongue.t, self._tongue.say
        self._box.addWidget(Text("body", item.row.name, wrap=True))
        tags = row(gap=6)
        tags.addWidget(Text("tag", self._tongue.coded("item_kind", item.row.kind)))
        tags.addWidget(Text("small muted", item.row.department), 1)
        self._box.addLayout(tags)
        limits = Tagged("clock", "small", wrap=True)
        limits.setText(
            t("item.limits", promised=say(item.row.promised), statutory=say(item.row.statutory))
        )
        self._box.addWidget(limits)
        self._box.addSpacing(4)
        required = sum(1 for material in item.materials if material.required)
        self._box.addWidget(Text("small muted", t("item.materials", count=required)))
        for place, material in enumerate(item.materials, start=1):
            line = row(gap=6)
            number = Text("small faint", f"{place}.")
            number.setFixedWidth(tokens().scaled(22))
            line.addWidget(number)
            line.addWidget(Text("small", material.name, wrap=True), 1)
            if material.minor:
                line.addWidget(Text("tag-quiet", t("material.minor")))
            elif not material.required:
                line.addWidget(Text("tag-quiet", t("material.if_needed")))
            self._box.addLayout(line)
        if item.legal_basis:
            self._box.addSpacing(4)
            basis = Tagged("info-circle", "small muted", wrap=True)
            basis.setText(t("list.semicolon").join(item.legal_basis))
            self._box.addWidget(basis)
        for warning in item.warnings:
            self._box.addWidget(Text("small warn", say(warning), wrap=True))
