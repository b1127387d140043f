"""Codes on papers: drawn once for all the papers that bear the same."""

import segno

from client.documents.narrow import compose_narrow, has_narrow
from client.documents.papers import compose_paper
from client.documents.qr import qr_svg
from tests.unit.documents.samples import papers


def test_a_paper_and_its_slip_bear_one_code_drawn_once(monkeypatch):
    real, drawn = segno.make_qr, []

    def make(payload, **how):
        drawn.append(payload)
        return real(payload, **how)

    monkeypatch.setattr(segno, "make_qr", make)
    qr_svg.cache_clear()
    paper = papers()["slip"]
    compose_paper(paper)
    compose_narrow(paper)
    assert drawn == [paper.frame.check.url]

    qr_svg(paper.frame.check.url + "1")
    assert len(drawn) == 2


def test_only_papers_for_the_roll_have_a_slip():
    made = papers()
    assert has_narrow(made["slip"])
    assert not has_narrow(made["acceptance"])
