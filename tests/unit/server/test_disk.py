"""A disk that runs full is told before it is full, and one that cannot be asked too."""

import pytest

from sync.server.services.record.doubts import Doubts
from sync.server.services.record.forgotten import Forgotten
from sync.server.services.supervision.health import FULL_BYTES, TIGHT_BYTES, Health
from sync.texts import texts
from tests.unit.server.test_clock import Machine, NoLists


def notices(room):
    health = Health(Machine().clock, Doubts(), NoLists(), Forgotten(), room=room)
    return [(each.code, dict(each.args)) for each in health.notices()]


@pytest.mark.parametrize(
    ("left", "told"),
    [
        (TIGHT_BYTES, []),
        (TIGHT_BYTES - 1, [("disk_tight", {"mb": 4999})]),
        (FULL_BYTES, [("disk_tight", {"mb": 1000})]),
        (FULL_BYTES - 1, [("disk_full", {"mb": 999})]),
    ],
)
def test_room_is_told_before_it_is_gone(left, told):
    assert notices(lambda: left) == told


def test_a_disk_that_cannot_be_asked_is_told():
    def gone():
        raise OSError

    assert notices(gone) == [("disk_unread", {})]


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_each_has_words_and_what_to_do(language):
    words = texts(language)
    for code in ("disk_tight", "disk_full", "disk_unread"):
        assert words.t(f"centre.health.{code}", mb=1)
        assert words.t(f"centre.health.{code}.do", mb=1)
