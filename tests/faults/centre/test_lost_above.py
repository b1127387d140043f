"""A centre comes back without its last lines, and no window has them: its upper centre does.

Its database is put back to an earlier state, or is gone but for its keys; what the upper centre was
told goes into its place again. An upper centre that was put back is told again from where it is.
"""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from itertools import count

import pytest

from sync.domain.failures import Failure
from sync.proof.keys import SoftwareKey
from sync.proof.outcomes import sign_tree_head
from sync.proof.tree import Frontier
from sync.protocol.level_messages import KeptCall, KeptLeaves, KeptLines
from sync.protocol.records import LogEntry
from sync.server.clock import SystemClock
from sync.server.services.cases.casework import read_case
from sync.server.services.levels import handing_back
from sync.server.services.record.whole import faults
from sync.uplink import fetching as rounds
from sync.uplink.__main__ import Uplink, key_of
from sync.uplink.upper import Upper
from tests.helpers import fees
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.earlier import backup_of, empty, stopped
from tests.helpers.hand_window import SCOPE, HandWindow
from tests.helpers.levels import fetching, introduction, level, uplink

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
COUNTY, CITY, PROVINCE = "centre-339901", "city-3399", "province-33"
HALL = "hall/339901"
WRONG = {"line_judged_otherwise", "line_moved", "scope_forked", "scope_forked_above", "lower_fork"}


@pytest.fixture(params=["sqlite", "postgresql"])
def county(tmp_path, request):
    with running_centre(tmp_path / "county", store=request.param) as running:
        yield running


@contextmanager
def city_of(folder, county):
    with level(folder / "city", CITY, "云州市监察中心", county.clock) as running:
        yield running


@pytest.fixture
def city(tmp_path, county):
    with city_of(tmp_path, county) as running:
        running.enact("lower", introduction(county))
        yield running


def reported(lower, upper):
    with uplink(lower, upper) as reporter:
        return reporter.round()


def noticed(lower, upper):
    """Report once as the uplink's process does; returns what the board then says is lost."""
    with uplink(lower, upper) as reporter:
        Uplink(reporter, lower.settings.uplink, lower.clock).once()
    return [found.args for found in lower.desk.health.notices() if found.code == "lines_above"]


def not_reported(lower, upper):
    """Return the code by which a round ended."""
    with uplink(lower, upper) as reporter, pytest.raises(Failure) as told:
        reporter.round()
    return told.value.code


def fetched(lower, upper):
    """Fetch back what the lower centre lost, before it serves again."""
    with stopped(lower), fetching(lower, upper) as round_:
        return round_.run()


def lines(centre):
    """Return every line of the centre's own log by scope, byte for byte."""
    kept = ("n", "event", "jws", "body", "act", "outcome")

    def read(tx):
        rows = {scope: tx.log.after(scope, 0, 5000) for scope in tx.log.scopes()}
        return {s: [[getattr(row, name) for name in kept] for row in rows[s]] for s in rows}

    return centre.read(read)


def trees(centre):
    heads = centre.read(lambda tx: tx.log.heads(tx.log.scopes()))
    return {scope: Frontier.unpack(head.frontier) for scope, head in heads.items()}


def size(found):
    return sum(map(len, found.values()))


def findings(centre):
    """Return what was found, by code; the record itself must be whole."""
    assert centre.read(lambda tx: list(faults(tx))) == []
    with centre.sql() as db:
        rows = db.execute("SELECT code, args FROM findings").fetchall()
    found = {}
    for code, args in rows:
        found.setdefault(code, []).append(json.loads(args))
    return found


def case_of(centre, number):
    return read_case(centre.read(lambda tx: tx.cases.get(number)))


def held_of_county(upper):
    rows = upper.read(lambda tx: tx.levels.scopes((COUNTY,)))
    return {row.scope: (row.size, row.proven, row.sth, row.folded) for row in rows}


# ------------------------------------------------------------ days to be lost


def walked(county, state, dev="d-339901-20"):
    window = HandWindow(county, dev)
    return window, walk_to(window, state)


def paid(county):
    """Enrol a window and take a fee: its receipt is of the hall's stock, another scope's."""
    window = HandWindow(county, "d-339901-20")
    return window, fees.paid(window)


