"""One item told whole: limits, materials, conditions, law, flow chart, versions (IN04, ST21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ui.theme import tokens
from ui.widgets.flow_chart import Exit, FlowChart, Station
from ui.widgets.layout import Face, clear, column, row
from ui.widgets.text import Text

if TYPE_CHECKING:
    from client.app.rows.guide import ChartStep, ItemGuide, MaterialNote
    from ui.i18n import Tongue


class GuidePane(QWidget):
    """Shows one item; empty when there is none."""

    def __init__(self, tongue: Tongue) -> None:
        super().__init__()
        self._tongue = tongue
        self._guide: ItemGuide | None = None
        self.box: QVBoxLayout = column(self, gap=12)
        self.chart: FlowChart | None = None

    @property
    def guide(self) -> ItemGuide | None:
        """The item that is shown."""
        return self._guide

    def show_guide(self, guide: ItemGuide | None) -> None:
        """Show an item."""
        self._guide = guide
        self.say()

    def say(self) -> None:
        """Say it in the language in force."""
        clear(self.box)
        self.chart = None
        guide = self._guide
        if guide is None:
            return
        self._head(guide)
        self.box.addWidget(self._facts(guide))
        self.box.addWidget(self._materials(guide))
        self._lines("guide.conditions", guide.detail.conditions, numbered=True)
        self.box.addWidget(self._flow(guide))
        self._lines("guide.excluded", self._excluded(guide))
        self._lines("guide.basis", guide.detail.legal_basis)
        self.box.addWidget(self._editions(guide))
        self.box.addStretch(1)

    # ------------------------------------------------------------ parts

    def _head(self, guide: ItemGuide) -> None:
        t = self._tongue.t
        self.box.addWidget(Text("section", guide.detail.row.name, wrap=True))
        tags = row(gap=6)
        tags.addWidget(Text("tag", self._tongue.coded("item_category", guide.category)))
        tags.addWidget(Text("tag-quiet", self._tongue.coded("item_kind", guide.detail.row.kind)))
        if guide.hearing:
            tags.addWidget(Text("tag-warn", t("guide.hearing")))
        code = t("guide.code", code=guide.detail.row.code, version=guide.version)
        tags.addWidget(Text("small muted", code, select=True), 1)
        self.box.addLayout(tags)
        for warning in guide.detail.warnings:
            self.box.addWidget(Text("small warn", self._tongue.say(warning), wrap=True))

    def _facts(self, guide: ItemGuide) -> Face:
        t, say, detail = self._tongue.t, self._tongue.say, guide.detail
        result = detail.certificate or ""
        if result and guide.certificate_years is not None:
            result = t("guide.certificate_years", name=result, years=guide.certificate_years)
        fee = self._tongue.joined(say(guide.fee), guide.fee_basis)
        rows = (
            ("department", self._tongue.joined(detail.row.department, guide.hall)),
            ("promised", say(detail.row.promised)),
            ("statutory", say(detail.row.statutory)),
            ("fast", say(detail.fast)),
            ("extension", say(guide.extension)),
            ("fee", fee),
            ("result", result),
        )
        face = Face("surface")
        grid = QGridLayout(face)
        grid.setContentsMargins(16, 12, 16, 12)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        shown = [(name, value) for name, value in rows if value]
        for place, (name, value) in enumerate(shown):
            grid.addWidget(Text("muted", t(f"guide.label.{name}")), place, 0)
            grid.addWidget(Text("body", value, wrap=True), place, 1)
        return face

    def _materials(self, guide: ItemGuide) -> Face:
        face, box = self._card("guide.materials", count=len(guide.detail.materials))
        notes = {note.code: note for note in guide.notes}
        for place, material in enumerate(guide.detail.materials, start=1):
            line = row(gap=8)
            number = Text("small faint", f"{place}.")
            number.setFixedWidth(tokens().scaled(24))
            words = column(gap=0)
            words.addWidget(Text("body", material.name, wrap=True))
            words.addWidget(Text("small muted", self._note(notes[material.code]), wrap=True))
            line.addWidget(number)
            line.addLayout(words, 1)
            if material.minor:
                line.addWidget(Text("tag-quiet", self._tongue.t("material.minor")))
            elif not material.required:
                line.addWidget(Text("tag-quiet", self._tongue.t("material.if_needed")))
            box.addLayout(line)
        return face

    def _note(self, note: MaterialNote) -> str:
        t = self._tongue.t
        parts = [t("guide.original" if note.original else "guide.copy")]
        if note.paper_only:
            parts.append(t("guide.paper_only"))
        parts += [part for part in (note.condition, note.exemption) if part]
        if note.shared:
            parts.append(t("guide.shared", item=note.shared))
        if note.form:
            parts.append(t("guide.has_form"))
        return t("list.semicolon").join(parts)

    def _flow(self, guide: ItemGuide) -> Face:
        face, box = self._card("guide.flow")
        self.chart = FlowChart()
        stations = [self._station(step) for step in guide.chart]
        spoken = [self._spoken(place, each) for place, each in enumerate(stations, start=1)]
        steps = self._tongue.t("list.semicolon").join(spoken)
        self.chart.show_stations(stations, self._tongue.t("chart.spoken", steps=steps))
        self.chart.setObjectName("items.chart")
        box.addWidget(self.chart)
        return face

    def _station(self, step: ChartStep) -> Station:
        tongue = self._tongue
        has = tongue.words.has(f"chart.{step.step}")
        name = tongue.t(f"chart.{step.step}") if has else tongue.coded("step", step.step)
        if step.level:
            name = tongue.joined(name, tongue.t("chart.level", level=step.level))
        name = step.name or name
        who = tongue.t("list.slash").join(tongue.coded("role", role) for role in step.who)
        tail = tongue.t("chart.paused") if step.pause else tongue.say(step.limit)
        shape = "end" if step.step in {"apply", "end"} else "pause" if step.pause else "step"
        exits = tuple(
            Exit(tongue.say(way.why), tongue.say(way.to), way.back) for way in step.branches
        )
        return Station(name, who, tail, shape, exits)

    def _spoken(self, place: int, station: Station) -> str:
        t = self._tongue.t
        limit = t("chart.spoken.limit", limit=station.tail) if station.tail else ""
        said = t(
            "chart.spoken.step", place=place, step=station.title, who=station.under, limit=limit
        )
        ways = [t("chart.spoken.branch", why=way.why, to=way.to) for way in station.exits]
        return self._tongue.joined(said, *ways)

    def _excluded(self, guide: ItemGuide) -> tuple[str, ...]:
        t, say = self._tongue.t, self._tongue.say
        lines = [
            t("guide.excluded.line", kind=say(kind), basis=basis) for kind, basis in guide.excluded
        ]
        if guide.correction:
            law = t("guide.correction")
            lines.append(t("guide.excluded.line", kind=law, basis=guide.correction))
        return tuple(lines)

    def _editions(self, guide: ItemGuide) -> Face:
        t, say = self._tongue.t, self._tongue.say
        face, box = self._card("guide.editions")
        for edition in guide.editions:
            key = "guide.edition.now" if edition.in_force else "guide.edition.older"
            what = t(
                "guide.edition.what",
                promised=say(edition.promised),
                statutory=say(edition.statutory),
                materials=edition.materials,
            )
            box.addWidget(Text("body", t(key, version=edition.version), wrap=True))
            box.addWidget(Text("small muted", what, wrap=True))
        box.addWidget(Text("small faint", t("guide.catalogue", version=guide.catalogue)))
        return face

    def _lines(self, key: str, lines: tuple[str, ...], *, numbered: bool = False) -> None:
        if not lines:
            return
        face, box = self._card(key)
        for place, line in enumerate(lines, start=1):
            box.addWidget(Text("body", f"{place}. {line}" if numbered else line, wrap=True))
        self.box.addWidget(face)

    def _card(self, key: str, **args: object) -> tuple[Face, QVBoxLayout]:
        face = Face("surface")
        box = column(face, gap=6, margin=16)
        box.addWidget(Text("muted", self._tongue.t(key, **args)))
        return face, box
