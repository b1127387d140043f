"""The tables that Chinese banks export: many names of columns, heads, feet, figures."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from client.app.failures import AppFailure
from sync.domain.amounts import fen_in
from sync.domain.bank import BankLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_HEAD_WITHIN = 40
"""Rows that may stand above the columns' names: bank, account, span, sums."""
MOST_COLUMNS = 200
_LONGEST_CELL = 131_072

_NAMES = {
    what: tuple(names.split())
    for what, names in {
        "day": "交易日期 记账日期 记帐日期 入账日期 入帐日期 交易日 记账日 日期 交易时间 记账时间"
        " 交易日期时间 会计日期 bookingdate transactiondate date",
        "credit": "贷方发生额 贷方金额 收入金额 存入金额 转入金额 贷方 收入 存入 贷方交易金额"
        " 贷方发生金额 credit creditamount",
        "debit": "借方发生额 借方金额 支出金额 支取金额 转出金额 借方 支出 支取 借方交易金额"
        " 借方发生金额 debit debitamount",
        "amount": "交易金额 发生额 金额 交易额 发生金额 amount transactionamount",
        "way": "借贷标志 借贷标记 借贷方向 借贷 借/贷 收支 收/支 收支标志 交易方向 收付标志"
        " 往来标志 来往账标志 资金流向 d/c dc creditdebit",
        "payer": "对方户名 对方名称 对方单位名称 对方单位 对方账户名称 对方账户名 对方帐户名称"
        " 付款人名称 付款方户名 付款方名称 付款人户名 付款人 交易对手名称 交易对手 对方账号名称"
        " 往来户名 counterparty payer counterpartyname",
        "ref": "交易流水号 流水号 交易流水 核心流水号 全局流水号 银行流水号 主机流水号"
        " 账户明细编号-交易流水号 交易序号 交易号 日志号 回单编号 回单号 凭证号 凭证号码"
        " reference transactionid",
        "account": "账号 帐号 本方账号 本方帐号 查询账号 我方账号 客户账号 account",
    }.items()
}
"""Columns by what they hold; of several that fit, the one that is named first here counts."""
_REMARKS = frozenset(
    name
    for names in (
        "附言 交易附言 客户附言 转账附言 用途 交易用途 摘要 交易摘要 备注 个性化信息 附加信息",
        "remark remarks purpose description memo",
    )
    for name in names.split()
)
_CREDIT = frozenset({"贷", "贷方", "收", "收入", "来账", "转入", "存入", "c", "cr", "crdt", "+"})
_DEBIT = frozenset(
    {"借", "借方", "支", "支出", "付", "往账", "转出", "支取", "d", "dr", "dbit", "-"}
)
_FOOT = re.compile(
    r"合计|总计|小计|累计|总数|总笔数|总金额|笔数|共\d|承前|过次|期初|期末|余额|以下空白|打印|制表|说明|注:"
)
_DAY = re.compile(
    r"(?:(\d{4})([-/.年])(\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2}))"
    r"(?:[ T]?\d{1,2}:?\d{2}(?::?\d{2}(?:\.\d+)?)?)?"
)
_ACCOUNT = re.compile(r"(?:账号|帐号|卡号|账户|account)\D{0,12}?(\d[\d* -]{4,40}\d)", re.IGNORECASE)
_NOTHING = frozenset({"", "-", "--", "—", "/"})


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where what stands."""

    at: dict[str, int]
    remarks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """The row that names the columns, by its place among the rows."""

    place: int
    columns: _Columns


class _UnreadableError(ValueError):
    """A row that has a day or an amount and cannot be read."""


def read_table(text: str) -> tuple[list[BankLine], list[int]]:
    """Return the lines, without keys, and the numbers of rows that could not be read.

    Rows are counted from 1 as an editor does. Sums, page heads and notes are left out.

    Raises:
        AppFailure: app.bank_columns: no row names a day's and an amount's column.
    """
    for mark in ",\t;|":
        rows = list(_rows(text, mark))
        head = head_in(rows)
        if head is not None:
            return body_of(rows, head)
    raise AppFailure("app.bank_columns")


def head_in(rows: Sequence[tuple[int, list[str]]]) -> Head | None:
    """Return where a table names its columns, None where no row near its top does."""
    for place, (_, cells) in enumerate(rows[:_HEAD_WITHIN]):
        columns = _columns(cells)
        if columns is not None:
            return Head(place, columns)
    return None


def body_of(rows: Sequence[tuple[int, list[str]]], head: Head) -> tuple[list[BankLine], list[int]]:
    """Return the lines under a head, without keys, and the numbers of rows that are not read.

    Args:
        rows: a table's, each with its number for people, its cells `cleaned`.
        head: of that table.
    """
    above = " ".join(cell for _, cells in rows[: head.place] for cell in cells)
    named = _ACCOUNT.search(above)
    account = _digits(named[1]) if named else ""
    lines, unread = [], []
    for number, cells in rows[head.place + 1 :]:
        try:
            line = _line(cells, head.columns, account)
        except _UnreadableError:
            unread.append(number)
            continue
        if line is not None:
            lines.append(line)
    return lines, unread


def _rows(text: str, mark: str) -> Iterable[tuple[int, list[str]]]:
    """Give each row with the number of its last line in the file, its cells cleaned."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            row = ["?"]
        yield reader.line_num, [cleaned(cell) for cell in row[:MOST_COLUMNS]]


