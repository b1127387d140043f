"""A centre of its own for each test, and a window on it."""

import logging
from pathlib import Path

import httpx
import pytest
import structlog

from sync.protocol.messages import ConsoleCodeAnswer, Empty
from sync.server.services.cases import casework
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow


def pytest_collection_modifyitems(items):
    """Whatever starts a centre takes more than a quarter of a second."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def quiet(own_log):
    """Keep the centre's log out of the tests' output: what it says is not what is tested here."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request):
    """Name the database: whatever a centre promises, it promises on both."""
    return request.param


@pytest.fixture
def centre(tmp_path, store):
    with running_centre(tmp_path, store=store) as running:
        yield running


@pytest.fixture
def windows(centre):
    """Make windows that are closed at the end."""
    opened = []

    def make(dev="d-339901-03", **how):
        opened.append(HandWindow(centre, dev, **how))
        return opened[-1]

    yield make
    for each in opened:
        each.close()


@pytest.fixture
def window(windows):
    return windows()


@pytest.fixture
def enter(centre, window):
    """Let a card's person into the console; each keeps his own browser."""
    opened = []

    def let_in(card):
        window.log_in(card)
        code = window.ask("POST", "/v1/console/code", ConsoleCodeAnswer, Empty()).url.split("#")[1]
        client = httpx.Client(base_url=centre.origin, headers={"Origin": centre.origin}, timeout=60)
        opened.append(client)
        entered = client.post("/console/enter", content=f"code={code}")
        client.headers["Cookie"] = entered.headers["set-cookie"].split(";")[0]
        return client

    yield let_in
    for client in opened:
        client.close()


@pytest.fixture
def bad(monkeypatch):
    """Ids of the steps at which the centre's rules break."""
    ids, plain = set(), casework.judge

    def judge(case, step, rules):
        if step.id in ids:
            raise ZeroDivisionError
        return plain(case, step, rules)

    monkeypatch.setattr(casework, "judge", judge)
    return ids
