"""The tab of a joint case, from what the centre told the lead of its children (ST10, ST11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.cases.lights_view import remaining_words
from client.app.rows.joint import ChildRow, JointView, LackRow, MergedLack
from client.app.rows.lights import LightView
from client.app.rows.words import Words
from sync.domain.joint_steps import merged_lacks
from sync.domain.lights import Light, told_light

if TYPE_CHECKING:
    from datetime import datetime

    from sync.domain.case import Case, Child
    from sync.domain.catalogue import Bundle, Helper
    from sync.domain.policy import PolicyBook
    from sync.domain.rules import Rules


def joint_of(
    case: Case, book: PolicyBook, rules: Rules, now: datetime, language: str
) -> JointView | None:
    """Return what the tab shows, None where the case is no part of a joint one.

    Args:
        case: the lead's, or a child.
        book: names of persons and departments.
        rules: the policy in force.
        now: for the lights.
        language: of the screen.
    """
    reader = _Reader(book, rules, now, language)
    if case.child is not None:
        return reader.child(case)
    bundle = rules.catalogue.bundles.get(case.item)
    return reader.lead(case, bundle) if bundle is not None and case.children else None


class _Reader:
    def __init__(self, book: PolicyBook, rules: Rules, now: datetime, language: str) -> None:
        self._book = book
        self._rules = rules
        self._now = now
        self._language = language

    def lead(self, case: Case, bundle: Bundle) -> JointView:
        helpers = {helper.code: helper for helper in bundle.helpers}
        departments = {code: self._department(h.department) for code, h in helpers.items()}
        colon, gap = ("：", "；") if self._language.startswith("zh") else (": ", "; ")
        merged = (
            MergedLack(material, reason, gap.join(f"{departments[c]}{colon}{t}" for c, t in said))
            for material, reason, said in merged_lacks(case)
        )
        rows = (
            self._row(case, child, helpers[child.helper])
            for child in case.children
            if child.helper in helpers
        )
        return JointView(children=tuple(rows), merged=tuple(merged))

    def child(self, case: Case) -> JointView | None:
        role = case.child
        if role is None:
            return None
        for bundle in self._rules.catalogue.bundles.values():
            for helper in bundle.helpers:
                ours = case.item in (bundle.code, helper.item)
                lead = self._rules.catalogue.item(bundle.code)
                if helper.code == role.helper and ours and lead is not None:
                    return JointView(
                        lead=role.parent,
                        lead_department=self._department(lead.department),
                        part=helper.name.of(self._language),
                        sort=role.sort.value,
                    )
        return JointView(lead=role.parent, sort=role.sort.value)

    def _row(self, case: Case, child: Child, helper: Helper) -> ChildRow:
        known = self._book.roster.get(child.person)
        item = self._rules.item_of(case.item, case.item_version)
        lacks = []
        for lack in child.missing:
            material = item.material(lack.material) if item is not None else None
            name = material.name.of(self._language) if material is not None else lack.material
            lacks.append(LackRow(name, lack.reason, lack.text))
        return ChildRow(
            helper=child.helper,
            name=helper.name.of(self._language),
            department=self._department(helper.department),
            sort=child.sort.value,
            stage=child.stage,
            number=child.number,
            state=child.state,
            light=self._light(child, helper),
            person=known.name if known else "",
            step=child.step,
            at=child.at,
            opinion=child.opinion,
            text=child.text,
            silent=child.silent,
            checked=child.checked,
            missing=tuple(lacks),
            result=child.result,
        )

    def _light(self, child: Child, helper: Helper) -> LightView:
        """Say the child's light by the due times that the centre told of it."""
        if child.due is None or child.warn is None or child.result is not None:
            return LightView(Light.NONE, statutory_passed=False, remaining=None, due_at=None)
        calendar = self._rules.calendars.of_department(helper.department, helper.hall)
        light, key, args = told_light(child.due, child.warn, calendar, self._now)
        left = remaining_words(key, args)
        if child.suspended:  # nothing runs down, as a list says of its own cases
            light, left = Light.PAUSED, Words("row.paused")
        return LightView(light, statutory_passed=False, remaining=left, due_at=child.due)

    def _department(self, code: str) -> str:
        known = self._book.departments.get(code)
        return known.name if known else code
