"""What is looked for is looked for before a list is cut, not after."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

from client.app.access import recovering
from client.app.cases.shared import _over, shared_results
from client.app.people.applicants import Applicants
from client.app.ports.store import CaseLines
from client.app.rows.batch import BATCH_MOST
from client.app.steps import batch
from client.app.steps.batch import Batch
from sync.domain.case import State
from sync.domain.catalogue import CaseKind
from sync.domain.events import Kind
from tests.unit.domain.test_main_flow import whole
from tests.unit.domain.world import at, rules

CASE = whole().case


def test_a_certificate_of_so_many_years_is_over_by_the_day_in_china():
    sealed = datetime(2023, 9, 20, 16, 30, tzinfo=UTC)  # 00:30 of the 21st in China
    assert not _over(sealed, 3, at("2026-09-21 23:00"))
    assert _over(sealed, 3, at("2026-09-22 00:10"))


def test_results_are_looked_for_among_the_persons_own_cases():
    asked = []
    store = SimpleNamespace(cases_of=lambda who, _most: asked.append(who) or ())
    wanted = SimpleNamespace(code="m", result_of="scjg-02")
    known = SimpleNamespace(item_of=lambda *_: SimpleNamespace(materials=(wanted,)))
    case = replace(CASE, state=State.RECEIVED)
    place = SimpleNamespace(store=store)
    assert shared_results(place, case, known, at("2026-09-21 10:00"), "zh_CN") == {}
    assert asked == [case.applicant.id_no]


class Store:
    """Very many accepted cases, of which the last alone is decided at once."""

    def __init__(self, many):
        ordinary = replace(CASE, state=State.ACCEPTED, kind_of_case=CaseKind.PROMISED)
        self.held = {f"c{at}": ordinary for at in range(many)}
        self.held[f"c{many - 1}"] = replace(ordinary, kind_of_case=CaseKind.IMMEDIATE)
        self.case = self.held.get

    def cases(self, query):
        numbers = list(self.held)
        start = int(query.after or 0)
        rows = tuple(SimpleNamespace(number=n) for n in numbers[start : start + query.limit])
        end = start + query.limit
        return CaseLines(rows, str(end) if end < len(numbers) else None, None)


def test_one_that_may_be_decided_at_once_is_found_behind_many_that_may_not(monkeypatch):
    read = []

    class Reader:
        def __init__(self, *_):
            pass

        def detail(self, number):
            read.append(number)
            return number

    monkeypatch.setattr(batch, "CaseReader", Reader)
    monkeypatch.setattr(batch, "_decidable", lambda detail: detail)
    monkeypatch.setattr(batch, "waiting_for", lambda *_: (("339901/scjg", "accepted"),))
    many = 2 * BATCH_MOST + 1
    place = SimpleNamespace(
        store=Store(many),
        now=lambda: at("2026-09-21 10:00"),
        rules=rules,
        session=SimpleNamespace(person="chief"),
        recorder=SimpleNamespace(mandate=SimpleNamespace(scopes=())),
    )
    found = Batch(lambda: place, None, SimpleNamespace(language="zh_CN"))._waiting(place)
    assert found == (f"c{many - 1}",)
    assert read == [f"c{many - 1}"]  # no other was read whole


def test_an_open_case_is_told_of_behind_many_newer_ones():
    closed = [SimpleNamespace(item="scjg-02", closed=True) for _ in range(40)]
    held = SimpleNamespace(item="scjg-02", closed=False, number="n-1", state="received")
    store = SimpleNamespace(
        cases_of=lambda _who, most: [*closed, held][:most],
        namesakes=lambda *_: (),
        applicant=lambda _who: None,
    )
    form = SimpleNamespace(id_no="92339901MA2ABCDE1X", name="", item="scjg-02")
    told = Applicants(None, None)._warnings(SimpleNamespace(store=store), form)
    assert [(words.key, words.args["case"]) for words in told] == [("double.case", "n-1")]


def test_an_unsealed_intent_is_voided_behind_many_cases_that_have_none(monkeypatch):
    monkeypatch.setattr(recovering, "_PAGE", 3)
    open_intent = SimpleNamespace(intent=object(), serial="S-1")
    numbers = [f"c{at}" for at in range(8)]
    voided = []

    def cases(query):
        begin = 0 if query.after is None else int(query.after)
        rows = tuple(SimpleNamespace(number=each) for each in numbers[begin : begin + query.limit])
        further = begin + query.limit
        return CaseLines(rows, str(further) if further < len(numbers) else None, None)

    def case(number):
        sealed = SimpleNamespace(intent=None, serial="")
        return SimpleNamespace(
            number=number,
            scope="s",
            certificate=open_intent if number == numbers[-1] else sealed,
            steps=(SimpleNamespace(kind=Kind.SEAL_INTENT, device="d-1"),),
        )

    recorder = SimpleNamespace(
        mandate=SimpleNamespace(scopes=("s",), dev="d-1"),
        draft=lambda kind, _scope, number, members: (kind, number, members["serial"]),
        commit=voided.append,
    )
    place = SimpleNamespace(store=SimpleNamespace(cases=cases, case=case), recorder=recorder)
    assert recovering.void_unsealed(place) == 1
    assert voided == [(Kind.SEAL_VOID, "c7", "S-1")]
