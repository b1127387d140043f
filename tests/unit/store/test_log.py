"""Own events, the centre's answers, and what becomes of the case, in a real file."""

import dataclasses
import json

import pytest

from client.app.ports.store import CaseQuery, ChainHead
from client.store.failures import StoreFailure
from client.store.store import open_store
from sync.domain.case import State
from sync.engine.ports import ChangeSet, Settled
from sync.proof.events import read_logged_event
from sync.proof.jws import hash_text
from sync.protocol.records import LogEntry, Record
from tests.helpers.store_world import keys, registration
from tests.helpers.world import DEV, HALL, SCOPE, text32

RECEIVE = {"materials": [], "channel": "counter", "paper": None}


def test_appended_event_is_in_log_outbox_projection_and_search(life, store):
    number = life.open_case(store, "欧阳修")
    assert store.outbox_size() == 2
    assert [record.body for record in store.outbox(1)] == [store.outbox(2)[0].body]
    assert store.case(number).applicant.name == "欧阳修"
    (event,) = store.events_of(number)
    assert (event.verdict, event.n, event.person) == ("pending", None, "p0103")
    assert event.hash == store.case_head(number) == store.head().hash
    assert (store.head().dev, store.head().inc, store.head().seq) == (DEV, 0, 2)
    (line,) = store.cases(CaseQuery(text="阳修")).rows
    assert (line.number, line.pending, line.item_name) == (number, True, "个体工商户设立登记")


def test_append_reports_what_a_screen_must_refresh(life, store):
    number = life.number()
    record = life.record("preregister", registration(), number)
    assert store.append([record]) == ChangeSet(frozenset({number}))


def test_several_records_are_one_transaction(life, store):
    number = life.number()
    good = life.record("preregister", registration(), number)
    stray = life.record("receive", RECEIVE, number, prev=text32())
    before = store.head()
    with pytest.raises(StoreFailure, match=r"store\.chain_moved"):
        store.append([good, stray])
    assert store.head() == before
    assert store.case(number) is None
    assert store.cases(CaseQuery()).total == 0


@pytest.mark.parametrize(
    "change", [{"prev": text32()}, {"seq": 7}, {"inc": 1}, {"dev": "d-339901-09"}, {"seq": 1}]
)
def test_record_that_does_not_follow_the_head_is_refused(life, store, change):
    record = life.record("preregister", registration(), life.number(), **change)
    with pytest.raises(StoreFailure, match=r"store\.chain_moved"):
        store.append([record])
    assert store.outbox_size() == 1


def test_nothing_is_appended_before_enrolment(life):
    store = open_store(life.folder, keys(), life.clock)
    try:
        assert store.head() is None
        with pytest.raises(StoreFailure, match=r"store\.no_chain"):
            store.append([life.record("preregister", registration(), life.number())])
    finally:
        store.close()


def test_event_of_an_unknown_session_is_refused(life, store):
    life.kid = text32()
    with pytest.raises(StoreFailure, match=r"store\.no_session"):
        life.open_case(store)


def test_chain_begins_once(life, store):
    with pytest.raises(StoreFailure, match=r"store\.chain_moved"):
        store.start_chain(ChainHead(DEV, 0, 0, text32()))
    with pytest.raises(StoreFailure, match=r"store\.chain_moved"):
        store.start_chain(ChainHead("d-339901-77", 1, 0, text32()))


def test_receipt_settles_and_is_given_back_whole(life, store):
    number = life.open_case(store)
    record = store.outbox(9)[-1]
    change = life.centre.push(store)
    assert change == ChangeSet(frozenset({number}))
    assert store.outbox_size() == 0
    (event,) = store.events_of(number)
    assert (event.verdict, event.n, event.code) == ("accepted", 1, None)
    assert event.receipt == life.centre.receipt(record)
    assert (event.lo_ms, event.counted_ms) == (event.at_ms - 60_000, event.at_ms)
    assert not store.cases(CaseQuery()).rows[0].pending


def test_answer_without_a_receipt_is_no_answer(life, store):
    life.open_case(store)
    event = store.outbox(9)[-1]
    told = store.settle([Settled(_id(event), "accepted", None, None)])
    assert told == ChangeSet()
    assert store.outbox_size() == 2


def test_answer_to_a_stranger_is_passed_over(life, store):
    number = life.open_case(store)
    life.centre.push(store)
    stray = life.foreign("receive", RECEIVE, number)
    assert store.settle([life.centre.settled(stray)]) == ChangeSet()


def test_same_answer_twice_changes_nothing(life, store):
    number = life.open_case(store)
    record = store.outbox(9)[-1]
    life.centre.push(store)
    assert store.settle([life.centre.settled(record)]) == ChangeSet()
    assert len(store.events_of(number)) == 1


