"""Scores of a month: made once, linked to the steps, the same for ever (PE01, PE05, PE06, PE10)."""

import asyncio
import hashlib
import json
from datetime import UTC, datetime

import pytest

from sync.domain.figures.scoring import ScoreFailure, Subject, months_of
from sync.domain.supervising import Act
from sync.proof.outcomes import outcome_leaf
from sync.proof.tree import MemoryTree
from sync.protocol.codec import b64u_encode
from sync.protocol.errors import WireError
from sync.server.jobs.figures import FiguresJob
from sync.server.rulefiles import rule_files
from sync.server.services.entry.console import Visitor
from sync.server.services.evaluation.scoring import heads_of, score_of, scored
from sync.server.services.rows.scores import FaultRow
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.figures import fold
from tests.helpers.figures import score_all as run_all
from tests.helpers.hand_window import SCOPE

MARCH, RULES = "2026-03", "public-100"
ONE = Visitor("p-one", "One", (SCOPE,), 0, {Act.RATE: (SCOPE,)})
OTHER = Visitor("p-other", "Other", (SCOPE,), 0, {Act.RATE: (SCOPE,)})


@pytest.fixture
def centre(tmp_path, store, monkeypatch):
    """A centre whose own job looked once, at its start: here the test folds and scores."""
    monkeypatch.setattr("sync.server.jobs.figures.LOOK_S", 3600.0)
    with running_centre(tmp_path, store=store) as running:
        yield running


def total_of(centre, period, kind, subject, code=RULES):
    row = centre.read(lambda tx: tx.scores.score(period, code, kind, subject))
    return None if row is None else row.total


@pytest.fixture
def march(centre, window):
    """A month with an overdue decision, a step entered late and a refused one; then April."""
    walk_to(window, "closed")
    late = walk_to(window, "deciding")
    centre.clock.move_to(datetime(2026, 3, 24, 2, 0, tzinfo=UTC))
    window.log_in("chief")
    assert window.step("grant", say.grant(), case=late, card=True).verdict == "accepted"
    centre.clock.move_to(datetime(2026, 4, 10, 2, 0, tzinfo=UTC))
    fold(centre, 500)
    return late


def test_a_month_is_scored_once_and_every_point_lost_leads_to_its_step(centre, march):
    assert set(run_all(centre)) == {(MARCH, RULES), (MARCH, "truth")}
    assert run_all(centre) == []
    row = centre.read(lambda tx: tx.scores.score(MARCH, RULES, "department", SCOPE))
    made = score_of(row)
    assert made.total == row.total
    lines = {line.code: line for part in made.parts for line in part.lines}
    overdue = lines["overdue"]
    assert overdue.count == 1
    (link,) = overdue.steps
    assert (link.case, link.day) == (march, "2026-03-24")
    events = centre.read(lambda tx: [line.event for line in tx.log.of_case(SCOPE, march)])
    assert link.event in events
    lost = sum(part.full - part.left for part in made.parts[:-1])
    assert lost == sum(line.points for part in made.parts[:-1] for line in part.lines) > 0
    steps = sum(s.points for part in made.parts for line in part.lines for s in line.steps)
    shares = sum(lines[code].points for code in ("incomplete_data",))
    assert steps + shares == sum(line.points for part in made.parts for line in part.lines)
    assert total_of(centre, MARCH, "hall", "339901") is not None
    assert total_of(centre, MARCH, "window", "d-339901-03") is not None


@pytest.mark.usefixtures("march")
def test_a_run_is_over_the_signed_trees(centre):
    run_all(centre)
    run = centre.read(lambda tx: tx.scores.run(MARCH, RULES))
    assert run.rules_hash == hashlib.sha256(run.rules.encode()).hexdigest()
    head = heads_of(run.heads)[SCOPE]
    lines = centre.read(lambda tx: tx.log.after(SCOPE, 0, head.size))
    tree = MemoryTree([outcome_leaf(line.outcome) for line in lines])
    assert head.root == b64u_encode(tree.frontier.root())


def test_an_old_month_made_again_is_the_same_whatever_came_since(centre, window, march):
    """Later steps of the same month's days, a judgement, a fault and newer rules change nothing."""
    run_all(centre)
    before = {
        (row.kind, row.subject): row.total
        for row in centre.read(lambda tx: tx.scores.scores_of(RULES, (MARCH,)))
    }
    walk_to(window, "closed")
    ledger, desk = centre.centre.ledger, centre.desk
    fault = FaultRow("", MARCH, "department", SCOPE, "complaint", march, "态度", "", 0)
    ledger.write_now(lambda tx: desk.publishing.enter_fault(tx, ONE, fault))
    (entered,) = centre.read(lambda tx: tx.scores.faults((MARCH,)))
    with pytest.raises(ScoreFailure, match="own_fault"):
        ledger.write_now(lambda tx: desk.publishing.confirm_fault(tx, ONE, entered.id))
    ledger.write_now(lambda tx: desk.publishing.confirm_fault(tx, OTHER, entered.id))
    centre.clock.move_to(datetime(2026, 5, 6, 2, 0, tzinfo=UTC))
    fold(centre, 500)
    own = centre.settings.scoring
    own.mkdir()
    newer = json.loads(centre.read(lambda tx: tx.scores.run(MARCH, RULES)).rules)
    newer |= {"version": 2, "first": "2020-01"}
    newer["parts"][2]["losses"][3]["points"] = "7"
    (own / "public-100-v2.json").write_text(json.dumps(newer), "utf-8")
    files = rule_files(own)
    assert ("2026-04", RULES) in run_all(centre, files)
    run = centre.read(lambda tx: tx.scores.run(MARCH, RULES))
    assert json.loads(centre.read(lambda tx: tx.scores.run("2026-04", RULES)).rules)["version"] == 2
    material = centre.read(lambda tx: desk.scoring.made_of(tx, run))
    again = {(each.kind.value, each.subject): each.total for each in scored(material)}
    assert again == before
    rows = tuple(centre.read(lambda tx: tx.scores.scores_of(RULES, (MARCH,))))
    assert desk.publishing.again(material, rows) == ()


