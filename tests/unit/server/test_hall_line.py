"""The way into a hall's network: bounded, straight, and patient with nobody for long."""

import pytest

from sync.domain.failures import Failure
from sync.server.hall_line import HallLine
from tests.helpers.hall_camera import hall_camera

pytestmark = pytest.mark.asyncio


@pytest.fixture
def line():
    made = HallLine(patience_s=0.5, rest_s=0)
    yield made
    made.close()


async def code_of(line, camera, how):
    camera.how = how
    with pytest.raises(Failure) as failed:
        await line.get(camera.url, 200_000)
    return failed.value.code


async def test_an_answer_is_whole_straight_bounded_or_none(line):
    with hall_camera() as camera:
        assert (await line.get(camera.url, 200_000)).startswith(b"#EXTM3U")
        assert camera.asked == ["/hall/live.m3u8?stream=1"]
        assert await code_of(line, camera, "gone") == "camera.away"
        assert await code_of(line, camera, "moved") == "camera.away"
        assert "/secret" not in camera.asked  # where it was sent, nobody went
        assert await code_of(line, camera, "trickle") == "camera.away"
        assert await code_of(line, camera, "endless") == "camera.answer"
    assert await code_of(line, camera, "live") == "camera.away"  # nobody listens there now


async def test_an_address_that_gave_nothing_is_left_alone_for_a_moment():
    line = HallLine(patience_s=0.5, rest_s=3600)
    with hall_camera() as camera:
        assert await code_of(line, camera, "gone") == "camera.away"  # answered: asked again at once
        assert await code_of(line, camera, "trickle") == "camera.away"
        assert await code_of(line, camera, "live") == "camera.away"
        assert len(camera.asked) == 2
    line.close()
