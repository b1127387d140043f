"""A page as pixels: tight rows, the seal included, bad files refused."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from pypdfium2 import raw

from client.documents import pdfium
from client.documents.failures import DocumentFailure
from client.documents.papers import compose_paper
from client.documents.preview import draw, page_count, render
from tests.unit.documents.samples import papers

PDF = compose_paper(papers()["acceptance"]).pdf


@pytest.mark.parametrize("width", [33, 100, 997])
def test_rows_are_packed(width: int) -> None:
    picture = render(PDF, 0, width)
    assert picture.width == width
    assert len(picture.rgb) == 3 * picture.width * picture.height
    assert picture.rgb[:3] == b"\xff\xff\xff"


def test_pixels_are_given_back_while_no_other_thread_is_let_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    destroy, alone = raw.FPDFBitmap_Destroy, []

    def watched(bitmap: object) -> None:
        alone.append(pdfium._LOCK._is_owned())
        destroy(bitmap)

    monkeypatch.setattr(raw, "FPDFBitmap_Destroy", watched)
    assert render(PDF, 0, 100).width == 100
    assert alone == [True]


def test_red_is_red() -> None:
    picture = render(PDF, 0, 800)
    reds = {
        bytes(picture.rgb[at : at + 3])
        for at in range(0, len(picture.rgb), 3)
        if picture.rgb[at] > 150 and picture.rgb[at + 2] < 60
    }
    assert reds


def test_a_page_that_is_not_there_is_refused() -> None:
    assert page_count(PDF) == 1
    for page in (-1, 1):
        with pytest.raises(DocumentFailure) as caught:
            render(PDF, page, 100)
        assert caught.value.code == "document.page_unknown"


def test_what_is_no_pdf_is_refused() -> None:
    for data in (b"", b"%PDF-1.7", PDF[:2000]):
        with pytest.raises(DocumentFailure) as caught:
            render(data, 0, 100)
        assert caught.value.code == "document.pdf_broken"


def drawn(data: bytes) -> str:
    with pytest.raises(DocumentFailure) as caught:
        draw(data, 0, 100)
    return caught.value.code


def test_a_strangers_picture_is_measured_before_it_is_laid_out() -> None:
    out = io.BytesIO()
    Image.new("1", (7000, 7000)).save(out, "PNG")
    assert drawn(out.getvalue()) == "document.image_too_many_pixels"


def test_a_strangers_picture_that_breaks_its_decoder_is_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = io.BytesIO()
    Image.new("L", (30, 30)).save(out, "PNG")
    whole = out.getvalue()
    assert drawn(whole[:45] + bytes(4) + whole[49:]) == "document.image_broken"
    out = io.BytesIO()
    Image.new("L", (30, 30)).save(out, "EPS")
    assert drawn(out.getvalue()) == "document.image_broken"

    def stumble(*_args: object, **_more: object) -> None:
        raise SyntaxError

    monkeypatch.setattr(Image.Image, "thumbnail", stumble)
    assert drawn(whole) == "document.image_broken"
