"""The cashier's pages by keyboard alone (FE01–FE06)."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.helpers.scripted_money import FIRST, GAP, SECOND
from ui.values import Route
from ui.widgets.text import Tagged

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_fee_is_found_and_its_payment_begun(at_window):
    async def scenario(hands):
        await hands.enter("cashier")
        await hands.key((KEY.Key_M, CTRL))
        assert hands.focus == "money.search"
        await hands.type("王芳")
        await hands.key((KEY.Key_Return, CTRL))
        route = hands.work.ways.current.route
        assert (route.case, route.step) == (SECOND, "pay")

    at_window(scenario)


def test_a_transfer_finds_its_fee_by_amount_and_remark(at_window):
    async def scenario(hands):
        await hands.enter("cashier")
        await hands.key((KEY.Key_M, CTRL))
        await hands.type(f"50.00 {FIRST}-FN3")
        assert [(fee.case, fee.sure) for fee in hands.page._till.fees] == [(FIRST, True)]
        for _ in range(len(f"50.00 {FIRST}-FN3")):
            await hands.key(KEY.Key_Backspace)
        await hands.type("50.01")
        assert hands.page._till.fees == ()
        assert not hands.page.primary.isEnabled()

    at_window(scenario)


def test_nobody_but_a_cashier_is_offered_the_till(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        await hands.key((KEY.Key_M, CTRL))
        assert hands.page.objectName() == "workbench"

    at_window(scenario)


def test_forms_are_drawn_and_what_is_missing_is_asked_for_beside_its_field(at_window):
    async def scenario(hands):
        await hands.enter("cashier")
        await hands.key((KEY.Key_G, CTRL))
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.page.fields["batch"].problem
        assert hands.focus == "stock.batch"
        await hands.type("33B")
        await hands.key(KEY.Key_Return)
        await hands.type("1")
        await hands.key(KEY.Key_Return)
        await hands.type("50")
        assert "33B" in hands.desk.kept["money.stock"]
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.tills.turned == [("draw", "33B", 1, 50, {"text": ""})]
        assert hands.page.form_now().batch == ""
        assert "money.stock" not in hands.desk.kept

    at_window(scenario)


def test_forms_offered_to_me_are_taken_by_enter_on_their_row(at_window):
    async def scenario(hands):
        await hands.enter("cashier")
        await hands.key((KEY.Key_G, CTRL))
        hands.page.table.setFocus()
        hands.page.table.choose("33A-61")
        await hands.key(KEY.Key_Return)
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.tills.turned == [("take", "33A", 61, 100, {"from": "p0101"})]

    at_window(scenario)


def test_a_refused_act_keeps_what_was_typed_and_says_why(at_window):
    async def scenario(hands):
        await hands.enter("cashier")
        hands.desk.tills.refuses = "receipt_used"
        await hands.key((KEY.Key_G, CTRL))
        hands.page.table.setFocus()
        await hands.key(KEY.Key_Return, (KEY.Key_Return, CTRL))
        assert hands.page.failure.isVisible()
        assert hands.page.form_now().batch == "33A"

    at_window(scenario)


def test_a_day_is_counted_and_closed_and_what_differs_is_named(at_window):
    async def scenario(hands):
        await hands.enter("cashier")
        await hands.key((KEY.Key_D, CTRL))
        page = hands.page
        page.lines["cash"].setFocus()
        await hands.type("4x")
        await hands.key((KEY.Key_Return, CTRL))
        assert page.fields["cash"].problem
        assert hands.desk.tills.closed == []
        page.lines["cash"].setText("")
        await hands.type("50")
        await hands.key((KEY.Key_Return, CTRL))
        ((day, counted, _),) = hands.desk.tills.closed
        assert day == hands.desk.now().date()
        assert counted == {"cash": 5000, "card": 0, "transfer": 0, "wire": 0}

    at_window(scenario)


@pytest.mark.parametrize(("wrong", "told"), [((), ""), ((GAP,), "已登记，有 1 项不符。")])
def test_a_closed_day_says_once_how_it_stands(at_window, wrong, told):
    async def scenario(hands):
        hands.desk.tills.wrong = wrong
        await hands.enter("cashier")
        await hands.key((KEY.Key_D, CTRL))
        page = hands.page
        page.lines["cash"].setFocus()
        await hands.type("50")
        await hands.key((KEY.Key_Return, CTRL))
        lines = [each.words.text() for each in page.findChildren(Tagged) if each.isVisible()]
        assert lines.count("已日结，账款、账票相符。") == (0 if wrong else 1)
        assert [line for line in lines if line.startswith("已登记")] == ([told] if wrong else [])
        page.day.setFocus()
        await hands.type("2026-11-02")
        assert not page.told.isVisible()  # that was another day's

    at_window(scenario)


def test_week_asks_for_the_bank_and_month_prints(at_window):
    async def scenario(hands):
        await hands.enter("cashier")
        await hands.key((KEY.Key_D, CTRL))
        page = hands.page
        page.spans.choose("week")
        page.spans.picked.emit("week")
        await hands.rest()
        assert page.fields["banked"].isVisible()
        assert not page.fields["cash"].isVisible()
        page.lines["banked"].setFocus()
        await hands.type("1250.50")
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.tills.banked == [125_050]
        page.exported.emit(Path("week.csv"))
        await hands.rest()
        assert hands.desk.tills.exported == [Path("week.csv")]
        page.spans.choose("month")
        page.spans.picked.emit("month")
        await hands.rest()
        assert page._view.first.day == 1
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.work.ways.current.route == Route("paper", step="ab" * 32, paper="day_sheet")

    at_window(scenario)


def test_a_statement_is_taken_in_and_a_line_goes_to_the_page_of_its_payment(at_window):
    async def scenario(hands):
        await hands.enter("cashier")
        await hands.key((KEY.Key_M, CTRL), (KEY.Key_H, CTRL))
        page, bank = hands.page, hands.desk.tills.bank
        assert hands.focus == "bank.search"
        page.chosen_file.emit(Path("11.csv"))
        await hands.rest()
        assert bank.read_files == [Path("11.csv")]
        assert page.told.isVisible()
        assert "7、9" in page.unread.words.text()
        await hands.key(KEY.Key_Down, KEY.Key_Down)
        assert page.chosen() == ("k2", "f2")
        await hands.key(KEY.Key_Return)
        route = hands.work.ways.current.route
        assert (route.case, route.step) == (SECOND, "pay")
        begun = hands.desk.kept[f"case/{SECOND}/pay"]
        for told in ('"manner":"wire"', '"bank_ref":"k2"', '"receipt_no":"33A-00000005"'):
            assert told in begun

    at_window(scenario)


def test_what_fits_no_fee_is_not_booked_but_explained_and_kept(at_window):
    async def scenario(hands):
        await hands.enter("cashier")
        await hands.key((KEY.Key_H, CTRL))
        page, bank = hands.page, hands.desk.tills.bank
        page.table.choose("k2")
        page.fee.choose("f1")
        page.fee.picked.emit("f1")
        assert not page.primary.isEnabled()  # another amount
        page.table.choose("k3")
        assert not page.primary.isEnabled()
        assert not page.fields["fee"].isVisible()
        page.note.setFocus()
        await hands.type("利息")
        await hands.key(KEY.Key_Return)
        assert bank.notes[-1] == ("k3", "利息")
        assert page.table.current_key() == "k3"
        page.table.choose("k5")
        assert not page.fields["note"].isVisible()

    at_window(scenario)


def test_a_file_that_cannot_be_read_is_refused_on_the_page(at_window):
    async def scenario(hands):
        await hands.enter("cashier")
        hands.desk.tills.bank.refuses = "app.bank_encoding"
        await hands.key((KEY.Key_H, CTRL))
        hands.page.chosen_file.emit(Path("11.xls"))
        await hands.rest()
        assert hands.page.failure.isVisible()
        assert not hands.page.told.isVisible()

    at_window(scenario)


def test_a_week_with_lines_that_nobody_explained_asks_for_words(at_window):
    async def scenario(hands):
        await hands.enter("cashier")
        hands.desk.tills.unexplained = 2
        await hands.key((KEY.Key_D, CTRL))
        page = hands.page
        page.spans.choose("week")
        page.spans.picked.emit("week")
        await hands.rest()
        page.lines["banked"].setFocus()
        await hands.type("1250.01")
        await hands.key((KEY.Key_Return, CTRL))
        assert page.fields["text"].problem
        assert hands.desk.tills.banked == []
        page.text.setFocus()
        await hands.type("利息待查")
        await hands.key((KEY.Key_Return, CTRL))
        assert hands.desk.tills.banked == [125_001]

    at_window(scenario)
