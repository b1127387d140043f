"""The lists that every page is made of: model, rows, what fits."""

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import (
    QHelpEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from ui.models.rows import ACCESSIBLE_TEXT, MARK, ROW, Cells, Column, RowModel
from ui.widgets.table import RowTable

COLUMNS = (Column("light", 60), Column("name", 80, stretch=True), Column("who", 60, spare=True))


@dataclass(frozen=True)
class Line:
    number: str
    name: str


@pytest.fixture
def model():
    made = RowModel(
        COLUMNS,
        lambda line: Cells(("剩", line.name, "x"), "yellow", f"spoken {line.name}"),
        lambda line: line.number,
    )
    made.set_titles(("时限", "名称", "人"))
    return made


def lines(count, start=0):
    return [Line(f"n{place}", f"名{place}") for place in range(start, start + count)]


def test_the_model_is_a_model(model, qtmodeltester):
    qtmodeltester.check(model)
    model.set_rows(lines(5), more=True)
    qtmodeltester.check(model)
    model.add_rows(lines(3, 5), more=False)
    qtmodeltester.check(model)


def test_cells_are_made_once_for_a_row_that_is_looked_at_and_for_no_other():
    made = []

    def form(line):
        made.append(line)
        return Cells((line.name,) * 3)

    rows = RowModel(COLUMNS, form, lambda line: line.number)
    rows.set_rows(lines(10))
    for _ in range(50):
        rows.data(rows.index(3, 1))
        rows.data(rows.index(7, 0))

    assert [line.number for line in made] == ["n3", "n7"]
    rows.form_again()
    assert rows.data(rows.index(3, 1)) == "名3"
    assert [line.number for line in made] == ["n3", "n7", "n3"]


def test_cells_speak_the_language_of_the_titles_above_them():
    spoken = ["今天"]
    rows = RowModel(COLUMNS, lambda _line: Cells((spoken[0],) * 3), lambda line: line.number)
    rows.set_titles(("时限", "名称", "人"))
    rows.set_rows(lines(1))
    assert rows.data(rows.index(0, 1)) == "今天"

    spoken[0] = "today"
    rows.set_titles(("Limit", "Name", "Who"))
    assert rows.data(rows.index(0, 1)) == "today"


def test_roles_of_a_row(model):
    model.set_rows(lines(2))
    first = model.index(0, 0)

    assert first.data(MARK) == "yellow"
    assert first.data(ROW) == Line("n0", "名0")
    assert first.data(ACCESSIBLE_TEXT) == "spoken 名0"
    assert model.index(0, 1).data(ACCESSIBLE_TEXT) == "名0"
    assert model.headerData(1, Qt.Orientation.Horizontal) == "名称"
    assert model.headerData(9, Qt.Orientation.Horizontal) is None
    assert model.place_of("nothing") == -1
    assert model.key_at(7) == ""


def test_more_is_asked_for_once(model):
    asked = []
    model.more_wanted.connect(lambda: asked.append(1))
    model.set_rows(lines(3), more=True)
    parent = model.index(-1, -1)

    assert model.canFetchMore(parent)
    model.fetchMore(parent)
    model.fetchMore(parent)

    assert asked == [1]
    assert not model.canFetchMore(parent)


def test_a_refresh_keeps_the_chosen_row(model, qtbot):
    table = RowTable(model)
    qtbot.addWidget(table)
    model.set_rows(lines(5))
    table.choose("n3")

    model.set_rows(lines(5))
    assert table.current_key() == "n3"
    model.set_rows(lines(2))
    assert table.current_key() == "n0"


def test_a_table_shows_what_fits_and_leaves_out_what_may_be(model, qtbot):
    table = RowTable(model)
    qtbot.addWidget(table)
    table.resize(400, 200)
    table.show()
    assert not table.isColumnHidden(2)
    table.resize(180, 200)
    QTest.qWait(1)
    assert table.isColumnHidden(2)


def test_a_shortened_cell_says_the_whole_where_the_hand_rests(model, qtbot, monkeypatch):
    said = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, words, _over: said.append(words))
    table = RowTable(model)
    qtbot.addWidget(table)
    table.resize(200, 200)
    table.show()
    model.set_rows([Line("n0", "名" * 40), Line("n1", "名")])
    assert [table.shortened(model.index(row, 1)) for row in (0, 1)] == ["名" * 40, ""]

    at = table.visualRect(model.index(0, 1)).center()
    rests = QHelpEvent(QEvent.Type.ToolTip, at, table.viewport().mapToGlobal(at))
    QApplication.sendEvent(table.viewport(), rests)
    assert said == ["名" * 40]


def test_ten_thousand_rows_are_shown_at_once(model, qtbot):
    table = RowTable(model)
    qtbot.addWidget(table)
    table.resize(600, 400)
    table.show()
    model.set_rows(lines(10_000))
    table.scrollToBottom()

    assert table.rowAt(table.viewport().height() - 10) == 9_999


# ---------------------------------------------------------------- fields
