from dataclasses import replace

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.proof.events import make_event
from sync.proof.jws import read_logged_jws
from sync.proof.keys import SoftwareKey, new_id
from sync.proof.outcomes import read_tree_head
from sync.proof.receipts import verify_growth
from sync.protocol import messages
from sync.protocol.errors import ReaderError
from sync.server.services.entry.sessions import Sessions
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.hand_window import SCOPE, Chain, Refusal, altered, read_answer, receipts_of


def outcomes(answer):
    return [(r.verdict, r.code) for r in answer.results]


@pytest.fixture
def ready(window):
    """A window with a clerk's session and a received case."""
    window.number = walk_to(window, "received")
    return window


class TestRepeats:
    def test_a_lost_answer_is_repeated_with_the_same_outcome(self, ready):
        records = [ready.event("accept", say.accept(), case=ready.number)]
        records.append(ready.event("claim", {}, case=ready.number))  # a clerk may not: refused
        first = ready.push(*records)
        again = ready.push(*records)
        assert [r.verdict for r in again.results] == ["duplicate", "duplicate"]
        assert receipts_of(first, records, ready) == receipts_of(again, records, ready)
        assert [o.verdict for o in receipts_of(again, records, ready)] == ["accepted", "refused"]

    def test_a_repeat_leaves_the_log_as_it_was(self, centre, ready):
        record = ready.event("accept", say.accept(), case=ready.number)
        ready.push(record)
        before = centre.read(lambda tx: tx.log.count())
        ready.push(record, record)
        assert centre.read(lambda tx: tx.log.count()) == before

    def test_receipts_of_a_batch_share_one_head_that_grew_from_the_last(self, ready):
        first = ready.push(ready.event("accept", say.accept(), case=ready.number))
        sth = first.results[0].receipt.sth
        held = verify_receipt_head(sth, ready)
        records = [ready.event("note_late", remark(n), case=ready.number) for n in range(5)]
        answer = ready.push(*records, heads={SCOPE: held.size})
        assert len({r.receipt.sth for r in answer.results}) == 1
        new = verify_receipt_head(answer.results[0].receipt.sth, ready)
        verify_growth(held, new, answer.consistency[SCOPE])
        assert new.size == held.size + 5

    def test_growth_is_proven_of_what_was_pushed_to_and_of_nothing_else(self, centre, ready):
        others = centre.read(lambda tx: tx.log.scopes())
        assert centre.read(lambda tx: tx.log.head("policy")).size > 1
        record = ready.event("note_late", remark(), case=ready.number)
        answer = ready.push(record, heads=dict.fromkeys(others, 1))
        assert answer.consistency.keys() == {SCOPE}


class TestChains:
    def test_a_gap_is_answered_with_the_number_expected(self, ready):
        first = ready.event("accept", say.accept(), case=ready.number)
        second = ready.event("note_late", remark(), case=ready.number)
        answer = ready.push(second)
        assert outcomes(answer) == [("rejected", "proof.chain_gap")]
        assert answer.results[0].expect == ready.chain.seq - 1
        assert answer.results[0].receipt is None
        ready.accepted(ready.push(first, second))

    def test_reordered_events_are_taken_where_they_follow(self, ready):
        first = ready.event("accept", say.accept(), case=ready.number)
        second = ready.event("note_late", remark(), case=ready.number)
        assert outcomes(ready.push(second, first)) == [
            ("rejected", "proof.chain_gap"),
            ("accepted", None),
        ]
        assert outcomes(ready.push(second)) == [("accepted", None)]

    def test_a_broken_chain_is_rejected_and_found(self, centre, ready):
        ready.chain = Chain(ready.chain.seq, "A" * 43)
        record = ready.event("accept", say.accept(), case=ready.number)
        assert outcomes(ready.push(record)) == [("rejected", "proof.chain_broken")]
        assert "chain_broken" in findings(centre)

    def test_a_fork_is_logged_twice_and_found(self, centre, ready):
        at = ready.chain
        ready.accepted(ready.push(ready.event("accept", say.accept(), case=ready.number)))
        head = ready.chain
        ready.chain = at
        other = ready.event("accept", say.accept(), case=ready.number)
        assert outcomes(ready.push(other)) == [("refused", "proof.fork")]
        assert outcomes(ready.push(other)) == [("duplicate", "proof.fork")]
        assert "device_fork" in findings(centre)
        ready.chain = head  # the chain goes on where it was
        ready.accepted(ready.push(ready.event("note_late", remark(), case=ready.number)))

    def test_an_id_used_twice_is_refused_and_found(self, centre, ready):
        name = new_id()
        ready.accepted(ready.push(ready.event("accept", say.accept(), case=ready.number, id=name)))
        again = ready.event("note_late", remark(), case=ready.number, id=name)
        assert outcomes(ready.push(again)) == [("refused", "wire.id_conflict")]
        assert "id_conflict" in findings(centre)
        assert outcomes(ready.push(again)) == [("duplicate", "wire.id_conflict")]
        ready.accepted(ready.push(ready.event("note_late", remark(), case=ready.number)))

    def test_a_refused_event_consumes_its_number(self, ready):
        refused = ready.event("grant", say.grant(), case=ready.number)
        after = ready.event("accept", say.accept(), case=ready.number)
        answer = ready.push(refused, after)
        assert [r.verdict for r in answer.results] == ["refused", "accepted"]
        assert receipts_of(answer, [refused, after], ready)[0].verdict == "refused"


