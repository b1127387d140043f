"""A rare ideograph on a page is drawn by the centre's own font, fetched only where it stands."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


# The page's own rules forbid scripts made of strings, so nothing here waits by such a script.
WRITE = """char => {
    document.querySelector('h1').textContent = '王' + char;
    document.body.offsetHeight;
    return document.fonts.ready.then(() => document.fonts.status);
}"""


def fetched(page):
    script = "performance.getEntriesByType('resource').map(r => r.name.split('/').pop())"
    return {name for name in page.evaluate(script) if name.startswith("HanRare-")}


def fonts_of(page, selector):
    """Return the fonts that the browser really drew with."""
    tools = page.context.new_cdp_session(page)
    for domain in ("DOM", "CSS"):
        tools.send(f"{domain}.enable")
    root = tools.send("DOM.getDocument")["root"]["nodeId"]
    node = tools.send("DOM.querySelector", {"nodeId": root, "selector": selector})["nodeId"]
    used = tools.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    return {(font["familyName"], font["isCustomFont"]) for font in used}


@pytest.mark.parametrize(
    ("char", "piece"),
    [("𠮷", "20000"), ("\U0002ebe0", "2E000")],
)
def test_a_rare_ideograph_is_drawn_by_our_font(centre, browse, picture, char, piece):
    page = browse()
    page.goto(f"{centre.origin}/public/status")
    assert fetched(page) == set()
    page.evaluate(WRITE, char)
    picture(page, f"rare-{piece}")
    assert (f"Han Rare {piece}", True) in fonts_of(page, "h1")
    assert fetched(page) == {f"HanRare-{piece}.ttf"}
