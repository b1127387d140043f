"""A signature on a paper (SE15): where it stands, and that what was shown stays byte for byte."""

import io
import math
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest

from client.app.steps.handwritten import LINES
from client.documents.failures import DocumentFailure
from client.documents.handwriting import sign_by_hand
from client.documents.papers import compose_paper
from sync.texts import LANGUAGES, texts
from tests.unit.documents.samples import papers

PAD = (600, 200)
WAVE = [(40 + n * 5, 100 + round(60 * math.sin(n / 6)), n * 12, 128) for n in range(100)]
DOT = [(580, 20, 1300, 255)]


@pytest.fixture(scope="module", params=["zh_CN", "en"])
def slip(request):
    data = papers()["delivery"]
    data = replace(data, frame=replace(data.frame, language=request.param))
    return compose_paper(data).pdf, texts(request.param).t("paper.delivery.signature")


def black(pdf):
    """Return the dark pixels of the first page at 2 px per point."""
    with pypdfium2.PdfDocument(pdf) as document:
        picture = document[0].render(scale=2, may_draw_forms=True).to_pil().convert("L")
    return {
        (at % picture.width, at // picture.width)
        for at, value in enumerate(picture.tobytes())
        if value < 90
    }, picture.size


def test_the_shown_paper_is_the_copys_beginning(slip):
    pdf, label = slip
    signed = sign_by_hand(pdf, [WAVE, DOT], PAD, label)
    assert signed[: len(pdf)] == pdf
    assert signed[len(pdf) :].strip()


def test_the_strokes_stand_right_of_their_label_and_over_nothing_else(slip):
    pdf, label = slip
    before, size = black(pdf)
    after, _ = black(sign_by_hand(pdf, [WAVE, DOT], PAD, label))
    drawn = after - before
    assert len(drawn) > 60
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[0].get_textpage()
        at = text.search(label).get_next()[0]
        _l, bottom, right, _t = text.get_charbox(at + len(label) - 1)
    for x, y in drawn:
        assert x / 2 > right
        assert size[1] / 2 - y / 2 > bottom - 12
        assert size[1] / 2 - y / 2 < bottom + 45


def test_other_readers_see_an_ink_annotation_that_is_printed(slip):
    pdf, label = slip
    with pikepdf.open(io.BytesIO(sign_by_hand(pdf, [WAVE, DOT], PAD, label))) as document:
        note = document.pages[-1].Annots[-1]
        assert note.Subtype == "/Ink"
        assert int(note.F) & 4
        assert [len(line) for line in note.InkList] == [200, 2]
        assert document.check_pdf_syntax() == []


def test_a_second_signature_is_a_second_annotation(slip):
    pdf, label = slip
    once = sign_by_hand(pdf, [WAVE], PAD, label)
    twice = sign_by_hand(once, [DOT], PAD, label)
    assert twice[: len(once)] == once
    with pikepdf.open(io.BytesIO(twice)) as document:
        assert len(document.pages[-1].Annots) == 2


def test_a_paper_without_the_line_is_not_signed(slip):
    pdf, _ = slip
    with pytest.raises(DocumentFailure) as failure:
        sign_by_hand(pdf, [WAVE], PAD, "承诺人签名")
    assert failure.value.code == "document.no_line_to_sign"


def test_what_is_no_pdf_is_said():
    with pytest.raises(DocumentFailure) as failure:
        sign_by_hand(b"no pdf", [WAVE], PAD, "x")
    assert failure.value.code == "document.pdf_broken"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", sorted(set(LINES) & set(papers())))
def test_every_paper_with_a_line_for_the_applicant_takes_his_hand_beside_it(kind, language):
    data = papers()[kind]
    data = replace(data, frame=replace(data.frame, language=language))
    pdf = compose_paper(data).pdf
    signed = sign_by_hand(pdf, [WAVE, DOT], PAD, texts(language).t(LINES[kind]))
    assert signed.startswith(pdf)
    with pikepdf.open(io.BytesIO(signed)) as document:
        (page,) = [p for p in document.pages if "/Annots" in p]
        (note,) = [n for n in page["/Annots"] if n["/Subtype"] == "/Ink"]
        left, bottom, right, top = (float(value) for value in note["/Rect"])
        assert 0 < left < right <= float(page.mediabox[2])
        assert 0 < bottom < top <= float(page.mediabox[3])
