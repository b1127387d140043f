"""Whatever is pasted into a registration, the clerk is told in words, and nothing seen is lost."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from ui.values import Route

ID, PHONE = "11010519491231002X", "13800138000"


async def paste(hands, name, text):
    """Paste into a field and go to another, as one who copies from a chat."""
    page = hands.page
    editor = page.fields[name].editor
    editor.clear()
    editor.setFocus()
    QGuiApplication.clipboard().setText(text)
    editor.paste()
    await hands.rest()
    (page.phone if name != "phone" else page.applicant).setFocus()
    await hands.rest()
    return editor.text(), page.fields[name].problem


@pytest.fixture
def registering(at_window):
    def run(scenario):
        async def whole(hands):
            await hands.enter("clerk")
            await hands.go(Route("step", step="preregister"))
            await scenario(hands)

        at_window(whole)

    return run


def test_what_nobody_sees_is_dropped_and_what_one_sees_stays(registering):
    async def scenario(hands):
        for name, pasted, kept in (
            ("id_no", f"\u202d{ID}\u202c", ID),
            ("agent_id_no", f"{ID}\r\n", f"{ID} "),
            ("phone", "\u202a138 0013\u200b 8000\ufeff", "138 0013 8000"),
            ("name", "王\u200f\x07芳\x00", "王芳"),
            ("agent_name", "欧阳\t阿依古丽", "欧阳 阿依古丽"),
            ("name", "葛\U000e0100", "葛\U000e0100"),
            ("project", "云岭\u2066新城\u2069\n综合体", "云岭新城 综合体"),
        ):
            assert await paste(hands, name, pasted) == (kept, ""), name

    registering(scenario)


def test_the_cursor_stays_where_it_was(registering):
    async def scenario(hands):
        line = hands.page.applicant
        line.setText("王芳")
        line.setCursorPosition(1)
        line.insert("小\u200b\u202e")
        assert (line.text(), line.cursorPosition()) == ("王小芳", 2)

    registering(scenario)


@pytest.mark.parametrize("much", ["字" * 10_000, "1" * 10_000], ids=["words", "digits"])
def test_ten_thousand_characters_are_told_to_be_too_many(registering, much):
    async def scenario(hands):
        t = hands.window.tongue.t
        for name in ("id_no", "name", "phone", "agent_name", "agent_id_no", "project"):
            text, problem = await paste(hands, name, much)
            assert text, name
            assert problem, name
        assert hands.page.fields["project"].problem == t("field.full")
        hands.page.project.setFocus()
        hands.page.project.setCursorPosition(50)
        await hands.key(Qt.Key.Key_Backspace)
        assert hands.page.fields["project"].problem == ""

    registering(scenario)


def test_a_wrong_check_digit_and_a_face_are_named_and_stay_as_typed(registering):
    async def scenario(hands):
        wrong = f"{ID[:-1]}1"
        assert await paste(hands, "id_no", wrong) == (
            wrong,
            hands.window.tongue.t("violation.id_check_digit"),
        )
        text, problem = await paste(hands, "name", "王😀芳")
        assert text == "王😀芳"
        assert "😀" in problem
        assert hands.page.form_now().name == "王😀芳"

    registering(scenario)
