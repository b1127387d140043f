"""Which letters and filings are shown where more wait than one list holds."""

from dataclasses import replace

import pytest

from sync.protocol.letter_messages import LettersAnswer
from sync.protocol.messages import Empty
from sync.server.services.public.letters import Wanted
from sync.server.services.rows.strangers import FilingRow


@pytest.fixture
def sent(centre, monkeypatch):
    """Send a letter to a department; a list holds two."""
    monkeypatch.setattr("sync.server.services.public.letters.LISTED_MOST", 2)
    desk = centre.desk.strangers.letters

    def send(department):
        centre.clock.advance(hours=1)
        wanted = Wanted("inquiry", "339901", "窗口几点开门", department)
        letter = centre.centre.ledger.write_now(
            lambda tx: desk.send(tx, wanted, "13800000013", "zh_CN"), ("letters",)
        )
        return letter.number

    return send


def test_letters_that_others_answer_do_not_hide_ones_own(sent, windows):
    for _ in range(5):
        sent("ycj")
    mine = [sent("scjg") for _ in range(3)]
    window = windows()
    window.log_in("chief")
    answer = window.ask("POST", "/v1/letters/look", LettersAnswer, Empty())
    assert [each.number for each in answer.letters] == mine[:2]


def test_behind_the_open_ones_stand_those_that_were_answered_last(centre, sent, monkeypatch):
    desk, scopes = centre.desk.strangers.letters, ("339901/scjg",)
    numbers = [sent("scjg") for _ in range(4)]
    for number in (numbers[2], numbers[0], numbers[1]):
        centre.clock.advance(hours=1)
        centre.centre.ledger.write_now(
            lambda tx, number=number: desk.answer(tx, scopes, number, "九点", "p0106"), ("letters",)
        )
    shown = [row.number for row in centre.read(lambda tx: desk.listed(tx, scopes))]
    assert shown == [numbers[3], numbers[1]]


def test_after_the_last_number_of_its_width_comes_a_longer_one(centre, sent):
    first = sent("scjg")
    head = first.partition("-")[0]

    def many(tx):
        row = tx.letters.get(first)
        for number in (9_999, 10_000):
            tx.letters.save(replace(row, number=f"{head}-{number:04d}"))

    centre.centre.ledger.write_now(many)
    assert sent("scjg") == f"{head}-10001"


def test_filings_of_others_do_not_hide_ones_own(centre):
    def file(tx, number, department, at):
        private = ("code", "13800000013", "{}", "zh_CN")
        made = FilingRow(number, "339901", department, "x-1", 1, "filed", *private, at, at, at)
        tx.filings.save(made)

    def keep(tx):
        for place, department in enumerate(("ycj", "ycj", "scjg")):
            file(tx, f"W{place}", department, 1000 + place)

    centre.centre.ledger.write_now(keep)
    late = centre.read(lambda tx: tx.filings.overdue(["339901/scjg"], 2000, 1))
    assert [row.number for row in late] == ["W2"]
    assert centre.read(lambda tx: tx.filings.overdue(["hall/339901"], 2000, 9)) == []
    for departments, seen in ((None, 3), ({"scjg"}, 1), (set(), 0)):
        own = centre.read(lambda tx, own=departments: tx.filings.open_of("339901", own))
        assert len(own) == seen
