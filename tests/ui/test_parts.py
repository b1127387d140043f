"""The parts alone: texts, boxes, lights, paper, the tongue, the looks."""

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, Qt
from PySide6.QtGui import (
    QImage,
    QPainter,
    QPixmap,
)
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget

from client.app.rows.cases import StepOption
from client.app.rows.words import Words
from ui import theme
from ui.i18n import Tongue
from ui.views import file_dialog
from ui.views.acts import Acts, step_words
from ui.views.file_dialog import make_dialog
from ui.views.printing import paint_pages, print_pictures
from ui.widgets.layout import Face, Flow, Scroll, clear, column
from ui.widgets.lights import draw_light
from ui.widgets.text import Elided, Text


def test_names_are_never_read_as_mark_up(qtbot):
    label = Text("body", "<b>张三</b>")
    qtbot.addWidget(label)

    assert label.textFormat() == Qt.TextFormat.PlainText


@pytest.mark.parametrize("role", ["strong", "small strong", "tag-green"])
def test_there_are_no_words_of_a_role_that_nobody_drew(qtbot, role):
    with pytest.raises(ValueError, match=role):
        Text(role)
    label = Text("small muted")
    qtbot.addWidget(label)
    with pytest.raises(ValueError, match=role):
        label.set_role(role)


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

    paint_pages(printer, (page,))

    assert (tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")


def test_the_printer_is_asked_for_without_blocking(qtbot):
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    dialog = print_pictures(parent, "受理通知书", (QPixmap(10, 14),))

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


def test_the_system_s_dialogs_speak_chinese_and_are_made_in_one_place(application, tongue, qtbot):
    tongue.teach_qt(application)
    holder = QWidget()
    qtbot.addWidget(holder)
    for saves in (False, True):
        dialog = make_dialog(holder, tongue, "receive.choose", saves=saves)
        said = [dialog.labelText(label) for label in QFileDialog.DialogLabel]
        assert [words for words in said if re.search("[a-z]", words)] == []
        assert ("保存" in said[3]) is saves
    folder = Path(file_dialog.__file__).parent
    makers = [each.name for each in folder.glob("*.py") if "QFileDialog(" in each.read_text()]
    assert makers == ["file_dialog.py"]


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


def test_labels_and_grounds_follow_a_change_of_theme(application, qtbot):
    face = Face("surface")
    label = Text("small muted", "话", face)
    tag = Text("tag-red", "超时", face)
    heading = Text("small muted", "材料清单", face)
    heading.set_role("body")
    qtbot.addWidget(face)
    face.resize(200, 60)
    before = label.font().pixelSize(), tag.contentsMargins().left()
    theme.apply(application, "dark", "largest")

    chosen = theme.tokens()
    assert label.palette().windowText().color() == chosen.hue("muted")
    assert heading.palette().windowText().color() == chosen.hue("text")
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
