"""docs/A-DAY.md quotes the screen: what stands in its quotation marks is what the screen says."""

import re
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "A-DAY.md").read_text("utf-8")
QUOTED = tuple(dict.fromkeys(re.findall("“([^”]+)”", PAGE)))


@pytest.fixture(scope="module")
def said():
    """Return every text of the Chinese screen, and the names of the items."""
    folder = ROOT / "resources" / "i18n" / "zh_CN" / "LC_MESSAGES"
    texts = [entry.msgstr for path in sorted(folder.glob("*.po")) for entry in polib.pofile(path)]
    return [*texts, (ROOT / "resources" / "catalogue" / "yunling.json").read_text("utf-8")]


@pytest.mark.parametrize("quoted", QUOTED)
def test_what_the_page_quotes_the_screen_says(said, quoted):
    assert any(quoted in text or filled(text).fullmatch(quoted) for text in said)


def filled(text):
    """Return a pattern of a text with something in its places."""
    return re.compile(re.sub(r"\\\{[^}]*\\\}", ".+", re.escape(text)) if "{" in text else r"(?!)")


def test_the_page_quotes_the_screen_at_every_turn():
    assert len(QUOTED) > 30