def test_what_comes_after_its_month_was_scored_counts_in_the_next_and_never_twice(centre, window):
    walk_to(window, "closed")
    fold(centre, 500)
    late = walk_to(window, "closed")  # in the log in March, and not counted when March is scored
    centre.clock.move_to(datetime(2026, 4, 10, 2, 0, tzinfo=UTC))
    run_all(centre)
    fold(centre, 500)
    centre.clock.move_to(datetime(2026, 5, 6, 2, 0, tzinfo=UTC))
    walk_to(window, "received")
    fold(centre, 500)
    run_all(centre)
    desk = centre.desk
    runs = [centre.read(lambda tx, m=m: tx.scores.run(m, RULES)) for m in (MARCH, "2026-04")]
    told = [
        [
            (t.event, t.signals)
            for t in centre.read(lambda tx, r=r: desk.scoring.made_of(tx, r)).told
        ]
        for r in runs
    ]
    assert not {each for each in told[0] if each[0]} & {each for each in told[1] if each[0]}
    of_late = {line.event for line in centre.read(lambda tx: tx.log.of_case(SCOPE, late))}
    assert not of_late & {event for event, _ in told[0]}
    assert of_late & {event for event, _ in told[1]}


@pytest.mark.usefixtures("march")
def test_a_score_is_published_by_another_person_than_reviewed_it(centre):
    run_all(centre)
    desk, ledger = centre.desk.publishing, centre.centre.ledger
    stranger = (MARCH, RULES, Subject.DEPARTMENT, None)
    with pytest.raises(WireError):
        centre.read(lambda tx: desk.ranking(tx, *stranger))
    with pytest.raises(ScoreFailure, match="not_reviewed"):
        ledger.write_now(lambda tx: desk.publish(tx, ONE, MARCH, RULES))
    ledger.write_now(lambda tx: desk.review(tx, ONE, MARCH, RULES))
    with pytest.raises(ScoreFailure, match="not_draft"):
        ledger.write_now(lambda tx: desk.review(tx, OTHER, MARCH, RULES))
    with pytest.raises(ScoreFailure, match="own_review"):
        ledger.write_now(lambda tx: desk.publish(tx, ONE, MARCH, RULES))
    ledger.write_now(lambda tx: desk.publish(tx, OTHER, MARCH, RULES))
    _, ranked = centre.read(lambda tx: desk.ranking(tx, *stranger))
    assert [line.subject for line in ranked] == [SCOPE]
    with pytest.raises(WireError):
        centre.read(lambda tx: desk.ranking(tx, MARCH, RULES, Subject.PERSON, None))


def test_half_years_and_years_are_made_of_their_months():
    assert months_of("2026-H1") == tuple(f"2026-{n:02}" for n in range(1, 7))
    assert months_of("2026-H2")[0] == "2026-07"
    assert len(months_of("2026")) == 12
    assert months_of("2026-03") == ("2026-03",)


@pytest.mark.usefixtures("march")
def test_a_year_is_the_mean_of_its_months(centre):
    centre.clock.move_to(datetime(2027, 1, 8, 2, 0, tzinfo=UTC))
    fold(centre, 500)
    made = run_all(centre)
    assert ("2026-H1", RULES) in made
    assert ("2026", RULES) in made
    row = centre.read(lambda tx: tx.scores.score("2026", RULES, "department", SCOPE))
    months = score_of(row).months
    assert MARCH in months
    assert row.total == sum(months.values()) // len(months)


def test_the_centres_own_job_counts_scores_and_writes_the_bulletin(centre, window):
    """Without anybody's hand: after the days of grace there is a run, on Monday a bulletin."""
    walk_to(window, "closed")
    centre.clock.move_to(datetime(2026, 4, 3, 2, 0, tzinfo=UTC))
    job = FiguresJob(centre.desk)

    async def once():
        await job.round()
        await job.score()

    asyncio.run(once())
    assert centre.read(lambda tx: tx.scores.runs()) == []  # three days of grace
    assert [row.week for row in centre.read(lambda tx: tx.scores.bulletins(9))] == ["2026-03-23"]
    centre.clock.move_to(datetime(2026, 4, 6, 2, 0, tzinfo=UTC))
    asyncio.run(once())
    asyncio.run(once())
    runs = centre.read(lambda tx: tx.scores.runs())
    assert {(run.period, run.code) for run in runs} == {(MARCH, RULES), (MARCH, "truth")}
    weeks = [row.week for row in centre.read(lambda tx: tx.scores.bulletins(9))]
    assert weeks == ["2026-03-30", "2026-03-23"]
