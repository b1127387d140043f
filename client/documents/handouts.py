"""What is handed out before anything is filed: the one-time notification sheet and blank forms.

Sources: IN04 (一次性告知单), CH06, 行政许可法 Art. 30 (items, basis, conditions, procedure, limits,
materials and a sample of the application form are shown at the office). No law gives these papers
a number of their own: they bear the item's code and version instead, so that anybody can tell which
wording was handed out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from client.documents.frame import Frame
    from client.documents.wording import Wording


@dataclass(frozen=True, slots=True)
class Bring:
    """One material as it is told: what, how, and when it is not asked."""

    name: str
    need: str  # "yes" | "no" | "owed", words under paper.required.<need>
    form: str  # "original" | "copy", words under paper.<form>
    note: str = ""


@dataclass(frozen=True, slots=True)
class FlowLine:
    """One step of the way: its name, how long it takes; said in words already."""

    step: str
    limit: str = ""
    counted: bool = True


@dataclass(frozen=True, slots=True)
class NotificationData:
    """一次性告知单: all that is asked for one item, told at once and before anything is filed.

    `rows` are (label, value) in the sheet's language, in the order in which they are printed.
    """

    frame: Frame
    item: str
    rows: tuple[tuple[str, str], ...]
    basis: tuple[str, ...]
    conditions: tuple[str, ...]
    materials: tuple[Bring, ...]
    flow: tuple[FlowLine, ...]
    excluded: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Return the kind; it stands in no event."""
        return "notification"

    @property
    def template(self) -> str:
        """Return the template's name for `compose`."""
        return "papers/notification"

    def values(self, words: Wording) -> dict[str, Any]:
        """Return the template's own values, formatted."""
        return {
            "qr_note": words.t("notification.qr"),
            "item": self.item,
            "rows": [{"label": label, "value": value} for label, value in self.rows],
            "basis": list(self.basis),
            "conditions": list(self.conditions),
            "excluded": list(self.excluded),
            "materials": [
                {
                    "name": row.name,
                    "required": words.t(f"required.{row.need}"),
                    "form": words.t(row.form),
                    "note": row.note,
                }
                for row in self.materials
            ],
            "flow": [
                {
                    "step": row.step,
                    "limit": row.limit if row.counted else words.t("notification.not_counted"),
                }
                for row in self.flow
            ],
        }


@dataclass(frozen=True, slots=True)
class BlankFormData:
    """An application form, blank or, with `sample`, filled in as an example (示范文本)."""

    frame: Frame
    item: str
    materials: tuple[str, ...]
    sample: bool = False

    @property
    def kind(self) -> str:
        """Return the kind; it stands in no event."""
        return "sample_form" if self.sample else "blank_form"

    @property
    def template(self) -> str:
        """Return the template's name for `compose`."""
        return "papers/blank_form"

    def values(self, words: Wording) -> dict[str, Any]:
        """Return the template's own values, formatted."""
        shown = {
            "item": self.item,
            "materials": list(self.materials),
            "sample": "yes" if self.sample else "",
        }
        if self.sample:
            shown |= {f"sample_{name}": words.t(f"blank_form.sample.{name}") for name in _FILLED_IN}
        return shown


_FILLED_IN = ("name", "id_no", "address", "phone", "legal_person", "agent", "agent_id_no", "matter")
