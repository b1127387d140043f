"""Each paper says what it must, in Chinese that can be found, with a code that can be scanned."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
import zxingcpp
from PIL import Image

from client.documents.failures import DocumentFailure
from client.documents.frame import Party, PublicCheck
from client.documents.papers import Handed, PaperData, PaperKind, compose_paper
from client.documents.preview import page_count, render
from client.documents.wording import Wording, masked_id
from tests.unit.documents.samples import CASE, CHECK, FOOD, FRAME, papers

if TYPE_CHECKING:
    from pathlib import Path

SAMPLES = papers()


def text_of(pdf: bytes, folder: Path) -> str:
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    found = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", str(path), "-"], check=True, capture_output=True
    )
    return "".join(found.stdout.decode().split())


def scanned(pdf: bytes, width: int = 1240) -> list[str]:
    picture = render(pdf, 0, width)
    image = Image.frombytes("RGB", (picture.width, picture.height), picture.rgb)
    return [code.text for code in zxingcpp.read_barcodes(image)]


def reframed(data: PaperData, **changes: Any) -> PaperData:
    return replace(data, frame=replace(data.frame, **changes))  # type: ignore[type-var]


MUST_SAY = {
    "slip": [
        "办件预登记单",
        CASE,
        "云岭县好味来餐饮店",
        "请到3号窗口（市场监督管理局）办理",
        "□",
        "承诺时限减半",
    ],
    "receipt": [
        "收件凭证",
        "2026年11月23日09:40",
        "营业执照复印件",
        "第三十二条",
        "尚未提交：食品安全管理制度、",
    ],
    "correction": [
        "补正告知书",
        "第三十二条第一款第四项",
        "标明各功能间面积",
        "一次性告知",
        "3号窗口",
    ],
    "acceptance": [
        "受理通知书",
        "2026年11月30日（星期一）17:00前",
        "5个工作日",
        "10个工作日",
        "不计入",
    ],
    "refusal": [
        "不予受理决定书",
        "石桥工业园区市场监督管理分局",
        "六十日",
        "云岭县人民法院",
        "六个月",
    ],
    "not_required": ["不需要取得行政许可告知书", "第三十二条第一款第一项", "预包装食品"],
    "revocation": ["撤回文书通知书", "受理通知书", "不再有效", "申请行政复议"],
    "suspension": ["特别程序告知书", "专家评审", "8个工作日", "2026年12月4日", "第四十五条"],
    "extension": ["延期决定通知书", "局长周明", "2026年12月7日（星期一）17:00前", "第四十二条"],
    "grant": ["准予行政许可决定书", "热食类食品制售", "食品经营许可证", "第三十八条第一款"],
    "denial": [
        "不予行政许可决定书",
        "不足二十五米",
        "云岭县人民政府申请行政复议",
        "第三十八条第二款",
    ],
    "delivery": ["领证签收单", "JY23399010001234", "委托代理人", "1101**********0023", "内容无误"],
    "service": ["送达回证", "补正告知书", "直接送达", "张三、李四"],
    "licence": [
        "烟草专卖零售许可证",
        "王䶮",
        "卷烟、雪茄烟零售",
        "339901120260000123",
        "2031年11月22日",
    ],
    "food": [
        "食品经营许可证",
        "92339901MA7HWBXQ4R",
        "JY23399010001234",
        "餐饮服务经营者（中央厨房）",
    ],
    "business": ["营业执照", "个体工商户", "王䶮", "登记机关", "统一社会信用代码"],
    "birth": [
        "生育登记服务证明",
        "阿依古丽·买买提",
        "110105194912310023",
        "第一孩",
        "石桥镇便民服务中心",
    ],
    "insurance": ["参保登记回执", "王䶮", "每年1000元", "2027年1月"],
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_paper_can_be_read_and_scanned(name: str, tmp_path: Path) -> None:
    data = SAMPLES[name]
    paper = compose_paper(data)
    text = text_of(paper.pdf, tmp_path)
    for words in MUST_SAY[name]:
        assert words in text, words
    assert page_count(paper.pdf) == 1
    assert scanned(paper.pdf) == [data.frame.check.url if data.frame.check else ""]
    assert paper.size == len(paper.pdf)
    assert paper.kind in set(PaperKind)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_draft_has_no_number_and_no_code(name: str, tmp_path: Path) -> None:
    paper = compose_paper(reframed(SAMPLES[name], no=None))
    text = text_of(paper.pdf, tmp_path)
    assert set("草稿不产生效力") <= set(text)  # set aslant, so not in the order of reading
    assert CHECK.code[:5] not in text
    assert scanned(paper.pdf) == []
    assert paper.no is None


@pytest.mark.parametrize("name", SAMPLES)
def test_the_english_paper_is_complete_and_says_which_one_binds(name: str, tmp_path: Path) -> None:
    paper = compose_paper(reframed(SAMPLES[name], language="en"))
    text = text_of(paper.pdf, tmp_path)
    assert "{" not in text
    if SAMPLES[name].kind != PaperKind.CERTIFICATE:
        assert "TheChinesepaperisthebindingone" in text
        assert page_count(paper.pdf) <= 2


@pytest.mark.parametrize("name", SAMPLES)
def test_the_seal_lies_on_the_page(name: str) -> None:
    paper = compose_paper(SAMPLES[name])
    if name in {"slip", "delivery"}:
        assert paper.seal is None
        return
    assert paper.seal is not None
    width, height = (842, 595) if name in {"food", "business"} else (595, 842)
    assert 0 < paper.seal.x1 < paper.seal.x2 < width
    assert 0 < paper.seal.y1 < paper.seal.y2 < height
    assert paper.seal.x2 - paper.seal.x1 == pytest.approx(119.06, abs=0.01)


@pytest.mark.parametrize(
    "name", [name for name in SAMPLES if SAMPLES[name].frame is FRAME and name != "delivery"]
)
def test_a_public_service_does_not_cite_the_licensing_law(name: str, tmp_path: Path) -> None:
    text = text_of(compose_paper(reframed(SAMPLES[name], licensing=False)).pdf, tmp_path)
    assert "行政许可法" not in text
    assert "行政许可决定" not in text


@pytest.mark.parametrize(
    "who",
    ["䶮" * 64, "W" * 64, "阿依古丽·买买提·阿卜杜拉", "𬱖𬍛𬤇", "Jean-Luc O'Brien", "a b " * 16],
)
def test_a_name_of_any_length_stays_on_the_page(who: str, tmp_path: Path) -> None:
    matter = replace(FOOD, applicant=Party(who, "110105194912310023"))
    for name in ("receipt", "acceptance", "service"):
        data = replace(SAMPLES[name], matter=matter)  # type: ignore[type-var]
        assert "".join(who.split()) in text_of(compose_paper(data).pdf, tmp_path)


def test_a_long_list_runs_over_pages_with_its_head_and_numbers(tmp_path: Path) -> None:
    rows = tuple(Handed(f"材料{n}", n) for n in range(1, 61))
    paper = compose_paper(replace(SAMPLES["receipt"], materials=rows))  # type: ignore[type-var]
    text = text_of(paper.pdf, tmp_path)
    assert page_count(paper.pdf) == 3
    assert "材料60" in text
    assert text.count("材料名称") == 3
    assert "第3页共3页" in text


def test_a_due_time_is_written_in_chinas_time() -> None:
    moment = datetime(2026, 11, 29, 16, 30, tzinfo=UTC)
    assert Wording("zh_CN").due(moment) == "2026年11月30日（星期一）00:30 前"
    assert Wording("zh_CN").day(moment) == "2026年11月30日"
    assert Wording("en").due(moment) == "before 00:30 on Monday, 30 November 2026"


def test_an_identity_is_masked_but_a_credit_code_is_not() -> None:
    assert masked_id("110105194912310023") == "1101**********0023"
    assert masked_id("11010519491231002X") == "1101**********002X"
    assert masked_id("92339901MA7HWBXQ4R") == "92339901MA7HWBXQ4R"


def test_an_address_too_long_for_the_code_is_refused() -> None:
    too_long = reframed(SAMPLES["slip"], check=PublicCheck("https://x.example/" + "a" * 600))
    with pytest.raises(DocumentFailure) as caught:
        compose_paper(too_long)
    assert caught.value.code == "document.qr_too_long"


def test_equal_data_give_equal_papers() -> None:
    assert compose_paper(SAMPLES["food"]) == compose_paper(papers()["food"])
    assert papers()["slip"].frame == FRAME
