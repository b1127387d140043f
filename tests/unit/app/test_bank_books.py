"""Statements as workbooks: read like the same bank's CSV, or refused (FE06)."""

import contextlib
import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from client.app.failures import AppFailure
from client.app.money import bank_book
from client.app.money.bank_files import statement_of

HEAD = ("交易时间", "借方发生额", "贷方发生额", "对方单位名称", "附言", "凭证号")
ROWS = (
    ("账号：9558800000000001234",),
    HEAD,
    (datetime(2026, 11, 16, 9, 31), None, 1200.5, "示例食品公司", "FN2", "0012"),  # noqa: DTZ001 as a workbook has it
    (date(2026, 11, 17), 35, None, "示例银行", "手续费", ""),
    ("2026-11-18", "", "0.30", "王芳", "一", ""),
    ("2026-11-18", "", 0.1 + 0.2, "王芳", "一", ""),
    ("2026-11-32", "", 5, "王芳", "", ""),
    ("合计", 35, 1200.5),
)


def book(*sheets, **how):
    made = Workbook()
    made.remove(made.active)
    for rows in sheets:
        sheet = made.create_sheet()
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return changed(out.getvalue(), **how) if how else out.getvalue()


def changed(data, part="xl/workbook.xml", before=b"", after=b""):
    """Return the archive with bytes of one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for each in old.infolist():
            content = old.read(each)
            if each.filename == part:
                content = content.replace(before, after, 1) if before else after + content
            new.writestr(each.filename, content)
    return out.getvalue()


WHOLE = book(ROWS)


def refused(data):
    with pytest.raises(AppFailure) as found:
        statement_of(data)
    return found.value.code


def test_a_workbook_is_read_to_the_fen_and_a_bad_row_is_named():
    read = statement_of(book([("说明", "本页无明细")], ROWS))
    assert [(str(x.day), x.fen, x.payer, x.remark, x.ref) for x in read.lines] == [
        ("2026-11-16", 120_050, "示例食品公司", "FN2", "0012"),
        ("2026-11-17", -3500, "示例银行", "手续费", ""),
        ("2026-11-18", 30, "王芳", "一", ""),
        ("2026-11-18", 30, "王芳", "一", ""),
    ]
    assert {line.account for line in read.lines} == {"9558800000000001234"}
    assert len({line.key for line in read.lines}) == 4
    assert read.unread == (7,)


def test_the_same_table_makes_the_same_lines_as_csv():
    rows = [HEAD, ("20261116", "", "1,200.50", "甲", "", "7"), ("20261117", "3", "", "乙", "", "8")]
    text = "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows)
    assert statement_of(book(rows)) == statement_of(text.encode())


def far(row, column):
    return book(
        [HEAD], part="xl/worksheets/sheet1.xml", before=b"</sheetData>",
        after=f'<row r="{row}"><c r="{column}{row}"><v>1</v></c></row></sheetData>'.encode(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, "app.bank_old_workbook"),
        (b"PK\x03\x04 is no archive", "app.bank_book"),
        (book(ROWS)[:-40], "app.bank_book"),
        (book([("甲", "乙")]), "app.bank_columns"),
        (book(ROWS, ROWS), "app.bank_sheets"),
        (book([HEAD]), "app.bank_empty"),
        (book(ROWS, after=b"<!DOCTYPE x>"), "app.bank_unsafe"),
        (book(ROWS, after="<!DOCTYPE x>".encode("utf-16")), "app.bank_unsafe"),
        (book(ROWS, before=b"<sheets>", after=b"<sheets"), "app.bank_book"),
        (book(*[[("x",)]] * (bank_book.MOST_SHEETS + 1)), "app.bank_book"),
        (far(1_048_576, "XFD"), "app.bank_book"),
        (far(3, "XFD"), "app.bank_empty"),
    ],
)
def test_what_is_no_statement_is_refused_with_its_reason(data, code):
    assert refused(data) == code


def test_a_workbook_that_grows_when_unpacked_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(bank_book, "LARGEST_UNPACKED", 1 << 20)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (2 << 20))
    assert refused(out.getvalue()) == "app.bank_book"


@settings(max_examples=25)
@given(st.integers(0, 4000), st.integers(0, 255))
def test_no_damage_brings_anything_but_a_statement_or_a_reason(place, byte):
    data = bytearray(WHOLE)
    data[place % len(data)] = byte
    with contextlib.suppress(AppFailure):
        read = statement_of(bytes(data))
        assert all(line.fen and line.key for line in read.lines)
