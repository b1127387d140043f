"""The tree of a scope (RFC 6962 §2.1): heads, inclusion proofs, consistency proofs.

The tree itself is never held: a `Frontier` (the roots of its full subtrees) appends in O(log n),
and proofs are made from the nodes of full subtrees, which never change once written. Node (level,
i) covers the leaves i·2^level up to (i+1)·2^level − 1.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct

from sync.protocol.errors import ReaderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    #: Reads a node of a full subtree: (level, index) → 32 bytes.
    NodeReader = Callable[[int, int], bytes]

EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return H(0x00 ‖ data)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return H(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Node(Struct, frozen=True, gc=False):
    """A full subtree that an append completed, to be kept by whoever makes proofs."""

    level: int
    index: int
    hash: bytes


class Frontier(Struct, frozen=True, gc=False):
    """A tree as its size and the roots of its full subtrees, largest first."""

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf: bytes) -> Frontier:
        """Return the tree with one more leaf, given as `leaf_hash` made it."""
        return self.append_nodes(leaf)[0]

    def append_nodes(self, leaf: bytes) -> tuple[Frontier, tuple[Node, ...]]:
        """Append a leaf; return the new tree and the full subtrees that it completed."""
        peaks, top = list(self.peaks), leaf
        level, index = 0, self.size
        nodes = [Node(level, index, top)]
        while index & 1:
            top = node_hash(peaks.pop(), top)
            level, index = level + 1, index >> 1
            nodes.append(Node(level, index, top))
        return Frontier(self.size + 1, (*peaks, top)), tuple(nodes)

    def extend(self, roots: Iterable[bytes], end: int) -> Frontier:
        """Return the tree of `end` leaves: this one, then full subtrees as `spans` divides them.

        Raises:
            ValueError: not as many roots as there are full subtrees.
        """
        peaks, size = list(self.peaks), self.size
        for (level, index), root in zip(spans(size, end), roots, strict=True):
            top, place = root, index
            while place & 1:
                top, place = node_hash(peaks.pop(), top), place >> 1
            peaks.append(top)
            size += 1 << level
        return Frontier(size, tuple(peaks))

    def nodes(self) -> Iterator[Node]:
        """Yield the full subtrees whose roots the peaks are, largest first."""
        start, rest = 0, iter(self.peaks)
        for level in range(self.size.bit_length() - 1, -1, -1):
            if self.size >> level & 1:
                yield Node(level, start >> level, next(rest))
                start += 1 << level

    def root(self) -> bytes:
        """Return the root over all leaves (of none: SHA-256 of nothing)."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            root = node_hash(peak, root)
        return root

    def pack(self) -> bytes:
        """Return the frontier as bytes: size (8, big-endian), then its peaks."""
        return self.size.to_bytes(8, "big") + b"".join(self.peaks)

    @classmethod
    def unpack(cls, data: bytes) -> Frontier:
        """Read what `pack` wrote.

        Raises:
            ReaderError: reader.members when the bytes are no frontier.
        """
        size = int.from_bytes(data[:8], "big")
        if len(data) != 8 + 32 * size.bit_count():
            raise ReaderError("reader.members")
        return cls(size, tuple(data[at : at + 32] for at in range(8, len(data), 32)))


