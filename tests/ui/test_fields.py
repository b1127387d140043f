"""What a person fills in: fields, choices, tiles, pickers, ticks, dropped files."""

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QAccessible,
    QDragEnterEvent,
    QDropEvent,
    QInputMethodEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ui import theme
from ui.widgets.choices import Tiles
from ui.widgets.drop import DropFace
from ui.widgets.fields import Choice, Field, LineField, PinField, TextField
from ui.widgets.layout import column
from ui.widgets.picker import Option, Picker
from ui.widgets.ticks import Tick


def commit(widget, text):
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(widget, event)


@pytest.mark.parametrize("name", ["王芳", "欧阳·阿依古丽", "张䶮", "𬱖𠅤", "买买提" * 21 + "一"])
def test_names_are_kept_to_the_letter(qtbot, name):
    line = LineField(limit=64)
    qtbot.addWidget(line)

    commit(line, name)

    assert line.text() == name


def test_a_pin_takes_what_a_key_allows_and_forgets_it(qtbot):
    pin = PinField()
    qtbot.addWidget(pin)
    QTest.keyClicks(pin, "12 34ab#" + "9" * 40)

    assert pin.take() == "1234ab#" + "9" * 25
    assert pin.text() == ""
    pin.undo()
    assert pin.text() == ""


def test_a_pin_is_closed_to_the_input_method(qtbot):
    pin = PinField()
    qtbot.addWidget(pin)

    assert not pin.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)


def test_a_field_says_its_problem_beside_and_to_readers(qtbot):
    field = Field("x", LineField(), required=True)
    qtbot.addWidget(field)
    field.set_label("姓名")
    field.set_hint("提示")
    field.set_problem("错了")

    assert field.note.text() == "错了"
    assert field.editor.accessibleDescription() == "错了"
    assert field.editor.bad
    field.set_problem("")
    assert field.note.text() == "提示"
    assert field.editor.accessibleName().startswith("姓名")


def test_the_mark_of_what_is_required_is_told_to_readers_too(qtbot):
    asked = Field("x", LineField(), required=True)
    free = Field("y", LineField())
    tiles = Field("z", Tiles(["a", "b"]), required=True)
    for field, label in ((asked, "姓名"), (free, "备注"), (tiles, "决定")):
        qtbot.addWidget(field)
        field.set_label(label)
    assert asked.label.text() == "姓名"
    assert asked.editor.accessibleName() not in {"", "姓名"}
    assert free.editor.accessibleName() == "备注"
    assert tiles.heard is tiles.editor, "each tile has a name of its own"
    assert QAccessible.queryAccessibleInterface(tiles.editor).role() == QAccessible.Role.Grouping


def test_what_has_the_keyboard_says_label_and_problem_whatever_lies_around_it(qtbot):
    holder, line = QWidget(), LineField()
    column(holder).addWidget(line)
    holder.setFocusProxy(line)
    field = Field("x", holder)
    qtbot.addWidget(field)
    field.set_label("文件")
    field.set_problem("没有这个文件")
    assert (line.accessibleName(), line.accessibleDescription()) == ("文件", "没有这个文件")


def test_a_choice_keeps_its_code_in_another_language(qtbot):
    choice = Choice()
    qtbot.addWidget(choice)
    choice.offer([("a", "甲"), ("b", "乙")])
    choice.choose("b")

    choice.offer([("a", "one"), ("b", "two")])

    assert choice.code() == "b"
    assert choice.currentText() == "two"


def test_tiles_are_chosen_by_digit_and_closed_ones_are_not(qtbot):
    tiles = Tiles(["one", "two"])
    qtbot.addWidget(tiles)
    tiles.tiles["two"].set_blocked("不行")
    QTest.keyClick(tiles, Qt.Key.Key_2)
    assert tiles.current() == ""
    QTest.keyClick(tiles, Qt.Key.Key_1)

    assert tiles.current() == "one"
    assert tiles.tiles["two"].under == "不行"
    tiles.choose("")
    assert tiles.current() == ""


def test_a_picker_moves_and_takes_by_keys(qtbot):
    picker = Picker()
    qtbot.addWidget(picker)
    picker.show()
    taken = []
    picker.picked.connect(taken.append)
    picker.show_options([Option("a", "甲"), Option("b", "乙")])
    QTest.keyClick(picker.line, Qt.Key.Key_Down)
    QTest.keyClick(picker.line, Qt.Key.Key_Down)
    QTest.keyClick(picker.line, Qt.Key.Key_Return)

    assert taken == ["b"]
    assert picker.list.isHidden()


def test_a_tick_is_pressed_by_space_and_by_its_words(qtbot):
    tick = Tick()
    qtbot.addWidget(tick)
    tick.setText("申请表")
    tick.resize(tick.sizeHint())
    QTest.keyClick(tick, Qt.Key.Key_Space)
    assert tick.isChecked()
    QTest.mouseClick(tick, Qt.MouseButton.LeftButton, pos=tick.rect().center())
    assert not tick.isChecked()


def test_a_text_field_leaves_esc_and_ctrl_enter_to_the_page(qtbot):
    field = TextField(3)
    qtbot.addWidget(field)
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    assert field.text() == "\n"


def test_files_are_dropped(qtbot, tmp_path):
    face = DropFace()
    qtbot.addWidget(face)
    path = tmp_path / "a.jpg"
    path.write_bytes(b"x")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)), QUrl("https://example.org/b.jpg")])
    got = []
    face.dropped.connect(got.extend)
    how = (
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(face, QDragEnterEvent(QPoint(1, 1), *how))
    assert face.face == "over"
    QApplication.sendEvent(face, QDropEvent(QPointF(1, 1), *how))

    assert got == [path]


def test_an_editor_whose_content_is_wrong_has_a_red_edge_and_looks_as_before_when_mended(qtbot):
    for made in (LineField(), TextField(2)):
        qtbot.addWidget(made)
        made.resize(200, 60)
        red = theme.tokens().hue("red")
        before = made.grab().toImage()
        made.set_bad(bad=True)
        assert made.grab().toImage().pixelColor(100, 0) == red
        made.set_bad(bad=False)
        assert made.grab().toImage() == before
