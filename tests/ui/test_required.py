"""What must be answered is marked for eyes and told to readers, in both languages."""

import pytest
from PySide6.QtGui import QAccessible

from tests.helpers.gallery.walking import USUAL, walk
from ui.widgets.fields import Field

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
ASKING = (
    "06-enrol",
    "09-colleague",
    "32-prereg-filled",
    "44-decision-deny",
    "49-sign-for",
    "63-cure",
    "67-bookings",
    "70-accept_pending",
    "70-hold_hearing",
    "70-suspend",
)
"""Screens with every kind of question: lines, texts, lists, tiles, pickers, files, ticks, days."""
LABEL = QAccessible.RelationFlag.Label
SAID = {"zh_CN": "（必填）", "en": "(required)"}


def test_a_reader_is_told_what_must_be_answered(application, tmp_path):
    asked, silent = set(), []

    async def visit(stand, name):
        for _ in SAID:
            said = SAID[stand.window.tongue.language]
            for field in marked(stand.window):
                asked.add(name)
                if not any(said in each for each in heard(field)):
                    silent.append(f"{name}: {field.name}: {heard(field)}")
            stand.window.next_language()
            await stand.rest()

    walk(application, tmp_path, USUAL, visit, ASKING)
    assert silent == [], "\n".join(silent)
    assert asked == set(ASKING)


def marked(window):
    return [each for each in window.findChildren(Field) if each.required and each.isVisible()]


def heard(field):
    """Return what the tree says that readers read, from what has the keyboard up to the question.

    Of a group a reader says the name as the keyboard comes into it; of a list, on Linux, its label.
    """
    part = field.editor
    while part.focusProxy() is not None:
        part = part.focusProxy()
    face, names = QAccessible.queryAccessibleInterface(part), []
    while face is not None and face.object() is not field:
        if face.object() is part or face.role() == QAccessible.Role.Grouping:
            labels = [each for each, kind in face.relations() if kind & LABEL]
            names += [each.text(QAccessible.Text.Name) for each in (face, *labels)]
        face = face.parent()
    return names
