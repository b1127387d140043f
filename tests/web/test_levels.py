"""The centres below, as a supervisor above sees them: county, city, province (PL03, PL04)."""

import pytest

from sync.protocol.messages import ConsoleCodeAnswer, Empty
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow
from tests.helpers.levels import introduction, level, township_case, uplink
from tests.web.conftest import PHONE

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
CITY, PROVINCE = "city-3399", "province-33"


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    with running_centre(tmp_path_factory.mktemp("county")) as running:
        yield running


@pytest.fixture(scope="module")
def province(tmp_path_factory, county):
    """Return the province, and the township's case that came to it by way of the city."""
    folder = tmp_path_factory.mktemp("above")
    with (
        level(folder / "city", CITY, "云州市监察中心", county.clock) as city,
        level(folder / "province", PROVINCE, "云省监察中心", county.clock, tls=True) as top,
    ):
        city.enact("lower", introduction(county))
        top.enact("lower", introduction(city))
        top.enact("grant", looking(top))
        window = HandWindow(county)
        walk_to(window, "accepted")
        window.close()
        number = township_case(county)
        for lower, upper in ((county, city), (city, top)):
            with uplink(lower, upper) as reporter:
                reporter.round()
        yield top, number


def looking(centre):
    """Return the grant by which a supervisor sees the city and all below it."""
    return {
        "id": "g-below",
        "person": centre.card("supervisor").person,
        "roles": ["supervisor"],
        "scopes": [f"lower/{CITY}"],
        "powers": [],
        "items": "*",
        "from": centre.clock.now_ms() - 1000,
        "to": None,
    }


@pytest.fixture
def address(province):
    """Return the console's address for the province's supervisor."""
    window = HandWindow(province[0], aud=PROVINCE)
    window.log_in("supervisor")
    yield window.ask("POST", "/v1/console/code", ConsoleCodeAnswer, Empty()).url
    window.close()


def test_a_townships_step_stands_on_the_provinces_board(province, address, browse, picture):
    top, number = province
    page = browse()
    page.goto(address)
    page.wait_for_url("**/console")
    assert "云省监察中心" in page.inner_text("header")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.wait_for_url("**/console/levels")
    centres = page.locator("tbody").first.locator("tr").all_inner_texts()
    assert ["云州市" in centres[0], "└ 云岭县" in centres[1]] == [True, True]
    row = page.locator("tr", has=page.locator(f"#c-{number}")).inner_text()
    assert ("云岭县政务服务监察中心" in row, "石桥镇便民服务中心" in row) == (True, True)
    picture(page, "levels", whole=True)
    page.locator("#centre-centre-339901").click()
    page.wait_for_url("**/console/levels?centre=centre-339901")
    page.locator(f"#c-{number}").click()
    page.wait_for_url(f"**/console/levels/centre-339901/{number}")
    text = page.inner_text("main")
    for words in ("预登记", "白若川", "石桥镇便民服务中心"):
        assert words in text, words
    assert page.locator("main form[method=post]").count() == 0  # nothing is changed from here
    picture(page, "level-case", whole=True)
    page.emulate_media(media="print")
    picture(page, "level-case-print", whole=True)
    page.emulate_media(media="screen")
    page.set_viewport_size(PHONE)
    for path in ("levels?lang=en", f"levels/centre-339901/{number}"):
        page.goto(f"{top.origin}/console/{path}")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
        picture(page, f"{path.partition('/')[0].partition('?')[0]}-{len(path)}-phone", whole=True)
