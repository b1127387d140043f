"""Pages put right and paper scanned with the keyboard alone, on the real page."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest

from client.app.files.materials import PageEdit
from sync.domain.failures import Failure, FailureKind
from tests.helpers.gallery_cases import RECEIVED, REGISTERED
from tests.helpers.scripted_pages import TILT
from ui.values import Route
from ui.widgets.canvas import Canvas
from ui.widgets.strip import Strip

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


async def with_pages(hands, tmp_path):
    """Lay three pages to the first material; the keyboard is at its line."""
    folder = tmp_path / "scans"
    folder.mkdir()
    for number in (1, 2, 10):
        (folder / f"第{number}页.jpg").write_bytes(f"{number}".encode())
    await hands.enter("clerk")
    await hands.go(Route("step", REGISTERED, "receive"))
    hands.page.files.emit("m1", [folder])
    await hands.rest()
    hands.find("receive.material.m1").setFocus()
    await hands.rest()


def rows(hands):
    strip = hands.find("pages.strip")
    return [strip.item(place).text() for place in range(strip.count())]


def edits(hands):
    return [leaf.edit for leaf in hands.page._form.leaves]


def test_pages_are_put_right_and_kept_by_keys_alone(at_window, tmp_path):
    async def scenario(hands):
        await with_pages(hands, tmp_path)
        await hands.key((KEY.Key_E, CTRL))
        assert hands.focus == "pages.strip"
        assert rows(hands) == ["1. 第1页.jpg", "2. 第2页.jpg", "3. 第10页.jpg"]
        await hands.key(KEY.Key_Down, (KEY.Key_Down, ALT))
        assert rows(hands) == ["1. 第1页.jpg", "2. 第10页.jpg", "3. 第2页.jpg"]
        await hands.key(KEY.Key_R, (KEY.Key_R, SHIFT), KEY.Key_R, KEY.Key_D, KEY.Key_BracketLeft)
        assert edits(hands)[2] == PageEdit(1, TILT - 5)
        await hands.key((KEY.Key_Z, CTRL))
        assert edits(hands)[2] == PageEdit(1, TILT)
        await hands.key((KEY.Key_D, SHIFT))
        assert [edit.tilt for edit in edits(hands)] == [TILT] * 3
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.page.name == "receive"
        assert hands.focus == "receive.material.m1"
        ticks = hands.page._form.tick("m1").pages
        assert [page.name for page in ticks] == ["第1页.jpg", "第10页.jpg", "第2页.jpg"]
        assert PageEdit.of(ticks[2].edit) == PageEdit(1, TILT)

    at_window(scenario)


def test_a_frame_is_drawn_by_arrows_taken_by_enter_and_given_up_by_escape(at_window, tmp_path):
    async def scenario(hands):
        await with_pages(hands, tmp_path)
        await hands.key((KEY.Key_E, CTRL), KEY.Key_C)
        assert hands.focus == "pages.canvas"
        await hands.key(KEY.Key_Right, KEY.Key_Right, KEY.Key_Up, KEY.Key_Down, (KEY.Key_Up, SHIFT))
        assert hands.page.canvas.frame == (20, 0, 1000, 990)
        await hands.key(KEY.Key_Return)
        assert hands.page.canvas.frame is None
        assert hands.focus == "pages.strip"
        assert edits(hands)[0].crop == (20, 0, 1000, 990)
        await hands.key(KEY.Key_C, KEY.Key_Left, KEY.Key_Escape)
        assert hands.page.canvas.frame is None
        assert edits(hands)[0].crop == (20, 0, 1000, 990)
        assert hands.page.name == "pages"

    at_window(scenario)


def test_escape_leaves_and_what_was_done_waits(at_window, tmp_path):
    async def scenario(hands):
        await with_pages(hands, tmp_path)
        await hands.key((KEY.Key_E, CTRL), KEY.Key_R, KEY.Key_Escape)
        assert hands.page.name == "receive"
        assert [page.edit for page in hands.page._form.tick("m1").pages] == [()] * 3
        await hands.key((KEY.Key_E, CTRL))
        assert edits(hands)[0] == PageEdit(1)

    at_window(scenario)


def test_the_page_stands_in_its_own_pixels_until_it_is_fitted(at_window, tmp_path):
    async def scenario(hands):
        await with_pages(hands, tmp_path)
        await hands.key((KEY.Key_E, CTRL))
        canvas = hands.page.canvas
        assert canvas.area().size() == canvas.page.size()
        await hands.key(KEY.Key_Z)
        assert canvas.area().height() <= hands.page.pane.viewport().height()

    at_window(scenario)


def test_paper_is_scanned_by_keys_alone_and_a_jam_keeps_what_came(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("step", REGISTERED, "receive"))
        hands.find("receive.material.m1").setFocus()
        await hands.key((KEY.Key_S, CTRL | SHIFT))
        assert hands.focus == "receive.scan.start"
        hands.desk.fail = Failure("scan.jammed", FailureKind.RETRIABLE)
        await hands.key(KEY.Key_Return)
        assert hands.work.tongue.words.t("error.scan.jammed") in hands.page.bar.wrong.text()
        assert len(hands.page.lines["m1"].pages) == 2
        assert hands.focus == "receive.scan.start"
        await hands.key(KEY.Key_Escape)
        assert not hands.page.bar.isVisible()
        assert hands.focus == "receive.material.m1"

    at_window(scenario)


# ---------------------------------------------------------------- the widgets


def test_a_row_that_is_dragged_tells_from_where_to_where(application):
    strip = Strip()
    strip.show_rows(tuple((str(n), f"{n}.") for n in range(4)), 0)
    told = []
    strip.moved.connect(lambda old, new: told.append((old, new)))
    model = strip.model()
    model.moveRow(strip.rootIndex(), 0, strip.rootIndex(), 3)
    model.moveRow(strip.rootIndex(), 3, strip.rootIndex(), 1)
    assert told == [(0, 2), (3, 1)]
    strip.deleteLater()


def test_a_frame_is_drawn_and_its_sides_moved_by_the_mouse(application):
    canvas = Canvas()
    canvas.resize(500, 700)
    page = QPixmap(500, 700)
    page.fill(Qt.GlobalColor.white)
    canvas.show_frame(page, (0, 0, 1000, 1000))
    canvas._room = canvas.size
    taken = []
    canvas.framed.connect(taken.append)
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(canvas, left, pos=QPoint(100, 140))
    QTest.mouseMove(canvas, QPoint(400, 560))
    QTest.mouseRelease(canvas, left, pos=QPoint(400, 560))
    assert canvas.frame == (200, 200, 800, 800)
    QTest.mousePress(canvas, left, pos=QPoint(401, 300))
    QTest.mouseMove(canvas, QPoint(450, 300))
    QTest.mouseRelease(canvas, left, pos=QPoint(450, 300))
    assert canvas.frame == (200, 200, 900, 800)
    canvas.take()
    assert taken == [(200, 200, 900, 800)]
    canvas.deleteLater()


def test_a_cases_pages_are_exported_and_the_page_says_so(at_window, tmp_path):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.go(Route("case", RECEIVED, step="materials"))
        button = hands.find("case.pack")
        assert button.text() == hands.work.tongue.t("case.pack")
        hands.page.pack_wanted.emit(tmp_path / "云岭新城.zip")
        await hands.rest()
        assert ("package", RECEIVED, "云岭新城.zip") in hands.desk.asked
        assert "云岭新城.zip" in hands.page._pack.said.text()

    at_window(scenario)
