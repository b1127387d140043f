"""What the bundled fonts can print is known by character, before any paper is made."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.documents import glyphs


def test_rare_names_that_the_fonts_have_are_printable() -> None:
    assert glyphs.missing("䶮㛃喆𬱖龘囍·（）《》①℃") == ""
    assert glyphs.missing("".join(map(chr, range(0x4E00, 0x9FA6)))) == ""
    assert glyphs.missing("".join(map(chr, range(0x3400, 0x4DB6)))) == ""


def test_missing_characters_come_once_each_in_order() -> None:
    assert glyphs.missing("张𪚥三𪚥😀") == "𪚥😀"


def test_a_variant_of_a_character_is_printable() -> None:
    assert glyphs.missing("葛\U000e0100") == ""
    assert glyphs.unprintable("葛\U000e0100") == ""


@pytest.mark.parametrize("text", ["一行\n二行", "a\tb", "Ａ", "é"])
def test_layout_characters_pass(text: str) -> None:
    glyphs.require_printable([text])


@given(st.text(alphabet=st.characters()))
def test_any_text_is_sorted_without_stumbling(text: str) -> None:
    lost, hidden = set(glyphs.missing(text)), set(glyphs.unprintable(text))
    assert not lost & hidden
    assert lost | hidden <= set(text)
