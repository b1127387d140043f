"""Tables as workbooks: what is text stays text, what is a number can be counted with."""

import io
import zipfile
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from sync.server.workbooks import Column, Form, Table, workbook_of

MADE = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


def table(*rows, **more):
    columns = (
        Column("部门", form=Form.TEXT),
        Column("收件", "收到的办件数"),
        Column("按时率", "按时数除以决定数", Form.PER_MILLE),
        Column("得分", form=Form.HUNDREDTHS),
    )
    return Table("t", "办件统计", "2026-03", columns, rows, "各项含义", **more)


def read(data):
    """Return the cells by their place, as another program reads them, and those marked as text."""
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        written = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in written
    assert "<hyperlink" not in written
    cells = {cell.coordinate: cell for row in sheet for cell in row if cell.value is not None}
    quoted = {place for place, cell in cells.items() if cell.quotePrefix}
    return {place: cell.value for place, cell in cells.items()}, quoted


def test_numbers_are_numbers_in_the_unit_of_their_column_and_nothing_is_nothing():
    cells, _ = read(workbook_of(table(("市场局", 12, 985, 9850), ("合计", 0, None, 0)), MADE))
    assert [cells[f"{c}4"] for c in "ABCD"] == ["市场局", 12, 0.985, 98.5]
    assert [cells.get(f"{c}5") for c in "ABCD"] == ["合计", 0, None, 0]
    assert [cells[f"{c}3"] for c in "ABCD"] == ["部门", "收件", "按时率", "得分"]


def test_each_figures_meaning_stands_under_the_table():
    cells, _ = read(workbook_of(table(("甲", 1, 1, 1), notes=("说明",)), MADE))
    below = {row: cells.get(f"B{row}") for row in range(5, 12)}
    meant = {cells[f"A{row}"]: said for row, said in below.items() if said}
    assert meant == {"收件": "收到的办件数", "按时率": "按时数除以决定数"}
    assert "说明" in cells.values()


def test_a_table_without_rows_says_its_columns():
    cells, _ = read(workbook_of(table(), MADE))
    assert cells["A3"] == "部门"


@settings(max_examples=25)
@given(
    st.sampled_from(["", "=", "+", "-", "@", " =", "\t=", "http://", "{=", "%"]),
    st.text(
        st.characters(min_codepoint=32, exclude_categories=("Cs", "Cn"), exclude_characters="_"),
        max_size=40,
    ),
)
def test_whatever_a_name_begins_with_it_is_text_and_stays_text_when_edited(start, rest):
    name = start + rest
    cells, quoted = read(workbook_of(table((name, 1, 1, 1)), MADE))
    if name:
        assert cells["A4"] == name
    if name.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "|", "%")):
        assert "A4" in quoted
