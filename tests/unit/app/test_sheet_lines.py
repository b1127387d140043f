"""The sheet shows as rows what the card signs as text, whatever stands in a value."""

from types import SimpleNamespace

import pytest

from client.app.steps.sheets import sheet_of
from sync.texts import LANGUAGES, texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_line_of_what_is_signed_is_a_label_and_its_whole_value(language):
    said = texts(language)
    told = {said.t("sheet.case"): "20261013-339901-00001-0", said.t("sheet.item"): "甲：乙: 10:30"}
    lines = [said.t("sheet.line", label=label, value=value) for label, value in told.items()]
    draft = SimpleNamespace(id="e1", shown="\n".join(["决定", *lines]))
    sheet = sheet_of("grant", SimpleNamespace(number="n"), draft, "ab" * 32, ())
    assert {label.args["text"]: value for label, value in sheet.lines} == told
    assert (sheet.title.args["text"], sheet.shown) == ("决定", draft.shown)
