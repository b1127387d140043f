"""The clerks' handbook: what docs/ holds is what the program says, whole, in both languages."""

import re
from pathlib import Path

import pytest

from installer.handbook import codes, handbook, path_of
from sync.domain.violations import SEVERITY, Severity
from sync.server.services.supervision.inbox import KINDS
from sync.texts import LANGUAGES, texts
from ui.handbook import chapter_of, chapters, pages_known

ROOT = Path(__file__).parents[3]
LITERAL = re.compile(r'Failure\(\s*"([a-z_]+\.[a-z_.]+)"')
SEEN_BY_CLERKS = ("client", "ui", "sync/engine", "sync/protocol", "sync/proof", "sync/domain")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_in_docs_is_what_the_program_says(language):
    assert path_of(language).read_text("utf-8") == handbook(language), (
        "run: python -m installer.handbook"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_that_a_window_can_raise_has_its_row(language):
    told = codes(texts(language))
    raised = {
        code
        for room in SEEN_BY_CLERKS
        for source in (ROOT / room).rglob("*.py")
        for code in LITERAL.findall(source.read_text("utf-8"))
    }
    assert len(raised) > 100
    assert raised - set(told) == set()
    assert [code for code, (what, remedy) in told.items() if not what or not remedy] == []


def test_every_rule_and_every_failure_with_words_has_its_row():
    words = texts("zh_CN")
    for family in ("error.", "violation."):
        named = {code for code in words.under(family) if not code.endswith(".do")} - {"unknown"}
        assert named <= set(codes(words))


def findings(words):
    """Return the codes of what stands though something is wrong with it: not of refusals."""
    every = {code for code in words.under("violation.") if "." not in code} - {"unknown"}
    return {code for code in every if SEVERITY.get(code) is not Severity.REFUSED}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_finding_is_told_what_to_do_about_it_and_not_to_make_the_step_again(language):
    words = texts(language)
    told, of_a_rule = codes(words), words.t("handbook.of_a_rule")
    assert len(findings(words)) > 50
    assert {code for code in findings(words) if told[code][1] == of_a_rule} == set()


def test_every_finding_stands_on_a_shelf_of_the_inbox():
    assert findings(texts("zh_CN")) - frozenset().union(*KINDS.values()) == set()


def test_both_languages_have_the_same_chapters():
    books = [[each.code for each in chapters(language)] for language in LANGUAGES]
    assert books[0] == books[1]
    assert len(set(books[0])) == len(books[0]) > 15


def test_every_page_leads_to_a_chapter():
    known = {each.code for each in chapters("zh_CN")}
    ways = (ROOT / "ui" / "shell" / "ways.py").read_text("utf-8")
    pages = set(re.findall(r'"(\w+)": open_\w+', ways)) - {"step", "help"}
    assert pages - pages_known() == set(), "say in ui/handbook.py which chapter speaks of them"
    assert {chapter_of(page) for page in pages} <= known
    assert {chapter_of("step", step) for step in texts("zh_CN").under("step.")} <= known
    assert chapter_of("step", "notify_correction") == "correct"
    assert chapter_of("step", "claim") == "flow"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_key_that_a_chapter_names_is_a_key_of_the_window(language):
    sources = "".join(source.read_text("utf-8") for source in (ROOT / "ui").rglob("*.py"))
    named = {
        key
        for each in chapters(language)
        for block in each.blocks
        for key in re.findall(r"`([^`]+)`", block.words)
    }
    assert {key for key in named if f'"{key}"' not in sources} == set()


NOT_ON_THE_SCREEN = {"退件"}
"""What there is none of in this window."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_chapter_quotes_is_what_the_window_says(language):
    """From a message's beginning: it may go on with what differs from case to case."""
    said = set(texts(language).under("").values())
    quoted = {
        quote.rstrip("…")
        for each in chapters(language)
        for block in each.blocks
        for quote in re.findall("“([^”]+)”", block.words)
    }
    told = {quote for quote in quoted if any(each.startswith(quote) for each in said)}
    assert len(quoted) > 3
    assert quoted - told == (NOT_ON_THE_SCREEN if language == "zh_CN" else set())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_there(language):
    pictures = [
        block.words
        for each in chapters(language)
        for block in each.blocks
        if block.kind == "picture"
    ]
    assert len(pictures) >= len(chapters(language))
    folder = ROOT / "docs" / "pictures" / "pages"
    assert [name for name in pictures if not (folder / f"{name}.png").exists()] == []
