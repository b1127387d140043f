"""The tables give what the dictionaries gave of which they were made."""

import random
from importlib.resources import files

import pytest
from pypinyin import Style, lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from installer import pinyin
from sync.initials import first_letters, initials, reading


def plainly(text):
    return "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))


@pytest.mark.slow
def test_the_tables_are_those_of_the_dictionaries():
    folder = files("resources") / "pinyin"
    for name, text in pinyin.texts().items():
        assert (folder / name).read_text("utf-8") == text, name


@pytest.mark.slow
def test_every_character_and_phrase_has_its_letters():
    known = [*map(chr, PINYIN_DICT), *PHRASES_DICT]
    assert [text for text in known if first_letters.__wrapped__(text) != plainly(text)] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_whole_texts_are_cut_into_phrases_alike(seed):
    chance = random.Random(seed)  # noqa: S311
    phrases = sorted(PHRASES_DICT)
    for _ in range(2000):
        parts = [chance.choice(phrases)[: chance.randint(1, 4)] for _ in range(4)]
        text = "".join(
            [*parts, chance.choice(["", "A1", "（", "\U00031350", "〇", "\ufa0e"]), *parts[:1]]
        )
        assert first_letters.__wrapped__(text) == plainly(text), text


def test_what_is_not_chinese_stays():
    assert first_letters("食品经营许可A1") == "spjyxkA1"
    assert initials("重庆银行 (A1)") == "cqyha1"
    assert first_letters("") == initials("") == ""


def test_a_character_without_a_glyph_has_a_reading_where_there_is_one():
    assert reading("\U00030021") == "qiān"
    assert reading("王") == reading("A") == ""
