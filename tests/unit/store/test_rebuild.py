"""In whatever order answers, pages and own steps come: the projections equal the log."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from client.app.ports.store import CaseQuery
from client.store.log import PENDING
from client.store.search import normalise
from sync.domain.events import Step
from sync.domain.failures import Failure
from sync.domain.fields import moment_of
from sync.domain.workflow import advance
from sync.proof.events import read_logged_event
from tests.helpers.store_world import Life, registration
from tests.helpers.world import SCOPE

PAPER = {"kind": "notice", "no": "1", "sha256": "0" * 64, "size": 1}
BODIES = {
    "receive": {"materials": [], "channel": "counter", "paper": PAPER},
    "notify_correction": {"missing": [], "complete": True, "paper": PAPER},
    "correct": {"materials": [], "complete": True, "paper": PAPER},
    "accept": {"paper": PAPER, "due": None, "statutory": None, "promised": None},
    "claim": {},
    "handle": {"opinion": "agree", "text": "同意"},
    "review": {"level": 1, "opinion": "agree", "text": "同意"},
    "send_back": {"to": 0, "text": "重办"},
    "grant": {"text": "准予", "paper": PAPER, "shown": "x"},
    "withdraw": {"paper": PAPER},
    "invented_later": {"x": [1, {"y": "𬱖"}]},
}
KINDS = st.sampled_from(sorted(BODIES))
NAMES = st.sampled_from(["王芳", "欧阳修", "𬱖䶮", "ZHAO Lei"])
ITEMS = st.sampled_from(["scjg-01", "scjg-02", "later-99"])
CASE = st.integers(0, 3)
PARTS = st.integers(1, 4)

OPERATIONS = st.lists(
    st.one_of(
        st.tuples(st.just("open"), NAMES, ITEMS),
        st.tuples(st.just("own"), CASE, KINDS),
        st.tuples(st.just("foreign"), CASE, KINDS),
        st.tuples(st.just("foreign_open"), NAMES, ITEMS),
        st.tuples(st.just("answer"), PARTS, st.sampled_from(["accepted", "refused", "disputed"])),
        st.tuples(st.just("settle"), PARTS, st.just(0)),
        st.tuples(st.just("pull"), PARTS, st.just(0)),
        st.tuples(st.just("policy"), PARTS, st.just(0)),
        st.tuples(st.just("reopen"), st.just(0), st.just(0)),
    ),
    max_size=22,
)


class Play:
    """One store under a sequence of operations, its centre, and who has answered what."""

    def __init__(self, folder):
        self.life = Life(folder)
        self.store = self.life.open()
        self.life.session(self.store)
        self.cases = []
        self.unsettled = {}

    def run(self, name, one, two):
        getattr(self, name)(one, two)

    def open(self, name, item):
        self.cases.append(self.life.open_case(self.store, name, item))

    def own(self, place, kind):
        if self.cases:
            self.life.step(self.store, self.cases[place % len(self.cases)], kind, BODIES[kind])

    def foreign(self, place, kind):
        if self.cases:
            number = self.cases[place % len(self.cases)]
            self.life.centre.answer(self.life.foreign(kind, BODIES[kind], number))

    def foreign_open(self, name, item):
        number = self.life.number()
        self.cases.append(number)
        self.life.centre.answer(
            self.life.foreign("preregister", registration(name, item), number), person="p0777"
        )

    def answer(self, count, verdict):
        """Let the centre log the next few, without the window hearing of it yet."""
        fresh = [r for r in self.store.outbox(99) if r.jws not in self.unsettled][:count]
        for record in fresh:
            code = None if verdict == "accepted" else "step_not_allowed"
            self.life.centre.answer(record, verdict, code)
            self.unsettled[record.jws] = (record, verdict, code)

    def settle(self, count, _):
        """Bring the newest answers first: receipts need not come in order."""
        chosen = list(self.unsettled)[-count:]
        self.store.settle([self.life.centre.settled(*self.unsettled[name]) for name in chosen])

    def pull(self, count, _):
        self.page(SCOPE, count)

    def policy(self, count, _):
        self.page("policy", 3 * count)

    def page(self, scope, limit):
        self.store.subscribe(["policy", SCOPE])
        cursor = self.store.cursors()[scope]
        if cursor < len(self.life.centre.log.get(scope, [])):
            self.store.apply_pull(self.life.centre.page(scope, cursor, limit))

    def reopen(self, *_):
        self.store.close()
        self.store = self.life.open()


def folded(events, rules):
    """Fold a case from its stored events, independently of the store's own folding."""
    case = None
    for event in events:
        if event.verdict not in ("accepted", PENDING):
            continue
        read = read_logged_event(event.record)
        step = Step(
            id=event.event,
            kind=event.kind,
            case=event.case,
            scope=event.scope,
            person=event.person,
            device=event.dev,
            at=moment_of(event.at_ms),
            body={name: value for name, value in read.body.items() if name != "salt"},
            lo=None if event.lo_ms is None else moment_of(event.lo_ms),
            hi=None if event.hi_ms is None else moment_of(event.hi_ms),
        )
        try:
            case = advance(case, step, rules)
        except Failure:
            assert case is None
    return case


@pytest.mark.slow
@settings(max_examples=60)
@given(operations=OPERATIONS)
def test_projections_equal_the_log_after_any_interleaving(tmp_path_factory, operations):
    play = Play(tmp_path_factory.mktemp("play") / "store")
    for name, one, two in operations:
        play.run(name, one, two)
    store = play.store
    rules = store.policy_book().rules()
    shown = {line.number: line for line in store.cases(CaseQuery(closed=None, limit=99)).rows}
    for number in play.cases:
        events = store.events_of(number)
        case = folded(events, rules)
        assert store.case(number) == case
        assert (number in shown) == (case is not None)
        if case is not None:
            assert shown[number].state == case.state
            assert shown[number].pending == any(e.verdict == PENDING for e in events)
            hits = store.cases(CaseQuery(text=normalise(case.applicant.name), closed=None)).rows
            assert number in {line.number for line in hits}
    assert store.rebuild()
    store.verify()
    play.reopen()
    play.store.close()
