"""What the bundled fonts can print is known by character, before any paper is made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.documents import glyphs
from client.documents.bundled import FONTS
from sync.texts import texts


def test_rare_names_that_the_fonts_have_are_printable() -> None:
    assert glyphs.missing("䶮㛃喆𬱖龘囍·（）《》①℃") == ""


# GB 18030-2022, implementation level 3: its blocks as Unicode 11 had them.
LEVEL_3 = {
    "URO": (0x4E00, 0x9FEF),
    "A": (0x3400, 0x4DB5),
    "B": (0x20000, 0x2A6D6),
    "C": (0x2A700, 0x2B734),
    "D": (0x2B740, 0x2B81D),
    "E": (0x2B820, 0x2CEA1),
    "F": (0x2CEB0, 0x2EBE0),
}


@pytest.mark.parametrize("block", LEVEL_3)
def test_every_ideograph_of_level_3_is_printable(block: str) -> None:
    first, last = LEVEL_3[block]
    assert all(glyphs._has_glyph(point) for point in range(first, last + 1))
    assert glyphs.missing("".join(map(chr, range(first, last + 1)))) == ""


@pytest.mark.parametrize("kind", ["Sans", "Serif"])
def test_the_fonts_that_papers_are_set_in_first_hold_what_papers_say(kind: str) -> None:
    """So the whole fonts stay on the disk until a name or a reason needs a rarer character."""

    def held(part: str) -> set[int]:
        ranges = glyphs._ranges(FONTS / f"Noto{kind}SC-{part}.ttf")
        return {point for first, last in ranges for point in range(first, last + 1)}

    frequent, whole = held("Frequent"), held("Regular")
    assert frequent < whole
    said = "".join(str(text) for text in texts("zh_CN").under("paper.").values())
    assert {ord(char) for char in said} & whole <= frequent
    assert "堃" not in said
    assert ord("堃") in whole - frequent


def test_missing_characters_come_once_each_in_order() -> None:
    assert glyphs.missing("张\U00031350三\U00031350😀") == "\U00031350😀"


@pytest.mark.parametrize(
    ("char", "shown"),
    [
        ("\U00031350", "〔U+31350 qí〕"),  # newer than Python 3.11
        ("\U000323af", "〔U+323AF〕"),  # no reading known
        ("😀", "〔U+1F600〕"),
    ],
)
def test_a_character_without_a_glyph_is_shown_by_its_code(char: str, shown: str) -> None:
    assert glyphs.stands([f"张{char}", char]) == (glyphs.Stand(char, shown),)
    glyphs.require_printable([char])


@pytest.mark.parametrize(
    ("old", "standard"),
    [
        ("\ue816", "\U00020087"),
        ("\ue81e", "\u9fb4"),
        ("\ue843", "\u9fb9"),  # 0xFE7E: the last before the gap at 0x7F
        ("\ue844", "\u4723"),
        ("\ue864", "\u9fbb"),
        ("\ue815", "\u2e81"),
        ("\ue814", ""),
        ("\ue865", ""),
        ("\ue000", ""),
        ("字", ""),
    ],
)
def test_an_old_private_code_is_told_by_its_standard_character(old: str, standard: str) -> None:
    assert glyphs.standard_of(old) == standard


def test_all_eighty_old_codes_have_their_character_and_no_two_the_same() -> None:
    found = [glyphs.standard_of(chr(point)) for point in range(0xE815, 0xE865)]
    assert len(set(found)) == 80
    assert not glyphs.unprintable("".join(found))


def test_a_variant_of_a_character_is_printable() -> None:
    assert glyphs.missing("葛\U000e0100") == ""
    assert glyphs.unprintable("葛\U000e0100") == ""


@pytest.mark.parametrize("text", ["一行\n二行", "a\tb", "Ａ", "é"])
def test_layout_characters_pass(text: str) -> None:
    glyphs.require_printable([text])


@given(st.text(alphabet=st.characters()))
def test_any_text_is_sorted_without_stumbling(text: str) -> None:
    for one in glyphs.stands([text]):
        assert not glyphs.missing(one.shown)
    lost, hidden = set(glyphs.missing(text)), set(glyphs.unprintable(text))
    assert not lost & hidden
    assert lost | hidden <= set(text)
