"""docs/REQUIREMENTS.md answers for every requirement once, and names places that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "REQUIREMENTS.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| [A-Z]{2}\d\d", line)
]
LAST = {  # each family's last number, as the sources were counted
    "IN": 26, "ST": 25, "TM": 27, "PE": 21, "FE": 13,
    "SE": 17, "CH": 17, "PL": 28, "RO": 17, "NO": 15,
}  # fmt: skip


def ids_in(cell):
    for part in cell.split(", "):
        first, _, last = part.partition("–")
        family = first[:2]
        for number in range(int(first[2:]), int((last or first)[2:]) + 1):
            yield f"{family}{number:02d}"


def test_every_requirement_is_answered_once():
    answered = sorted(name for row in ROWS for name in ids_in(row[0]))

    assert answered == sorted(
        f"{family}{number:02d}" for family, last in LAST.items() for number in range(1, last + 1)
    )


def test_every_answer_has_a_state_and_what_is_not_met_says_why():
    assert {row[2] for row in ROWS} <= {"met", "part", "to come", "data", "no", "fact"}
    assert [row[0] for row in ROWS if row[2] in {"part", "no"} and not row[3]] == []


def test_every_place_named_exists():
    places = re.findall(r"`([\w/.-]+/[\w/.-]+)`", PAGE)

    assert [place for place in places if not (ROOT / place).exists()] == []


def test_names_of_modules_alone_are_found_too():
    alone = re.findall(r"`(\w+\.py)`", PAGE)

    assert [name for name in alone if not list((ROOT / "sync" / "domain").glob(name))] == []
