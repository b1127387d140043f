"""Several processes on one PostgreSQL are one centre: every number once, every warning once."""

import json
import threading
from collections import Counter
from datetime import timedelta

import pytest

from sync.proof.jws import hash_text, read_logged_jws
from sync.protocol.errors import WireError
from sync.protocol.records import LEASE, Lease, read_form
from sync.server.bootstrap import open_centre
from sync.server.clock import moment
from sync.server.services.entry.callers import Caller, Shown
from tests.helpers import case_steps as say
from tests.helpers.centre import HandClock, running_centre
from tests.helpers.centre_process import Served, check_whole, hashes, places, set_clock
from tests.helpers.hand_window import SCOPE, HandWindow, Refusal
from tests.helpers.waiting import until
from tests.integration.server.test_two_windows import Listener

pytestmark = pytest.mark.timeout(180)


@pytest.fixture
def shared(tmp_path):
    """A centre on PostgreSQL that two processes serve beside the one of the test itself."""
    with running_centre(tmp_path, store="postgresql") as centre:
        yield centre


@pytest.fixture
def pair(shared):
    opened = [Served(shared, "one"), Served(shared, "two")]
    yield opened
    for each in opened:
        each.stop()


@pytest.fixture
def at(shared):
    """Make windows on a process."""
    made = []

    def make(process, dev):
        made.append(HandWindow(process, dev))
        return made[-1]

    yield make
    for each in made:
        each.close()


def cases_of(window, count):
    """Return the events that bring `count` cases to their acceptance."""
    records = []
    for _ in range(count):
        number = window.new_number()
        records += [
            window.event("preregister", say.preregister(), case=number),
            window.event("receive", say.receive(), case=number),
            window.event("accept", say.accept(), case=number),
        ]
    return records


def test_what_one_process_takes_the_other_knows_and_tells_its_windows(pair, at):
    one, two = pair
    here, there = at(one, "d-339901-03"), at(two, "d-339901-04")
    there.log_in("clerk")
    listener = Listener(there)
    here.log_in("clerk")
    records = cases_of(here, 1)
    here.accepted(here.push(*records))
    until(lambda: f'{{"s":"{SCOPE}","n":3}}' in listener.pokes)
    entries = there.pull({SCOPE: 0}).scopes[SCOPE].entries
    assert [entry.jws for entry in entries] == [record.jws for record in records]
    listener.hang_up()


def test_policy_of_one_process_binds_the_other_at_once(shared, pair, at):
    window = at(pair[1], "d-339901-03")
    window.log_in("clerk")
    shared.enact("device.close", {"dev": window.dev, "inc": 1})
    with pytest.raises(Refusal) as caught:
        window.pull({"policy": 0})
    assert caught.value.code == "wire.device_closed"


def test_logging_out_at_one_process_ends_the_stream_at_the_other(pair, at):
    one, two = pair
    window = at(two, "d-339901-03")
    window.log_in("clerk")
    listener = Listener(window)
    there = HandWindow(one, window.dev, enrol=False)
    there.key, there.token, there.kid = window.key, window.token, window.kid
    there.ask("POST", "/v1/logout", dict, None)
    there.close()
    assert listener.ended.wait(60)
    listener.close()


