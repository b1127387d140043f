"""Scores, statistics and the weekly bulletin in a real browser: one centre, one month's work."""

import zipfile
from datetime import UTC, date, datetime
from io import BytesIO

import pytest

from sync.domain.supervising import Act
from sync.server.services.entry.console import Visitor
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.figures import fold, score_all
from tests.helpers.hand_window import HandWindow
from tests.web.conftest import PHONE
from tests.web.test_access import troubles

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
PAGES = {
    "scores": "console/scores?period=2026-03&code=public-100&kind=department",
    "score": "console/scores/sheet?period=2026-03&code=public-100&kind=department"
    "&subject=339901/scjg",
    "faults": "console/faults",
    "bulletin": "console/bulletins",
    "statistics": "console/statistics?span=year&by=department",
    "by-person": "console/statistics?from=2026-03-02&to=2026-04-09&by=person",
    "times": "console/statistics/times?span=year",
    "origins": "console/statistics/origins?span=year",
    "sunshine": "console/statistics/sunshine?span=year",
}


@pytest.fixture(scope="module")
def worked(tmp_path_factory):
    """A centre with a scored March: a closed case, one decided too late, one refused step."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.server.jobs.figures.LOOK_S", 3600.0)
        with running_centre(tmp_path_factory.mktemp("figures"), tls=True) as centre:
            window = HandWindow(centre)
            try:
                work(centre, window)
                yield centre, window
            finally:
                window.close()


def work(centre, window):
    """Fill the month, and score it."""
    walk_to(window, "closed")
    late = walk_to(window, "deciding")
    centre.clock.move_to(datetime(2026, 3, 24, 2, 0, tzinfo=UTC))
    window.log_in("chief")
    assert window.step("grant", say.grant(), case=late, card=True).verdict == "accepted"
    window.log_in("clerk")
    assert window.step("make", say.make("wrong"), case="20260303-339901-99999-0").code
    centre.clock.move_to(datetime(2026, 4, 10, 2, 0, tzinfo=UTC))
    walk_to(window, "handling")
    fold(centre, 500)
    score_all(centre)
    told = centre.read(lambda tx: centre.desk.bulletins.week(tx, date(2026, 3, 23)))
    centre.centre.ledger.write_now(lambda tx: centre.desk.bulletins.keep(tx, told))


@pytest.fixture
def centre(worked):
    return worked[0]


@pytest.fixture
def window(worked):
    return worked[1]


@pytest.fixture
def inside(centre, console_code, browse):
    """Open pages of the console as the supervisor."""

    def enter(**how):
        page = browse(**how)
        page.goto(console_code().url)
        page.wait_for_url("**/console")
        return page

    return enter


@pytest.mark.parametrize(
    ("name", "how"), [("desk", {}), ("english", {"locale": "en-GB"}), ("phone", {"size": PHONE})]
)
def test_every_page_has_its_words_and_fits(centre, inside, picture, name, how):
    page = inside(**how)
    for called, path in PAGES.items():
        answer = page.goto(f"{centre.origin}/{path}")
        assert answer.status == 200, path
        picture(page, f"figures-{called}-{name}", whole=True)
        wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, (path, wide)
        assert troubles(page, called) == []


def test_the_table_goes_out_as_it_stands_and_prints(centre, inside, picture):
    page = inside()
    page.goto(f"{centre.origin}/{PAGES['statistics']}")
    rows = page.locator("section.sheet").first.locator("tbody tr")
    shown = rows.last.locator("td").all_text_contents()
    answer = page.request.get(
        f"{centre.origin}{page.locator('a[href*=csv]').get_attribute('href')}"
    )
    lines = answer.body().decode("utf-8-sig").splitlines()
    assert answer.headers["content-type"].startswith("text/csv")
    assert lines[-1].split(",")[1:14] == shown[:13]
    assert page.request.get(f"{centre.origin}/console/statistics.exe").status == 404
    page.emulate_media(media="print")
    picture(page, "figures-statistics-print", whole=True)
    assert not page.locator("form.cut").is_visible()


def test_each_table_goes_out_as_a_workbook_with_its_definitions(centre, inside):
    page = inside()
    for name in ("statistics", "times", "origins", "sunshine", "scores"):
        page.goto(f"{centre.origin}/{PAGES[name]}")
        link = page.get_by_role("link", name="导出表格 (Excel)").get_attribute("href")
        answer = page.request.get(f"{centre.origin}{link}")
        assert ".xlsx" in answer.headers["content-disposition"]
        with zipfile.ZipFile(BytesIO(answer.body())) as parts:
            told = parts.read("xl/sharedStrings.xml").decode()
        assert page.locator("h1").text_content() in told
        head = page.locator("section.sheet").first.locator("thead th").first.text_content()
        assert f"<t>{head}</t>" in told
        meant = page.locator("dl.how dd").all_text_contents()
        assert [each for each in meant if each not in told] == []


def test_times_are_worded_as_hints_for_the_flow(centre, inside, picture, monkeypatch):
    page = inside()
    page.goto(f"{centre.origin}/{PAGES['times']}")
    assert page.get_by_role("heading", name="流程改进提示").count() == 0  # a few cases say nothing
    monkeypatch.setattr("sync.domain.figures.hints.LEAST", 1)
    for locale, heading, said in (
        ("zh-CN", "流程改进提示", "占了各步骤全部用时的"),
        ("en", "Hints for the flow", "of the time of all steps"),
    ):
        page.goto(f"{centre.origin}/{PAGES['times']}&lang={locale}")
        section = page.locator("section.state", has=page.get_by_role("heading", name=heading))
        assert said in section.locator("li").first.text_content()
        picture(page, f"figures-hints-{locale}", whole=True)


def test_strangers_see_what_another_person_published(centre, inside, browse, picture):
    page = inside()
    page.goto(f"{centre.origin}/public/scores")
    assert "还没有公布的评分" in page.text_content("main")
    page.goto(f"{centre.origin}/{PAGES['scores']}")
    page.get_by_role("button", name="复核通过").click()
    page.get_by_role("button", name="公布").click()
    page.wait_for_selector(".error")  # he reviewed it himself
    publish(centre)
    out = browse(size=PHONE)
    out.goto(f"{centre.origin}/public/scores?lang=zh")
    assert out.locator("table tbody tr").count() >= 2
    picture(out, "figures-public-phone", whole=True)
    assert troubles(out, "scores") == []


def publish(centre):
    """Publish as another supervisor."""
    desk, other = (
        centre.desk.publishing,
        Visitor("another", "另一位", (), 0, {Act.RATE: ("339901/scjg",)}),
    )
    centre.centre.ledger.write_now(lambda tx: desk.publish(tx, other, "2026-03", "public-100"))
