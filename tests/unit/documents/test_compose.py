"""Template to PDF/A: right bytes, the same bytes, and no empty boxes."""

from __future__ import annotations

import functools
import hashlib
import io
import string
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pikepdf
import pypdfium2
import pytest

from client.documents import glyphs
from client.documents.bundled import FONT_FILES
from client.documents.certificates import CertificateData
from client.documents.compose import compose, templates
from client.documents.failures import DocumentFailure
from client.documents.papers import compose_paper
from client.documents.wording import Wording
from sync.domain.failures import FailureKind
from sync.texts import LANGUAGES, texts
from tests.unit.documents.samples import FRAME, papers

if TYPE_CHECKING:
    from pathlib import Path

SERVICE = papers()["service"]


def values(**more: object) -> dict[str, object]:
    return FRAME.values() | SERVICE.values(Wording("zh_CN")) | more


def fonts_of(pdf: bytes) -> set[str]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = set()
        for thing in document.objects:
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor":
                assert {"/FontFile2", "/FontFile3"} & set(thing.keys()), "not embedded"
                found.add(str(thing.FontName).split("+")[-1])
    return found


def test_the_same_values_give_the_same_bytes_and_other_values_do_not() -> None:
    first = compose("papers/service", values(), "zh_CN")
    assert compose("papers/service", values(), "zh_CN") == first
    assert compose("papers/service", values(note="其他"), "zh_CN") != first
    assert compose("papers/service", values(made_at=1_700_000_000_000), "zh_CN") != first


def test_a_paper_says_that_it_is_pdf_a_2b_and_embeds_the_bundled_fonts_only() -> None:
    pdf = compose("papers/service", values(), "zh_CN")
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_metadata() as xmp:
        assert (xmp["pdfaid:part"], xmp["pdfaid:conformance"]) == ("2", "B")
        assert xmp["xmp:CreateDate"].startswith("2026-11-23T02:24:00")
        assert str(document.Root.Lang) == "zh-CN"
        assert "/OutputIntents" in document.Root
    assert fonts_of(pdf) <= {"NotoSansSC-Regular", "NotoSerifSC-Regular"}


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [document[n].get_textpage().get_text_range() for n in range(len(document))]
    return "".join("".join(pages).split())


# One of each block of GB 18030-2022's level 3, a name with its dot, marks, a variant, 64 long.
RARE = [
    "𠮷㛃",
    "\U00020000\U0002a6d6\U0002a700\U0002b740\U0002b820\U0002ceb0\U0002ebe0",
    "古丽·\U0002ceb1",
    "葛\U000e0100\U0002a6a5\ufe00",
    "m\u0301\U0002000b",
    "\ufa0e\uf929\U0002f800",
    "".join(map(chr, range(0x28000, 0x28040))),
]


@pytest.mark.parametrize("name", RARE, ids=lambda name: f"{ord(name[0]):X}+{len(name)}")
def test_a_rare_name_stands_on_the_paper_and_comes_out_of_it(name: str, tmp_path: Path) -> None:
    pdf = compose("papers/service", values(addressee=name), "zh_CN")
    assert name in text_of(pdf)
    assert fonts_of(pdf) <= {path.stem for path in FONT_FILES}
    assert "字库" not in text_of(pdf)
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(pdf)
    run = functools.partial(subprocess.run, check=True, capture_output=True, text=True)
    assert name in "".join(run(["pdftotext", paper, "-"]).stdout.split())
    run(["qpdf", "--check", paper])


@pytest.mark.parametrize("char", ["\U00031350", "\U0002ebf0", "😀", "ก", "ᠮ"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_character_outside_the_fonts_is_printed_as_its_code(char: str, language: str) -> None:
    text = text_of(compose("papers/service", values(note=f"张{char}三"), language))
    code = "".join(glyphs.shown(char).split())
    assert f"张{code}三" in text
    note = texts(language).t("paper.lacking", codes=code)
    assert "".join(note.split()) in text


def test_every_certificate_prints_a_holder_whose_name_no_font_has() -> None:
    holder = "王\U00031350𠮷"
    for name, data in papers().items():
        if isinstance(data, CertificateData):
            given = {**data.fields, "holder": holder}
            text = text_of(compose_paper(replace(data, fields=given)).pdf)
            assert "王〔U+31350qí〕𠮷" in text, name
            assert text.count("字库暂缺") == 1, name


def test_many_characters_without_a_glyph_make_a_short_note() -> None:
    name = "".join(map(chr, range(0x31350, 0x31390)))
    text = text_of(compose("papers/service", values(addressee=name), "zh_CN"))
    assert text.count("〔U+") == 64 + 3
    assert "〔U+31352〕…处" in text


@pytest.mark.parametrize("char", ["\x00", "\x1b", "\u202e", "\u200b", "\ud800", "\u2028", "\ufffe"])
def test_an_invisible_character_is_refused_without_being_repeated(char: str) -> None:
    with pytest.raises(DocumentFailure) as caught:
        compose("papers/service", values(rows=[{"x": f"张{char}三"}]), "zh_CN")
    assert caught.value.code == "document.text_unprintable"
    assert char not in str(caught.value)


def test_a_private_code_is_refused_as_what_it_is() -> None:
    with pytest.raises(DocumentFailure) as caught:
        compose("papers/service", values(note="张\ue81e"), "zh_CN")
    assert (caught.value.code, caught.value.details) == (
        "document.text_private",
        {"point": "U+E81E"},
    )


def test_text_is_never_read_as_markup() -> None:
    compose("papers/service", values(note='#import "x" *_$[ \\ @ref <seal>'), "zh_CN")


@pytest.mark.parametrize(
    "name", ["papers/none", "../look", "/etc/passwd", "look", "papers/../look"]
)
def test_an_unknown_template_is_refused(name: str) -> None:
    with pytest.raises(DocumentFailure) as caught:
        compose(name, values(), "zh_CN")
    assert (caught.value.code, caught.value.kind) == (
        "document.template_unknown",
        FailureKind.BROKEN,
    )


def test_a_template_that_lacks_a_value_fails_as_ours() -> None:
    with pytest.raises(DocumentFailure) as caught:
        compose("papers/slip", {"made_at": 0}, "zh_CN")
    assert (caught.value.code, caught.value.kind) == ("document.not_composed", FailureKind.BROKEN)
    compose("papers/service", values(), "zh_CN")  # and the next paper is made as before


def test_several_threads_get_their_own_papers() -> None:
    names = [f"第{n}份" for n in range(12)]
    alone = [
        hashlib.sha256(compose("papers/service", values(note=n), "zh_CN")).digest() for n in names
    ]
    with ThreadPoolExecutor(4) as pool:
        pdfs = pool.map(lambda n: compose("papers/service", values(note=n), "zh_CN"), names)
        assert [hashlib.sha256(pdf).digest() for pdf in pdfs] == alone


def test_every_word_of_every_template_is_in_both_languages_and_printable() -> None:
    assert len(templates()) >= 34
    for language in LANGUAGES:
        for sentence in texts(language).under("paper.").values():
            assert not glyphs.missing(sentence), sentence
    for name, data in papers().items():
        assert compose_paper(data).pdf, name


def test_the_catalogues_have_the_same_keys_and_holes() -> None:
    chinese, english = (texts(language).under("paper.") for language in LANGUAGES)
    assert chinese.keys() == english.keys()
    for key, sentence in chinese.items():
        holes = {hole for _, hole, _, _ in string.Formatter().parse(sentence) if hole}
        theirs = {hole for _, hole, _, _ in string.Formatter().parse(english[key]) if hole}
        if key != "date":  # months have names in English
            assert holes == theirs, key
