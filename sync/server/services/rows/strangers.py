"""Rows of what strangers bring to the public pages (docs/adr/020)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PhoneCodeRow:
    """A code sent to a telephone (SE04), for one purpose; `hash` is of the code, "" once used."""

    id: str = field(repr=False)
    phone: str = field(repr=False)
    purpose: str
    hash: str = field(repr=False)
    at: int
    exp: int
    tries: int = 0


@dataclass(frozen=True, slots=True)
class FilingRow:
    """One online filing (网上申报): what an applicant asks a hall to take up.

    Args:
        number: its receipt's, `W` and day and serial; whoever has its check `code` may go on.
        applicant: JSON of kind, id_kind, id_no, name, phone; emptied when nobody needs it.
        filed: ms of the arrival, the first complete one; 0 of a draft.
        due: ms by which the hall has taken it up.
        taken, person, dev: when which clerk took it up at which window.
        case_no: the case that it became.
        lacks: JSON of materials and reasons; `answer` in words.
    """

    number: str
    hall: str
    department: str
    item: str
    item_version: int
    state: str
    code: str = field(repr=False)
    phone: str = field(repr=False)
    applicant: str = field(repr=False)
    lang: str
    made: int
    filed: int = 0
    due: int = 0
    taken: int = 0
    person: str = ""
    dev: str = ""
    case_no: str = ""
    answered: int = 0
    lacks: str = "[]"
    answer: str = ""


@dataclass(frozen=True, slots=True)
class FilingFileRow:
    """A file of a filing; `file` names its sealed file, `name` is what its owner calls it."""

    filing: str
    material: str
    sha256: str
    name: str
    size: int
    type: str
    file: str
    at: int


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A complaint (投诉) or an inquiry (咨询) with its answer and deadline.

    `state` is "open" or "answered"; `person` answered; `due` ms.
    """

    number: str
    kind: str
    hall: str
    department: str
    case_no: str
    phone: str = field(repr=False)
    text: str = field(repr=False)
    code: str = field(repr=False)
    lang: str
    made: int
    due: int
    state: str = "open"
    answer: str = ""
    answered: int = 0
    person: str = ""


@dataclass(frozen=True, slots=True)
class EvaluationRow:
    """What an applicant thought of the service of one case (好差评): 5 best, 1 worst; once."""

    case_no: str
    scope: str
    grade: int
    reasons: str
    text: str
    at: int
    via: str
