"""When an event was made, as far as the centre's own record proves it (proof.md §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.proof.anchors import Given, Interval, interval

if TYPE_CHECKING:
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.rows.devices import AnchorRow


class Anchored:
    """The anchors that bound the events of one chain from its head on.

    Args:
        tx: the unit.
        dev: device.
        inc: its incarnation.
        seq: the chain's head: events that follow it are asked for.
    """

    def __init__(self, tx: Transaction, dev: str, inc: int, seq: int) -> None:
        self._tx, self._chain = tx, (dev, inc)
        self._rows: list[AnchorRow] = tx.devices.anchors_around(dev, inc, seq + 1)
        self._given = [Given(row.seq, row.t) for row in self._rows]
        self._cited: dict[str | None, bool] = {row.hash: True for row in self._rows}

    def issued(self, hash_: str | None) -> bool:
        """Say whether the centre has a record of an anchor that an event of this chain cites."""
        if hash_ not in self._cited:
            found = None if hash_ is None else self._tx.devices.anchor(*self._chain, hash_)
            self._cited[hash_] = found is not None
        return self._cited[hash_]

    def contradicted(self, seq: int, hash_: str) -> AnchorRow | None:
        """Return an anchor that vouches for another event under this number: a fork.

        Such an anchor says nothing of this chain, and is left out from here on.
        """
        for at, row in enumerate(self._rows):
            if row.seq == seq and row.head != hash_:
                del self._given[at]
                return self._rows.pop(at)
        return None

    def interval(self, seq: int, arrival: int, after: int | None) -> Interval:
        """Bound one event; `after` is the lower bound of the event it names as its case's last."""
        return interval(seq, self._given, arrival, after)
