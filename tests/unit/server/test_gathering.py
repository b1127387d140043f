"""Questions that come together are answered together."""

import asyncio

import pytest

from sync.server.gathering import MOST, Gathering

pytestmark = pytest.mark.asyncio


class World:
    """An answerer that is held up until somebody lets it go."""

    def __init__(self):
        self.groups = []
        self.go = asyncio.Event()
        self.together = Gathering(self.answer)

    async def answer(self, questions):
        self.groups.append(list(questions))
        await self.go.wait()
        if "bad" in questions:
            raise ValueError("bad")
        return [question * 2 for question in questions]


async def test_who_asks_meanwhile_is_answered_by_the_next_group():
    world = World()
    async with asyncio.TaskGroup() as tasks:
        asked = [tasks.create_task(world.together.ask(n)) for n in range(MOST + 5)]
        await asyncio.sleep(0)
        late = tasks.create_task(world.together.ask(500))
        await asyncio.sleep(0)
        world.go.set()
    assert [task.result() for task in asked] == [2 * n for n in range(MOST + 5)]
    assert late.result() == 1000
    assert [len(group) for group in world.groups] == [1, MOST, 5]


async def test_a_failure_is_the_groups_and_not_the_next_ones():
    world = World()
    world.go.set()
    first = await asyncio.gather(
        world.together.ask("bad"), world.together.ask("a"), return_exceptions=True
    )
    assert isinstance(first[0], ValueError)
    assert first[1] == "aa"
    assert await world.together.ask("a") == "aa"


async def test_who_leaves_leaves_the_others_in_the_line():
    world = World()
    async with asyncio.TaskGroup() as tasks:
        leader = tasks.create_task(world.together.ask("a"))
        other = tasks.create_task(world.together.ask("b"))
        await asyncio.sleep(0)
        leader.cancel()
        world.go.set()
    assert other.result() == "bb"
    with pytest.raises(asyncio.CancelledError):
        leader.result()
