"""County, city, province in one run: a township's step is seen at the top, and by nobody edited."""

import json
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta

import pytest

from sync.domain.failures import Failure
from sync.proof.keys import SoftwareKey
from sync.proof.trust import Trust
from sync.protocol.errors import WireError
from sync.protocol.level_messages import ReportCall
from sync.server.clock import SystemClock
from sync.server.services.levels import cases
from sync.server.services.levels.intake import LATER_S
from sync.server.services.record.findings import AGAIN_MS
from sync.uplink.upper import Away, Upper
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import HandClock, running_centre
from tests.helpers.hand_window import SCOPE, HandWindow
from tests.helpers.levels import introduction, level, township_case, uplink
from tests.helpers.waiting import until

COUNTY, CITY, PROVINCE = "centre-339901", "city-3399", "province-33"
BELOW = (f"lower/{CITY}",)
NAMES = (f"d-339901-{number}" for number in range(20, 99))


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    with running_centre(tmp_path_factory.mktemp("county")) as running:
        yield running


@pytest.fixture(scope="module")
def city(tmp_path_factory, county):
    with level(tmp_path_factory.mktemp("city"), CITY, "云州市监察中心", county.clock) as running:
        running.enact("lower", introduction(county))
        yield running


@pytest.fixture(scope="module")
def province(tmp_path_factory, city):
    folder = tmp_path_factory.mktemp("province")
    with level(folder, PROVINCE, "云省监察中心", city.clock) as running:
        running.enact("lower", introduction(city))
        yield running


def round_of(lower, upper, **how):
    """Let one centre report to another, once."""
    with uplink(lower, upper, **how) as reporter:
        return reporter.round()


def below(centre, scopes=BELOW, of=""):
    """Return what a supervisor of the centre sees below."""
    return centre.read(lambda tx: centre.desk.level_board.board(tx, scopes, of))


def test_a_townships_step_stands_on_the_provinces_board(county, city, province):
    number = township_case(county)
    round_of(county, city)
    round_of(city, province)
    found = below(province)
    assert [(line.aud, line.depth) for line in found.centres] == [(CITY, 0), (COUNTY, 1)]
    (row,) = (row for row in found.rows if row.number == number)
    assert (row.centre, row.hall) == (COUNTY, "石桥镇便民服务中心")
    file = province.read(lambda tx: province.desk.level_board.case(tx, BELOW, COUNTY, number))
    (step,) = file.steps
    line = county.read(lambda tx: tx.log.of_case("339911/sqb", number))[0]
    here = province.read(lambda tx: tx.levels.lines_of(COUNTY, number))[0]
    exact = ("jws", "body", "act", "outcome", "n")
    assert [getattr(here, name) for name in exact] == [getattr(line, name) for name in exact]
    assert (step.kind, step.verdict) == ("preregister", "accepted")


def test_every_level_folds_the_same_case_and_nothing_is_sent_twice(
    county, city, province, accepted
):
    number = accepted
    round_of(county, city)
    assert round_of(county, city).lines == 0
    round_of(city, province)
    case = county.read(lambda tx: tx.cases.get(number))
    for centre in (city, province):
        here = centre.read(lambda tx: tx.levels.case(COUNTY, number))
        assert (here.body, here.state, here.due) == (case.body, case.state, case.due)


@pytest.mark.usefixtures("accepted")  # or there is little to report
def test_a_report_that_was_killed_anywhere_goes_on_where_it_was(county, tmp_path_factory):
    """A new city hears of the county line by line, and every report may be the last."""
    with level(tmp_path_factory.mktemp("other"), "city-3398", "另一市", county.clock) as other:
        other.enact("lower", introduction(county))
        kills = 0
        while True:
            with uplink(county, other, most=20) as reporter:
                reporter._upper.report = dying_after(reporter._upper.report, 2)
                try:
                    reporter.round()
                except KeyboardInterrupt:
                    kills += 1
                    continue
            break
        assert kills > 1
        marks = {
            s.scope: (s.size, s.sth) for s in other.read(lambda tx: tx.levels.scopes((COUNTY,)))
        }
        heads = county.read(lambda tx: tx.log.heads(county.desk.policy.scopes_known()))
        assert marks == {scope: (head.size, head.sth) for scope, head in heads.items() if head.size}


def dying_after(report, count):
    """Return a report that is answered so often, and then its process is killed."""
    left = [count]

    def call(lines):
        if not left[0]:
            raise KeyboardInterrupt
        left[0] -= 1
        return report(lines)

    return call


