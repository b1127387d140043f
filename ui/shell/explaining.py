"""An overdue step asks for its explanation in the same form; one press makes both (TM06, §3).

Nothing waits for it: where nothing is typed the step is made all the same, and the explanation
stays owed. What is typed is kept as a draft at every key, over the signing sheet and over a lock,
and is sent when the step is durable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.shell.step_pages import open_step
from ui.values import BannerFace, Problem
from ui.views.step_page import StepPage
from ui.widgets.fields import Field, TextField
from ui.widgets.layout import Face, column
from ui.widgets.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from client.app.rows.messages import OwedExplanation
    from ui.presenters.desk import Desk
    from ui.shell.opened import Means, Opened
    from ui.values import Route

_ANSWERING = frozenset({"explain", "reply_order", "cure"})


def open_step_asking(means: Means, route: Route) -> Opened:
    """Open the page of a step, with the question for what is owed beneath its own."""
    opened = open_step(means, route)
    view, begin = opened.view, opened.begin
    if not route.case or route.step in _ANSWERING or not isinstance(view, StepPage):
        return opened

    async def begin_asking() -> None:
        await begin()
        try:
            owed = await means.desk.messages.owed(route.case)
            typed = await means.desk.drafts.load(draft_key(route.case)) or ""
        except Failure as failure:
            means.flow.tell(Problem.of(failure))
            return
        if owed and view.findChild(Question) is None:
            question = Question(view, owed)
            question.text.show_text(typed)
            question.text.textChanged.connect(
                lambda: means.run(
                    means.outlives,
                    means.desk.drafts.save(draft_key(route.case), question.text.text()),
                )
            )

    opened.begin = begin_asking
    return opened


def draft_key(case: str) -> str:
    """Return under which name a case's explanation is kept until it is sent."""
    return f"case/{case}/explanation"


class Question(Face):
    """The question, at the end of a step's form."""

    def __init__(self, page: StepPage, owed: tuple[OwedExplanation, ...]) -> None:
        super().__init__("calm")
        self.setObjectName(f"{page.name}.explanation")
        box = column(self, gap=6, margin=14)
        tongue = page.tongue
        title = Text("warn", wrap=True)
        tongue.bind(title, "setText", "explaining.title", count=len(owed))
        box.addWidget(title)
        by = min((each.reply_by for each in owed if each.reply_by), default=None)
        if by is not None:
            until = Text("small muted", wrap=True)
            tongue.bind(until, "setText", "message.reply_by", when=tongue.moment_full(by))
            box.addWidget(until)
        self.text = TextField(3)
        self.text.setObjectName(f"{page.name}.explanation.text")
        self.field = Field("explanation", self.text, required=False)
        tongue.bind(self.field, "set_label", "explaining.text")
        tongue.bind(self.field, "set_hint", "explaining.hint")
        box.addWidget(self.field)
        page.form.insertWidget(max(0, page.form.count() - 1), self)
        page.walk.learn(self)


class Explaining(QObject):
    """Sends what was typed for a case once its step is durable; `tell` says so at the foot."""

    def __init__(self, owner: QObject, desk: Desk, tell: Callable[[BannerFace], None]) -> None:
        super().__init__(owner)
        self._desk, self._tell = desk, tell

    async def after(self, kind: str, case: str) -> None:
        """Explain what is owed of a case with the text that was typed, if any was."""
        if kind in _ANSWERING:
            return
        key = draft_key(case)
        text = (await self._desk.drafts.load(key) or "").strip()
        if not text:
            return
        owed = await self._desk.messages.owed(case)
        for each in owed:
            await self._desk.steps.explain(case, each.urge, text)
        await self._desk.drafts.drop(key)
        if owed:
            self._tell(BannerFace("good", "circle-check", Words("told.explained", {"case": case})))
