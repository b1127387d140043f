"""A citizen with a rare name is typed, seen and told of; no font is waited for."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QTextLayout

from client.app.items.catalogue import CatalogueDesk
from sync.texts import LANGUAGES, texts
from ui import theme
from ui.i18n import Tongue
from ui.views.preregister import PreregisterPage
from ui.views.receiver import ReceiverPage
from ui.widgets.text import Text

# From Extension B, F, C, E, the compatibility supplement, and one that only our serif has.
RARE = "𠮷\U0002ebe0\U0002a701\U0002b821\U0002f800\u4db6"


def families(text, font):
    layout = QTextLayout(text, font)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    runs = layout.glyphRuns()
    return {run.rawFont().familyName() for run in runs}, sum(
        run.glyphIndexes().count(0) for run in runs
    )


@pytest.fixture
def rare_fonts(application):
    return list(theme.rare_fonts())


def test_every_rare_ideograph_is_drawn_by_a_font_of_ours(application, rare_fonts):
    known = {theme.FONT_FAMILY, *rare_fonts}
    for char in RARE:
        used, empty = families(char, application.font())
        assert used <= known, hex(ord(char))
        assert empty == 0


def test_two_rare_names_are_two_pictures(application, rare_fonts, qtbot):
    label = Text("body")
    qtbot.addWidget(label)
    label.resize(200, 40)
    shots = []
    for char in RARE:
        label.setText(char)
        shots.append(label.grab().toImage())
    assert not any(a == b for n, a in enumerate(shots) for b in shots[:n])


def test_the_fonts_are_loaded_after_the_first_paint_and_once(at_window):
    async def scenario(hands):
        await hands.rest()
        stand_ins = QFont.substitutes(theme.FONT_FAMILY)
        assert {"han rare 20000", "han rare 2e000", "noto serif sc"} <= set(stand_ins)
        assert len(stand_ins) == len(set(stand_ins))

    at_window(scenario)
    at_window(scenario)


NAMES = {
    "64 of Extension B": "𠮷" * 64,
    "with its dot": "古丽·\U0002ceb1",
    "a variant": "葛\U000e0100",
    "64": "字" * 64,
    "too long, yet not cut": "字" * 70,
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_is_taken_whole_and_the_rule_counts_its_characters(at_window, name):
    async def scenario(hands):
        await hands.enter("reception")
        await hands.key(Qt.Key.Key_F2)
        hands.page.applicant.setFocus()
        await hands.type(name)
        assert hands.page.applicant.text() == name

    at_window(scenario)


def test_a_receiver_s_rare_name_is_taken_whole(qtbot):
    page = ReceiverPage(Tongue("zh_CN"), "sign_for")
    qtbot.addWidget(page)
    page.person.insert("𠮷" * 64)
    assert page.person.text() == "𠮷" * 64


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "key", "told"),
    [
        ("王\ue81e", "name.old_code", ("U+E81E", "龴", "U+9FB4")),
        ("王\ue001", "name.private_code", ("U+E001",)),
        ("王\u202e芳", "name.invisible", ("U+202E",)),
        ("王\u200b芳", "name.invisible", ("U+200B",)),
        ("王\x07芳", "name.invisible", ("U+0007",)),
        ("王<芳", "name.character", ("<", "U+003C")),
    ],
)
def test_what_cannot_stand_in_a_name_is_told_by_its_code(language, name, key, told):
    problem = CatalogueDesk().check_name(name).problem
    said = texts(language).t(problem.key, **problem.args)
    assert problem.key == key
    assert all(part in said for part in told)
    assert not set("\u202e\u200b\x07") & set(said)


def test_a_name_that_papers_print_by_code_passes_and_the_clerk_is_told(qtbot):
    checked = CatalogueDesk().check_name("王\U00031350")
    assert (checked.value, checked.problem) == ("王\U00031350", None)
    page = PreregisterPage(Tongue("zh_CN"))
    qtbot.addWidget(page)
    page.show_checked("name", checked)
    assert "〔U+31350 qí〕" in page.fields["name"].note.text()
    assert page.fields["name"].problem == ""
    assert CatalogueDesk().check_name("王𠮷").hint is None
