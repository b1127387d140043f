"""What the tabs of the case page show: filled from one value, in one language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from ui.theme import tokens
from ui.widgets.buttons import ActButton
from ui.widgets.facts import Facts
from ui.widgets.layout import Face, hairline, row
from ui.widgets.summary import Empty
from ui.widgets.text import Icon, Text
from ui.widgets.timeline import Moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QVBoxLayout

    from client.app.rows.cases import CaseDetail, TimelineRow
    from ui.i18n import Tongue
    from ui.views.pack_bar import PackBar

_WIDE_S = 60  # a proven interval wider than this is said
_WARNS = frozenset({"yellow", "red"})  # a shape never stands without its word
_MINUTES_S = 600  # in minutes from here on


def moments(detail: CaseDetail, tongue: Tongue) -> list[Moment]:
    """Tell the steps, oldest first."""
    return [_moment(line, tongue) for line in detail.timeline]


def _moment(line: TimelineRow, tongue: Tongue) -> Moment:
    t = tongue.t
    tags: list[tuple[str, str]] = []
    if line.passed or str(line.light) in _WARNS:
        role = "tag-red" if str(line.light) == "red" else "tag-warn"
        tags.append((role, t(f"timeline.light.{'passed' if line.passed else line.light}")))
    if line.signed_by_card:
        tags.append(("tag", t("timeline.card")))
    if line.late:
        tags.append(("tag-warn", t("timeline.late")))
    if line.offline:
        tags.append(("tag-quiet", t("timeline.offline")))
    if line.verdict in {"refused", "disputed"}:
        tags.append(("tag-red", tongue.coded("verdict", line.verdict)))
    elif line.verdict in {"pending", "unanswered"}:
        tags.append(("tag-quiet", tongue.coded("verdict", line.verdict)))
    tags += [("tag-warn", tongue.say(finding)) for finding in line.findings]
    role = tongue.coded("role", line.role) if line.role else ""
    when, title = tongue.moment(line.at), tongue.coded("step", line.kind)
    who = tongue.joined(_who(line, tongue), role, line.counter)
    return Moment(
        key=line.event,
        title=title,
        who=who,
        when=when,
        exact=_exact(line, tongue),
        note=line.note,
        spoken=tongue.listed(when, title, who),
        tags=tuple(tags),
        light=str(line.light),
        passed=line.passed,
        pending=line.verdict in {"pending", "unanswered"},
        refused=line.verdict == "refused",
    )


def _exact(line: TimelineRow, tongue: Tongue) -> str:
    """Say what is known of the time besides: when it happened, how closely it is proven."""
    if line.happened_at is not None:
        return tongue.t("timeline.happened", when=tongue.moment(line.happened_at))
    if line.width_s <= _WIDE_S:
        return ""
    if line.width_s < _MINUTES_S:
        return tongue.t("timeline.interval", seconds=line.width_s)
    return tongue.t("timeline.interval_minutes", minutes=line.width_s // 60)


def materials_tab(box: QVBoxLayout, detail: CaseDetail, tongue: Tongue, pack: PackBar) -> None:
    """The checklist as it stands, and the way to hand its pages on."""
    t = tongue.t
    for place, material in enumerate(detail.materials, start=1):
        face = Face("surface")
        line = row(face, gap=12)
        line.setContentsMargins(14, 8, 14, 8)
        here = material.given
        sign = "circle-check" if here else "circle"
        line.addWidget(Icon(sign, "ok" if here else "faint", 18))
        line.addWidget(Text("body", f"{place}. {material.name}"))
        if material.minor:
            line.addWidget(Text("tag-quiet", t("material.minor")))
        elif not material.required:
            line.addWidget(Text("tag-quiet", t("material.if_needed")))
        line.addStretch(1)
        if material.missing_reason and not here:
            reason = tongue.coded("missing", material.missing_reason)
            line.addWidget(Text("small warn", t("material.asked_for", reason=reason)))
        pages = sum(page.pages for page in material.pages)
        words = t("material.unscanned") if here else t("material.none")
        words = t("material.shared.taken", serial=material.taken) if material.taken else words
        words = t("material.pages", pages=pages) if pages else words
        line.addWidget(Text("small muted", words))
        if material.compared is not None:
            done = material.compared
            told = t(
                "compare.done", pages=done.pages, name=done.person, when=tongue.moment(done.at)
            )
            line.addWidget(Text("small ok", told))
        away = [page for page in material.pages if not page.uploaded]
        if away:
            line.addWidget(Text("tag-quiet", t("material.uploading", count=len(away))))
        box.addWidget(face)
    box.addWidget(pack)


def papers_tab(
    box: QVBoxLayout, detail: CaseDetail, tongue: Tongue, wanted: Callable[[str], None]
) -> None:
    """The papers, newest last; each opens."""
    t = tongue.t
    if not detail.papers:
        empty = Empty("file-text")
        empty.teach(t("empty.papers"), t("empty.papers.do"))
        box.addWidget(empty)
    for place, paper in enumerate(detail.papers, start=1):
        face = Face("surface")
        line = row(face, gap=12)
        line.setContentsMargins(14, 6, 8, 6)
        line.addWidget(Icon("file-text", "muted", 18))
        line.addWidget(Text("body", tongue.coded("paper", paper.kind)))
        line.addWidget(Text("muted", paper.no, select=True))
        line.addStretch(1)
        line.addWidget(Text("small muted", tongue.moment(paper.at)))
        button = ActButton("quiet", "eye")
        button.setText(t("act.view"))
        button.setAccessibleDescription(tongue.coded("paper", paper.kind))
        button.setObjectName(f"case.paper.{place}")
        button.clicked.connect(lambda _=False, sha=paper.sha256: wanted(sha))
        line.addWidget(button)
        box.addWidget(face)


_FLOW_SIGNS = {
    "done": ("circle-check", "ok"),
    "now": ("arrow-right", "accent"),
    "ahead": ("circle", "faint"),
}


def people_tab(
    box: QVBoxLayout,
    detail: CaseDetail,
    tongue: Tongue,
    phone: str,
    asked: Callable[[], None],
) -> None:
    """Who is in it: the applicant, then the office's people by their roles.

    Args:
        box: filled.
        detail: the case; its numbers are masked.
        tongue: the language.
        phone: the whole telephone number once somebody asked for it, else "".
        asked: called when somebody does.
    """
    t = tongue.t
    facts = Facts()
    facts.show_facts(
        [
            (t("case.applicant"), detail.row.applicant),
            (t("case.kind"), tongue.coded("prereg.kind", detail.applicant_kind)),
            (t("case.id_no"), detail.applicant_id),
            (t("case.agent"), detail.agent or ""),
            (t("case.project"), detail.project or ""),
            (t("case.phone"), phone or detail.phone),
        ]
    )
    box.addWidget(facts, 0, Qt.AlignmentFlag.AlignTop)
    if detail.phone and not phone:
        line = row(gap=8)
        show = ActButton("plain", "eye")
        show.setObjectName("case.phone")
        show.setText(t("case.phone.show"))
        show.clicked.connect(asked)
        line.addWidget(show)
        line.addWidget(Text("small muted", t("case.phone.masked")))
        line.addStretch(1)
        box.addLayout(line)
    if detail.flow:
        box.addWidget(hairline())
        _flow(box, detail, tongue)
    box.addWidget(hairline())
    took_part = Facts()
    took_part.show_facts([(_role_or_step(key, tongue), name) for key, name in detail.people])
    box.addWidget(took_part, 0, Qt.AlignmentFlag.AlignTop)


def _flow(box: QVBoxLayout, detail: CaseDetail, tongue: Tongue) -> None:
    """The item's flow with a name at every step: who did it, or whose right it is (ST05, ST06)."""
    t = tongue.t
    box.addWidget(Text("section", t("flow.title")))
    for step in detail.flow:
        line = row(gap=12)
        icon, ink = _FLOW_SIGNS[step.place]
        line.addWidget(Icon(icon, ink, 18), 0, Qt.AlignmentFlag.AlignTop)
        name = tongue.coded("step", step.step)
        name = t("flow.level", step=name, level=step.level) if step.level else name
        name = step.name or name
        label = Text("body", name)
        label.setMinimumWidth(tokens().scaled(150))
        line.addWidget(label, 0, Qt.AlignmentFlag.AlignTop)
        if step.place == "done":
            said = tongue.joined(step.done_by, tongue.moment(step.at))
        elif step.may:
            said = tongue.listed(*step.may)
        else:
            said = t("flow.nobody")
        role = "body" if step.place == "now" else "muted"
        words = Text("warn" if step.place != "done" and not step.may else role, said, wrap=True)
        line.addWidget(words, 1)
        box.addLayout(line)


