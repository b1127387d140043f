"""Whoever changes the language sees all that is said change: no sentence stays in the other."""

import re

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QTableView, QWidget

from tests.helpers.gallery.walking import USUAL, walk
from ui.widgets.buttons import ActButton
from ui.widgets.choices import Tile
from ui.widgets.lights import LightMark
from ui.widgets.text import Elided
from ui.widgets.ticks import Tick

pytestmark = [pytest.mark.slow, pytest.mark.timeout(480)]
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")  # two words: no name, number or file has them
TELLING = (
    "05-crashes-told",
    "06-enrol-failed",
    "06-enrol-wrong",
    "07-recover-unsigned",
    "09-colleague-added",
    "13-workbench-nothing-found",
    "15-batch-included",
    "17-doctor",
    "18-former-brought",
    "22-case-papers",
    "26-decision-joint",
    "33-prereg-doubles",
    "33-prereg-wrong",
    "34-receive-scan",
    "34-receive-shared",
    "37-accept",
    "40-handle",
    "46-sign-wrong",
    "53-withdraw",
    "60-messages",
)
"""Screens that say something of a case, a failure, or what was done just now."""
NOT_OURS = ("Ctrl", "sudo ", "chuangkou-")  # keys and commands
SAYS = (QLabel, ActButton, Elided, Tick, Tile)


def words_on(window):
    """Yield what is read on a window, by eyes and by a reader."""
    for part in window.findChildren(QWidget):
        if not part.isVisible():
            continue
        yield from (part.accessibleName(), part.accessibleDescription(), part.toolTip())
        if isinstance(part, SAYS):
            yield part.text()
        if isinstance(part, LightMark):
            yield part.words
        if isinstance(part, QComboBox):
            yield from (part.itemText(place) for place in range(part.count()))
        if isinstance(part, QTableView):
            model = part.model()
            for row in range(model.rowCount()):
                yield from (
                    model.index(row, column).data() for column in range(model.columnCount())
                )


def test_no_sentence_stays_in_the_language_of_before(application, tmp_path):
    left = []

    async def visit(stand, name):
        stand.window.next_language()
        await stand.rest()
        left.extend(
            f"{name}: {words}"
            for words in sorted({each for each in words_on(stand.window) if each})
            if ENGLISH.search(words) and not any(own in words for own in NOT_OURS)
        )
        stand.window.next_language()

    walk(application, tmp_path, ("en", *USUAL[1:]), visit, TELLING)
    assert left == []