def test_numbers_have_no_gap_and_none_twice_when_both_write_at_once(shared, pair, at):
    windows = [at(pair[n % 2], f"d-339901-{n + 10}") for n in range(4)]
    for window in windows:
        window.log_in("clerk")
    work = [cases_of(window, 8) for window in windows]
    found = []

    def push(window, records):
        parts = (records[first : first + 6] for first in range(0, len(records), 6))
        found.extend((window, window.push(*part)) for part in parts)

    threads = [
        threading.Thread(target=push, args=pair_) for pair_ in zip(windows, work, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = Counter(place for window, answer in found for place in places(window.accepted(answer)))
    assert told == Counter((SCOPE, n) for n in range(1, 4 * 8 * 3 + 1))
    seen = check_whole(shared)
    assert {seen[each] for records in work for each in hashes(records)} == {1}


def test_blocks_of_numbers_lent_by_both_at_once_share_none(shared, pair, at):
    windows = [at(pair[n % 2], f"d-339901-{n + 10}") for n in range(4)]
    for window in windows:
        window.log_in("clerk")
    threads = [threading.Thread(target=window.borrow) for window in windows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    serials = [serial for window in windows for serial in window.serials]
    assert len(serials) == len(set(serials)) == 400


@pytest.fixture
def other(shared):
    """A second process's part of the same centre, its clock 20 s behind."""
    clock = HandClock(shared.clock.now() - timedelta(seconds=20))
    opened = open_centre(shared.settings, clock)
    yield opened
    opened.close()


def test_a_nonce_of_one_process_serves_at_the_other_and_its_proof_once_at_both(shared, other, at):
    window = at(shared, "d-339901-03")
    window.log_in("clerk")

    def shown():
        spoken = ("POST", "/v1/logout", b"")
        headers = window.proof_headers(*spoken, token=window.token)
        url = f"{shared.origin}/v1/logout"
        return headers, Shown("POST", url, b"", headers["Authorization"], headers["DPoP"])

    headers, request = shown()
    proven, _ = other.desk.callers.prove(request)  # the nonce is the first one's
    other.ledger.write_now(lambda tx: other.desk.callers.use(tx, proven))
    assert window.send("POST", "/v1/logout", b"", headers).json()["code"] == "wire.proof_replayed"
    window.nonce = other.desk.callers.nonce()  # and the other way round
    headers, request = shown()
    assert window.send("POST", "/v1/logout", b"", headers).status_code == 200
    proven, _ = other.desk.callers.prove(request)
    with pytest.raises(WireError) as caught:
        other.ledger.write_now(lambda tx: other.desk.callers.use(tx, proven))
    assert caught.value.code == "wire.proof_replayed"


def test_of_two_leases_of_one_device_at_once_the_second_knows_the_first(shared, other, at):
    window = at(shared, "d-339901-03")
    window.log_in("clerk")
    caller = Caller(window.dev, 1, "339901", window.key.thumbprint, "p0102", window.kid)
    lent, go_on = threading.Event(), threading.Event()

    def lend(centre):
        _, text = window.anchor_request()
        return lambda tx: centre.desk.leasing.lend(tx, caller, text)

    def linger(_tx, jws):
        lent.set()
        assert go_on.wait(60)
        return jws

    first = shared.centre.ledger.submit(lend(shared), linger)
    assert lent.wait(60)
    second = other.ledger.submit(lend(other), lambda _tx, jws: jws)
    waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with shared.sql() as connection:
        until(lambda: connection.execute(waits).fetchone()[0] or second.done())
    go_on.set()
    former = hash_text(first.result(20))
    newest = read_form(read_logged_jws(second.result(20), LEASE).payload, Lease)
    assert newest.prev == former
    with shared.sql() as connection:
        live = connection.execute("SELECT id FROM leases WHERE live").fetchall()
    assert live == [(newest.id,)]


def test_the_clock_of_two_processes_urges_once(shared, pair, at):
    window = at(pair[0], "d-339901-03")
    window.log_in("clerk")
    window.accepted(window.push(*cases_of(window, 25)))
    with shared.sql() as connection:
        (due,) = connection.execute("SELECT max(due) FROM cases").fetchone()

    def earliest():
        with shared.sql() as connection:
            return connection.execute("SELECT min(next_moment) FROM cases").fetchone()[0]

    shared.stop()  # the two processes alone keep the clock from here on
    try:
        late = moment(due) + timedelta(days=1)
        set_clock(shared, late)
        until(lambda: earliest() is None or moment(earliest()) > late + timedelta(minutes=5))
    finally:
        shared.start()
    lines = shared.read(lambda tx: tx.log.after(SCOPE, 0, 5000))
    urges = Counter(
        (line.case_no, body["level"], body["limit"])
        for line in lines
        if line.kind == "urge" and (body := json.loads(line.body))
    )
    assert len({number for number, _, _ in urges}) == 25
    assert set(urges.values()) == {1}
    steps = Counter((line.case_no, line.kind) for line in lines if line.person == "centre")
    assert all(n == 1 for (_, kind), n in steps.items() if kind not in {"urge", "escalate"})
    own = [line.seq for line in lines if line.person == "centre"]
    assert sorted(own) == list(range(1, len(own) + 1))  # one chain, whoever of the two went on
    check_whole(shared)
