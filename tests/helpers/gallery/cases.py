"""A case with its tabs, its papers, and what several departments make of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.helpers import scripted_joint
from tests.helpers.gallery_cases import (
    ACCEPTED,
    DECIDING,
    GRANTED,
    HANDLING,
    RECEIVED,
    REVIEWING,
    WAITING,
)
from ui.values import Route

if TYPE_CHECKING:
    from client.app.rows.joint import JointView
    from tests.helpers.gallery.stand import Screen, Screens, Stand


async def _case(g: Stand) -> None:
    g.work.commands.close()
    await g.enter("reviewer")
    await g.go(Route("case", REVIEWING))
    g.page.why.setChecked(True)


def _case_tab(name: str) -> Screen:
    async def act(g: Stand) -> None:
        await g.enter("clerk")
        await g.go(Route("case", GRANTED if name != "materials" else WAITING))
        g.page.choose_tab(name)

    return act


def _joint(case: str, joint: JointView, kind: str = "") -> Screen:
    async def act(g: Stand) -> None:
        await g.enter("clerk")
        g.desk.world[case] = replace(g.desk.world[case], joint=joint)
        await g.go(Route("step", case, kind) if kind else Route("case", case))
        if not kind:
            g.page.choose_tab("joint")

    return act


async def _paper(g: Stand) -> None:
    await g.enter("clerk")
    case = g.desk.world[GRANTED]
    await g.go(Route("paper", GRANTED, case.papers[-1].sha256))


SCREENS: Screens = {
    "20-case": _case,
    "21-case-materials": _case_tab("materials"),
    "22-case-papers": _case_tab("papers"),
    "23-case-people": _case_tab("people"),
    "24-case-proof": _case_tab("proof"),
    "25-paper": _paper,
    "26-case-joint": _joint(HANDLING, scripted_joint.lead()),
    "26-case-joint-part": _joint(ACCEPTED, scripted_joint.part()),
    "26-decision-joint": _joint(DECIDING, scripted_joint.lead(), "grant"),
    "26-precheck-joint": _joint(RECEIVED, scripted_joint.part(), "answer_precheck"),
    "26-correction-joint": _joint(RECEIVED, scripted_joint.missing(), "notify_correction"),
}
