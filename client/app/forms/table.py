"""The words in which a step's page is described: fields, facts, papers.

A page is data: its fields in the order in which a clerk asks for them, a pure function from what
was filled in to the members of docs/STEPS.md, and the paper that the step gives out. Whether the
card signs stands in the rules' table already (`sync.domain.rows`), and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from client.app.rows.words import PageRow  # noqa: TC001  (drafts are decoded by these types)

if TYPE_CHECKING:
    from datetime import datetime

    from client.documents.wording import Wording
    from sync.domain.calendar import Calendar
    from sync.domain.case import Case
    from sync.domain.catalogue import Item
    from sync.domain.events import Kind
    from sync.domain.policy import PolicyBook
    from sync.domain.rules import Rules


class Ask(StrEnum):
    """What kind of answer a field takes; all but files are kept as text, as typed."""

    LINE = "line"
    TEXT = "text"
    CODE = "code"  # one of the field's own codes
    PICK = "pick"  # one of what the case offers: persons, papers, orders …
    MANY = "many"  # some of what the case offers; codes parted by blanks
    DAYS = "days"  # a number of working days
    DAY = "day"  # YYYY-MM-DD
    MOMENT = "moment"  # YYYY-MM-DD HH:MM, China time
    TICK = "tick"  # "yes" or ""
    SCAN = "scan"  # one file, taken in
    DUES = "dues"  # a day for each of what the case offers: "code=day", parted by blanks


@dataclass(frozen=True, slots=True)
class Field:
    """One question.

    Args:
        name: on the page, and in what is filled in.
        ask: what kind of answer.
        need: whether it must be answered.
        codes: the answers of a CODE; their words stand under `<words>.<code>`.
        words: see codes; `form.code` where it is empty.
        offer: which list of `client.app.forms.offers` a PICK, MANY or DUES offers.
        when: (name, answers) of an earlier field: asked only where that is one of these.
        least: how many of a MANY are needed.
        hand: a SCAN of the page's blank, which may be signed on the screen instead (SE15).
    """

    name: str
    ask: Ask
    need: bool = True
    codes: tuple[str, ...] = ()
    words: str = "form.code"
    offer: str = ""
    when: tuple[str, tuple[str, ...]] | None = None
    least: int = 1
    hand: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a field offers: its code, its words, and small words beneath or beside."""

    code: str
    words: str
    under: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in, as typed; `pages` are the files of the SCAN fields."""

    values: dict[str, str] = field(default_factory=dict)
    pages: dict[str, tuple[PageRow, ...]] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """Return an answer without the blanks around it, "" for none."""
        return self.values.get(name, "").strip()

    def some(self, name: str) -> tuple[str, ...]:
        """Return the answers of a MANY."""
        return tuple(self.of(name).split())

    def scan(self, name: str) -> PageRow | None:
        """Return the file of a SCAN."""
        return next(iter(self.pages.get(name, ())), None)

    def with_pages(self, name: str, pages: tuple[PageRow, ...]) -> Filled:
        """Return it with one field's files changed."""
        return Filled(self.values, {**self.pages, name: pages})


@dataclass(frozen=True, slots=True)
class Facts:
    """What a step is made from besides what was filled in: the case, policy, who, and when.

    `bodies` are the newest accepted bodies of the case by their kind; `receipt` is the number that
    this person writes next, "" where he holds no receipt forms.
    """

    case: Case
    item: Item
    rules: Rules
    book: PolicyBook
    now: datetime
    person: str
    bodies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    receipt: str = ""

    @property
    def calendar(self) -> Calendar:
        """Return the deciding department's calendar."""
        return self.rules.calendars.of_department(self.case.department, self.case.hall)

    def name_of(self, person: str) -> str:
        """Return a person's name, the code where the roster has none."""
        known = self.book.roster.get(person)
        return known.name if known else person

    def department_name(self, code: str) -> str:
        """Return a department's name."""
        known = self.book.departments.get(code)
        return known.name if known else code


Members = Callable[[Filled, Facts], dict[str, Any]]
Begin = Callable[[Facts], dict[str, str]]
Told = Callable[[Filled, Facts], tuple[tuple[str, str], ...]]
Letter = Callable[[Filled, Facts, "Wording"], dict[str, Any]]


def _nothing(_facts: Facts) -> dict[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class PaperForm:
    """A paper: its kind (the template of that name makes it) and what the template is given."""

    kind: str
    letter: Letter


@dataclass(frozen=True, slots=True)
class Form:
    """The page of one step.

    Args:
        kind: the step's code.
        fields: in the order in which they are asked.
        members: pure; raises nothing on answers that passed `reading.wrong`.
        paper: what the step gives out.
        blank: a form printed from the page before the step, to be signed by hand and scanned.
        begin: answers that the page begins with.
        opens: it opens a case of its own; the case at hand is what it is about.
        record: a second form, of what is done, to be signed by hand and scanned.
        compares: paper and electronic file are held against each other before it (IN09).
    """

    kind: Kind
    fields: tuple[Field, ...]
    members: Members
    paper: PaperForm | None = None
    blank: PaperForm | None = None
    begin: Begin = _nothing
    opens: bool = False
    record: PaperForm | None = None
    compares: bool = False

    def field(self, name: str) -> Field:
        """Return a field by its name."""
        return next(each for each in self.fields if each.name == name)

    def asked(self, filled: Filled) -> tuple[Field, ...]:
        """Return the fields that are asked, as the earlier answers stand."""
        return tuple(
            each
            for each in self.fields
            if each.when is None or filled.of(each.when[0]) in each.when[1]
        )
