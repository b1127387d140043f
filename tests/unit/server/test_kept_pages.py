"""Pages that are the same for everybody are answered from memory, and nothing else is."""

import asyncio

import pytest

from sync.server.keeping import KEPT_MS, KeptPages


class World:
    """An app that counts how often it is asked, a policy and a clock."""

    def __init__(self):
        self.asked, self.size, self.ms, self.status = 0, 1, 0, 200
        self.pages = KeptPages(self.app, lambda: self.size, self)

    def now_ms(self):
        return self.ms

    async def app(self, scope, receive, send):
        self.asked += 1
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": str(self.asked).encode()})

    def ask(self, path, query=b"", method="GET", lang=b"zh-CN", cookie=b""):
        heads = [(b"accept-language", lang), (b"cookie", cookie)]
        scope = {"type": "http", "method": method, "path": path, "query_string": query,
                 "headers": heads}  # fmt: skip
        said = []

        async def send(message):
            said.append(message)

        asyncio.run(self.pages(scope, None, send))
        return said[-1]["body"]


@pytest.fixture
def world():
    return World()


def test_a_page_is_kept_for_a_moment_and_for_its_language(world):
    assert [world.ask("/public/status") for _ in range(3)] == [b"1"] * 3
    assert world.ask("/public/status", lang=b"en") == b"2"
    assert world.ask("/public/status", cookie=b"lang=en") == b"2"
    world.ms = KEPT_MS + 1
    assert world.ask("/public/status") == b"3"


def test_another_policy_asks_anew(world):
    world.ask("/public/items/scjg-02")
    world.size = 2
    assert world.ask("/public/items/scjg-02") == b"2"


@pytest.mark.parametrize(
    ("path", "how"),
    [
        ("/public/status", {"query": b"no=1"}), ("/public/status", {"method": "POST"}),
        ("/console", {}), ("/public/hall/339901", {}), ("/v1/hello", {}), ("/public/today", {}),
    ],
)  # fmt: skip
def test_what_is_somebodys_or_moves_is_never_kept(world, path, how):
    assert (world.ask(path, **how), world.ask(path, **how)) == (b"1", b"2")


def test_a_failure_is_not_kept(world):
    world.status = 404
    world.ask("/public/items/none")
    assert world.ask("/public/items/none") == b"2"
