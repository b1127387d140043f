"""The correction notice (一次性补正告知): one complete list of what is missing, and why."""

from __future__ import annotations

from client.app.rows.steps import Missing, StepDone
from client.app.rows.words import Words
from ui.presenters.step import StepPresenter
from ui.values import CorrectionForm, FieldProblem, MissingTick


class CorrectionPresenter(StepPresenter[CorrectionForm]):
    """What is not there is chosen to begin with; the clerk adds what is there but wrong."""

    form_class = CorrectionForm

    begins_filled = True

    def first_form(self) -> CorrectionForm:
        """Choose each required material that was not given, nor is in the shared store (PL15).

        A joint case has one notice, merged from what all departments miss (ST13).
        """
        if self.detail is None:
            return CorrectionForm()
        joint = self.detail.joint
        missed = {} if joint is None else {line.material: line for line in joint.merged}
        ticks = tuple(
            MissingTick(
                row.code, chosen=True, reason=missed[row.code].reason, text=missed[row.code].text
            )
            if row.code in missed
            else MissingTick(row.code, chosen=row.required and not row.given and row.shared is None)
            for row in self.detail.materials
        )
        return CorrectionForm(ticks)

    def check(self, form: CorrectionForm) -> tuple[FieldProblem, ...]:
        """Something is missing, each reason says enough, and the clerk says that it is all."""
        chosen = [tick for tick in form.ticks if tick.chosen]
        found = []
        forgotten = self._forgotten(chosen)
        if chosen and forgotten:
            # A draft may be older than what a department said since.
            found.append(FieldProblem("materials", forgotten))
        if not chosen:
            found.append(FieldProblem("materials", Words("correction.nothing")))
        found += [
            FieldProblem(f"text.{tick.code}", Words("correction.say_what"))
            for tick in chosen
            if tick.reason != "not_given" and not tick.text.strip()
        ]
        if chosen and not form.complete:
            found.append(FieldProblem("complete", Words("correction.complete.missing")))
        return tuple(found)

    def _forgotten(self, chosen: list[MissingTick]) -> Words | None:
        """Say which materials a department of a joint case misses and the notice leaves out."""
        detail = self.detail
        if detail is None or detail.joint is None:
            return None
        named = {tick.code for tick in chosen}
        left = {line.material for line in detail.joint.merged} - named
        names = [row.name for row in detail.materials if row.code in left]
        return Words("correction.not_merged", {"materials": "、".join(names)}) if names else None

    async def make(self, form: CorrectionForm) -> StepDone:
        """Serve the notice."""
        missing = tuple(
            Missing(tick.code, tick.reason, tick.text.strip()) for tick in form.ticks if tick.chosen
        )
        return await self.desk.steps.notify_correction(self.case, missing)