def spans(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (level, index) of the largest full subtrees that make up the leaves start … end − 1."""
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


class Subtrees:
    """Every full subtree over some leaves: made once, asked for what follows any one of them.

    Args:
        leaves: as `leaf_hash` made them.
        start: the index of the first.
    """

    def __init__(self, leaves: Sequence[bytes], start: int) -> None:
        self._end = start + len(leaves)
        self._rows = [(start, leaves)]
        while len(leaves) > 1:
            odd = start & 1
            pairs = zip(leaves[odd::2], leaves[odd + 1 :: 2], strict=False)
            leaves, start = [node_hash(left, right) for left, right in pairs], (start + odd) >> 1
            self._rows.append((start, leaves))

    def roots(self, at: int) -> list[bytes]:
        """Return the roots over the leaves from `at` on, as `spans` divides them."""
        return [self._root(level, index) for level, index in spans(at, self._end)]

    def _root(self, level: int, index: int) -> bytes:
        start, row = self._rows[level]
        return row[index - start]


class MemoryTree:
    """A whole tree in memory: for tests, `verify`, and scopes that are read in full."""

    def __init__(self, leaves: Sequence[bytes] = ()) -> None:
        self.frontier = Frontier()
        self._levels: list[list[bytes]] = []
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        """Append a leaf hash."""
        self.frontier, nodes = self.frontier.append_nodes(leaf)
        for node in nodes:
            if node.level == len(self._levels):
                self._levels.append([])
            self._levels[node.level].append(node.hash)

    def node(self, level: int, index: int) -> bytes:
        """Read a node: a `NodeReader`."""
        return self._levels[level][index]


def root_at(node: NodeReader, size: int) -> bytes:
    """Return the root that the tree had at an earlier size."""
    return _range_hash(node, 0, size) if size else EMPTY_ROOT


def inclusion_proof(node: NodeReader, index: int, size: int) -> list[bytes]:
    """Return the path from leaf `index` to the root of the tree of `size` (RFC 6962 §2.1.1).

    Raises:
        ValueError: no such leaf: a defect of the caller.
    """
    return next(inclusion_proofs(node, (index,), size))


def inclusion_proofs(node: NodeReader, indices: Iterable[int], size: int) -> Iterator[list[bytes]]:
    """Yield the paths of several leaves to one root; what neighbours share is computed once.

    Raises:
        ValueError: no such leaf: a defect of the caller.
    """
    # The ranges that lead to the newest leaf, each with the path from its root to the tree's.
    way: list[tuple[int, int, list[bytes]]] = [(0, size, [])]
    for index in indices:
        if not 0 <= index < size:
            raise ValueError(index)
        while not way[-1][0] <= index < way[-1][1]:
            way.pop()
        start, end, path = way[-1]
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path = [_range_hash(node, middle, end), *path]
                end = middle
            else:
                path = [_range_hash(node, start, middle), *path]
                start = middle
            way.append((start, end, path))
        yield path


def consistency_proof(node: NodeReader, first: int, second: int) -> list[bytes]:
    """Return the proof that the tree of `first` leaves became that of `second` (RFC 6962 §2.1.2).

    Raises:
        ValueError: not 0 ≤ first ≤ second: a defect of the caller.
    """
    if not 0 <= first <= second:
        raise ValueError(first)
    if first in {0, second}:
        return []
    path: list[bytes] = []
    start, end, whole = 0, second, True
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            path.append(_range_hash(node, middle, end))
            end = middle
        else:
            path.append(_range_hash(node, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(_range_hash(node, start, end))
    return path[::-1]


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Say whether the path leads from the leaf to the root (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(step, found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def peaks_in(index: int, size: int, path: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the full subtrees before a leaf as its path names them, largest first.

    They are the peaks of the tree of `index` leaves: a path that holds proves them too.
    """
    at, last, found = index, size - 1, []
    for step in path:
        if at & 1 or at == last:
            found.append(step)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        at, last = at >> 1, last >> 1
    return tuple(reversed(found))


def verify_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Say whether the tree of the first root grew into that of the second (RFC 9162 §2.1.4.2)."""
    if first == second:
        return not path and first_root == second_root
    if first == 0:
        return not path and first_root == EMPTY_ROOT
    if not 0 < first < second or not path:
        return False
    steps = list(path)
    if first & (first - 1) == 0:
        steps.insert(0, first_root)
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, step)
        at, last = at >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(count: int) -> int:
    """Return the largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _range_hash(node: NodeReader, start: int, end: int) -> bytes:
    count = end - start
    if count & (count - 1) == 0:  # full, and by construction aligned
        level = count.bit_length() - 1
        return node(level, start >> level)
    middle = start + _split(count)
    return node_hash(_range_hash(node, start, middle), _range_hash(node, middle, end))