@pytest.fixture
def small(monkeypatch):
    """Let few lines fit an answer and a commit: what takes pages on a real day does so here."""
    monkeypatch.setattr(handing_back, "LINES_MAX", 4)
    monkeypatch.setattr(handing_back, "LEAVES_MAX", 5)
    monkeypatch.setattr(rounds, "UNIT_MAX", 3)


def dying_after(ask, answers):
    """Return a question that is answered so often, and then its process is killed."""
    left = [answers]

    def call(said):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return ask(said)

    return call


# ------------------------------------------------------------ what comes back


@pytest.mark.usefixtures("small")
def test_what_a_restored_centre_had_reported_comes_back_into_its_places(county, city):
    fees.with_fees(county)
    reported(county, city)
    with backup_of(county) as bring_back:
        window, number = paid(county)  # its enrolment is policy, and lost too
        reported(county, city)
        before, case = lines(county), case_of(county, number)
        bring_back()
        lost = size(before) - size(lines(county))
        assert county.read(lambda tx: tx.cases.get(number)) is None
        (told,) = noticed(county, city)
        assert 0 < told["there"] - told["here"] <= lost
        kills = 0
        with stopped(county):
            for answers in count(1):
                with fetching(county, city) as round_:
                    round_._upper.lines = dying_after(round_._upper.lines, answers)
                    try:
                        round_.run()
                        break
                    except KeyboardInterrupt:
                        kills += 1
        assert kills > 1
        assert lines(county) == before
        found = findings(county)
        assert not set(found) & WRONG
        assert sum(said["count"] for said in found["lines_back_above"]) == lost
        assert case_of(county, number) == case
        # The books follow, the window notices nothing, its numbers are not lent again.
        other = HandWindow(county, "d-339901-21")
        other.log_in("reception")
        assert other.new_number() > number
        window.log_in("cashier")
        again = window.step("receipt.draw", {"batch": "33A", "first": 1, "last": 1}, scope=HALL)
        assert again.code == "receipts_drawn_before"
        window.log_in("handler")
        assert window.step("claim", {}, case=number).verdict == "accepted"
        # Above there is one history.
        assert noticed(county, city) == []
        above = findings(city)
        assert "lower_fork" not in above
        assert [said["where"] for said in above["lower_fetches"]] == ["policy"]
        window.close()
        other.close()


def test_a_centre_with_nothing_left_but_its_keys_gets_back_all_that_it_reported(county, city):
    fees.with_fees(county)
    window, number = paid(county)
    reported(county, city)
    before, case = lines(county), case_of(county, number)
    books = county.read(lambda tx: tx.money.stock("339901"))
    with stopped(county):
        empty(county)
        with fetching(county, city) as round_:
            done = round_.run()
    assert (done.lines, done.failed) == (size(before), ())
    assert lines(county) == before
    assert not set(findings(county)) & WRONG
    # Judged as it was answered: the stock first, then the receipt that was drawn from it.
    assert case_of(county, number) == case
    assert county.read(lambda tx: tx.money.stock("339901")) == books
    window.log_in("handler")
    assert window.step("claim", {}, case=number).verdict == "accepted"
    reported(county, city)
    assert "lower_fork" not in findings(city)
    window.close()


def test_lost_places_that_others_have_are_told_and_keep_no_other_scope_away(county, city):
    reported(county, city)
    with backup_of(county) as bring_back:
        window, _ = walked(county, "received")
        reported(county, city)
        before = lines(county)
        bring_back()
        county.invite("d-339901-29")  # policy is enacted before the lines come back
        (failure,) = fetched(county, city).failed
        assert (failure.code, failure.details["scope"]) == ("uplink.forked", "policy")
        after = lines(county)
        assert after.pop("policy") != before.pop("policy")
        assert after == before
        assert [said["where"] for said in findings(county)["scope_forked_above"]] == ["policy"]
        # Above, too, the one scope that is refused keeps no other waiting.
        for dev in ("d-339901-30", "d-339901-31", "d-339901-32"):
            county.invite(dev)  # more policy than there was
        held = held_of_county(city)
        window.close()
        other, _ = walked(county, "registered", "d-339901-33")
        assert not_reported(county, city) == "proof.policy_chain"
        now = held_of_county(city)
        assert now["policy"] == held["policy"]
        assert now[SCOPE] > held[SCOPE]
        other.close()


