"""What is counted beside the steps: evaluations, departments' data, waits in a joint case.

PE02, PE12, PE17, CH08.
"""

from datetime import UTC, datetime

import pytest

from sync.domain.figures.scoring import Subject
from sync.domain.statistics import Span
from sync.server.services.evaluation.scoring import score_of
from sync.server.services.rows.departments import SystemMessageRow
from sync.server.services.rows.figures import Cut
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.figures import fold, score_all
from tests.helpers.hand_window import SCOPE
from tests.integration.server.test_joint import HELPERS, LEAD, accepted, child_of, give

RULES = "public-100"


@pytest.fixture
def centre(tmp_path, monkeypatch):
    """A centre whose own job looked once, at its start: here the test folds and scores.

    What is told of here is reckoned above the database; test_scoring.py runs on both.
    """
    monkeypatch.setattr("sync.server.jobs.figures.LOOK_S", 3600.0)
    with running_centre(tmp_path, store="sqlite") as running:
        yield running


def lines_of(centre, month, kind="department", subject=SCOPE, code=RULES):
    """Return a kept score's lines by rule."""
    score = score_of(centre.read(lambda tx: tx.scores.score(month, code, kind, subject)))
    return {line.code: line for part in score.parts for line in part.lines}


def same_again(centre, month, code):
    """Say whether a kept run, made again of today's rows, is the same."""
    run = centre.read(lambda tx: tx.scores.run(month, code))
    material = centre.read(lambda tx: centre.desk.scoring.made_of(tx, run))
    rows = tuple(centre.read(lambda tx: tx.scores.scores_of(code, (month,))))
    return centre.desk.publishing.again(material, rows) == ()


def test_an_applicants_evaluation_costs_its_office_points_in_its_own_month(centre, window):
    bad, good, late = (walk_to(window, "delivered") for _ in range(3))
    ledger, give_it = centre.centre.ledger, centre.desk.strangers.evaluations.give
    said = ((bad, 1, ("slow",)), (good, 5, ()), (bad, 1, ("slow",)))
    kept = [ledger.write_now(lambda tx, s=each: give_it(tx, *s, "")) for each in said]
    assert kept == ["kept", "kept", "twice"]
    fold(centre, 500)
    centre.clock.move_to(datetime(2026, 4, 10, 2, 0, tzinfo=UTC))
    score_all(centre)
    assert ledger.write_now(lambda tx: give_it(tx, late, 2, ("attitude",), "")) == "kept"
    march = lines_of(centre, "2026-03")
    assert [(s.case, s.points) for s in march["very_dissatisfied"].steps] == [(bad, 200)]
    assert march["dissatisfied"].count == 0
    assert lines_of(centre, "2026-03", "hall", "339901")["very_dissatisfied"].points == 200
    assert same_again(centre, "2026-03", RULES)
    centre.clock.move_to(datetime(2026, 5, 6, 2, 0, tzinfo=UTC))
    score_all(centre)
    april = lines_of(centre, "2026-04")
    assert [(s.case, s.points) for s in april["dissatisfied"].steps] == [(late, 100)]
    assert april["very_dissatisfied"].count == 0


def test_poor_data_of_a_departments_own_system_costs_the_department_points(centre, window):
    """By version 2 of the rules; a month of version 1 is what it was."""
    walk_to(window, "closed")
    sent(centre, "2026-03-04", late=2, contradictory=1, good=7)
    fold(centre, 500)
    centre.clock.move_to(datetime(2026, 4, 10, 2, 0, tzinfo=UTC))
    score_all(centre)
    assert "data_late" not in lines_of(centre, "2026-03", code="truth")
    assert same_again(centre, "2026-03", "truth")
    sent(centre, "2026-12-09", late=2, incomplete=1, good=7)
    centre.clock.move_to(datetime(2027, 1, 10, 2, 0, tzinfo=UTC))
    fold(centre, 500)
    score_all(centre)
    sent(centre, "2027-01-10", contradictory=9)  # of the next month
    lines = lines_of(centre, "2026-12", code="truth")
    assert (lines["data_late"].count, lines["data_late"].of) == (2, 10)
    assert lines["data_late"].points == 900  # 20 %: 3 above 5 %, and 3 for 10 % and for 15 %
    assert lines["data_incomplete"].points == 1000  # 10 %: its most
    assert lines["data_contradictory"].points == 0
    assert {step.event[:5] for step in lines["data_late"].steps} == {"data:"}
    ranked = centre.read(lambda tx: tx.scores.scores_of("truth", ("2026-12",)))
    assert {row.kind for row in ranked if row.subject == SCOPE} == {Subject.DEPARTMENT}
    assert same_again(centre, "2026-12", "truth")


def sent(centre, day, **how):
    """Keep messages of a department's system as its intake does."""
    at = int(datetime.fromisoformat(f"{day}T02:00:00+00:00").timestamp() * 1000)
    codes = {"incomplete": "materials_incomplete", "contradictory": "step_not_allowed"}
    rows = [
        SystemMessageRow(
            dev="s-scjg-1",
            scope=SCOPE,
            recv=at + n,
            event=f"{flaw}-{n}",
            kind="handle",
            at=at - 3_600_000 if flaw == "late" else at,
            verdict="refused" if flaw in codes else "accepted",
            code=codes.get(flaw, ""),
        )
        for flaw, count in how.items()
        for n in range(count)
    ]
    for row in rows:
        centre.centre.ledger.write_now(lambda tx, r=row: tx.departments.keep(r))


def test_who_lets_a_joint_case_wait_is_seen_by_the_time_it_took(centre, window):
    """Four departments are asked at one moment; each answers after its own while (PE12)."""
    number = accepted(centre, window)
    for minutes, helper in ((10, "green"), (30, "location"), (60, "traffic")):
        centre.clock.advance(minutes=minutes)
        give(centre, window, number, helper)
    fold(centre, 500)
    scopes = (LEAD, *HELPERS.values())
    day = centre.clock.now().date()
    cut, span = Cut((), scopes), Span(day.replace(day=1), day)
    found = centre.read(lambda tx: centre.desk.reckoning.times(tx, cut, span, "owner"))
    waited = {
        each.key: each.spread.mean for each in found if each.step in {"wait.child", "wait.opinion"}
    }
    asked = child_of(centre, number, "green")
    assert asked.result == "opinion"
    assert waited == {HELPERS["green"]: 10, HELPERS["location"]: 40, HELPERS["traffic"]: 100}
    first = next(each for each in found if each.step.startswith("wait."))
    assert first.key == HELPERS["traffic"]  # the slowest stands first