class TestForgery:
    def test_one_bit_altered_is_rejected(self, ready):
        record = ready.event("accept", say.accept(), case=ready.number)
        head, payload, signature = record.jws.split(".")
        flipped = "B" if signature[5] != "B" else "C"
        bad = altered(record, jws=f"{head}.{payload}.{signature[:5]}{flipped}{signature[6:]}")
        assert outcomes(ready.push(bad)) == [("rejected", "reader.signature")]
        body = altered(record, body=record.body.replace("acceptance", "acceptancf"))
        assert outcomes(ready.push(body)) == [("rejected", "proof.body_differs")]
        ready.accepted(ready.push(record))

    def test_another_key_is_rejected(self, ready):
        stranger = SoftwareKey.generate()
        record = ready.event("accept", say.accept(), case=ready.number, key=stranger)
        assert outcomes(ready.push(record)) == [("rejected", "reader.signature")]

    def test_an_unknown_session_is_rejected(self, ready):
        ready.kid = "A" * 43
        record = ready.event("accept", say.accept(), case=ready.number)
        assert outcomes(ready.push(record)) == [("rejected", "reader.key_unknown")]

    def test_a_transplanted_act_is_refused(self, window):
        number = walk_to(window, "deciding")
        window.log_in("chief")
        good = window.event("grant", say.grant(), case=number, card=True)
        window.chain = Chain(window.chain.seq - 1, prev_of(good))
        # The same card's signature, under an event that says something else.
        body = {**say.grant(), "text": "另一句话", "shown": "请核对后签名"}
        draft = window.draft("grant", body, case=number, cprev=core_of(good)["cprev"])
        bad = make_event(draft, window.kid, window.key, good.act)
        window.follow(draft, bad)
        assert outcomes(window.push(bad)) == [("refused", "proof.act_differs")]

    def test_another_persons_act_is_refused(self, centre, window):
        number = walk_to(window, "deciding")
        window.log_in("chief")
        window.card = centre.card("reviewer")
        record = window.event("grant", say.grant(), case=number, card=True)
        assert outcomes(window.push(record)) == [("refused", "proof.act_foreign")]

    def test_a_decision_without_the_card_is_refused(self, window):
        number = walk_to(window, "deciding")
        window.log_in("chief")
        assert window.step("grant", say.grant(), case=number).code == "card_signature_missing"
        assert window.step("grant", say.grant(), case=number, card=True).verdict == "accepted"

    def test_another_devices_events_are_rejected(self, windows):
        one, two = windows(), windows("d-339901-04")
        one.log_in("clerk")
        two.log_in("clerk")
        record = one.event("session.close", {}, scope="hall/339901")
        assert outcomes(two.push(record)) == [("rejected", "proof.device_foreign")]

    def test_an_event_for_another_centre_is_rejected(self, ready):
        record = ready.event("accept", say.accept(), case=ready.number, aud="centre-000000")
        assert outcomes(ready.push(record)) == [("rejected", "proof.audience")]

    def test_a_scope_outside_the_delegation_is_rejected(self, ready):
        record = ready.event("accept", say.accept(), case=ready.number, scope="339901/ycj")
        assert outcomes(ready.push(record)) == [("rejected", "proof.scope_outside")]


