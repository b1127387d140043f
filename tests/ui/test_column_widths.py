"""Free pixels of a table go to the words that lack them."""

import pytest

from ui import theme
from ui.models.rows import Cells, Column, RowModel
from ui.widgets.table import RowTable

COLUMNS = (
    Column("fixed", 100),
    Column("short", 100, stretch=True),
    Column("long", 100, stretch=True),
)


@pytest.fixture
def table(qtbot):
    model = RowModel(COLUMNS, lambda row: Cells(("", *row)), lambda row: row[1])
    made = RowTable(model)
    qtbot.addWidget(made)
    made.resize(700, 400)
    made.show()
    qtbot.waitExposed(made)
    return made


def widths(table):
    return [table.columnWidth(place) for place in range(3)]


def test_words_have_their_room_in_another_look_too(table, application):
    table.model().set_rows([("王芳", "云岭县城乡建设投资集团有限公司新建综合楼项目")])
    before = widths(table)

    theme.apply(application, "dark", "normal")
    assert widths(table) == before
    table.resize(900, 400)
    theme.apply(application, "dark", "largest")
    assert table.shortened(table.model().index(0, 2)) == ""


def test_a_column_whose_words_are_short_gives_its_room_to_one_whose_words_are_long(table):
    alike = widths(table)
    assert abs(alike[1] - alike[2]) <= 1
    table.model().set_rows([("王芳", "云岭县城乡建设投资集团有限公司新建综合楼项目")])
    now = widths(table)
    assert now[0] == 100
    assert now[1] < alike[1]
    assert sum(now) == sum(alike) == table.viewport().width()
    assert table.shortened(table.model().index(0, 2)) == ""


def test_where_neither_has_room_the_one_that_lacks_little_is_whole(table):
    table.model().set_rows([("云岭县滨河餐饮店", "字" * 60)])
    assert table.shortened(table.model().index(0, 1)) == ""
    assert table.shortened(table.model().index(0, 2)) == "字" * 60
    table.model().set_rows([("字" * 60, "字" * 60)])
    shown = widths(table)
    assert abs(shown[1] - shown[2]) <= 1


def test_the_columns_stand_still_while_rows_come_and_go(table):
    """As one types a search the rows change with each letter; the edges must not dance."""
    table.model().set_rows([("王芳", "字" * 20)])
    wide = widths(table)
    for rows in ([], [("李", "短")], [("王芳", "字" * 20)]):
        table.model().set_rows(rows)
        assert widths(table) == wide
