"""The catalogue of scripted screens: items told whole, and sheets that are drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from client.app.items.catalogue import CatalogueDesk
from client.app.rows.cases import PaperRow
from client.app.rows.guide import Branch, ChartStep, Edition, ItemGuide, MaterialNote, Shelf
from client.app.rows.steps import Checked
from client.app.rows.words import Words
from sync.domain import identity
from sync.domain.violations import Violation
from tests.helpers.scripted_cases import ITEMS, NOW
from tests.helpers.scripted_papers import Picture, paper

if TYPE_CHECKING:
    from pathlib import Path

    from client.app.rows.items import ItemDetail, ItemRow
    from sync.domain.failures import Failure

_COUNTER = ("window_clerk", "comprehensive_clerk")


def find(text: str, limit: int, department: str) -> tuple[ItemRow, ...]:
    wanted = text.strip().lower()
    found = [
        item.row
        for item in ITEMS
        if wanted in f"{item.row.name}{item.row.code}".lower()
        and department in {"", item.row.department}
    ]
    return tuple(found[:limit])


def shelves() -> tuple[Shelf, ...]:
    names = [item.row.department for item in ITEMS]
    counted = {name: names.count(name) for name in names}
    every = Shelf("", "", len(ITEMS))
    return (every, *(Shelf(name, name, count) for name, count in counted.items()))


def guide(detail: ItemDetail) -> ItemGuide:
    """Tell an item whole; the last of the scripted ones has no form."""
    with_form = detail is not ITEMS[-1]
    notes = tuple(
        MaterialNote(
            row.code, place == 0, False, 60, "application" if with_form and not place else "", "",
            "", "",
        )
        for place, row in enumerate(detail.materials)
    )  # fmt: skip
    return ItemGuide(
        detail=detail,
        hall="云岭县政务服务中心",
        category="licence",
        version=2,
        catalogue="yunling-2026.1",
        extension=Words(
            "guide.extension", {"days": 10, "approver": Words("role.department_leader")}
        ),
        fee=Words("guide.free"),
        fee_basis="",
        correction="",
        excluded=((Words("excluded.survey"), "地方规定：现场核查所需时间不计入审批时限"),),
        notes=notes,
        certificate_years=5,
        hearing=False,
        chart=_chart(),
        editions=(
            Edition(2, True, detail.row.promised, detail.row.statutory, len(detail.materials)),
            Edition(1, False, detail.row.statutory, detail.row.statutory, len(detail.materials)),
        ),
    )


def _chart() -> tuple[ChartStep, ...]:
    half = Words("limit.wd", {"amount": "0.5"})
    return (
        ChartStep(
            "apply",
            who=("applicant",),
            branches=(Branch(Words("chart.asks"), Words("chart.told")),),
        ),
        ChartStep("receive", who=_COUNTER),
        ChartStep(
            "accept",
            who=_COUNTER,
            branches=(
                Branch(Words("chart.incomplete"), Words("step.notify_correction"), back=True),
                Branch(Words("chart.not_ours"), Words("step.refuse")),
            ),
        ),
        ChartStep("survey", who=("handler",), pause=True),
        ChartStep("handle", who=("handler",), limit=half),
        ChartStep("review", level=1, who=("reviewer",), limit=half),
        ChartStep(
            "decide",
            who=("chief_representative", "department_leader"),
            branches=(Branch(Words("chart.not_met"), Words("step.deny")),),
        ),
        ChartStep("issue", who=_COUNTER),
        ChartStep("end", who=_COUNTER),
    )


@dataclass
class ScriptedHandouts:
    """Sheets by their names; two pages each."""

    asked: list[tuple[str, str, str]] = field(default_factory=list)
    fail: Failure | None = None

    async def notification(self, code: str, language: str = "zh_CN") -> PaperRow:
        return self._made("notification", code, language)

    async def form(self, code: str, *, sample: bool, language: str = "zh_CN") -> PaperRow:
        return self._made("sample_form" if sample else "blank_form", code, language)

    async def pages(self, _sha256: str) -> int:
        return 2

    async def image(self, sha256: str, page: int = 0, width: int = 1200) -> Picture:
        kind, code, language = sha256.split("/")
        return paper(kind.upper(), (code, language, f"{page + 1}/2"), width, False)

    async def save(self, sha256: str, path: Path) -> None:
        _write(path, sha256)

    def _made(self, kind: str, code: str, language: str) -> PaperRow:
        self.asked.append((kind, code, language))
        if self.fail is not None:
            failure, self.fail = self.fail, None
            raise failure
        return PaperRow(kind, f"{code}-2", f"{kind}/{code}/{language}", NOW)


def _write(path: Path, text: str) -> None:
    path.write_text(text)


class ScriptedCatalogue:
    language = "zh_CN"

    def find(self, text: str, limit: int = 20, department: str = "") -> tuple[ItemRow, ...]:
        return find(text, limit, department)

    def shelves(self) -> tuple[Shelf, ...]:
        return shelves()

    def guide(self, code: str) -> ItemGuide:
        return guide(self.item(code))

    def item(self, code: str) -> ItemDetail:
        return next(item for item in ITEMS if item.row.code == code)

    def check_identity(self, id_kind: str, text: str) -> Checked:
        check = identity.resident_id if id_kind == "resident_id" else identity.credit_code
        return _checked(text, check(text))

    def check_phone(self, text: str) -> Checked:
        return _checked(text, identity.phone(text))

    def check_name(self, text: str) -> Checked:
        return CatalogueDesk().check_name(text)  # the rule itself, as the desk has it


def _checked(text: str, result: str | Violation) -> Checked:
    if isinstance(result, Violation):
        return Checked(text, problem=Words(f"violation.{result.code}", dict(result.args)))
    return Checked(result)
