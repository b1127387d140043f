"""When an event was made, as far as the centre's own record proves it."""

from sync.proof.jws import read_logged_jws
from sync.proof.outcomes import read_outcome
from sync.protocol.records import EVENT, TREE_HEAD
from sync.server.services.line import anchoring
from sync.server.services.line.anchoring import MOST_ANCHORS
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to


def id_(record):
    return read_logged_jws(record.jws, EVENT).payload["id"]


def outcome(window, *records):
    return read_outcome(window.push(*records).results[-1].receipt.outcome)


def test_the_interval_runs_from_the_anchor_before_to_the_arrival(centre, window):
    number = walk_to(window, "received")
    window.anchor()
    before = centre.clock.now_ms()
    centre.clock.advance(minutes=5)
    record = window.event("accept", say.accept(), case=number)
    made = centre.clock.now_ms()
    centre.clock.advance(minutes=5)
    found = outcome(window, record)
    assert (found.lo, found.hi, found.counted) == (before, centre.clock.now_ms(), made)


def test_a_later_anchor_over_the_event_ends_its_interval(centre, window):
    number = walk_to(window, "received")
    record = window.event("accept", say.accept(), case=number)
    centre.clock.advance(minutes=1)
    window.anchor()  # commits to the event before it is pushed
    seen = centre.clock.now_ms()
    centre.clock.advance(hours=2)
    assert outcome(window, record).hi == seen


def test_back_dating_is_cut_to_what_is_proven(centre, window):
    number = walk_to(window, "received")
    centre.clock.advance(hours=2)
    window.anchor()
    proven = centre.clock.now_ms()
    centre.clock.advance(minutes=1)
    record = window.event("accept", say.accept(), case=number, at=proven - 86_400_000)
    assert outcome(window, record).counted == proven


def test_citing_an_old_or_foreign_anchor_changes_nothing(centre, windows):
    window, other = windows(), windows("d-339901-04")
    other.log_in("clerk")
    other.anchor()
    number = walk_to(window, "received")
    window.anchor()
    old = window.anc
    centre.clock.advance(hours=1)
    window.anchor()
    proven = centre.clock.now_ms()
    found = []
    for cited in (old, other.anc, "B" * 42 + "A"):
        record = window.event(
            "note_late",
            {"what": "call", "happened_at": 1, "reason": "电话"},
            case=number,
            anc=cited,
        )
        assert outcome(window, record).lo == proven
        rows = centre.read(lambda tx: tx.cases.findings(number, 9))
        found.append([row.event for row in rows if row.code == "anchor_unknown"].count(id_(record)))
    assert found == [0, 1, 1]  # the old one is this chain's own


def test_a_step_is_never_older_than_the_step_it_knows(centre, windows):
    one, two = windows(), windows("d-339901-04")
    number = walk_to(one, "received")
    two.log_in("clerk")
    centre.clock.advance(hours=1)
    one.anchor()
    known = centre.clock.now_ms()
    first = one.event("note_late", {"what": "x", "happened_at": 1, "reason": "y"}, case=number)
    one.accepted(one.push(first))
    # The other window's own newest anchor is older than the step that it names.
    two.cprev[number] = one.cprev[number]
    record = two.event("accept", say.accept(), case=number)
    assert outcome(two, record).lo == known


def test_an_anchor_over_another_history_is_found(centre, window):
    walk_to(window, "registered")
    window.anchor(head="B" * 42 + "A")
    codes = {row.code for row in centre.read(lambda tx: tx.cases.findings(None, 9))}
    assert "anchor_fork" in codes


def test_a_hidden_rollback_shows_when_the_chain_goes_on(centre, window):
    number = walk_to(window, "received")
    hidden = window.chain
    window.event("accept", say.accept(), case=number)
    window.anchor()  # the centre has seen this head …
    window.chain = hidden  # … and now the store is put back
    record = window.event("note_late", {"what": "x", "happened_at": 1, "reason": "y"}, case=number)
    window.push(record)
    codes = {row.code for row in centre.read(lambda tx: tx.cases.findings(None, 9))}
    assert "anchor_fork" in codes


def test_anchors_are_kept_seldom_and_never_go_back(centre, window):
    window.log_in("clerk")
    for _ in range(3 * MOST_ANCHORS):
        window.anchor()
    kept = centre.read(lambda tx: tx.devices.anchors_from(window.dev, 1, 0))
    assert len(kept) == MOST_ANCHORS
    centre.clock.advance(seconds=11)
    window.anchor()
    kept = centre.read(lambda tx: tx.devices.anchors_from(window.dev, 1, 0))
    assert [row.t for row in kept] == sorted(row.t for row in kept)
    assert len(kept) == MOST_ANCHORS + 1


def test_numbers_that_are_made_up_bring_no_anchors_without_end(centre, window, monkeypatch):
    monkeypatch.setattr(anchoring, "MOST_AHEAD", 3)
    number = walk_to(window, "registered")
    window.log_in("clerk")
    here = window.chain.seq
    for ahead in range(1, 9):
        window.anchor(seq=here + ahead * 10, head="B" * 42 + "A")
    kept = centre.read(lambda tx: tx.devices.anchors_from(window.dev, 1, here + 1))
    assert [row.seq for row in kept] == [here + 10, here + 20, here + 30]
    window.anchor()  # over the head that is here it is kept all the same
    record = window.event("receive", say.receive(), case=number)
    window.accepted(window.push(record))
    rows = centre.read(lambda tx: tx.cases.findings(number, 9))
    assert [row.code for row in rows if row.event == id_(record)] == []


def test_a_centre_whose_clock_is_set_back_dates_nothing_before_what_it_signed(centre, window):
    number = walk_to(window, "received")
    window.anchor()
    told = centre.clock.now_ms()
    record = window.event("accept", say.accept(), case=number)
    for restarts in (False, True):
        centre.clock.advance(hours=-3)
        if restarts:
            centre.restart()
        answer = window.push(record)
        found = read_outcome(answer.results[-1].receipt.outcome)
        assert found.verdict == "accepted"
        assert min(found.recv, found.lo, found.hi, found.counted) >= told
        assert head_of(answer) >= told
        window.anchor()
        with centre.sql() as connection:
            times = connection.execute("SELECT t FROM anchors ORDER BY seq, t").fetchall()
        assert max(t for (t,) in times) >= told
        said = {"what": "call", "happened_at": told - 60_000, "reason": "电话"}
        record = window.event("note_late", said, case=number)


def test_a_centre_whose_clock_jumps_ahead_and_is_corrected_goes_on(centre, window):
    number = walk_to(window, "received")
    centre.clock.advance(hours=5)
    said = {"what": "call", "happened_at": 1, "reason": "电话"}
    ahead = window.push(window.event("note_late", said, case=number))
    centre.clock.advance(hours=-5)
    corrected = window.push(window.event("note_late", said, case=number))
    assert [answer.results[0].verdict for answer in (ahead, corrected)] == ["accepted"] * 2
    assert head_of(corrected) >= head_of(ahead)  # late, until the true time has caught up
    centre.clock.advance(hours=6)
    assert head_of(window.push(window.event("note_late", said, case=number))) > head_of(ahead)


def head_of(answer):
    """Return the time of the signed head in a receipt."""
    return read_logged_jws(answer.results[-1].receipt.sth, TREE_HEAD).payload["t"]