def test_without_the_line_nothing_is_lost(county, city):
    port = int(city.origin.rpartition(":")[2])
    city.stop()
    window = HandWindow(county, next(NAMES))
    number = walk_to(window, "received")
    window.close()
    with uplink(county, city) as reporter, pytest.raises(Away):
        reporter.round()
    city.start(port=port)
    round_of(county, city)
    assert city.read(lambda tx: tx.levels.case(COUNTY, number)) is not None


@pytest.fixture(scope="module")
def accepted(county):
    """Return a case that a window of the county has accepted."""
    window = HandWindow(county, next(NAMES))
    number = walk_to(window, "accepted")
    window.close()
    return number


# ------------------------------------------------------------ what is not taken


def page_of(county, scope, after):
    """Return the next report of a scope, as it stands."""
    standing = {s.scope: s for s in county.read(county.desk.outgoing.standing)}
    stands = standing[scope]
    entries = county.read(lambda tx: county.desk.outgoing.page(tx, stands, after, 300))
    return ReportCall(centre=COUNTY, scope=scope, after=after, entries=entries, sth=stands.sth)


@pytest.fixture
def grown(county, city, accepted):
    """Return the next report of the county's market bureau, of which the city has the rest."""
    assert accepted  # so that the scope is there
    round_of(county, city)
    window = HandWindow(county, next(NAMES))
    walk_to(window, "registered")
    window.close()
    row = city.read(lambda tx: tx.levels.scope(COUNTY, SCOPE))
    with uplink(county, city) as reporter:
        yield page_of(county, SCOPE, row.size), reporter._upper
        reporter.round()


def changed(call, **members):
    return ReportCall(**{name: getattr(call, name) for name in call.__struct_fields__} | members)


def altered(entry, **members):
    return type(entry)(**{name: getattr(entry, name) for name in entry.__struct_fields__} | members)


def test_an_altered_line_is_not_taken(city, grown):
    call, upper = grown
    (first, *rest) = call.entries
    for members in (
        {"body": first.body.replace("zh", "ZH") + " "},
        {"outcome": first.outcome.replace('"accepted"', '"refused"')},
        {"outcome": first.outcome.replace(f'"n":{first.n}', f'"n":{first.n + 1}')},
    ):
        before = city.read(lambda tx: tx.levels.scope(COUNTY, SCOPE))
        with pytest.raises(Failure):
            upper.report(changed(call, entries=[altered(first, **members), *rest]))
        after = city.read(lambda tx: tx.levels.scope(COUNTY, SCOPE))
        assert (before.size, before.sth) == (after.size, after.sth)


def test_a_history_under_another_head_is_kept_out_and_found(county, city, grown, monkeypatch):
    call, upper = grown
    other = county.read(lambda tx: tx.log.head("policy")).sth

    def found_after(tries):
        for _ in range(tries):
            with pytest.raises(Failure, match="centre_fork"):
                upper.report(changed(call, sth=other))
        findings = city.read(lambda tx: tx.cases.findings_of([COUNTY], 9))
        return [found.code for found in findings].count("lower_fork")

    assert found_after(1) == 1
    assert found_after(3) == 1  # its reporter tries again and again
    later = HandClock(city.clock.now() + timedelta(milliseconds=AGAIN_MS))
    with monkeypatch.context() as patched:
        patched.setattr(city.desk.level_intake, "_clock", later)
        assert found_after(2) == 2  # of half a day later there is news again
    assert city.read(lambda tx: tx.levels.scope(COUNTY, SCOPE)).size == call.after


def test_lines_wait_for_a_signed_head_before_they_count(county, city, grown):
    call, upper = grown
    mark = upper.report(changed(call, sth=None))
    assert (mark.size, mark.folded) == (call.after + len(call.entries), call.after)
    mark = upper.report(changed(call, after=mark.size, entries=[]))
    assert mark.folded == mark.size


def test_no_more_lines_wait_for_a_head_than_there_is_room_for(city, grown, monkeypatch):
    call, upper = grown

    def waiting():
        return city.read(lambda tx: tx.levels.waiting((COUNTY,)))

    monkeypatch.setattr(city.desk.level_intake, "_waiting", len(call.entries) - 1)
    with pytest.raises(Away, match=r"wire\.rate_limited") as later:
        upper.report(changed(call, sth=None))
    assert later.value.after == LATER_S
    assert city.read(lambda tx: tx.levels.scope(COUNTY, SCOPE)).size == call.after
    monkeypatch.setattr(city.desk.level_intake, "_waiting", len(call.entries))
    mark = upper.report(changed(call, sth=None))  # as many as may wait
    assert waiting() == len(call.entries)
    with pytest.raises(Away):
        upper.report(changed(call, scope="339901/other", after=0, sth=None))
    upper.report(changed(call, after=mark.size, entries=[]))
    assert waiting() == 0  # a head stands over them now


