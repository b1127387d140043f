"""ISO 20022 bank-to-customer statements: camt.053, any version.

A document type is refused before anything in it is read: the standard has none, and entities are
how XML is made to read other files or to grow.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date
from typing import TYPE_CHECKING, NoReturn

from client.app.failures import AppFailure
from sync.domain.amounts import fen_in
from sync.domain.bank import BankLine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

_SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053."
_CHINESE = re.compile(rb"\s*<\?xml[^>]*encoding=[\"']gb[\w-]+[\"'][^>]*\?>", re.IGNORECASE)
"""expat knows no encoding of several bytes besides Unicode's."""
_CURRENCY = "CNY"
_SIGN = {"CRDT": 1, "DBIT": -1}


class _DocumentTypeError(Exception):
    """The file begins with a document type."""


class _NoDocumentType(ET.TreeBuilder):
    """Builds a tree of elements; refuses document types."""

    def doctype(self, _name: str, _public: str, _system: str) -> NoReturn:
        """Refuse: called before anything inside it is looked at."""
        raise _DocumentTypeError


def read_camt(data: bytes) -> tuple[list[BankLine], list[int]]:
    """Return the lines, without keys, and the numbers of entries that could not be read, from 1.

    Entries that are not booked yet are left out; those in another currency count as not read.

    Raises:
        AppFailure: app.bank_unsafe, app.bank_xml.
    """
    parser = ET.XMLParser(target=_NoDocumentType())  # noqa: S314  see `_NoDocumentType`
    chinese = _CHINESE.match(data)
    try:
        parser.feed(data[chinese.end() :].decode("gb18030") if chinese else data)
        root = parser.close()
    except _DocumentTypeError as error:
        raise AppFailure("app.bank_unsafe") from error
    except (ET.ParseError, ValueError, LookupError) as error:
        raise AppFailure("app.bank_xml") from error
    if not root.tag.startswith(f"{{{_SPACE}"):
        raise AppFailure("app.bank_xml")
    for element in root.iter():  # versions differ in the name space alone, as far as read here
        element.tag = element.tag.rpartition("}")[2]
    lines: list[BankLine] = []
    unread: list[int] = []
    number = 0
    for statement in root.iterfind("BkToCstmrStmt/Stmt"):
        account = _text(statement, "Acct/Id/IBAN") or _text(statement, "Acct/Id/Othr/Id")
        for entry in statement.iterfind("Ntry"):
            number += 1
            if (_text(entry, "Sts/Cd") or _text(entry, "Sts") or "BOOK") != "BOOK":
                continue
            made = list(_lines(entry, account))
            if None in made:
                unread.append(number)
            else:
                lines += [line for line in made if line is not None]
    return lines, unread


def _lines(entry: Element, account: str) -> Iterator[BankLine | None]:
    """Give an entry's line, or one for each transfer of a batch; None where one cannot be read."""
    sign = _SIGN.get(_text(entry, "CdtDbtInd"))
    day = _day(_text(entry, "BookgDt/Dt") or _text(entry, "BookgDt/DtTm")[:10])
    total = _fen(entry.find("Amt"))
    if sign is None or day is None or total is None:
        yield None
        return
    parts = entry.findall("NtryDtls/TxDtls")
    fen = [_fen(part.find("AmtDtls/TxAmt/Amt")) or _fen(part.find("Amt")) for part in parts]
    if len(parts) > 1 and sum(each or 0 for each in fen) == total and None not in fen:
        for part, each in zip(parts, fen, strict=True):
            yield _line(part, entry, account, day, sign * (each or 0))
        return
    yield _line(parts[0] if len(parts) == 1 else entry, entry, account, day, sign * total)


def _line(part: Element, entry: Element, account: str, day: date, fen: int) -> BankLine:
    side = "Dbtr" if fen > 0 else "Cdtr"
    payer = (
        _text(part, f"RltdPties/{side}/Pty/Nm")
        or _text(part, f"RltdPties/{side}/Nm")
        or _text(part, f"RltdPties/Ultmt{side}/Nm")
    )
    remarks = [
        *(each.text for each in part.iterfind("RmtInf/Ustrd")),
        *(each.text for each in part.iterfind("RmtInf/Strd/CdtrRefInf/Ref")),
        _text(part, "Refs/EndToEndId").replace("NOTPROVIDED", ""),
        _text(part, "AddtlTxInf"),
        _text(entry, "AddtlNtryInf"),
    ]
    said = dict.fromkeys(" ".join((each or "").split()) for each in remarks)
    ref = _text(part, "Refs/AcctSvcrRef") or _text(entry, "AcctSvcrRef") or _text(part, "Refs/TxId")
    return BankLine(account, day, fen, payer, " ".join(each for each in said if each), ref)


def _text(element: Element, path: str) -> str:
    return " ".join((element.findtext(path) or "").split())


def _fen(amount: Element | None) -> int | None:
    """Return an amount in fen, more than nothing; None where it is none, or no yuan."""
    if amount is None or amount.get("Ccy") != _CURRENCY:
        return None
    whole, dot, rest = (amount.text or "").strip().partition(".")
    fen = fen_in(f"{whole}{dot}{rest[:2]}{rest[2:].rstrip('0')}".removesuffix("."))
    return fen if fen is not None and fen > 0 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
