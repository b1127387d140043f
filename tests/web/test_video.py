"""A window's picture beside its cases (CH13): a generated stream, played in a real browser."""

import hashlib
import re
from pathlib import Path

import pytest

import resources
from sync.server.console.video import VIDEO_CSP
from tests.helpers.case_walk import walk_to
from tests.helpers.hall_camera import hall_camera, registered
from tests.web.conftest import PHONE
from tests.web.test_access import troubles

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
WEB = Path(resources.__file__).parent / "web"
PLAYED = "document.getElementById('picture').currentTime"


@pytest.fixture
def camera(centre):
    with hall_camera() as made:
        centre.enact("camera", registered(made.url))
        yield made


def look(page, code, why="核查群众投诉"):
    """Go to the camera by keys and give a reason."""
    page.goto(code.url)
    page.wait_for_url("**/console")
    page.keyboard.press("g")
    page.keyboard.press("p")
    page.wait_for_url("**/console/video")
    page.get_by_role("link", name="三号窗口上方").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/video/cam-3")
    page.keyboard.press("Tab")
    page.fill("#why", why)
    page.keyboard.press("Enter")
    page.wait_for_url("**/console/video/cam-3/*")


def until(page, met):
    """Wait for something in the page; by hand, for its policy lets no text become a script."""
    for _ in range(600):
        if met():
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.locator("#state").inner_text())


def plays(page):
    until(page, lambda: page.evaluate(PLAYED) > 1)
    before = page.evaluate(PLAYED)
    until(page, lambda: page.evaluate(PLAYED) > before + 0.5)


def says(page, word):
    until(page, lambda: word in page.locator("#state").inner_text())


def test_a_window_s_picture_runs_beside_its_cases_and_every_look_is_kept(
    centre, window, camera, console_code, browse, picture
):
    number = walk_to(window, "accepted")
    page, asked = browse(), []
    page.on("request", lambda request: asked.append(request.url))
    look(page, console_code())
    plays(page)
    assert page.evaluate("document.getElementById('picture').muted")
    assert page.locator("#state").inner_text() == ""
    assert page.locator(f"#c-{number}").count() == 1
    linked = page.request.get(f"{centre.origin}/console/cases/{number}").text()
    assert "视频：三号窗口上方" in linked
    picture(page, "video")
    assert troubles(page, "video") == []
    # The browser spoke to the centre alone, and was told nothing of where the camera is.
    assert {url.split("/")[2] for url in asked if not url.startswith("blob:")} == {
        centre.origin.split("/")[2]
    }
    place = camera.url.split("/")[2]
    assert place not in page.content()
    playlist = page.evaluate("async (url) => (await fetch(url)).text()", page.url + "/live.m3u8")
    assert "#EXTINF:2.000000," in playlist
    assert re.search(r"127\.0\.0\.1|part\d|hidden|hall", playlist) is None
    person = centre.card("supervisor").person
    looks = centre.read(lambda tx: tx.cameras.looks("cam-3", 5))
    assert [(row.person, row.why) for row in looks] == [(person, "核查群众投诉")]
    seen = centre.read(lambda tx: tx.console.accesses(50))
    assert (person, "camera", "cam-3") in {(row.person, row.what, row.subject) for row in seen}
    assert "核查群众投诉" in page.locator("#live").inner_text()
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
    page.goto(page.url + "?lang=en")
    plays(page)
    picture(page, "video-phone-en", whole=True)
    # When the quarter of an hour is over, so is the picture.
    centre.clock.advance(minutes=14, seconds=50)
    page.goto(page.url)  # a hand keeps the visit; the look ends all the same
    centre.clock.advance(seconds=20)
    says(page, "This look is over")


def test_a_camera_that_is_away_is_said_so_and_comes_back(
    camera, window, console_code, browse, picture
):
    page = browse()
    look(page, console_code())
    plays(page)
    camera.how = "gone"
    says(page, "没有应答")
    picture(page, "video-away")
    camera.how = "live"
    plays(page)


def test_who_may_not_look_is_refused_and_learns_nothing(
    centre, camera, window, console_code, http, browse
):
    person = centre.card("supervisor").person
    centre.enact("grant.end", {"id": f"g-{person}-1"})
    grant = {"id": "g-own", "person": person, "roles": ["supervisor"], "scopes": ["339901/scjg"]}
    since = {"from": centre.clock.now_ms(), "to": None}
    centre.enact("grant", {**grant, "powers": [], "items": "*", **since})
    centre.enact("camera", registered(camera.url, id="cam-4", roles=["hall_manager"]))
    centre.enact("camera", registered(camera.url, id="cam-5", department="ycj"))
    page = browse()
    look(page, console_code())
    own = page.url
    for name, status in (("cam-4", 403), ("cam-5", 404), ("cam-6", 404)):
        assert page.goto(f"{centre.origin}/console/video/{name}").status == status
    for name in ("cam-4", "cam-5"):
        assert page.locator(f"#v-{name}").count() == 0
    cookie = {c["name"]: c["value"] for c in page.context.cookies()}["__Host-console"]
    headers = {"Cookie": f"__Host-console={cookie}"}
    gone = "/console/video/cam-3/00000000-0000-7000-8000-000000000000"
    for path, status in (
        (f"{own}/live.m3u8", 200), (f"{own}/secret.ts", 404), (gone, 404),
        (f"{gone}/live.m3u8", 404), (own.replace("cam-3", "cam-4"), 404),
    ):  # fmt: skip
        assert http.get(path, headers=headers).status_code == status, path
    assert http.get(f"{own}/live.m3u8").status_code == 401
    assert http.get(own, headers=headers).headers["content-security-policy"] == VIDEO_CSP
    for why in ("", " x ", "x" * 201):
        said = http.post("/console/video/cam-3", headers=headers, data={"why": why})
        assert said.status_code == 400
    camera.how = "page"
    assert http.get(f"{own}/live.m3u8", headers=headers).status_code == 424
    asked = len(camera.asked)
    # Taken out of use: whoever looks right now sees nothing more, and nothing is asked there.
    centre.enact("camera", registered(camera.url, in_use=False))
    assert http.get(f"{own}/live.m3u8", headers=headers).status_code == 404
    centre.enact("camera", registered("http://10.8.0.9/live.m3u8"))
    assert http.get(f"{own}/live.m3u8", headers=headers).status_code == 424
    assert len(camera.asked) == asked
    assert "大厅摄像告知" in http.get("/public/open").text


def test_scripts_of_others_are_what_their_page_says():
    rows = re.findall(r"\| `([\w.]+)` \|.*\| `([0-9a-f]{64})` \|", (WEB / "README.md").read_text())
    assert {name for name, _ in rows} == {path.name for path in WEB.glob("*.min.js")}
    for name, digest in rows:
        assert hashlib.sha256((WEB / name).read_bytes()).hexdigest() == digest
