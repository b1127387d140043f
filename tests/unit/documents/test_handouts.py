"""What is handed out before anything is filed says all of it, once (IN04, CH06, Art. 30)."""

from dataclasses import replace

import pytest

from client.documents.frame import PublicCheck
from client.documents.handouts import BlankFormData, Bring, FlowLine, NotificationData
from client.documents.papers import compose_paper
from client.documents.preview import page_count
from tests.unit.documents.samples import FRAME
from tests.unit.documents.test_papers import scanned, text_of

URL = "https://zw.yunling.example/public/items/scjg-02"
PLAIN = replace(FRAME, no="scjg-02-1", check=PublicCheck(URL), mark=None)
SHEET = NotificationData(
    frame=PLAIN,
    item="食品经营许可（新办）",
    rows=(("承诺时限", "5 个工作日"), ("法定时限", "10 个工作日"), ("收费", "不收费")),
    basis=("《中华人民共和国食品安全法》第三十五条",),
    conditions=("具有与经营的食品品种、数量相适应的场所",),
    materials=(
        Bring("食品经营许可申请书", "yes", "original"),
        Bring("营业执照复印件", "owed", "copy", "可由电子证照库核验的免交"),
    ),
    flow=(FlowLine("受理"), FlowLine("现场核查", counted=False), FlowLine("决定", "1 个工作日")),
    excluded=("现场核查",),
)


def test_the_sheet_says_everything_that_is_asked(tmp_path):
    paper = compose_paper(SHEET)
    said = text_of(paper.pdf, tmp_path)
    for words in (
        "一次性告知单", "编号scjg-02-1", "食品经营许可（新办）", "5个工作日", "10个工作日",
        "不收费", "食品经营许可申请书", "可容缺", "可由电子证照库核验的免交", "现场核查不计入时限",
        "第三十五条", "相适应的场所", "五个工作日内一次性书面告知", "行政许可法第三十条",
    ):  # fmt: skip
        assert words in said, words
    assert page_count(paper.pdf) == 1


def test_its_code_leads_to_the_items_public_page():
    assert scanned(compose_paper(SHEET).pdf) == [URL]


def test_a_public_service_is_not_told_by_the_licensing_law(tmp_path):
    service = replace(SHEET, frame=replace(PLAIN, licensing=False))
    assert "行政许可法" not in text_of(compose_paper(service).pdf, tmp_path)


def test_many_materials_go_on_on_the_next_page_and_none_is_lost(tmp_path):
    rows = tuple(
        Bring(f"第{n}号材料的名称写得相当长以便换行显示", "yes", "copy") for n in range(60)
    )
    paper = compose_paper(replace(SHEET, materials=rows))
    said = text_of(paper.pdf, tmp_path)
    assert page_count(paper.pdf) > 1
    assert all(f"第{n}号材料" in said for n in range(60))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_equal_data_give_equal_bytes_in_both_languages(language):
    sheet = replace(SHEET, frame=replace(PLAIN, language=language))
    assert compose_paper(sheet).sha256 == compose_paper(sheet).sha256


def test_a_blank_form_is_blank_and_an_example_says_that_it_is_one(tmp_path):
    blank = BlankFormData(PLAIN, SHEET.item, ("申请书", "营业执照复印件"))
    words = text_of(compose_paper(blank).pdf, tmp_path)
    assert "营业执照复印件" in words
    assert "示例" not in words
    example = text_of(compose_paper(replace(blank, sample=True)).pdf, tmp_path)
    assert "示范文本" in example
    assert "示例餐饮店" in example
