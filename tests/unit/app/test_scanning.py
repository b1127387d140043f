"""A device is asked beside the screen's lane, from its first look on."""

import asyncio
from types import SimpleNamespace

from client.app.files.scanning import Scanning
from client.host.lanes import Lane, lane_here


class Device:
    """Says where it was asked; it has no page."""

    def __init__(self):
        self.asked = []

    def scan(self, _ask, _tell):
        self.asked.append(lane_here())
        return iter(())

    def cancel(self):
        """End nothing."""


def test_a_folder_of_pictures_is_not_looked_into_on_the_screens_lane():
    device = Device()

    async def scenario():
        lane = Lane("scan")
        place = SimpleNamespace(lanes=SimpleNamespace(scan=lane))
        count = await Scanning(lambda: place, None, device).scan("c", "m", None, None, print)
        await lane.close()
        return count

    assert asyncio.run(scenario()) == 0
    assert device.asked == ["scan"]
