"""What the window hears from devices at the counter: identity cards and barcodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sync.domain.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date


class CounterFailure(Failure):
    """A device at the counter that does not do its part; keys and other devices go on.

    counter.gone: not there, unplugged, taken by another program. counter.rubbish: it says what no
    such device says. counter.card_unread: a card lies on it that it cannot read.
    """


@dataclass(frozen=True, slots=True)
class IdCard:
    """What a resident identity card says of its holder (居民身份证, GA 450).

    Args:
        number: the 18 places as printed; whoever uses it checks them.
        name: as printed, spaces at its end taken away.
        address: as printed.
        valid_until: the last day; None for 长期.
    """

    number: str
    name: str
    address: str
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class SerialLine:
    """A serial line of this machine: its name, and what the system says is on it, or ""."""

    port: str
    label: str


class Counter(Protocol):
    """The devices of one counter. They speak by themselves; nobody waits for them."""

    def listen(
        self, heard: Callable[[IdCard | str], None], trouble: Callable[[CounterFailure], None]
    ) -> Callable[[], None]:
        """Begin to listen; what is returned ends it and waits for the devices' threads.

        Args:
            heard: told of a card, or of a code's text, in a device's thread.
            trouble: told once when a device fails, until it works again; in its thread.
        """
