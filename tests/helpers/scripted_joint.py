"""A joint case for scripted screens: four departments, each at another point of its way."""

from __future__ import annotations

from datetime import timedelta

from client.app.rows.joint import ChildRow, JointView, LackRow, MergedLack
from client.app.rows.lights import LightView
from client.app.rows.words import Words
from sync.domain.lights import Light
from tests.helpers.scripted_cases import NOW

NONE = LightView(Light.NONE, statutory_passed=False, remaining=None, due_at=None)


def child(helper: str, name: str, department: str, **known: object) -> ChildRow:
    """Return a department's part that is at work with two days left, with changes."""
    soon = NOW + timedelta(days=2)
    left = Words("light.left.days", {"days": 2, "hours": 0, "minutes": 0})
    light = LightView(Light.WHITE, statutory_passed=False, remaining=left, due_at=soon)
    values: dict[str, object] = {
        "helper": helper,
        "name": name,
        "department": department,
        "sort": "opinion",
        "stage": 1,
        "number": f"20261120-339901-000{len(helper):02d}-5",
        "state": "accepted",
        "light": light,
        "person": "",
        "step": "accept",
        "at": NOW - timedelta(hours=3),
        "opinion": "",
        "text": "",
        "silent": False,
        "checked": True,
        "missing": (),
        "result": None,
    }
    return ChildRow(**values | known)


def lead() -> JointView:
    """Return a lead's case: one has agreed, one is against, one is late, one has not begun."""
    over = Words("light.over.hours", {"days": 0, "hours": 3, "minutes": 0})
    red = LightView(Light.RED, statutory_passed=False, remaining=over, due_at=NOW)
    return JointView(
        children=(
            child(
                "location", "设置位置意见", "云岭县自然资源和规划局", opinion="agree",
                text="位置符合城市设计,同意设置。", result="opinion", state="closed",
                light=NONE, person="罗思源", step="give_opinion",
            ),
            child(
                "traffic", "道路交通意见", "云岭县公安局交通警察大队", opinion="disagree",
                text="遮挡交叉口视距三角区,不同意在东北角设置。", result="opinion", state="closed",
                light=NONE, person="雷定波", step="give_opinion",
            ),
            child("green", "园林绿化意见", "云岭县住房和城乡建设局", light=red, person="贺兰亭"),
            child(
                "licence", "规划许可", "云岭县自然资源和规划局", sort="licence", stage=2, number="",
                state="", light=NONE, step="", at=None, checked=False,
            ),
        )
    )  # fmt: skip


def missing() -> JointView:
    """Return a lead's case at the pre-check: a department misses something of what was given."""
    lack = LackRow("申请书", "incomplete", "缺视距分析")
    before = {"state": "received", "light": NONE, "step": "answer_precheck"}
    return JointView(
        children=(
            child("traffic", "道路交通意见", "云岭县公安局", missing=(lack,), **before),
            child("green", "园林绿化意见", "云岭县住房和城乡建设局", **before),
        ),
        merged=(MergedLack("m2", "incomplete", "云岭县公安局：缺视距分析"),),
    )


def part() -> JointView:
    """Return a child's place in its joint case."""
    return JointView(
        lead="20261120-339901-00031-2",
        lead_department="云岭县城市管理局",
        part="道路交通意见",
        sort="opinion",
    )
