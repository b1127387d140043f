"""Counting and scoring a centre's lines by hand, as its job does."""

from sync.server.rulefiles import rule_files
from sync.server.services.evaluation.scoring import Scoring, scored


def fold(centre, limit, *, rest=None):
    """Count every line that is not, as the job does, in pages of a size; returns the pages."""
    counting, ledger, pages = centre.desk.counting, centre.centre.ledger, 0
    while behind := centre.read(counting.behind):
        for scope, after in behind.items():
            size = limit if rest is None else rest.randint(1, limit)
            page = centre.read(lambda tx, s=scope, n=after, k=size: counting.read(tx, s, n, k))
            sums = counting.sum_up(page)
            ledger.write_now(lambda tx, s=sums: counting.keep(tx, s))
            assert not ledger.write_now(lambda tx, s=sums: counting.keep(tx, s)), "counted twice"
            pages += 1
    return pages


def score_all(centre, files=None):
    """Make every run that is owed, as the job does; returns the periods with their rules."""
    desk, ledger = centre.desk, centre.centre.ledger
    scoring = Scoring(desk.policy, desk.clock, files or rule_files())
    made = []
    for month, file in centre.read(scoring.owed):
        material = centre.read(lambda tx, m=month, f=file: scoring.material(tx, m, f))
        scores = scored(material)
        assert ledger.write_now(lambda tx, m=material, s=scores: scoring.keep(tx, m, s))
        assert not ledger.write_now(lambda tx, m=material, s=scores: scoring.keep(tx, m, s))
        code = file.rules.code
        made.append((month, code))
        longer = ledger.write_now(lambda tx, m=month, c=code: scoring.keep_longer(tx, m, c))
        made += [(period, code) for period in longer]
    return made
