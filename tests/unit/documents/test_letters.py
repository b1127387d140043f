"""Letters of the table, slips of the roll, and the file of a closed case."""

import json
from dataclasses import replace

import pytest
from pypdfium2 import PdfDocument

from client.app.forms.every import FORMS
from client.documents.compose import templates
from client.documents.letters import LetterData
from client.documents.narrow import compose_narrow
from client.documents.papers import compose_paper
from client.documents.parts import Part, events_part
from client.documents.portfolio import PortfolioData, compose_portfolio
from sync.texts import LANGUAGES, texts
from tests.unit.app.test_forms import facts, filled_for
from tests.unit.documents.samples import FRAME, papers

MATTER = papers()["acceptance"].matter
MM = 72 / 25.4
PARTS = (Part("受理通知书 n-1", "01-acceptance.pdf", "application/pdf", b"%PDF-1.7 one"),)
MADE = [
    (kind, made)
    for kind, form in FORMS.items()
    for made in (form.paper, form.blank, form.record)
    if made is not None
]


def text_of(pdf):
    with PdfDocument(pdf) as document:
        pages = [document[n].get_textpage().get_text_range() for n in range(len(document))]
    return "".join("\n".join(pages).split())


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "made"), MADE, ids=lambda v: v if isinstance(v, str) else v.kind)
def test_every_letter_says_its_title_its_number_and_what_was_filled_in(kind, made, language):
    form, known = FORMS[kind], facts()
    data = LetterData(
        made.kind,
        replace(FRAME, language=language),
        MATTER,
        lambda words: made.letter(filled_for(form), known, words),
    )

    said = text_of(compose_paper(data).pdf)

    title = texts(language).t(f"paper.{made.kind}.title")
    assert "".join(title.split()) in said
    assert FRAME.no in said
    assert "{" not in said


def test_equal_letters_are_equal_bytes():
    form, known = FORMS["terminate"], facts()

    def made():
        return compose_paper(
            LetterData(
                "termination",
                FRAME,
                MATTER,
                lambda words: form.paper.letter(filled_for(form), known, words),
            )
        ).sha256

    assert made() == made()


@pytest.mark.parametrize("kind", ["slip", "receipt", "delivery"])
def test_a_slip_is_as_wide_as_the_roll_and_says_what_the_paper_says(kind):
    data = papers()[kind]

    slip = compose_narrow(data)

    with PdfDocument(slip.pdf) as document:
        assert len(document) == 1
        assert document[0].get_size()[0] == pytest.approx(80 * MM, abs=0.5)
    said = text_of(slip.pdf)
    assert slip.kind == f"{kind}_80"
    assert data.frame.no in said
    assert data.matter.applicant.name in said


def test_what_is_no_slip_has_none():
    assert compose_narrow(papers()["acceptance"]) is None
    assert {name.partition("/")[2] for name in templates() if name.startswith("thermal/")} == {
        "slip",
        "receipt",
        "delivery",
    }


def test_a_file_holds_every_part_byte_for_byte_and_lists_it():
    lines = [{"kind": "preregister", "record": {"jws": "a.b.c"}}, {"kind": "close"}]
    parts = (*PARTS, events_part("签名记录", lines))
    steps = [{"step": "预登记", "person": "苏晓棠", "at": "2026年11月23日", "signed": "会话"}]
    data = PortfolioData(FRAME, MATTER, lambda _words: {"state": "已办结", "steps": steps})

    paper = compose_portfolio(data, parts)

    with PdfDocument(paper.pdf) as document:
        found = {
            part.get_name(): bytes(part.get_data())
            for part in (document.get_attachment(n) for n in range(document.count_attachments()))
        }
    assert found == {part.file: part.data for part in parts}
    assert json.loads(found["events.jsonl"].splitlines()[0])["record"]["jws"] == "a.b.c"
    said = text_of(paper.pdf)
    assert "案卷" in said
    assert PARTS[0].sha256[:16] in said
    assert b"<pdfaid:part>3</pdfaid:part>" in paper.pdf
    assert paper.pdf.startswith(b"%PDF-1.7")
    assert b"/Version" not in paper.pdf
