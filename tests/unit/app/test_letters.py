"""Letters at a window: rows with names and terms, answers sent trimmed with an id of their own."""

import asyncio
from types import SimpleNamespace

from client.app.hall.letters import Letters
from sync.protocol.letter_messages import Letter

NOW = 1_772_500_000_000


class Line:
    """The centre's end: two letters, one of them over its term."""

    def __init__(self):
        self.asked = []
        self.letters = [self.letter("L1", NOW - 1, "scjg"), self.letter("L2", NOW, "gone")]

    @staticmethod
    def letter(number, due, department):
        return Letter(
            number=number, kind="inquiry", department=department, case="", text="x", made=5, due=due
        )

    async def hall(self, path, form, request):
        self.asked.append((path, request))
        if path.endswith("answer"):
            self.letters = [each for each in self.letters if each.number != request.number]
        return form(letters=self.letters, t=NOW)


def desk(line):
    book = SimpleNamespace(departments={"scjg": SimpleNamespace(name="市场监督管理局")})
    place = SimpleNamespace(store=SimpleNamespace(policy_book=lambda: book))

    async def on_store(work):
        return work()

    place.on_store = on_store
    return Letters(lambda: place, line)


def test_letters_are_named_and_those_over_their_term_are_late():
    rows = asyncio.run(desk(Line()).waiting())
    assert [(row.number, row.department, row.late) for row in rows] == [
        ("L1", "市场监督管理局", True),
        ("L2", "gone", False),
    ]


def test_an_answer_goes_out_trimmed_and_what_waits_comes_back():
    line = Line()
    left = asyncio.run(desk(line).answer("L1", "  已核实\n"))
    assert [row.number for row in left] == ["L2"]
    path, call = line.asked[-1]
    assert (path, call.number, call.text) == ("/v1/letters/answer", "L1", "已核实")