def proof_tab(box: QVBoxLayout, detail: CaseDetail, tongue: Tongue) -> None:
    """What is proven about each step, in words."""
    t = tongue.t
    box.addWidget(Text("muted", t("proof.intro"), wrap=True))
    steps = {line.event: line for line in detail.timeline}
    before = ""
    for proof in detail.proofs:
        step = steps.get(proof.event)
        if step is not None and proof.event != before:
            heading = tongue.joined(
                tongue.coded("step", step.kind), step.person, tongue.moment(step.at)
            )
            box.addSpacing(6)
            box.addWidget(Text("body", heading))
        before = proof.event
        line = row(gap=10)
        sign = "shield-check" if proof.holds else "shield-x"
        line.addWidget(Icon(sign, "ok" if proof.holds else "red", 16), 0, Qt.AlignmentFlag.AlignTop)
        role = "small muted" if proof.holds else "small error"
        line.addWidget(Text(role, tongue.say(proof.what), wrap=True, select=True), 1)
        box.addLayout(line)


def _role_or_step(key: str, tongue: Tongue) -> str:
    if tongue.words.has(f"role.{key}"):
        return tongue.coded("role", key)
    return tongue.coded("step", key)


def _who(line: TimelineRow, tongue: Tongue) -> str:
    """Name who made a step, and for whom where a deputy made it (AB岗)."""
    if not line.acting_for:
        return line.person
    return tongue.t("timeline.acting_for", person=line.person, absent=line.acting_for)
