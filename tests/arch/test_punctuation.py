"""Chinese prose has Chinese punctuation: half-width marks between its characters are slips."""

import json
import re
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
HAN = "\u3400-\u9fff"
SLIP = re.compile(
    rf"[{HAN}][,;:?!]|[A-Za-z0-9}}”）][,;:?!](?=[{HAN}])"
    rf"|\([^()]*[{HAN}][^()]*\)|[{HAN}]\(|\(\{{"  # what stands for a word is one
)
PAGES = sorted((ROOT / "resources" / "i18n" / "zh_CN" / "LC_MESSAGES").glob("*.po"))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_words_in_chinese_are_pointed_in_chinese(path):
    slips = {
        entry.msgid: entry.msgstr for entry in polib.pofile(str(path)) if SLIP.search(entry.msgstr)
    }
    assert slips == {}


CATALOGUES = sorted((ROOT / "resources" / "catalogue").glob("*.json"))


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_names_and_rules_of_the_catalogue_are_pointed_in_chinese(path):
    said = set(_texts(json.loads(path.read_text(encoding="utf-8"))))
    assert {text for text in said if SLIP.search(text)} == set()
    assert any(re.search(f"[{HAN}]", text) for text in said)
