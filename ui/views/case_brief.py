"""A case in a few lines: for the margin of a page, where it must be at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from ui.views.joint_tab import AGAINST
from ui.widgets.facts import Facts
from ui.widgets.layout import Face, clear, column, row
from ui.widgets.text import Text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from client.app.rows.cases import CaseDetail
    from ui.i18n import Tongue


class CaseBrief(Face):
    """Applicant, materials, and what was said so far."""

    def __init__(self, tongue: Tongue, parent: QWidget | None = None) -> None:
        super().__init__("surface", parent)
        self._tongue = tongue
        self._detail: CaseDetail | None = None
        box = column(self, gap=10, margin=16)
        self.heading = Text("small muted")
        tongue.bind(self.heading, "setText", "brief.title")
        self.facts = Facts()
        box.addWidget(self.heading)
        box.addWidget(self.facts)
        self._said = column(gap=6)
        box.addLayout(self._said)
        tongue.changed.connect(self._say)

    def show_case(self, detail: CaseDetail) -> None:
        """Show a case."""
        self._detail = detail
        self._say()

    def _say(self) -> None:
        detail = self._detail
        if detail is None:
            return
        t = self._tongue.t
        required = [material for material in detail.materials if material.required]
        given = [material for material in required if material.given]
        self.facts.show_facts(
            [
                (t("case.applicant"), detail.row.applicant),
                (t("case.id_no"), detail.applicant_id),
                (t("case.item"), detail.row.item),
                (t("case.project"), detail.project or ""),
                (
                    t("case.materials"),
                    t("receive.count", given=len(given), required=len(required)),
                ),
                (t("case.due"), self._tongue.moment_full(detail.row.light.due_at)),
                (t("flow.next"), self._tongue.listed(*detail.next_by)),
            ]
        )
        clear(self._said)
        self._say_joint(detail)
        noted = [made for made in detail.timeline if made.note and made.kind != "child_moved"]
        for made in noted[-3:]:
            head = t("brief.said", step=self._tongue.coded("step", made.kind), person=made.person)
            self._said.addWidget(Text("small muted", head, wrap=True))
            self._said.addWidget(Text("small", made.note, wrap=True))

    def _say_joint(self, detail: CaseDetail) -> None:
        """Say what the departments of a joint case said: who decides has it at hand (ST11)."""
        for child in detail.joint.children if detail.joint is not None else ():
            open_ = "joint.open" if child.number else "joint.not_begun"
            code = child.opinion if child.result == "opinion" else child.result
            said = self._tongue.t(f"joint.said.{code}" if code else open_)
            against = bool({child.result, child.opinion} & AGAINST)
            role, line = "small warn" if against else "small", row(gap=12)
            whose = column(gap=2)
            for words in (child.department, child.name):
                whose.addWidget(Text(role, words, wrap=True))
            line.addLayout(whose, 1)
            # A column of its own: 同意 is never broken in two, and verdicts stand below each other.
            line.addWidget(Text(role, said), 0, Qt.AlignmentFlag.AlignTop)
            self._said.addLayout(line)
            if child.text and against:
                self._said.addWidget(Text("small muted", child.text, wrap=True))
