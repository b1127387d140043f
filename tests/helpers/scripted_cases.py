"""Cases for scripted screens: a small world that moves by the steps' names, not by the rules."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from client.app.rows.cases import (
    CaseDetail,
    CaseRow,
    PaperRow,
    ProofRow,
    Receiver,
    StepOption,
    TimelineRow,
)
from client.app.rows.items import ItemDetail, ItemRow
from client.app.rows.lights import LightView
from client.app.rows.materials import MaterialRow
from client.app.rows.words import Words
from sync.domain.lights import Light

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.app.rows.joint import JointView
    from client.app.rows.session import SessionView

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 23, 10, 24, tzinfo=CHINA)
NO_AUTHORITY = Words("violation.no_authority")

# step -> (from, to, roles)
FLOW = {
    "receive": ("registered", "received", {"window_clerk", "reception_clerk"}),
    "accept": ("received", "accepted", {"window_clerk"}),
    "notify_correction": ("received", "awaiting_correction", {"window_clerk"}),
    "refuse": ("received", "refused", {"chief_representative"}),
    "correct": ("awaiting_correction", "received", {"window_clerk"}),
    "claim": ("accepted", "handling", {"handler"}),
    "handle": ("handling", "reviewing", {"handler"}),
    "suspend": ("handling", "handling", {"handler"}),
    "survey": ("handling", "handling", {"handler"}),
    "review": ("reviewing", "deciding", {"reviewer"}),
    "grant": ("deciding", "granted", {"chief_representative"}),
    "deny": ("deciding", "denied", {"chief_representative"}),
    "send_back": ("deciding", "handling", {"chief_representative"}),
    "hear_party": ("deciding", "deciding", {"handler", "chief_representative"}),
    "make": ("granted", "making", {"window_clerk"}),
    "seal": ("making", "certified", {"chief_representative"}),
    "issue": ("certified", "issued", {"window_clerk"}),
    "sign_for": ("issued", "delivered", {"window_clerk"}),
    "close": ("delivered", "closed", {"window_clerk"}),
    "withdraw": ("handling", "withdrawn", {"window_clerk"}),
    "leave": ("registered", "lapsed", {"window_clerk"}),
}
PRIMARY = (
    "receive",
    "accept",
    "correct",
    "claim",
    "handle",
    "review",
    "grant",
    "make",
    "seal",
    "issue",
    "sign_for",
    "close",
)
PAPERS = {
    "preregister": "slip",
    "receive": "receipt",
    "correct": "receipt",
    "notify_correction": "correction",
    "accept": "acceptance",
    "refuse": "refusal",
    "grant": "grant",
    "deny": "denial",
    "seal": "certificate",
    "issue": "delivery",
}


def item(  # noqa: PLR0917  (one line a case reads as a table)
    code: str,
    name: str,
    department: str,
    kind: str,
    promised: int,
    statutory: int,
    materials: Sequence[str],
) -> ItemDetail:
    """Make an item; a material whose name ends in "?" is not required, in "~" may be owed."""

    def words(days: int) -> Words:
        return Words("limit.wd", {"amount": days}) if days else Words("limit.at_once")

    rows = tuple(
        MaterialRow(
            f"m{place}",
            text.rstrip("?~"),
            required=not text.endswith("?"),
            minor=text.endswith("~"),
            note="",
        )
        for place, text in enumerate(materials, start=1)
    )
    row = ItemRow(code, name, department, kind, words(statutory), words(promised))
    basis = ("《烟草专卖许可证管理办法》",) if code == "ycls" else ("《食品安全法》第35条",)
    fast = Words("limit.wd", {"amount": f"{promised / 2:g}"})
    steps = ("受理", "承办", "审核", "批准")
    return ItemDetail(row, rows, basis, (), steps, "许可证", fast=fast)


ITEMS = (
    item(
        "ycls",
        "烟草专卖零售许可证核发（新办）",
        "云岭县烟草专卖局",
        "promised",
        15,
        20,
        ("申请表", "身份证", "营业执照", "经营场所证明?"),
    ),
    item(
        "spjy",
        "食品经营许可（新办）",
        "云岭县市场监督管理局",
        "promised",
        5,
        10,
        ("申请书", "营业执照复印件", "设备布局与操作流程图", "食品安全自查等管理制度~", "人员证明"),
    ),
    item(
        "gths",
        "个体工商户设立登记",
        "云岭县市场监督管理局",
        "immediate",
        0,
        3,
        ("申请书", "经营者身份证明", "经营场所文件"),
    ),
    item(
        "ggws",
        "公共场所卫生许可（新办）",
        "云岭县卫生健康局",
        "promised",
        5,
        20,
        (
            "申请表",
            "营业执照与负责人身份证明",
            "方位图和平面图",
            "卫生检测或评价报告",
            "管理制度",
            "从业人员健康证明",
        ),
    ),
    item(
        "sgxk",
        "建筑工程施工许可证核发",
        "云岭县住房和城乡建设局",
        "promised",
        3,
        7,
        (
            "用地批准手续",
            "建设工程规划许可证",
            "施工图审查合格书",
            "中标通知书与施工合同",
            "质量安全措施",
            "资金落实承诺",
        ),
    ),
    item(
        "hwgg",
        "设置大型户外广告及在城市建筑物、设施上悬挂、张贴宣传品审批",
        "云岭县城市管理局",
        "promised",
        8,
        15,
        ("申请表", "营业执照", "设施全景设计图", "场地使用权证明", "安全措施材料"),
    ),
)


@dataclass(frozen=True)
class Scripted:
    """One case of the small world."""

    number: str
    applicant: str
    item: ItemDetail
    state: str
    light: Light = Light.WHITE
    left: Words | None = None
    due: datetime | None = None
    passed: bool = False
    holder: str = ""
    fast: bool = False
    pending: bool = False
    materials: tuple[MaterialRow, ...] = ()
    timeline: tuple[TimelineRow, ...] = ()
    papers: tuple[PaperRow, ...] = ()
    flags: tuple[str, ...] = ()
    updated: datetime = NOW
    facts: dict[str, str] = field(default_factory=dict)
    receiver: Receiver | None = None
    joint: JointView | None = None

    def complete(self) -> bool:
        return all(material.pages or not material.required for material in self.materials)

    def options(self, session: SessionView | None) -> tuple[StepOption, ...]:
        roles = set(session.roles) if session is not None else set()
        made = []
        for kind, (state, _to, allowed) in FLOW.items():
            if state != self.state and not (kind == "send_back" and self.state == "reviewing"):
                continue
            blocked = None if roles & allowed else NO_AUTHORITY
            if kind == "send_back" and self.state == "reviewing" and "reviewer" in roles:
                blocked = None
            if kind == "accept" and blocked is None and not self.complete():
                name = next(m.name for m in self.materials if m.required and not m.pages)
                blocked = Words("violation.materials_incomplete", {"material": name})
            made.append(StepOption(kind, kind in PRIMARY, blocked))
        return tuple(made)

    def row(self, session: SessionView | None) -> CaseRow:
        left = Words("row.paused") if self.light is Light.PAUSED else self.left
        light = LightView(self.light, self.passed, left, self.due)
        mine = session is not None and self.holder == session.name
        return CaseRow(
            self.number,
            self.applicant,
            self.item.row.name,
            self.state,
            light,
            self.holder,
            self.updated,
            mine,
            self.fast,
            self.pending,
        )

    def waits_for(self, session: SessionView | None) -> bool:
        return any(
            option.primary and option.blocked is None for option in self.options(session)
        ) or ("window_clerk" in (session.roles if session else ()) and self.state == "received")

    def detail(self, session: SessionView | None) -> CaseDetail:
        lines = (
            Words("clock.accepted", {"day": "2026-11-16"}),
            Words("clock.counted.wd", {"amount": 5, "first": "2026-11-17"}),
            Words("clock.promised_due", {"day": "2026-11-23", "time": "17:00"}),
            Words("clock.statutory_due", {"day": "2026-11-30", "time": "17:00"}),
        )
        proofs = tuple(
            ProofRow(
                line.event,
                Words("proof.card_signed" if line.signed_by_card else "proof.session_signed"),
                True,
            )
            for line in self.timeline
        )
        return CaseDetail(
            row=self.row(session),
            applicant_kind=self.facts.get("kind", "person"),
            applicant_id="339901********1234",
            phone="138****5678",
            agent=self.facts.get("agent"),
            project=self.facts.get("project"),
            department=self.item.row.department,
            scope="339901/scjg",
            materials=self.materials,
            timeline=self.timeline,
            papers=self.papers,
            people=tuple((line.kind, line.person) for line in self.timeline),
            proofs=proofs,
            options=self.options(session),
            due_lines=lines if self.due else (),
            flags=self.flags,
            complete=self.complete(),
            receiver=self.receiver,
            joint=self.joint,
        )

    def after(self, kind: str, session: SessionView, *, note: str = "", to: str = "") -> Scripted:
        """Return the case one step on."""
        papers = self.papers
        if kind in PAPERS:
            name = PAPERS[kind]
            papers = (
                *papers,
                PaperRow(
                    name,
                    f"云政({kind[:2]})2026-{len(papers) + 101:04d}",
                    f"{self.number}/{name}/{len(papers)}",
                    NOW,
                ),
            )
        step = TimelineRow(
            f"{self.number}-{len(self.timeline)}",
            kind,
            session.name,
            session.roles[0],
            session.counter,
            NOW,
            2,
            self.light,
            kind in {"grant", "deny", "seal", "refuse"},
            False,
            "pending",
            None,
            note,
        )
        state = to or (FLOW[kind][1] if kind in FLOW else self.state)
        light, left, due = self.light, self.left, self.due
        if kind == "accept":
            light, left, due = (
                Light.WHITE,
                Words("row.left_days", {"n": 5}),
                NOW + timedelta(days=7),
            )
        if state in {"closed", "refused", "withdrawn"}:
            light, left, due = Light.NONE, None, None
        holder = session.name if kind in {"claim", "handle"} else self.holder
        return replace(
            self,
            state=state,
            timeline=(*self.timeline, step),
            papers=papers,
            light=light,
            left=left,
            due=due,
            holder=holder,
            pending=True,
            updated=NOW,
        )