# ------------------------------------------------------------ what is not taken


class Lying:
    """An upper centre that says something else of one scope, and of policy nothing but that."""

    def __init__(self, honest, scope, lies):
        self.name = honest.name
        self._honest = honest
        self._scope = scope
        self._lies = lies

    def marks(self):
        return {} if self._scope == "policy" else self._honest.marks()

    def __getattr__(self, name):
        honest, lie = getattr(self._honest, name), self._lies.get(name)
        if lie is None:
            return honest
        return lambda call: lie(call) if call.scope == self._scope else honest(call)


def liars(honest, other, forged):
    """Yield what an upper centre may hand out that is not the truth, by what is wrong with it."""

    def lined(change):
        def lines(call):
            return KeptLines(entries=change(list(honest.lines(call).entries)))

        return {"lines": lines}

    def altered(**members):
        def change(entries):
            last = entries[-1]
            kept = {name: getattr(last, name) for name in LogEntry.__struct_fields__}
            return [*entries[:-1], LogEntry(**kept | {n: m(last) for n, m in members.items()})]

        return lined(change)

    def leaved(**members):
        def leaves(call):
            said = honest.leaves(call)
            told = {name: getattr(said, name) for name in KeptLeaves.__struct_fields__}
            return KeptLeaves(**told | members)

        return {"leaves": leaves}

    verdict = ('"verdict":"accepted"', '"verdict":"refused"')
    yield "another body", altered(body=lambda line: line.body + " ")
    yield "another verdict", altered(outcome=lambda line: line.outcome.replace(*verdict))
    yield "an act that was none", altered(act=lambda line: line.jws)
    yield "another number", altered(n=lambda line: line.n + 7)
    yield "out of order", lined(lambda entries: entries[::-1] if entries[1:] else entries * 2)
    yield "one left out", lined(lambda entries: entries[1:])
    yield "more than was asked", lined(lambda entries: entries + entries[-1:])
    yield "another centre's lines", lined(lambda entries: other[: len(entries)])
    yield "no leaves", leaved(leaves=[])
    yield "leaves of others", leaved(leaves=["A" * 43] * 9999)
    yield "a head that another key signed", leaved(sth=forged)
    yield "no head", leaved(sth="x")


def test_nothing_is_taken_from_above_that_this_centre_had_not_signed(county, city):
    reported(county, city)
    with backup_of(county) as bring_back:
        window, _ = walked(county, "received")
        reported(county, city)
        window.close()
        before, key = lines(county), SoftwareKey.generate()
        forged = {
            scope: sign_tree_head(tree, COUNTY, scope, 0, key, key.thumbprint)
            for scope, tree in trees(county).items()
        }
        rows = city.read(lambda tx: tx.log.after("policy", 0, 50))
        other = [LogEntry(row.n, row.jws, row.body, row.act, row.outcome) for row in rows]
        bring_back()
        sizes = {scope: len(kept) for scope, kept in lines(county).items()}
        with stopped(county), fetching(county, city) as round_:
            honest, centre = round_._upper, round_._units
            for scope in ("policy", SCOPE):
                for name, lies in liars(honest, other, forged[scope]):
                    round_._upper = Lying(honest, scope, lies)
                    assert given_up(round_) == {scope}, name
                    head = centre.read_now(lambda tx, s=scope: tx.log.peek(s))
                    assert (0 if head is None else head.size) == sizes.get(scope, 0), name
            round_._upper = honest  # the truth finds nothing in its way
            assert given_up(round_) == set()
        assert lines(county) == before
        assert not set(findings(county)) & (WRONG - {"scope_forked_above"})


def given_up(round_):
    """Return the scopes that a round did not get."""
    try:
        failed = round_.run().failed
    except Failure as failure:
        failed = [failure]
    codes = {failure.code for failure in failed}
    assert codes <= {"uplink.other_lines", "uplink.forked"}
    return {failure.details["scope"] for failure in failed}


