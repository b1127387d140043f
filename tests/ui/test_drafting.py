"""A decision's words from a template with the case's facts; every earlier draft is kept (ST08)."""

import pytest
from PySide6.QtCore import Qt

from ui.values import Route

pytestmark = pytest.mark.slow  # each opens the whole window

ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def deciding(desk):
    return next(n for n, case in desk.world.items() if case.state == "deciding")


async def at_decision(hands, *, kind="grant"):
    await hands.enter("chief")
    number = deciding(hands.desk)
    await hands.go(Route("step", number, "grant"))
    page = hands.page
    page.kinds.tiles[kind].click()
    await hands.rest()
    return page, number


def test_the_template_is_filled_with_the_cases_facts(at_window):
    async def scenario(hands):
        page, number = await at_decision(hands)
        await hands.key((Qt.Key.Key_D, ALT))
        text = page.text.text()
        case = hands.desk.world[number]
        assert case.applicant in text
        assert number in text
        assert case.item.row.name in text
        assert "{" not in text
        assert "。。" not in text
        assert "意见意见" not in text
        notes = [row.note for row in case.timeline if row.kind in {"handle", "review"}]
        assert notes
        assert all(note.rstrip("。") in text for note in notes)

    at_window(scenario)


def test_its_words_are_the_papers_whatever_the_screen_speaks(at_window):
    async def scenario(hands):
        page, _ = await at_decision(hands)
        await hands.key((Qt.Key.Key_D, ALT))
        assert "经审查" in page.text.text()

    at_window(scenario, language="en")


def test_what_stood_there_is_a_draft_and_comes_back(at_window):
    async def scenario(hands):
        page, number = await at_decision(hands)
        page.text.setFocus()
        await hands.type("自己写的理由")
        await hands.key((Qt.Key.Key_D, ALT))
        template = page.text.text()
        assert template != "自己写的理由"
        assert [version.text for version in page._versions] == ["自己写的理由"]
        page.versions.setCurrentIndex(1)
        page.versions.picked.emit(page.versions.code())
        await hands.rest()
        assert page.text.text() == "自己写的理由"
        assert [version.text for version in page._versions] == ["自己写的理由", template]
        await hands.go(Route("step", number, "grant"))  # and after the page was left
        assert len(hands.page._versions) == 2
        assert hands.page._versions[0].person

    at_window(scenario)


def test_the_sheets_words_are_a_draft_too_and_the_same_words_no_new_one(at_window):
    async def scenario(hands):
        page, number = await at_decision(hands)
        await hands.key((Qt.Key.Key_D, ALT), (Qt.Key.Key_D, ALT))
        assert page._versions  # the template's words, said once
        before = len(page._versions)
        await hands.key((Qt.Key.Key_Return, CTRL))
        await hands.go(Route("step", number, "grant"))
        assert len(hands.page._versions) == before

    at_window(scenario)


def test_without_a_decision_the_template_says_why_not(at_window):
    async def scenario(hands):
        await hands.enter("chief")
        await hands.go(Route("step", deciding(hands.desk), "grant"))
        assert hands.page.fill.reason
        assert not hands.page.versions.isEnabled()

    at_window(scenario)