class TestSessions:
    def test_an_ended_session_writes_no_more(self, ready):
        ready.accepted(ready.push(ready.event("session.close", {}, scope="hall/339901")))
        answer = read_code(ready, ready.event("accept", say.accept(), case=ready.number))
        assert answer == (401, "wire.token_unknown")  # its token ended with it

    def test_the_next_session_ends_the_former(self, ready):
        former = (ready.key, ready.kid)
        ready.log_in("clerk")
        current = (ready.key, ready.kid)
        ready.key, ready.kid = former
        record = ready.event("accept", say.accept(), case=ready.number)
        ready.key, ready.kid = current
        assert outcomes(ready.push(record)) == [("rejected", "proof.session_order")]

    def test_a_session_that_was_undone_is_not_remembered(self, centre, ready):
        """Its unit saw it, and another one of its group may have: then both were undone."""
        sessions = Sessions(centre.desk.policy, centre.clock)

        def begun(tx):
            row = tx.sessions.delegation(ready.kid)
            tx.sessions.add_delegation(replace(row, hash="undone"))
            assert sessions.find(tx, "undone").delegation.person == row.person
            raise LookupError

        with pytest.raises(LookupError):
            centre.centre.ledger.write_now(begun)
        assert centre.read(lambda tx: sessions.find(tx, "undone")) is None
        kept = centre.read(lambda tx: sessions.find(tx, ready.kid))
        assert centre.read(lambda tx: sessions.find(tx, ready.kid)) is kept

    def test_nothing_comes_before_the_opening(self, window):
        window.log_in("clerk", open_session=False)
        record = window.event("session.close", {}, scope="hall/339901")
        assert outcomes(window.push(record)) == [("rejected", "proof.session_order")]

    def test_steps_after_the_end_of_the_delegation_are_refused(self, centre, ready):
        centre.clock.advance(hours=12)
        ready.send("GET", "/v1/hello")
        late = ready.event("accept", say.accept(), case=ready.number)
        ready.log_in("reception", open_session=False)
        # The other session's token carries what the window still had to send.
        assert outcomes(ready.push(late)) == [("refused", "wire.session_ended")]

    def test_bookkeeping_belongs_into_the_devices_hall(self, ready):
        record = ready.event("session.close", {}, scope=SCOPE)
        assert outcomes(ready.push(record)) == [("refused", "proof.scope_outside")]


class TestLimits:
    def test_too_many_or_too_large_is_refused_before_anything_is_read(self, ready):
        record = ready.event("accept", say.accept(), case=ready.number)
        assert read_code(ready, *([record] * 101)) == (400, "wire.malformed")
        long = msgspec.structs.replace(record, body=record.body + " " * 1_100_000)
        assert read_code(ready, long) == (413, "wire.too_large")

    @settings(
        max_examples=150,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(
        body=st.recursive(
            st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
            lambda each: (
                st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=8), each, max_size=3)
            ),
            max_leaves=8,
        ),
        kind=st.sampled_from(
            [
                "preregister",
                "receive",
                "accept",
                "notify_correction",
                "urge",
                "explain",
                "suspend",
                "extend",
                "amend",
                "make",
                "seal",
                "issue",
                "charge",
                "file",
                "renew",
                "no_such_kind",
            ]
        ),
        named=st.sampled_from(
            ["materials", "paper", "applicant", "item", "missing", "serial", "changes", "until"]
        ),
        at=st.sampled_from([0, 1_772_501_400_000, 7_258_118_399_999]),
    )
    def test_wild_steps_are_answered_never_a_5xx(self, ready, body, kind, named, at):
        content = {named: body, "text": "x"}
        try:
            record = ready.event(kind, content, case=ready.number, at=at)
        except ReaderError:
            return  # this wire cannot carry it
        before = Chain(ready.chain.seq - 1, prev_of(record))
        try:
            result = ready.push(record).results[0]
            assert result.verdict in {"accepted", "refused"}, result
        except BaseException:
            ready.chain = before
            raise
        assert result.receipt is not None

    @settings(
        max_examples=100,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(jws=st.text(max_size=60), body=st.text(max_size=60), act=st.none() | st.text(max_size=9))
    def test_wild_records_are_rejected_never_a_5xx(self, ready, jws, body, act):
        request = {"events": [{"jws": jws, "body": body, "act": act}]}
        try:
            data = msgspec.json.encode(request)
        except UnicodeEncodeError:
            return
        headers = ready.proof_headers("POST", "/v1/push", data, token=ready.token)
        answer = read_answer(ready.send("POST", "/v1/push", data, headers), messages.PushAnswer)
        assert answer.results[0].verdict == "rejected"
        assert answer.results[0].code != "wire.broken"  # that would be a fault of the centre's


def remark(n=0):
    return {"what": "call", "happened_at": 1_772_500_000_000 + n, "reason": "电话告知"}


def findings(centre):
    return {row.code for row in centre.read(lambda tx: tx.cases.findings(None, 50))}


def read_code(window, *records):
    body = msgspec.json.encode({"events": [msgspec.to_builtins(r) for r in records]})
    headers = window.proof_headers("POST", "/v1/push", body, token=window.token)
    with pytest.raises(Refusal) as caught:
        read_answer(window.send("POST", "/v1/push", body, headers), messages.PushAnswer)
    return caught.value.status, caught.value.code


def verify_receipt_head(sth, window):
    return read_tree_head(sth, window.log_key)


def core_of(record):
    return read_logged_jws(record.jws, "hall-event+jws").payload


def prev_of(record):
    return core_of(record)["prev"]
