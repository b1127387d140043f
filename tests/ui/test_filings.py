"""The page of online filings, by keyboard alone."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
BOTH = CTRL | Qt.KeyboardModifier.ShiftModifier


@pytest.mark.parametrize(
    ("language", "mode", "text_size"), [("zh_CN", "light", "normal"), ("en", "dark", "largest")]
)
def test_a_filing_is_looked_at_and_registered_or_answered(at_window, language, mode, text_size):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key((KEY.Key_O, BOTH))
        page = hands.page
        assert page.objectName() == "filings"
        assert page.model.rowCount() == 2
        page.table.choose("W261122-00001")
        assert "110101199003071233" in page.who.text()
        await hands.key((KEY.Key_K, BOTH))
        assert page.page.isVisible()
        folder = os.environ.get("CHUANGKOU_PICTURES")
        if folder:
            hands.window.grab().save(str(Path(folder) / f"filings-{language}-{mode}.png"))
        await hands.key((KEY.Key_L, BOTH))
        assert page.fields["text"].problem
        page.table.choose("W261122-00002")
        hands.find("filings.text").setFocus()
        await hands.type("lacks")
        await hands.key((KEY.Key_L, BOTH))
        assert ("lacks", "W261122-00002", "lacks") in hands.desk.filings.asked
        assert page.text.toPlainText() == ""
        await hands.key((KEY.Key_Return, CTRL))
        assert ("register", "W261122-00001") in hands.desk.filings.asked

    at_window(scenario, language=language, mode=mode, text_size=text_size)
