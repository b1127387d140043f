"""What was read at the counter: a case, or a person; from a slip, a card or a number. Pure."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from client.app.rows.scanned import Scanned, ScannedCase, ScannedPerson
from sync.domain import identity
from sync.domain.ids import CaseNumber, parse_case_number

_LONGEST = 512


def recognised(text: str, name: str = "") -> Scanned | None:
    """Return what a text that was scanned means; None for anything that is none of ours.

    A slip's code is an address: `…/public/status?no=<case number>#<check code>`.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    case = parse_case_number(_number_in(text))
    if isinstance(case, CaseNumber):
        return ScannedCase(str(case))
    for kind, id_kind, check in (
        ("person", "resident_id", identity.resident_id),
        ("org", "credit_code", identity.credit_code),
    ):
        number = check(text)
        if isinstance(number, str):
            return ScannedPerson(kind, id_kind, number, name)
    return None


def _number_in(text: str) -> str:
    if "://" not in text:
        return text
    try:
        asked = parse_qs(urlsplit(text).query)
    except ValueError:
        return text
    return asked.get("no", [text])[0]
