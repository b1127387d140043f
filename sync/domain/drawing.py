"""Draw the table of transitions: the page docs/STEPS.md and the diagram in it, from data alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.case import State
from sync.domain.events import BOOKKEEPING, Kind
from sync.domain.hall_steps import HALL_TABLE, HallRow
from sync.domain.shapes import BODIES, Need
from sync.domain.transitions import TABLE, Row
from sync.domain.violations import SEVERITY

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARKS = {Need.FORM: "", Need.LAW: " §", Need.FREE: "?"}

_FORMS = """
| form | JSON |
|---|---|
| text | string, 1–4000 characters, not blank |
| code | string of `A–Z a–z 0–9 . _ : @ -`, 1–80 characters |
| hash | SHA-256: base64url without padding (43), or hex (64) |
| count | integer ≥ 0 |
| days | integer 0–3660 |
| fen | integer, may be below zero |
| bool | true, false |
| moment | integer: ms UTC |
| day | string `YYYY-MM-DD` |
| opinion | `"agree"` or `"disagree"` |
| codes, texts | list of those |
| object | any object |
| paper | {kind: code, no: code, sha256: hash, size?: count} |
| person | {name: text, id_no?: text, phone?: text, relation?: text} |
| applicant | {kind: `"person"`/`"org"`, id_kind: `"resident_id"`/`"credit_code"`, id_no, name, …} |
| project | {name: text, key?: bool} |
| attachment | {sha256: hash, size: count, type: text, name?, pages?, original_sha256?: hash} |
| compared | list of {sha256: hash, page: count (from 0), at: moment}, at most 2000 |
| materials | list of {code, attachments?, original?, exempt?, required?: bool, shared?: code} |
| missing | list of {material: code, reason: code, text?: text} |
| pending | list of {material: code, by: day} |
| certificate | {id: code, template: code, template_version?: code} |
| document | {sha256: hash, size: count, type: text} |
| seal | {id: code, counter: count} |
| about | {certificate?: code, case?: code, expires?: day} |
| child | {parent: code, helper: code, sort: `"opinion"`/`"licence"`, by_wd: days, stage?: days} |
| changes | {field: text, …}, not empty |
"""

_INTRODUCTION = """# Steps

Written by `sync.domain.drawing` from the tables that the code runs on; a test compares. Rules:
what is not a row here is `step_not_allowed`. On the wire every body begins with `"salt"`; members
not named here are ignored. `acting_for` (code) may stand in any body: the person for whom a deputy
(AB岗) acts. Moments are ms UTC, days `YYYY-MM-DD`.

Marks of members: `§` the law asks for it (`legal_part_missing`; not asked of the centre's own
steps), `?` may be absent or null, none: must be there (`body_malformed`). Marks of rows: ∥ allowed
while suspended, ✍ needs the card's own signature.

Who: AP applicant (entered by a clerk or the public page), RC reception, WC window clerk, H handler,
Rn reviewer of level n, D decider as the item's flow names him, CR chief representative, DH
department head, GH government head, HD helper, UP upper office, CA cashier, AK archive keeper, RG
manager of certificates, SV supervisor, C centre.

Papers of `grant`, `deny`, `terminate`, `suspend`, `prolong_suspension` and the upper office's count
as unserved until `served_at` is given, `serve` names them, or the applicant signs for; any other
paper counts as handed over with its step unless the body has `served_at: null`.
"""


_OF_A_HALL = """## Steps of a hall

They belong to no case: scope `hall/<code>`, `case` and `cprev` null, made in an open session of
that hall. Receipt forms: numbers `first` to `last` of `batch`, both included, 1 to 99,999,999, at
most 100,000 in one step; a receipt's number is `<batch>-<eight digits>`, batch of 1–20 letters,
digits and dots. Each number is drawn once, held by one person, offered by `receipt.give` until
`receipt.take` signs for it, and ends as used by one `pay`, cancelled, or returned. `pay` is refused
with a number that its person does not hold; a held number below a used one is found as skipped.
`till.close` says what was counted of each manner, and what was booked by this person on this day.
"""


def steps_page() -> str:
    """Return docs/STEPS.md."""
    lines = [_INTRODUCTION, "## Forms", _FORMS, "## Life of a case", "", diagram(), ""]
    lines += ["## Rows", "", "| from | step | to | who | guards | rests on |"]
    lines += ["|---|---|---|---|---|---|", *(_row(row) for row in TABLE), ""]
    lines += ["## Bodies", "", "| step | members |", "|---|---|", *_bodies(), ""]
    lines += [_OF_A_HALL, "| step | who | members | guards | rests on |", "|---|---|---|---|---|"]
    lines += [*(_hall_row(row) for row in HALL_TABLE), ""]
    lines += ["## Violations", "", "| severity | codes |", "|---|---|", *_codes(), ""]
    return "\n".join(lines)


def diagram() -> str:
    """Return the main moves between states as a Mermaid state diagram."""
    moves: dict[tuple[str, str], list[str]] = {}
    for row in TABLE:
        for source in row.source:
            for target in row.to:
                if target is not source:
                    key = ("[*]" if source is None else source.value, target.value)
                    moves.setdefault(key, []).append(row.kind.value)
    drawn = [
        f"    {start} --> {end} : {', '.join(dict.fromkeys(kinds))}"
        for (start, end), kinds in moves.items()
    ]
    return "\n".join(["```mermaid", "stateDiagram-v2", *drawn, "```"])


def _row(row: Row) -> str:
    marks = ("∥" if row.parallel else "") + ("✍" if row.act else "")
    step = f"{row.kind.value} {marks}".strip()
    if row.when:
        step = f"{step} ({row.when.replace('_', ' ')})"
    target = ", ".join(state.value for state in row.to) or "unchanged"
    who = ", ".join(letter.value for letter in row.who)
    return f"| {_sources(row)} | {step} | {target} | {who} | {', '.join(row.guards)} | {row.law} |"


def _sources(row: Row) -> str:
    if len(row.source) == len(State):
        return "any"
    return ", ".join("–" if state is None else state.value for state in row.source)


def _bodies() -> Iterator[str]:
    for kind in Kind:
        if kind not in BOOKKEEPING:
            members = (f"{m.name}{_MARKS[m.need]}: {m.shape}" for m in BODIES[kind])
            yield f"| {kind.value} | {', '.join(members) or '–'} |"


def _hall_row(row: HallRow) -> str:
    who = ", ".join(role.value for role in row.roles)
    members = ", ".join(f"{m.name}{_MARKS[m.need]}: {m.shape}" for m in row.members)
    return f"| {row.kind.value} | {who} | {members} | {', '.join(row.guards)} | {row.law} |"


def _codes() -> Iterator[str]:
    for severity in dict.fromkeys(SEVERITY.values()):
        named = (code for code, found in SEVERITY.items() if found is severity)
        yield f"| {severity.value} | {', '.join(named)} |"
