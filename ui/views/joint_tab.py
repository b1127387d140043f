"""The tab 并联 of a joint case: each department with its state, light and opinion (ST11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.widgets.facts import Facts
from ui.widgets.layout import Face, Flow, column, row
from ui.widgets.lights import LightMark
from ui.widgets.text import Text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QVBoxLayout

    from client.app.rows.joint import ChildRow, JointView
    from ui.i18n import Tongue

AGAINST = frozenset({"disagree", "denied", "withdrawn", "terminated", "refused"})


def joint_tab(box: QVBoxLayout, joint: JointView, tongue: Tongue) -> None:
    """Fill the tab: the lead's departments by stage, or a child's place in its joint case."""
    if joint.lead:
        _place(box, joint, tongue)
        return
    words = tongue.t("joint.summary", all=len(joint.children), ended=joint.ended)
    box.addWidget(Text("body", words))
    if joint.merged:
        note = tongue.t("joint.merged", count=len(joint.merged))
        box.addWidget(Text("warn", note, wrap=True))
    stages = {child.stage for child in joint.children}
    staged, stage = len(stages) > 1, 0
    for child in joint.children:
        if staged and child.stage != stage:
            stage = child.stage
            box.addWidget(Text("muted", tongue.t("joint.stage", stage=stage)))
        box.addWidget(_card(child, tongue, later=child.stage > min(stages)))


def _place(box: QVBoxLayout, joint: JointView, tongue: Tongue) -> None:
    t = tongue.t
    facts = Facts()
    facts.show_facts(
        [
            (t("joint.part"), joint.part),
            (t("joint.sort"), t(f"joint.sort.{joint.sort}")),
            (t("joint.lead_department"), joint.lead_department),
            (t("joint.lead_case"), joint.lead),
        ]
    )
    box.addWidget(facts)
    box.addWidget(Text("small muted", t(f"joint.rule.{joint.sort}"), wrap=True))


def _card(child: ChildRow, tongue: Tongue, *, later: bool) -> Face:
    t = tongue.t
    face = Face("surface")
    face.setObjectName(f"case.joint.{child.helper}")
    inside = column(face, gap=6)
    inside.setContentsMargins(14, 10, 14, 10)
    top = row(gap=12)
    whose = Flow(gap=12)
    whose.add(Text("body", child.department))
    whose.add(Text("muted", child.name))
    top.addWidget(whose, 1)
    if child.light.due_at is not None:
        mark = LightMark()
        mark.set_light(str(child.light.light), tongue.say(child.light.remaining))
        top.addWidget(mark)
        due = tongue.moment(child.light.due_at)
        top.addWidget(Text("small muted", t("preview.due", when=due)))
    inside.addLayout(top)
    tags = Flow(gap=6)
    for role, words in _tags(child, tongue):
        tags.add(Text(role, words))
    inside.addWidget(tags)
    if child.text:
        inside.addWidget(Text("body", child.text, wrap=True, select=True))
    for lack in child.missing:
        said = tongue.joined(lack.material, tongue.coded("missing", lack.reason), lack.text)
        inside.addWidget(Text("small warn", t("joint.lacks", what=said), wrap=True))
    waits = t("joint.waits_for_stage" if later else "joint.waits_for_receipt")
    moved = tongue.joined(
        tongue.coded("step", child.step) if child.step else "",
        child.person,
        tongue.moment(child.at) if child.at else "",
        child.number,
    )
    inside.addWidget(Text("small muted", moved or waits, wrap=True, select=True))
    face.setAccessibleName(
        tongue.joined(child.department, child.name, *(words for _, words in _tags(child, tongue)))
    )
    return face


def _tags(child: ChildRow, tongue: Tongue) -> list[tuple[str, str]]:
    t = tongue.t
    tags = [("tag-quiet", t(f"joint.sort.{child.sort}"))]
    if child.result:
        role = "tag-red" if {child.result, child.opinion} & AGAINST else "tag"
        code = child.opinion if child.result == "opinion" else child.result
        tags.append((role, t(f"joint.said.{code or 'opinion'}")))
    elif child.state:
        tags.append(("tag", tongue.coded("state", child.state)))
        if child.opinion:
            tags.append(("tag-quiet", t(f"joint.said.{child.opinion}")))
    if child.silent:
        tags.append(("tag-warn", t("joint.silent")))
    if child.missing:
        tags.append(("tag-warn", t("joint.missing", count=len(child.missing))))
    elif child.checked and child.state == "received":
        tags.append(("tag", t("joint.checked")))
    return tags
