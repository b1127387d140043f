"""A centre over HTTPS with cases of every light, and a real browser on it."""

import os
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import sync_playwright

from sync.protocol.messages import ConsoleCodeAnswer, Empty
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def centre(tmp_path):
    with running_centre(tmp_path, tls=True) as running:
        yield running


@pytest.fixture
def window(centre):
    opened = HandWindow(centre)
    yield opened
    opened.close()


@pytest.fixture
def console_code(window):
    """Trade the supervisor's card for a code; the window keeps his session."""

    def give(card="supervisor"):
        window.log_in(card)
        return window.ask("POST", "/v1/console/code", ConsoleCodeAnswer, Empty())

    return give


@pytest.fixture
def http(centre):
    """A browser without a screen, scripts or patience."""
    with httpx.Client(
        base_url=centre.origin,
        verify=centre.tls_context(),
        headers={"Origin": centre.origin},
        timeout=60,
    ) as client:
        yield client


# Not for the whole session: Playwright keeps a loop running, and asyncio tests need their own.
@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium):
    """Open a page of its own; every console error and failed request of it fails the test."""
    contexts, troubles = [], []

    def open_page(*, size=DESK, locale="zh-CN", dark=False, scripts=True):
        context = chromium.new_context(
            viewport=size,
            locale=locale,
            timezone_id="Asia/Shanghai",
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            ignore_https_errors=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else 0)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    expected = ("status of 4", "ERR_FAILED", "htmx:")  # refused and cut off on purpose
    assert [t for t in troubles if not any(e in t for e in expected)] == []


@pytest.fixture
def picture():
    """Keep a picture of a page where CHUANGKOU_PICTURES names a folder: nothing judges by it."""
    folder = os.environ.get("CHUANGKOU_PICTURES")

    def take(page, name, *, whole=False):
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=whole)

    return take
