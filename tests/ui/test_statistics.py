"""Figures and one's own pace by keyboard alone; charts that say what they show (PE09)."""

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from sync.domain.statistics import By, Span
from ui.values import Route
from ui.widgets.charts import BarChart, LineChart, Series

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def test_spans_and_groups_are_chosen_by_arrows_and_counted_anew(at_window):
    async def scenario(hands):
        await hands.enter("chief")
        await hands.key((KEY.Key_5, CTRL))
        assert hands.page.objectName() == "statistics"
        assert hands.focus == "statistics.span.month"
        asked = hands.desk.statistics.asked
        today = hands.desk.now().date()
        assert asked[-1] == (Span(today.replace(day=1), today), By.PERSON)
        await hands.key(KEY.Key_Right)
        assert asked[-1][0].last == today.replace(day=1) - (date(2026, 1, 2) - date(2026, 1, 1))
        await hands.key(KEY.Key_Tab, KEY.Key_Tab, KEY.Key_Tab, KEY.Key_Tab, KEY.Key_Tab)
        hands.find("statistics.by.person").setFocus()
        await hands.key(KEY.Key_Right, KEY.Key_Right)
        assert asked[-1][1] is By.ITEM
        assert hands.page.model.cells_at(0).texts[:3] == ("食品经营许可（新办）", "60", "55")
        assert hands.page.model.cells_at(2).texts[0] == "合计"
        await hands.key(KEY.Key_Escape)
        assert hands.work.ways.current.route.page == "workbench"

    at_window(scenario)


def test_the_charts_say_their_sums_in_both_languages(at_window):
    async def scenario(hands):
        await hands.enter("chief")
        await hands.go(Route("statistics"))
        assert "收件 96" in hands.page.bars.accessibleName()
        hands.window.next_language()
        await hands.rest()
        assert "Received 96" in hands.page.bars.accessibleName()
        assert hands.page.model.cells_at(4).texts[0] == "The centre itself"

    at_window(scenario)


def test_the_table_is_exported_where_the_person_says_and_printed(at_window, tmp_path, monkeypatch):
    printed = []
    monkeypatch.setattr(
        "ui.views.statistics.print_pictures", lambda *_args: printed.append(_args[1])
    )

    async def scenario(hands):
        await hands.enter("chief")
        await hands.go(Route("statistics"))
        hands.find("statistics.export").setFocus()
        await hands.key(KEY.Key_Return)
        dialog = hands.page.findChild(QFileDialog)
        dialog.fileSelected.emit(str(tmp_path / "本月.csv"))
        dialog.close()
        await hands.rest()
        assert hands.desk.statistics.exported[1] == Path(tmp_path / "本月.csv")
        assert "本月.csv" in hands.page.saved.text()
        await hands.key((KEY.Key_Return, CTRL))
        assert printed == ["办件统计表"]
        assert len(hands.desk.statistics.printed) == 1

    at_window(scenario)


def test_a_step_is_timed_from_its_page_and_shown_to_its_clerk_alone(at_window):
    async def scenario(hands):
        at = [100.0]
        hands.work.pace._now = lambda: at[0]
        await hands.enter("handler")
        number = next(n for n, case in hands.desk.world.items() if case.state == "handling")
        await hands.go(Route("step", number, "send_back"))  # looked at and left
        await hands.go(Route("step", number, "handle"))
        at[0] += 238.5
        hands.work.ways.done("handle", hands.desk.step("handle", number))
        await hands.rest()
        assert hands.desk.pace.noted == [("handle", 238.5)]
        await hands.go(Route("pace"))
        assert hands.focus == "pace.table"
        assert hands.page.model.cells_at(0).texts[:5] == ("预登记", "61", "95 秒", "71 秒", "48 秒")
        hands.find("pace.forget").setFocus()
        await hands.key(KEY.Key_Return)
        assert hands.page.empty.isVisible()

    at_window(scenario)


@pytest.mark.parametrize("chart", [BarChart, LineChart])
def test_a_chart_of_nothing_and_of_much_is_drawn(application, chart):
    made = chart()
    made.resize(300, 160)
    made.show_series((), (Series("a", ()),), "nothing")
    made.grab()
    many = tuple(str(n) for n in range(60))
    made.show_series(many, [Series("a", tuple(range(60))), Series("b", (0,) * 60)], "much")
    empty = chart()
    empty.resize(300, 160)
    assert made.grab().toImage() != empty.grab().toImage()
    assert made.greatest == 59