def test_what_brings_its_head_needs_no_room_to_wait(city, grown, monkeypatch):
    call, upper = grown
    monkeypatch.setattr(city.desk.level_intake, "_waiting", 0)
    assert upper.report(call).size == call.after + len(call.entries)


def test_policy_that_waits_for_a_head_is_verified_once(county, tmp_path_factory, monkeypatch):
    """Each report brings a line more, and the head comes with the last one."""
    verified, plain = [], Trust.verify

    def verify(self, record, at):
        verified.append(record.jws)
        return plain(self, record, at)

    with level(tmp_path_factory.mktemp("patient"), "city-3397", "又一市", county.clock) as patient:
        patient.enact("lower", introduction(county))
        entries, call = [], page_of(county, "policy", 0)
        while call.entries:
            entries += call.entries
            call = page_of(county, "policy", len(entries))
        with uplink(county, patient) as reporter, monkeypatch.context() as patched:
            patched.setattr(Trust, "verify", verify)
            report, size, after = reporter._upper.report, len(entries), 0
            for upto in (size // 3, size // 2, *range(size - 3, size + 1)):
                report(changed(call, after=after, entries=entries[after:upto], sth=None))
                after = upto
            report(changed(call, after=size))
            row = patient.read(lambda tx: tx.levels.scope(COUNTY, "policy"))
            assert row.proven == row.size == size
            (line,) = below(patient, (f"lower/{COUNTY}",)).centres
            assert line.aud == COUNTY
            assert verified == [entry.jws for entry in entries]


def test_only_who_reports_here_may_and_only_for_those_below(county, city, province):
    with uplink(city, county) as reporter, pytest.raises(WireError, match="centre_unknown"):
        reporter.round()
    with uplink(county, city) as reporter, pytest.raises(WireError, match="scope_forbidden"):
        reporter._upper.report(
            ReportCall(centre=PROVINCE, scope="policy", after=0, entries=[], sth=None)
        )


def test_another_beginning_is_another_centre(county, city, province):
    """Who pinned another genesis takes nothing of the county; what others vouch for stays."""
    pinned = introduction(city)["genesis"]
    with pytest.raises(Failure, match=r"policy\.foreign"):
        city.enact("lower", {**introduction(county), "genesis": pinned})
    round_of(county, city)
    round_of(city, province)
    seen = [line.lines for line in below(province).centres]
    province.enact("lower", {**introduction(county), "genesis": pinned})
    round_of(county, province)
    assert below(province, (f"lower/{COUNTY}",)).centres == ()
    assert [line.aud for line in below(province).centres] == [CITY]
    province.enact("lower.end", {"aud": COUNTY})
    with pytest.raises(WireError, match="centre_ended"):
        round_of(county, province)
    assert [line.lines for line in below(province).centres] == seen


def test_who_supervises_elsewhere_sees_nothing_below(county, city, accepted):
    round_of(county, city)
    assert below(city, ("339901/scjg", "hall/339901")).centres == ()
    assert accepted in {row.number for row in below(city, (f"lower/{COUNTY}",)).rows}
    with pytest.raises(WireError, match="not_found"):
        city.read(lambda tx: city.desk.level_board.case(tx, (), COUNTY, accepted))


@pytest.mark.usefixtures("accepted")
def test_lights_are_counted_by_the_hour(county, city, monkeypatch):
    """Of the city's board alone the hour is another: moved for all, cases would go on below."""
    round_of(county, city)
    before = below(city, (f"lower/{COUNTY}",)).centres[0].lights
    later = HandClock(county.clock.now() + timedelta(days=30))
    monkeypatch.setattr(city.desk.level_board, "_clock", later)
    after = below(city, (f"lower/{COUNTY}",)).centres[0].lights
    assert after.get("red", 0) > before.get("red", 0)
    assert sum(after.values()) == sum(before.values())


def test_stranger_keys_and_no_keys_get_codes(city):
    stranger = Upper(city.origin, SoftwareKey.generate())
    with stranger as line, pytest.raises(WireError, match="centre_unknown"):
        line.marks()


@contextmanager
def process(county, city, folder):
    """Run the uplink's own program; killed at the end, as by a power cut."""
    clock = folder / "clock.json"
    clock.write_text(json.dumps({"offset_ms": county.clock.now_ms() - SystemClock().now_ms()}))
    words = ["--data", county.settings.data, "--upper", city.origin, "--demo-clock", clock]
    running = subprocess.Popen(
        [sys.executable, "-m", "sync.uplink", *map(str, words)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        yield
    finally:
        running.kill()
        said = running.communicate()[1]
    assert b"Traceback" not in said, said.decode()


@pytest.mark.timeout(180)
def test_the_uplinks_own_process_reports_and_goes_on_after_a_kill(county, city, tmp_path):
    status = county.settings.data / "uplink.json"
    status.unlink(missing_ok=True)
    with process(county, city, tmp_path):
        until(status.exists, tries=3000)
    assert json.loads(status.read_text())["failure"] == ""
    window = HandWindow(county, next(NAMES))
    number = walk_to(window, "received")
    window.close()
    with process(county, city, tmp_path):
        until(lambda: city.read(lambda tx: tx.levels.case(COUNTY, number)), tries=3000)


# ------------------------------------------------------------ what this centre breaks at


@pytest.fixture
def bad(monkeypatch):
    """Cases and kinds of steps at which the city's program breaks."""
    found, plain = set(), cases.advance

    def advance(case, step, rules):
        if (step.case, step.kind) in found:
            raise ZeroDivisionError
        return plain(case, step, rules)

    monkeypatch.setattr(cases, "advance", advance)
    return found


def state_of(city, number):
    row = city.read(lambda tx: tx.levels.case(COUNTY, number))
    return None if row is None else row.state


def test_a_line_that_cannot_be_counted_in_stops_its_own_case_alone(county, city, bad):
    round_of(county, city)
    window = HandWindow(county, next(NAMES))
    stopped, other = walk_to(window, "accepted"), walk_to(window, "registered")
    bad.add((stopped, "receive"))
    assert round_of(county, city).lines > 0
    assert (state_of(city, stopped), state_of(city, other)) == ("registered", "registered")
    row = city.read(lambda tx: tx.levels.scope(COUNTY, SCOPE))
    assert row.folded == row.proven == county.read(lambda tx: tx.log.head(SCOPE)).size
    # It is told of: log, figure, board, and once a finding.
    for _ in range(2):
        round_of(county, city)
        found = city.read(lambda tx: tx.cases.findings_of([COUNTY], 5))
        assert [each.code for each in found].count("lower_unreckoned") == 1
    line = next(
        r for r in county.read(lambda tx: tx.log.of_case(SCOPE, stopped)) if r.kind == "receive"
    )
    told = json.loads(next(each.args for each in found if each.code == "lower_unreckoned"))
    assert told == {"place": f"{COUNTY} {SCOPE}", "line": line.n}
    assert {n.code: n.args for n in city.desk.health.notices()}["events_unjudged"] == {"count": 1}
    assert city.desk.unjudged.count == 1  # nor is it tried at each report
    # Later lines of the case wait behind it, those of the other do not.
    window.log_in("clerk")
    assert window.step("receive", say.receive(), case=other).verdict == "accepted"
    window.log_in("handler")
    assert window.step("claim", {}, case=stopped).verdict == "accepted"
    round_of(county, city)
    assert (state_of(city, stopped), state_of(city, other)) == ("registered", "received")
    county.clock.advance(minutes=6)
    round_of(county, city)
    assert city.desk.unjudged.count > 1
    bad.clear()  # the program was mended
    county.clock.advance(minutes=6)
    round_of(county, city)  # there is nothing new to report
    case = county.read(lambda tx: tx.cases.get(stopped))
    here = city.read(lambda tx: tx.levels.case(COUNTY, stopped))
    assert (here.body, here.state, here.due) == (case.body, case.state, case.due)
    assert "events_unjudged" not in {notice.code for notice in city.desk.health.notices()}
    window.close()


def test_a_scope_at_which_the_upper_centre_breaks_keeps_no_other_from_being_reported(
    county, city, monkeypatch
):
    window = HandWindow(county, next(NAMES))
    walk_to(window, "registered")
    window.close()
    plain, intake = city.desk.level_intake.report, city.desk.level_intake

    def report(tx, caller, call):
        if call.scope == "hall/339901":
            raise ZeroDivisionError
        return plain(tx, caller, call)

    with monkeypatch.context() as patched:
        patched.setattr(type(intake), "report", lambda _self, *how: report(*how))
        with pytest.raises(WireError, match=r"wire\.broken"):
            round_of(county, city)
    marks = {row.scope: row.size for row in city.read(lambda tx: tx.levels.scopes((COUNTY,)))}
    heads = county.read(lambda tx: tx.log.heads({*marks, "hall/339901"}))
    assert [s for s, head in heads.items() if head.size > marks.get(s, 0)] == ["hall/339901"]
    assert round_of(county, city).lines > 0
