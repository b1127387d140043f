"""What a person does to a page before it is kept: plain values, nothing is lost by them.

An edit is kept beside the picture that was handed in and applied to it anew each time, so that it
can be taken back for as long as that picture is there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

WHOLE = (0, 0, 1000, 1000)
_LEAST_SIDE = 50  # what is cut out keeps a twentieth of each side
MOST_TILT = 150


@dataclass(frozen=True, slots=True)
class PageEdit:
    """Turn, straighten, crop: in this order.

    Args:
        turn: quarter turns clockwise, 0–3.
        tilt: tenths of a degree clockwise, −150 to 150.
        crop: left, top, right, bottom in thousandths of the turned and straightened picture.
    """

    turn: int = 0
    tilt: int = 0
    crop: tuple[int, int, int, int] = WHOLE

    @classmethod
    def of(cls, numbers: tuple[int, ...]) -> PageEdit:
        """Return the edit of these numbers; none, or none that are ours: untouched."""
        if len(numbers) != len(UNTOUCHED.numbers):
            return UNTOUCHED
        turn, tilt, left, top, right, bottom = numbers
        return cls(turn % 4).tilted(tilt).cropped((left, top, right, bottom))

    @property
    def numbers(self) -> tuple[int, ...]:
        """Return it as it is kept in a draft."""
        return (self.turn, self.tilt, *self.crop)

    @property
    def plain(self) -> bool:
        """Say whether it leaves the picture as it is."""
        return self == UNTOUCHED

    def turned(self, quarters: int) -> PageEdit:
        """Turn further; what was cut out stays cut out, seen from the new side."""
        left, top, right, bottom = self.crop
        for _ in range(quarters % 4):
            left, top, right, bottom = 1000 - bottom, left, 1000 - top, right
        return replace(self, turn=(self.turn + quarters) % 4, crop=(left, top, right, bottom))

    def tilted(self, tilt: int) -> PageEdit:
        """Straighten by this angle in all."""
        return replace(self, tilt=max(-MOST_TILT, min(MOST_TILT, tilt)))

    def cropped(self, crop: tuple[int, int, int, int]) -> PageEdit:
        """Cut out another part; sides that cross or leave too little are set right."""
        left, top, right, bottom = (max(0, min(1000, side)) for side in crop)
        left, top = min(left, 1000 - _LEAST_SIDE), min(top, 1000 - _LEAST_SIDE)
        right, bottom = max(right, left + _LEAST_SIDE), max(bottom, top + _LEAST_SIDE)
        return replace(self, crop=(left, top, right, bottom))


UNTOUCHED = PageEdit()
