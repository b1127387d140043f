"""Items as strangers read them: what the sheet's QR code leads to (IN04, CH06, LW03)."""

import pytest

from tests.web.conftest import PHONE

pytestmark = pytest.mark.slow
ZH = {"Accept-Language": "zh-CN"}
EN = {"Accept-Language": "en"}


def test_an_item_is_told_whole_in_both_languages(http):
    answer = http.get("/public/items/scjg-02", headers=ZH)
    assert answer.status_code == 200
    for words in (
        "食品经营许可（新办）", "云岭县市场监督管理局", "5 个工作日", "10 个工作日", "不收费",
        "可容缺", "第三十五条", "现场核查", "0.5 个工作日", "食品经营许可证", "第 1 版",
    ):  # fmt: skip
        assert words in answer.text, words
    english = http.get("/public/items/scjg-02", headers=EN).text
    assert "Food business licence (new)" in english
    assert "free of charge" in english


def test_an_items_own_form_asks_its_own_questions(http):
    blank = http.get("/public/items/scjg-02/forms", headers=ZH).text
    assert "主体业态" in blank
    assert "热食类食品制售" not in blank
    assert "Kind of business" in http.get("/public/items/scjg-02/forms", headers=EN).text
    sample = http.get("/public/items/scjg-02/forms?sample=1", headers=ZH).text
    assert "热食类食品制售" in sample
    other = http.get("/public/items/ycj-01/forms", headers=ZH).text  # the form for all items
    assert "主体业态" not in other
    assert "经营或建设地点" in other


@pytest.mark.parametrize("language", [ZH, EN])
def test_every_item_has_its_page(http, centre, language):
    for item in centre.desk.policy.book.catalogue.current():
        assert http.get(f"/public/items/{item.code}", headers=language).status_code == 200


def test_what_is_no_item_is_said_to_be_none_and_is_never_mark_up(http):
    answer = http.get("/public/items/%3Cscript%3Ealert(1)", headers=ZH)
    assert answer.status_code == 404
    assert "没有这个事项" in answer.text
    assert "<script>alert" not in answer.text


def test_items_are_found_by_name_code_and_initials(http):
    def found(text):
        answer = http.get("/public/items", params={"q": text}, headers=ZH)
        assert answer.status_code == 200
        return answer.text.count('<li><a href="/public/items/')

    assert found("") == 15
    assert found("烟草") == found("ycj-01") == found("spjyxk") == 1
    assert found("没有") == 0
    assert found("<b>") == 0


@pytest.mark.parametrize("dark", [False, True])
def test_a_phone_reads_it_without_scrolling_sideways(centre, browse, picture, dark):
    page = browse(size=PHONE, dark=dark)
    page.goto(f"{centre.origin}/public/items/joint-01")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    picture(page, f"item-{'dark' if dark else 'light'}", whole=True)