def test_a_lower_centre_gets_its_own_lines_alone_and_no_stranger_any(county, city):
    reported(county, city)
    call = KeptCall(scope="policy", after=0)
    with Upper(city.origin, key_of(county.settings.keys)) as line:
        kept = line.lines(call).entries
        own = [row[2] for row in lines(county)["policy"]]
        assert [each.jws for each in kept] == own[: len(kept)]
        assert line.lines(KeptCall(scope="339911/none", after=0)).entries == []
        assert line.leaves(KeptCall(scope="339911/none", after=0)).sth is None
        assert line.leaves(KeptCall(scope="policy", after=10**6)).leaves == []
        assert "lower_fetches" not in findings(city)
        assert len(line.leaves(call).leaves) == len(own)
        assert "lower_fetches" in findings(city)
    with Upper(city.origin, SoftwareKey.generate()) as line:
        for ask in (line.lines, line.leaves):
            with pytest.raises(Failure, match="centre_unknown"):
                ask(call)
    city.enact("lower.end", {"aud": COUNTY})
    with Upper(city.origin, key_of(county.settings.keys)) as line:
        for ask in (line.lines, line.leaves):
            with pytest.raises(Failure, match="centre_ended"):
                ask(call)


# ------------------------------------------------------------ an upper centre that was put back


def test_an_upper_centre_that_was_put_back_is_told_again_from_where_it_is(county, city):
    reported(county, city)
    with backup_of(city) as bring_back:
        window, number = walked(county, "received")
        reported(county, city)
        held = held_of_county(city)
        bring_back()
        assert held_of_county(city) != held
        reported(county, city)
        assert held_of_county(city) == held
        assert city.read(lambda tx: tx.levels.case(COUNTY, number)) is not None
        assert "lower_fork" not in findings(city)
        window.close()


def test_a_city_put_back_to_before_it_knew_the_county_hears_of_it_from_above_and_below(
    county, tmp_path
):
    """What the city lost of its own comes from the province; what is the county's, from there."""
    with (
        city_of(tmp_path, county) as city,
        level(tmp_path / "province", PROVINCE, "云省监察中心", county.clock) as province,
    ):
        province.enact("lower", introduction(city))
        with backup_of(city) as bring_back:
            city.enact("lower", introduction(county))
            window, _ = walked(county, "received")
            reported(county, city)
            reported(city, province)
            held = held_of_county(city)
            bring_back()
            assert not_reported(county, city) == "wire.centre_unknown"
            assert fetched(city, province).failed == ()
            # The province is ahead of the city in what is the county's: no loss of the city's own.
            reported(city, province)
            reported(county, city)
            reported(city, province)
            assert held_of_county(city) == held_of_county(province) == held
            for centre in (city, province):
                assert "lower_fork" not in findings(centre)
            window.close()


# ------------------------------------------------------------ the command


def commanded(county, city, folder):
    """Run the operator's command as he does; returns its status, and what it said."""
    offset = folder / "clock.json"
    offset.write_text(json.dumps({"offset_ms": county.clock.now_ms() - SystemClock().now_ms()}))
    words = ["--data", county.settings.data, "--upper", city.origin, "--demo-clock", offset]
    done = subprocess.run(
        [sys.executable, "-m", "sync.uplink", *map(str, words), "--fetch-back"],
        env=os.environ | {"CHUANGKOU_DATABASE_URL": county.url, "LANG": "zh_CN.UTF-8"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def test_the_operators_command_says_how_much_came_back_or_why_not(county, city, tmp_path):
    reported(county, city)
    with backup_of(county) as bring_back:
        window, number = walked(county, "received")
        reported(county, city)
        before = size(lines(county))
        bring_back()
        lost = before - size(lines(county))
        with stopped(county):
            code, said, _ = commanded(county, city, tmp_path)
        assert (code, said) == (0, f"已从上级中心取回 {lost} 条记录。\n")
        assert case_of(county, number).state == "received"
        bring_back()
        county.invite("d-339901-29")
        with stopped(county):
            code, said, why = commanded(county, city, tmp_path)
        assert (code, said) == (1, f"已从上级中心取回 {lost - 2} 条记录。\n")
        assert "“policy”接不上" in why
        window.close()
