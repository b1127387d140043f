"""The directory of scripted screens: three people, one of whom gave a material before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from client.app.rows.lights import LightView
from client.app.rows.people import (
    AgentRow,
    ApplicantDetail,
    ApplicantRow,
    EarlierMaterial,
    HistoryRow,
)
from client.app.rows.steps import PreregisterForm
from client.app.rows.words import PageRow, Words
from sync.domain.failures import Failure
from sync.domain.lights import Light
from tests.helpers.scripted_cases import NOW

if TYPE_CHECKING:
    from tests.helpers.scripted_desk import ScriptedDesk

SHOP, WANG, NAMESAKE = "92339901MA2ABCDE1X", "11010519491231002X", "110105194912310039"
OPEN, OLD = "20261116-339901-00030-0", "20261116-339901-00012-2"
PEOPLE = (
    ApplicantRow(SHOP, "org", "云岭县滨河餐饮店", "923399********DE1X", "138****0000", 2, NOW),
    ApplicantRow(WANG, "person", "王芳", "110105********002X", "138****5678", 1, NOW),
    ApplicantRow(NAMESAKE, "person", "王芳", "110105********0039", "139****1111", 1, NOW),
)
PAGE = PageRow("ab" * 32, "营业执照.jpg", "image/jpeg", 81_000, 1, uploaded=True)
EARLIER = (
    EarlierMaterial(
        "m2", "营业执照复印件", OLD, NOW - timedelta(days=40), date(2027, 4, 12), (PAGE,)
    ),
)


class ScriptedApplicants:
    """Finds by what the names and numbers hold."""

    def __init__(self, desk: ScriptedDesk) -> None:
        self.desk = desk
        self.newest: PreregisterForm | None = PreregisterForm(
            "org", "credit_code", SHOP, "云岭县滨河餐饮店", "13800000000", "", "赵六",
            "110105199001010010",
        )  # fmt: skip
        self.directory = {SHOP: self.newest}
        self.offers_all = False
        self.doubles: tuple[Words, ...] = (
            Words("double.case", {"case": OPEN, "state": Words("state.registered")}),
        )

    async def find(self, text: str = "") -> tuple[ApplicantRow, ...]:
        self.desk.door.place()
        return tuple(row for row in PEOPLE if text.strip() in f"{row.name}{row.who}")

    async def open(self, who: str) -> ApplicantDetail:
        row = next((row for row in PEOPLE if row.who == who), None)
        if row is None:
            raise Failure("app.no_such_applicant")
        light = LightView(Light.YELLOW, False, Words("row.left_hours", {"n": 5}), NOW)
        none = LightView(Light.NONE, False, None, None)
        history = (
            HistoryRow(OPEN, "食品经营许可（新办）", "registered", light, NOW, False, True),
            HistoryRow(OLD, "个体工商户设立登记", "closed", none, NOW, True, False),
        )
        agents = (AgentRow("赵六", "110105********0010", "", NOW, ("食品经营许可（新办）",), 1, 1),)
        others = tuple(each for each in PEOPLE if each.name == row.name and each is not row)
        return ApplicantDetail(row, history, agents if row.who == SHOP else (), others, more=False)

    async def known(self, id_kind: str, id_no: str) -> PreregisterForm | None:
        form = self.directory.get(id_no)
        return form if form is not None and form.id_kind == id_kind else None

    async def last(self) -> PreregisterForm | None:
        return self.newest

    async def warnings(self, form: PreregisterForm) -> tuple[Words, ...]:
        return self.doubles if form.id_no == SHOP and form.item == "spjy" else ()

    async def earlier(self, case: str) -> tuple[EarlierMaterial, ...]:
        return EARLIER if case == OPEN or self.offers_all else ()