def test_other_answer_to_the_same_event_is_not_taken(life, store):
    life.open_case(store)
    record = store.outbox(9)[-1]
    life.centre.push(store)
    name = hash_text(record.jws)
    life.centre.answers.pop(name)
    with pytest.raises(StoreFailure, match=r"store\.pull_differs"):
        store.settle([life.centre.settled(record, "refused", "no_authority")])


def test_refused_step_leaves_the_case_and_waits_in_the_exceptions(life, store):
    number = life.open_case(store)
    life.centre.push(store)
    life.step(store, number, "receive", RECEIVE)
    assert store.case(number).state is State.RECEIVED
    change = life.centre.push(store, refuse={"receive": "step_not_allowed"})
    assert change == ChangeSet(frozenset({number}), exceptions=True)
    assert store.case(number).state is State.REGISTERED
    (refused,) = store.refused()
    assert (refused.kind, refused.code, refused.case) == ("receive", "step_not_allowed", number)
    assert [event.verdict for event in store.events_of(number)] == ["accepted", "refused"]
    assert store.case_head(number) == store.events_of(number)[0].hash
    assert store.rebuild()


def test_what_follows_a_refused_step_is_judged_alone(life, store):
    number = life.open_case(store)
    life.step(store, number, "receive", RECEIVE)
    life.step(store, number, "accept", {"paper": None})
    life.centre.push(store, refuse={"accept": "materials_incomplete"})
    assert store.case(number).state is State.RECEIVED
    life.step(store, number, "withdraw", {"paper": None})
    assert store.case(number).state is State.WITHDRAWN


def test_case_whose_opening_was_refused_is_gone_from_lists_and_search(life, store):
    number = life.open_case(store, "司马相如")
    life.step(store, number, "receive", RECEIVE)
    life.centre.push(store, refuse={"preregister": "unknown_item"})
    assert store.case(number) is None
    assert store.case_head(number) is None
    for text in ("", "司马", "司马相如", number[:12], "smxr"):
        assert store.cases(CaseQuery(text=text)).total == 0
    assert len(store.events_of(number)) == 2
    assert store.rebuild()


def test_exception_is_dismissed_once(life, store):
    life.open_case(store)
    life.centre.push(store, refuse={"preregister": "unknown_item"})
    (refused,) = store.refused()
    assert store.dismiss(refused.event) == ChangeSet(exceptions=True)
    assert store.dismiss(refused.event) == ChangeSet()
    assert store.dismiss("nothing") == ChangeSet()
    assert store.refused() == ()


def test_disputed_step_has_no_effect_and_is_an_exception(life, store):
    number = life.open_case(store)
    life.centre.push(store)
    record = life.step(store, number, "receive", RECEIVE)
    store.settle([life.centre.settled(record, "disputed", "authority_disputed")])
    assert store.case(number).state is State.REGISTERED
    assert [event.verdict for event in store.refused()] == ["disputed"]


def test_pull_brings_others_steps_below_own_pending_ones(life, store):
    number = life.open_case(store)
    life.centre.push(store)
    life.centre.answer(life.foreign("receive", RECEIVE, number))
    own = life.step(store, number, "withdraw", {"paper": None})
    change = store.apply_pull(life.centre.page(SCOPE, 0))
    assert change == ChangeSet(frozenset({number}))
    assert [event.kind for event in store.events_of(number)] == [
        "preregister",
        "receive",
        "withdraw",
    ]
    assert store.case(number).state is State.WITHDRAWN
    assert store.case_head(number) == hash_text(own.jws)
    assert store.rebuild()


def test_pulled_outcome_settles_an_own_event_and_its_receipt_may_follow(life, store):
    number = life.open_case(store)
    record = store.outbox(9)[-1]
    life.centre.answer(store.outbox(9)[0])
    life.centre.answer(record)
    life.centre.pull(store)
    assert store.outbox_size() == 0
    assert store.events_of(number)[0].receipt is None
    life.centre.settled(record)
    store.settle([life.centre.settled(record)])
    assert store.events_of(number)[0].receipt == life.centre.receipt(record)


def test_lower_number_that_arrives_later_is_folded_below(life, store):
    number = life.open_case(store)
    life.centre.push(store)
    life.centre.pull(store)
    life.centre.answer(life.foreign("receive", RECEIVE, number))
    late = life.step(store, number, "withdraw", {"paper": None})
    store.settle([life.centre.settled(late)])  # number 3, while 2 has not been pulled
    assert store.case(number).state is State.WITHDRAWN
    assert [mark.kind for mark in store.case(number).steps] == ["preregister", "withdraw"]
    life.centre.pull(store)
    marks = [mark.kind for mark in store.case(number).steps]
    assert marks == ["preregister", "receive", "withdraw"]
    assert store.rebuild()


