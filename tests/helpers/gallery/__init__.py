"""Every screen of the window with the scripted desk behind it: for eyes, tests and the handbook."""

from tests.helpers.gallery import bench, cases, deciding, entry, hall, office, practice, taking_in
from tests.helpers.gallery.stand import Screen, Screens, Stand

__all__ = ["SCREENS", "Screen", "Screens", "Stand"]

SCREENS: Screens = {
    name: screen
    for room in (entry, bench, cases, taking_in, deciding, office, hall, practice)
    for name, screen in room.SCREENS.items()
}
"""By name, in the order of a day; what an earlier screen did to the desk is still done."""