def cleaned(cell: str) -> str:
    """Take off what keeps a spreadsheet from rounding long numbers: a tab, ="…", an apostrophe."""
    plain = cell.strip()
    if plain.startswith('="') and plain.endswith('"'):
        plain = plain[2:-1]
    return " ".join(plain.strip("'`\"").split())


def _columns(cells: Sequence[str]) -> _Columns | None:
    """Return the columns where a row names a day and an amount, else None."""
    names = [_name(cell) for cell in cells]
    at = {}
    for what, known in _NAMES.items():
        place = next((names.index(name) for name in known if name in names), None)
        if place is not None:
            at[what] = place
    amounts = "credit" in at or "amount" in at
    if "day" not in at or not amounts:
        return None
    remarks = tuple(place for place, name in enumerate(names) if name in _REMARKS)
    return _Columns(at, remarks)


def _name(cell: str) -> str:
    """Return a column's name without spaces, units and explanations: 贷方发生额/元(收入)."""
    name = "".join(_plain(cell).casefold().split())
    if any(name in known for known in _NAMES.values()):
        return name
    return re.split(r"[(\[/]", name, maxsplit=1)[0]


def _line(cells: Sequence[str], columns: _Columns, account: str) -> BankLine | None:
    def of(name: str) -> str:
        place = columns.at.get(name, -1)
        return cells[place] if 0 <= place < len(cells) else ""

    day = _day(of("day"))
    if day is None:
        if _says_nothing(cells, [of(name) for name in ("credit", "debit", "amount")]):
            return None
        raise _UnreadableError
    remarks = dict.fromkeys(cells[place] for place in columns.remarks if place < len(cells))
    return BankLine(
        account=_digits(of("account")) or account,
        day=day,
        fen=_signed(of("credit"), of("debit"), of("amount"), of("way")),
        payer=of("payer"),
        remark=" ".join(each for each in remarks if each not in _NOTHING),
        ref="" if of("ref") in _NOTHING else of("ref"),
    )


def _signed(credit: str, debit: str, amount: str, way: str) -> int:
    """Return fen, less than nothing where money went out; exactly one way is meant."""
    came, went = _fen(credit), _fen(debit)
    if came and went:
        raise _UnreadableError
    if came or went:
        return came - went
    fen = _fen(amount)
    marked = _plain(way).casefold()
    if marked in _DEBIT:
        return -abs(fen)
    if not fen or (marked and marked not in _CREDIT):
        raise _UnreadableError
    return abs(fen) if marked else fen


def _fen(cell: str) -> int:
    """Read an amount; nothing where the cell is empty."""
    plain = re.sub(r"^(rmb|cny|人民币)|\s", "", _plain(cell).casefold()).removeprefix("+")
    if plain in _NOTHING:
        return 0
    whole, dot, rest = plain.partition(".")
    fen = fen_in(f"{whole}{dot}{rest[:2]}{rest[2:].rstrip('0')}".removesuffix("."))
    if fen is None:
        raise _UnreadableError
    return fen


def _says_nothing(cells: Sequence[str], amounts: Iterable[str]) -> bool:
    """Say whether a row without a day is a sum, a note or another page's head."""
    first = next((cell for cell in cells if cell), "")
    figures = any(letter.isdigit() for cell in amounts for letter in cell)
    return not figures or _FOOT.search(_plain(first)) is not None


def _day(cell: str) -> date | None:
    found = _DAY.fullmatch(_plain(cell))
    if found is None:
        return None
    year, month, day = (found[1], found[3], found[4]) if found[1] else found.groups()[4:7]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _plain(cell: str) -> str:
    """Return a cell with its full-width figures and signs as the others are."""
    return unicodedata.normalize("NFKC", cell).strip()


def _digits(text: str) -> str:
    return re.sub(r"[^\d*]", "", text)