def test_page_moves_cursor_frontier_and_head_together(life, store):
    life.open_case(store)
    life.centre.push(store)
    page = life.centre.page(SCOPE, 0)
    store.subscribe(["policy", SCOPE])
    store.apply_pull(page)
    assert store.cursors() == {"policy": len(life.world.log), SCOPE: 1}
    assert store.frontier(SCOPE) == page.frontier
    assert store.tree_heads()[SCOPE] == page.sth
    assert store.frontier("339901/wjj") is None
    store.settle([], {SCOPE: "newer"})
    assert store.tree_heads()[SCOPE] == "newer"


def test_subscription_narrows_and_cursors_stay(life, store):
    before = store.cursors()["policy"]
    store.subscribe([SCOPE])
    assert store.cursors() == {SCOPE: 0}
    store.subscribe(["policy"])
    assert store.cursors() == {"policy": before}


def test_page_that_comes_twice_changes_nothing(life, store):
    life.open_case(store)
    life.centre.push(store)
    page = life.centre.page(SCOPE, 0)
    store.apply_pull(page)
    assert store.apply_pull(page) == ChangeSet()
    assert store.entries(SCOPE, 0, 10) == page.entries


def test_page_with_a_gap_is_refused_whole(life, store):
    for _ in range(3):
        life.open_case(store)
    life.centre.push(store)
    whole = life.centre.page(SCOPE, 0)
    for spoilt in (
        dataclasses.replace(whole, entries=whole.entries[1:]),
        dataclasses.replace(whole, entries=[whole.entries[0], whole.entries[2]]),
        dataclasses.replace(whole, cursor=7),
    ):
        with pytest.raises(StoreFailure, match=r"store\.pull_gap"):
            store.apply_pull(spoilt)
        assert store.frontier(SCOPE) is None


def test_own_event_with_other_bytes_around_it_is_refused(life, store):
    number = life.open_case(store)
    life.centre.push(store)
    life.centre.pull(store)
    stray = life.foreign("receive", RECEIVE, number)
    life.centre.answer(stray)
    life.centre.pull(store)
    signed_again = Record(stray.jws[:-4] + "AAAA", stray.body, stray.act)
    page = life.centre.page(SCOPE, 0)
    entry, n = page.entries[-1], page.cursor + 1
    again = LogEntry(n, signed_again.jws, stray.body, stray.act, _with_n(entry.outcome, n))
    doubled = dataclasses.replace(page, entries=[again], cursor=n)
    with pytest.raises(StoreFailure, match=r"store\.pull_differs"):
        store.apply_pull(doubled)


def test_number_given_to_two_events_is_refused(life, store):
    life.open_case(store)
    life.centre.push(store)
    life.open_case(store)
    life.centre.log[SCOPE].clear()  # a centre that begins its history anew
    with pytest.raises(StoreFailure, match=r"store\.pull_differs"):
        life.centre.push(store)
    assert store.outbox_size() == 1


def test_entries_are_given_back_as_they_were_pulled(life, store):
    policy = store.entries("policy", 0, 1000)
    assert [entry.record() for entry in policy] == life.world.log
    assert store.entries("policy", 2, 1) == policy[2:3]
    life.open_case(store)
    life.centre.push(store)
    assert store.entries(SCOPE, 0, 9) == []  # answered, not pulled yet


def test_policy_is_folded_from_its_scope(life, store):
    book = store.policy_book()
    assert book.genesis.aud == "centre-339901"
    assert book.roster["p0103"].name == "李明"
    assert book.size == len(life.world.log)
    store.close()
    again = life.open()
    assert again.policy_book() == book
    again.close()


def test_case_that_comes_before_policy_is_named_and_timed_when_policy_comes(life):
    store = life.open()
    life.session(store)
    number = life.open_case(store)
    life.step(store, number, "receive", RECEIVE)
    (line,) = store.cases(CaseQuery()).rows
    assert (line.item_name, line.due_ms) == ("scjg-01", None)
    change = store.apply_pull(life.centre.page("policy", 0))
    assert change.policy
    assert store.case(number).with_certificate
    (line,) = store.cases(CaseQuery(text="个体")).rows
    assert line.item_name == "个体工商户设立登记"
    assert line.due_ms is not None
    assert store.rebuild()
    store.close()


def test_calendar_change_moves_open_cases(life, store):
    number = life.open_case(store)
    life.step(store, number, "receive", RECEIVE)
    (before,) = store.cases(CaseQuery()).rows
    calendar = next(
        json.loads(record.body) for record in life.world.log if '"official_until"' in record.body
    )
    calendar.pop("salt")
    calendar["version"] = "a later issue"
    calendar["off"] = sorted({*calendar["off"], "2026-03-04", "2026-03-05"})
    record = life.world.policy_record("calendar", calendar)
    life.centre.answer(record, scope="policy")
    change = store.apply_pull(life.centre.page("policy", store.cursors()["policy"]))
    assert change == ChangeSet(frozenset({number}), policy=True)
    (after,) = store.cases(CaseQuery()).rows
    assert after.due_ms > before.due_ms
    assert store.rebuild()


