"""The parts alone: models, tables, fields, the tongue, lights, paper."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QHelpEvent,
    QImage,
    QInputMethodEvent,
    QPainter,
    QPixmap,
)
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolTip, QWidget

from client.app.rows.cases import StepOption
from client.app.rows.words import Words
from ui import theme
from ui.i18n import Tongue
from ui.models.rows import ACCESSIBLE_TEXT, MARK, ROW, Cells, Column, RowModel
from ui.views.acts import Acts, step_words
from ui.views.printing import paint_page, print_picture
from ui.widgets.choices import Tiles
from ui.widgets.drop import DropFace
from ui.widgets.fields import Choice, Field, LineField, PinField, TextField
from ui.widgets.layout import Face, Flow, Scroll, clear, column
from ui.widgets.lights import draw_light
from ui.widgets.picker import Option, Picker
from ui.widgets.table import RowTable
from ui.widgets.text import Elided, Text
from ui.widgets.ticks import Tick

COLUMNS = (Column("light", 60), Column("name", 80, stretch=True), Column("who", 60, spare=True))


@dataclass(frozen=True)
class Line:
    number: str
    name: str


@pytest.fixture
def model():
    made = RowModel(
        COLUMNS,
        lambda line: Cells(("剩", line.name, "x"), "yellow", f"spoken {line.name}"),
        lambda line: line.number,
    )
    made.set_titles(("时限", "名称", "人"))
    return made


def lines(count, start=0):
    return [Line(f"n{place}", f"名{place}") for place in range(start, start + count)]


def test_the_model_is_a_model(model, qtmodeltester):
    qtmodeltester.check(model)
    model.set_rows(lines(5), more=True)
    qtmodeltester.check(model)
    model.add_rows(lines(3, 5), more=False)
    qtmodeltester.check(model)


def test_cells_are_made_once_for_a_row_that_is_looked_at_and_for_no_other():
    made = []

    def form(line):
        made.append(line)
        return Cells((line.name,) * 3)

    rows = RowModel(COLUMNS, form, lambda line: line.number)
    rows.set_rows(lines(10))
    for _ in range(50):
        rows.data(rows.index(3, 1))
        rows.data(rows.index(7, 0))

    assert [line.number for line in made] == ["n3", "n7"]
    rows.form_again()
    assert rows.data(rows.index(3, 1)) == "名3"
    assert [line.number for line in made] == ["n3", "n7", "n3"]


def test_roles_of_a_row(model):
    model.set_rows(lines(2))
    first = model.index(0, 0)

    assert first.data(MARK) == "yellow"
    assert first.data(ROW) == Line("n0", "名0")
    assert first.data(ACCESSIBLE_TEXT) == "spoken 名0"
    assert model.index(0, 1).data(ACCESSIBLE_TEXT) == "名0"
    assert model.headerData(1, Qt.Orientation.Horizontal) == "名称"
    assert model.headerData(9, Qt.Orientation.Horizontal) is None
    assert model.place_of("nothing") == -1
    assert model.key_at(7) == ""


def test_more_is_asked_for_once(model):
    asked = []
    model.more_wanted.connect(lambda: asked.append(1))
    model.set_rows(lines(3), more=True)
    parent = model.index(-1, -1)

    assert model.canFetchMore(parent)
    model.fetchMore(parent)
    model.fetchMore(parent)

    assert asked == [1]
    assert not model.canFetchMore(parent)


def test_a_refresh_keeps_the_chosen_row(model, qtbot):
    table = RowTable(model)
    qtbot.addWidget(table)
    model.set_rows(lines(5))
    table.choose("n3")

    model.set_rows(lines(5))
    assert table.current_key() == "n3"
    model.set_rows(lines(2))
    assert table.current_key() == "n0"


def test_a_table_shows_what_fits_and_leaves_out_what_may_be(model, qtbot):
    table = RowTable(model)
    qtbot.addWidget(table)
    table.resize(400, 200)
    table.show()
    assert not table.isColumnHidden(2)
    table.resize(180, 200)
    QTest.qWait(1)
    assert table.isColumnHidden(2)


def test_a_shortened_cell_says_the_whole_where_the_hand_rests(model, qtbot, monkeypatch):
    said = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, words, _over: said.append(words))
    table = RowTable(model)
    qtbot.addWidget(table)
    table.resize(200, 200)
    table.show()
    model.set_rows([Line("n0", "名" * 40), Line("n1", "名")])
    assert [table.shortened(model.index(row, 1)) for row in (0, 1)] == ["名" * 40, ""]

    at = table.visualRect(model.index(0, 1)).center()
    rests = QHelpEvent(QEvent.Type.ToolTip, at, table.viewport().mapToGlobal(at))
    QApplication.sendEvent(table.viewport(), rests)
    assert said == ["名" * 40]


def test_ten_thousand_rows_are_shown_at_once(model, qtbot):
    table = RowTable(model)
    qtbot.addWidget(table)
    table.resize(600, 400)
    table.show()
    model.set_rows(lines(10_000))
    table.scrollToBottom()

    assert table.rowAt(table.viewport().height() - 10) == 9_999


# ---------------------------------------------------------------- fields


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
    assert field.editor.accessibleName() == "姓名"


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


def test_names_are_never_read_as_mark_up(qtbot):
    label = Text("body", "<b>张三</b>")
    qtbot.addWidget(label)

    assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_shortened_line_says_the_whole(qtbot):
    line = Elided()
    qtbot.addWidget(line)
    line.setText("云岭县城乡建设投资集团有限公司" * 3)
    line.resize(120, 30)
    line.grab()

    assert line.toolTip() == line.text() == line.accessibleName()


def test_a_flow_goes_on_in_the_next_line(qtbot):
    flow = Flow(gap=4)
    qtbot.addWidget(flow)
    for _ in range(4):
        part = QWidget()
        part.setFixedSize(50, 20)
        part.sizeHint = lambda: QSize(50, 20)
        flow.add(part)

    assert flow.heightForWidth(400) == 20
    assert flow.heightForWidth(110) == 44


def test_a_cleared_box_shows_nothing(qtbot):
    holder = QWidget()
    qtbot.addWidget(holder)
    box = column(holder)
    inner = column()
    inner.addWidget(QLabel())
    box.addLayout(inner)
    box.addWidget(QLabel())

    clear(box)

    assert box.count() == 0
    assert holder.findChildren(QLabel) == []


# ---------------------------------------------------------------- lights, paper


def light(shape, *, passed=False):
    image = QImage(24, 24, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    draw_light(painter, QPointF(12, 12), shape, passed=passed)
    painter.end()
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return {(x, y) for x in range(24) for y in range(24) if grey.pixelColor(x, y).lightness() < 170}


def test_lights_differ_in_shape_without_any_colour():
    shapes = {name: light(name) for name in ("white", "yellow", "red", "paused", "none")}
    shapes["passed"] = light("red", passed=True)
    names = list(shapes)
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            assert len(shapes[one] ^ shapes[other]) > 12, (one, other)


def test_a_page_is_printed_whole(tmp_path, application):
    page = QPixmap(620, 877)
    page.fill(Qt.GlobalColor.black)
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "page.pdf"))

    paint_page(printer, page)

    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_the_printer_is_asked_for_without_blocking(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    dialog = print_picture(parent, "受理通知书", QPixmap(10, 14))

    assert dialog.isVisible()
    dialog.reject()


# ---------------------------------------------------------------- tongue and theme


def test_bound_texts_change_with_the_language(tongue, qtbot):
    label = QLabel()
    qtbot.addWidget(label)
    tongue.bind(label, "setText", "command.new_case")
    tongue.set_language("en")
    assert label.text() == "New case"
    tongue.unbind(label, "setText")
    tongue.set_language("zh_CN")
    assert label.text() == "New case"


def test_a_bound_widget_is_forgotten_when_it_goes(tongue):
    kept = len(tongue._bound)
    label = QLabel()
    tongue.bind(label, "setText", "command.new_case")
    assert len(tongue._bound) == kept + 1
    del label
    assert len(tongue._bound) == kept

    tongue.set_language("en")

    assert tongue.t("command.new_case") == "New case"


def test_moments_are_china_s_whatever_the_machine_says(tongue):
    at = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)

    assert tongue.moment(at) == "11-27 17:00"
    assert tongue.moment_full(at) == "2026年11月27日 17:00"
    assert tongue.clock(at.astimezone(timezone(timedelta(hours=-5)))) == "17:00"
    assert tongue.moment(None) == tongue.moment_full(None) == tongue.clock(None) == ""


def test_words_within_words_are_said(tongue):
    inner = Words("state.accepted")

    assert tongue.say(Words("brief.said", {"step": inner, "person": "王"})).startswith("已受理")
    assert tongue.say(None) == ""
    assert tongue.say(Words("no.such.key")) == "no.such.key"


def test_a_newer_centre_s_code_is_shown_with_itself(tongue):
    assert "teleport" in tongue.coded("step", "teleport")


def test_qt_s_own_buttons_speak_chinese(application):
    tongue = Tongue("zh_CN")
    tongue.teach_qt(application)
    try:
        assert application.translate("QPlatformTheme", "Cancel") == "取消"
    finally:
        tongue.set_language("en", application)


@pytest.mark.parametrize(("size", "height"), [("normal", 36), ("large", 41), ("largest", 47)])
def test_text_sizes_scale_type_and_controls_together(application, size, height):
    chosen = theme.apply(application, "light", size)

    assert chosen.px("control") == height
    assert application.font().pixelSize() == chosen.px("type-body")
    assert application.font().family() == "Noto Sans SC"


def test_an_icon_is_drawn_in_its_colour(application):
    theme.apply(application, "light")
    image = theme.icon("check", "red", 24).pixmap(24, 24).toImage()
    inks = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }

    assert inks == {theme.tokens().colours["red"].lower()}


def test_a_hand_moves_a_page_by_the_handle_that_it_sees(qtbot):
    inside = QWidget()
    inside.setFixedSize(100, 1000)
    page = Scroll(inside)
    qtbot.addWidget(page)
    page.resize(120, 200)
    page.show()
    bar = page.verticalScrollBar()
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(6, 38))  # near the handle's end
    QTest.mouseMove(bar, QPoint(6, 118))
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(6, 118))
    assert bar.value() == 400  # half of the bar's way, half of the page's

    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(6, 198))
    assert bar.value() > 400  # below the handle: a page on


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


def test_labels_and_grounds_follow_a_change_of_theme(application, qtbot):
    face = Face("surface")
    label = Text("small muted", "话", face)
    tag = Text("tag-red", "超时", face)
    qtbot.addWidget(face)
    face.resize(200, 60)
    before = label.font().pixelSize(), tag.contentsMargins().left()
    theme.apply(application, "dark", "largest")

    chosen = theme.tokens()
    assert label.palette().windowText().color() == chosen.hue("muted")
    assert label.font().pixelSize() == chosen.px("type-small") > before[0]
    assert tag.contentsMargins().left() > before[1] - 1
    assert face.grab().toImage().pixelColor(100, 30) == chosen.hue("surface")


def test_the_pressed_act_says_at_once_that_it_works_and_takes_no_second_press(qapp):
    tongue = Tongue("zh_CN")
    acts = Acts(tongue, "at")
    picked = []
    acts.picked.connect(picked.append)
    acts.show_options((StepOption("seal", primary=True), StepOption("spoil", primary=False)))

    acts.buttons["seal"].click()
    acts.set_busy(busy=True)

    acts.buttons["seal"].click()
    assert acts.buttons["seal"].text() == tongue.t("act.busy")
    assert acts.buttons["seal"].isEnabled()
    assert picked == ["seal"]

    acts.set_busy(busy=False)

    assert acts.buttons["seal"].text() == step_words(tongue, "seal")
