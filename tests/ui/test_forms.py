"""Pages of the table at the real widgets, by keyboard alone (rules.md §2; look.md, "Feel")."""

import msgspec
import pytest
from PySide6.QtCore import Qt

from client.app.forms.every import FORMS
from client.app.forms.table import Ask, Filled
from sync.domain.failures import Failure
from tests.helpers.gallery_cases import HANDLING, RECEIVED
from ui.shell.step_pages import open_step
from ui.values import STEPS, Route
from ui.views.acts import OFFERED
from ui.views.form_page import FormPage

pytestmark = pytest.mark.slow
KEY = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier


async def suspend(hands):
    """Fill the page of a suspension from its first field to its last."""
    await hands.key(KEY.Key_Down, KEY.Key_Return)
    await hands.type("5")
    await hands.key(KEY.Key_Return)
    await hands.type("样品送检")
    await hands.key(KEY.Key_Tab, KEY.Key_1)


def test_all_steps_are_found_by_initials_and_a_closed_one_says_why(at_window):
    async def scenario(hands):
        await hands.enter("handler")
        await hands.go(Route("case", HANDLING))
        await hands.key(KEY.Key_F11)
        assert hands.focus == "steps.line"
        lines = hands.find("steps.list")
        titles = [lines.model().index(n, 0).data() for n in range(lines.model().rowCount())]
        assert len(titles) >= 4

        await hands.type("gq")
        await hands.key(KEY.Key_Return)

        assert hands.page.name == "suspend"
        assert hands.focus == "suspend.reason"

    at_window(scenario)


def test_a_suspension_is_filled_in_and_leads_to_its_sheet_by_keyboard_alone(at_window):
    async def scenario(hands):
        await hands.enter("handler")
        await hands.go(Route("step", HANDLING, "suspend"))
        await suspend(hands)
        await hands.key((KEY.Key_Return, CTRL))

        filled = next(args[2] for args in hands.desk.asked if args[0] == "filled")
        assert filled.values == {
            "reason": "testing",
            "planned_days": "5",
            "text": "样品送检",
            "served": "now",
        }
        assert hands.find("sign.shown")

    at_window(scenario)


def test_every_key_is_kept_and_a_lock_takes_nothing(at_window):
    async def scenario(hands):
        await hands.enter("handler")
        await hands.go(Route("step", HANDLING, "suspend"))
        await suspend(hands)
        kept = msgspec.json.decode(hands.desk.kept[f"case/{HANDLING}/suspend"], type=Filled)
        hands.deck.pull()
        await hands.rest()
        await hands.enter("handler")

        assert hands.page.name == "suspend"
        assert hands.page.form_now().values == kept.values

    at_window(scenario)


def test_what_is_not_answered_is_listed_and_the_keyboard_goes_there(at_window):
    async def scenario(hands):
        await hands.enter("handler")
        await hands.go(Route("step", HANDLING, "suspend"))
        await hands.key((KEY.Key_Return, CTRL))

        # Each line names its question: four times "please choose" would say nothing.
        links = hands.page.summary.links
        assert [(link.text(), link.accessibleDescription()) for link in links] == [
            ("特别程序", "请选择"),
            ("需要几个工作日", "请填写工作日天数，例如 5"),
            ("为什么需要", "请写明"),
            ("通知书", "请选择"),
        ]
        assert hands.focus == "suspend.reason"
        assert not [args for args in hands.desk.asked if args[0] == "filled"]

    at_window(scenario)


def test_the_rules_refusal_stands_on_the_page_before_any_pin(at_window):
    async def scenario(hands):
        await hands.enter("handler")
        await hands.go(Route("step", HANDLING, "suspend"))
        await suspend(hands)
        hands.desk.fail = Failure("suspension_kind_unlawful", kind="testing")
        await hands.key((KEY.Key_Return, CTRL))

        assert hands.page.name == "suspend"
        assert not hands.page.failure.isHidden()
        assert hands.page.form_now().of("text") == "样品送检"

    at_window(scenario)


def test_a_record_is_printed_scanned_and_named(at_window, tmp_path):
    async def scenario(hands):
        page = tmp_path / "笔录.jpg"
        page.write_bytes(b"page")
        await hands.enter("handler")
        await hands.go(Route("step", HANDLING, "survey"))
        for tick in hands.page.answers["persons"].ticks.values():
            tick.click()
        await hands.rest()
        hands.find("survey.print_blank").click()
        await hands.rest()
        assert hands.find("paper.print")
        await hands.key(KEY.Key_Escape)
        assert hands.page.name == "survey"
        hands.page.answers["record"].files.emit([page])
        await hands.rest()
        await hands.key((KEY.Key_Return, CTRL))

        filled = next(args[2] for args in hands.desk.asked if args[0] == "filled")
        assert filled.some("persons") == ("p0103", "p0120")
        assert filled.scan("record").name == "笔录.jpg"

    at_window(scenario)


def test_a_question_that_depends_on_an_answer_comes_and_goes(at_window):
    async def scenario(hands):
        await hands.enter("chief")
        await hands.go(Route("step", RECEIVED, "refuse"))
        office = hands.page.fields["right_office"]
        assert office.isHidden()
        await hands.key(KEY.Key_1)
        assert not office.isHidden()
        await hands.key(KEY.Key_2)
        assert office.isHidden()

    at_window(scenario)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_step_of_the_table_has_its_page_with_every_field(at_window, language):
    async def scenario(hands):
        await hands.enter("chief")
        for kind, form in FORMS.items():
            opened = open_step(hands.work.ways._means, Route("step", HANDLING, kind))
            assert isinstance(opened.view, FormPage), kind
            for field in form.fields:
                editor = opened.view.fields[field.name]
                assert editor.label.text() or field.ask is Ask.TICK, (kind, field.name)
            opened.view.deleteLater()

    at_window(scenario, language=language)


def test_the_foot_shows_the_likely_step_two_more_and_the_way_to_all(at_window):
    async def scenario(hands):
        await hands.enter("handler")
        await hands.go(Route("case", HANDLING))
        acts = hands.page.acts
        assert next(iter(acts.buttons)) == "handle"
        assert len(acts.buttons) <= 3
        assert acts.others.objectName() == "case.act.others"
        await hands.go(STEPS)
        assert hands.work.commands.steps.isVisible()

    at_window(scenario)


def test_every_form_is_offered():
    assert set(FORMS) <= set(OFFERED)