def test_malformed_policy_event_is_kept_without_effect(life, store):
    record = life.world.policy_record("grant.end", {"id": "nobody", "at": 0})
    life.centre.answer(record, scope="policy")
    before = store.policy_book()
    store.apply_pull(life.centre.page("policy", before.size))
    book = store.policy_book()
    assert (book.size, book.unknown) == (before.size + 1, (*before.unknown, "grant.end"))
    assert store.rebuild()


def test_urges_and_orders_are_messages_newest_first(life, store):
    number = life.open_case(store)
    life.centre.push(store)
    body = {"level": "yellow", "limit": "receipt", "due": 1, "reply_by": 2, "to": ["p0103"]}
    life.centre.answer(life.foreign("urge", body, number))
    life.centre.answer(life.foreign("order", {**body, "level": "red"}, number))
    change = store.apply_pull(life.centre.page(SCOPE, 0))
    assert change.messages
    order, urge = store.messages()
    assert (order.kind, urge.kind, urge.case) == ("order", "urge", number)
    assert urge.body["to"] == ["p0103"]
    assert store.messages(1) == (order,)
    assert store.mark_read(urge.event) == ChangeSet(messages=True)
    assert store.mark_read(urge.event) == ChangeSet()
    assert [message.read for message in store.messages()] == [False, True]


def test_what_was_read_leaves_out_no_message_that_was_not(life, store):
    number = life.open_case(store)
    life.centre.push(store)
    body = {"level": "yellow", "limit": "receipt", "due": 1, "reply_by": 2, "to": ["p0103"]}
    for _ in range(3):
        life.centre.answer(life.foreign("urge", body, number))
    store.apply_pull(life.centre.page(SCOPE, 0))
    newest, middle, oldest = store.messages()
    store.mark_read(newest.event)
    store.mark_read(middle.event)
    assert [message.event for message in store.messages(2)] == [newest.event, oldest.event]
    assert store.messages(1) == (oldest,)


def test_unknown_kind_is_kept_and_changes_nothing(life, store):
    number = life.open_case(store)
    life.centre.push(store)
    life.centre.answer(life.foreign("invented_later", {"x": 1}, number))
    life.centre.pull(store)
    assert store.case(number).state is State.REGISTERED
    assert len(store.case(number).unknown_steps) == 1
    assert store.rebuild()


def test_session_of_a_hall_is_no_case(life, store):
    life.centre.push(store)
    life.centre.pull(store)
    assert store.cursors()[f"hall/{HALL}"] == 1
    assert store.cases(CaseQuery(closed=None)).total == 0


def _id(record):
    return read_logged_event(record).core.id


def _with_n(outcome, n):
    return json.dumps({**json.loads(outcome), "n": n}, separators=(",", ":"))


def test_drafts_are_kept_in_the_transaction_of_the_events(life, store, monkeypatch):
    number = life.number()
    record = life.record("preregister", registration(), number)
    store.append([record], drafts={"filings.registered": number})
    assert store.draft("filings.registered") == number
    stray = life.record("receive", RECEIVE, number, prev=text32())
    with pytest.raises(StoreFailure, match=r"store\.chain_moved"):
        store.append([stray], drafts={"filings.registered": "gone"})
    assert store.draft("filings.registered") == number

    def full(*_):
        raise StoreFailure("store.disk_full")

    life.place = dataclasses.replace(life.place, seq=store.head().seq, hash=store.head().hash)
    after = life.record("receive", RECEIVE, number, cprev=store.case_head(number))
    monkeypatch.setattr(store._drafts, "save", full)
    with pytest.raises(StoreFailure, match=r"store\.disk_full"):
        store.append([after], drafts={"filings.registered": "gone"})
    assert len(store.events_of(number)) == 1  # neither without the other


def test_a_seals_count_is_kept_with_its_step_or_neither_is(life, store, monkeypatch):
    number = life.number()
    record = life.record("preregister", registration(), number)
    store.append([record], meta={"seal.s1": b"7"})
    assert store.get_meta("seal.s1") == b"7"
    life.place = dataclasses.replace(life.place, seq=store.head().seq, hash=store.head().hash)
    after = life.record("receive", RECEIVE, number, cprev=store.case_head(number))
    plain = store._state.put_meta

    def dies(key, value):
        plain(key, value)
        raise StoreFailure("store.disk_full")

    monkeypatch.setattr(store._state, "put_meta", dies)
    with pytest.raises(StoreFailure, match=r"store\.disk_full"):
        store.append([after], meta={"seal.s1": b"8"})
    assert (len(store.events_of(number)), store.get_meta("seal.s1")) == (1, b"7")
