"""Lines of a bank's statement held against what is owed and what is booked (FE02, FE06, FE08).

Pure, in integer fen. A line is first looked for among the payments and refunds that are booked; one
that is not there is held against the open fees. Nothing is booked here: a cashier does that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING

from sync.domain.tills import says

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sync.domain.tills import Books, Entry, OpenFee

BY_LINE = ("transfer", "wire")
"""Manners that reach the account one by one; a terminal's cards come as sums of a day."""
_FAR = timedelta(days=31)
"""A booking that the bank's number does not find is not looked for farther away than this."""


@dataclass(frozen=True, slots=True)
class BankLine:
    """One line of a statement.

    Args:
        account: the hall's account as the statement says it; "" where it does not.
        day: booked at the bank.
        fen: more than nothing came in, less went out.
        payer: the other side's name.
        remark: purpose and remarks, as one text.
        ref: the bank's own number of the line; "" where it gives none.
        key: tells one line from another, the same in every file that holds it; see `keyed`.
    """

    account: str
    day: date
    fen: int
    payer: str
    remark: str
    ref: str
    key: str = ""

    @property
    def number(self) -> str:
        """Return what a payment names it by: the bank's number, else the beginning of its key."""
        return self.ref or self.key[:12]


def keyed(lines: Iterable[BankLine]) -> tuple[BankLine, ...]:
    """Give the lines of one file their keys.

    By account, day, amount and the bank's number; without a number by payer and remark. Lines that
    are alike in all of that are counted in the file's order, so that two equal transfers stay two,
    and the same two in a file that overlaps are known again.
    """
    seen: Counter[str] = Counter()
    made = []
    for line in lines:
        told = (line.ref,) if line.ref else ("", line.payer, line.remark)
        said = "\0".join((line.account, line.day.isoformat(), str(line.fen), *told))
        seen[said] += 1
        key = sha256(f"{said}\0{seen[said]}".encode()).hexdigest()[:32]
        made.append(
            BankLine(line.account, line.day, line.fen, line.payer, line.remark, line.ref, key)
        )
    return tuple(made)


class By(StrEnum):
    """Why a fee may be what a line pays, the strongest first."""

    NOTICE = "notice"  # the notice's number stands in the remark, the amount is right
    CASE = "case"  # the case's number
    PAYER = "payer"  # the payer is the applicant, the amount is right
    AMOUNT = "amount"  # only the amount is right
    OFF = "off"  # named, but the amount is another: never booked as it is


_ORDER = {by: place for place, by in enumerate(By)}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open fee that a line may pay."""

    fee: OpenFee
    by: By


class Stand(StrEnum):
    """How a line stands."""

    BOOKED = "booked"  # its payment or refund is in the books
    SURE = "sure"  # names one fee by number, to the fen, and no other line does
    PERHAPS = "perhaps"  # fits one fee or more, a person must say
    NONE = "none"  # fits nothing: to be explained


@dataclass(frozen=True, slots=True)
class Settled:
    """A line and how it stands; `entry` where it is booked, `candidates` where it is not."""

    line: BankLine
    stand: Stand
    candidates: tuple[Candidate, ...] = ()
    entry: Entry | None = None


def settle(
    lines: Sequence[BankLine], books: Books, applicants: Mapping[str, str]
) -> tuple[Settled, ...]:
    """Say of each line how it stands, in the lines' order. Total.

    Args:
        lines: of the hall's account.
        books: of the hall.
        applicants: names by case number, of the cases whose fees are open.
    """
    booked = _booked(lines, books)
    left = [line for line in lines if line.fen > 0 and line.key not in booked]
    fits = _candidates(left, books.open_fees, applicants)
    claimed = Counter(
        sure.fee.ref for line in left if (sure := _named_once(fits[line.key])) is not None
    )
    return tuple(_stand(line, booked, fits, claimed) for line in lines)


def unbanked(settled: Iterable[Settled], entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the transfers and wires among some movements that no line of a statement shows."""
    shown = {each.entry.step for each in settled if each.entry is not None}
    return tuple(e for e in entries if e.manner in BY_LINE and e.step not in shown)


def _stand(
    line: BankLine,
    booked: Mapping[str, Entry],
    fits: Mapping[str, tuple[Candidate, ...]],
    claimed: Mapping[str, int],
) -> Settled:
    if line.key in booked:
        return Settled(line, Stand.BOOKED, entry=booked[line.key])
    candidates = fits.get(line.key, ())
    sure = _named_once(candidates)
    if sure is not None and claimed[sure.fee.ref] == 1:
        return Settled(line, Stand.SURE, candidates)
    return Settled(line, Stand.PERHAPS if candidates else Stand.NONE, candidates)


def _named_once(candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the one fee that is named to the fen; None where none is, or two are alike."""
    for by in (By.NOTICE, By.CASE):
        named = [each for each in candidates if each.by is by]
        if named:
            return named[0] if len(named) == 1 else None
    return None


def _candidates(
    lines: Iterable[BankLine], fees: Sequence[OpenFee], applicants: Mapping[str, str]
) -> dict[str, tuple[Candidate, ...]]:
    found = {}
    for line in lines:
        fits = [
            Candidate(fee, by)
            for fee in fees
            if (by := _by(line, fee, applicants.get(fee.case, ""))) is not None
        ]
        found[line.key] = tuple(sorted(fits, key=lambda each: (_ORDER[each.by], each.fee.at)))
    return found


def _by(line: BankLine, fee: OpenFee, applicant: str) -> By | None:
    exact = line.fen == fee.amount_fen
    if says(line.remark, fee.notice):
        return By.NOTICE if exact else By.OFF
    if says(line.remark, fee.case):
        return By.CASE if exact else By.OFF
    if not exact:
        return None
    alike = applicant and _plain(applicant) == _plain(line.payer)
    return By.PAYER if alike else By.AMOUNT


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _booked(lines: Iterable[BankLine], books: Books) -> dict[str, Entry]:
    """Return the movement of each line that is booked: by the bank's number, then by what it names.

    One movement explains one line, one line one movement.
    """
    waiting: dict[int, list[Entry]] = defaultdict(list)
    for entry in books.entries:
        signed = entry.amount_fen if entry.paid else -entry.amount_fen
        waiting[signed].append(entry)
    found: dict[str, Entry] = {}
    kept = [line for line in lines if line.fen in waiting]
    for same in (_same_number, _same_name):
        for line in kept:
            if line.key in found:
                continue
            for entry in waiting[line.fen]:
                if same(line, entry):
                    found[line.key] = entry
                    waiting[line.fen].remove(entry)
                    break
    return found


def _same_number(line: BankLine, entry: Entry) -> bool:
    return bool(line.number) and _plain(line.number) == _plain(entry.bank_ref)


def _same_name(line: BankLine, entry: Entry) -> bool:
    return (
        entry.manner in BY_LINE
        and abs(entry.day - line.day) <= _FAR
        and (says(line.remark, entry.case) or says(line.remark, entry.receipt))
    )
