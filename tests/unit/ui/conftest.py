"""Presenters are tested under plain asyncio, with a view that remembers what it was told."""

import pytest

from sync.domain.secret import Secret
from tests.helpers.scripted_access import PIN, ScriptedDeck
from tests.helpers.scripted_desk import ScriptedDesk


class Screen:
    """Any view: remembers each call; `last` gives the newest argument of one."""

    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)

        def call(*args, **kwargs):
            self.calls.append((name, args, kwargs))

        return call

    def told(self, name):
        return [args for called, args, _kwargs in self.calls if called == name]

    def last(self, name):
        return self.told(name)[-1][0]


class Flow(Screen):
    """The way through the window, remembered."""


@pytest.fixture
def desk():
    return ScriptedDesk()


@pytest.fixture
def deck(desk):
    return ScriptedDeck(desk)


@pytest.fixture
def screen():
    return Screen()


@pytest.fixture
def flow():
    return Flow()


@pytest.fixture
def enter(desk, deck):
    async def log_in(role):
        deck.insert(role)
        return await desk.door.log_in(Secret(PIN))

    return log_in
