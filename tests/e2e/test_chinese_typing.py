"""Chinese is typed into the product's field with the input methods that desktops have."""

import pytest

from tests.helpers.chinese_desk import chinese_desk

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.mark.parametrize(("method", "wanted"), [("fcitx5", "fcitx"), ("ibus", "ibus")])
def test_pinyin_becomes_chinese(method, wanted):
    with chinese_desk(method, wanted) as desk:
        for count, key in enumerate("nihao", 1):
            desk.press(key)
            desk.wait_for("composing ", count)
        desk.press("space")
        desk.wait_for("typed 你好")
