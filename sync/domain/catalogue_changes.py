"""What one catalogue changes against another, and the policy bodies that say no more than that.

A county's catalogue (308 items, NO01) is longer than one signed body may be, and what two
administrators sign should be what they change: so a file is compared with what is in force, and
only the difference is signed, in as many bodies of kind `catalogue.change` as it needs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sync.domain.catalogue import Bundle, Catalogue, Item
from sync.domain.catalogue_reading import bundles_of, items_of
from sync.domain.fields import DataFailure, Fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Bytes of items and bundles in one body; a signed body has 256 KiB (PROTOCOL.md §14).
MOST_BYTES = 200_000


class Sort(StrEnum):
    """What happens to an item or bundle."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One item or bundle that is not as it was; `members` names what differs, where it changed."""

    sort: Sort
    entry: Item | Bundle
    members: tuple[str, ...] = ()


def changes(old: Catalogue, new: Catalogue) -> tuple[Change, ...]:
    """Return what `new` changes against `old`: items, then bundles, each in the newer's order.

    Raises:
        DataFailure: catalogue.version_kept where something changed under a version that cases
            may name already: what was applied for must not change under the applicant's feet.
            A bundle changes with the items that it is made of.
    """
    found = _entries(old, new)
    for code, bundle in new.bundles.items():
        same = old.bundles.get(code) == bundle
        if same and old.item(code) != new.item(code):
            raise _kept(code, bundle.version, bundle.version)
    return found


def _entries(old: Catalogue, new: Catalogue) -> tuple[Change, ...]:
    versions = _versions(old)
    return (
        *_between(old.items, new.items, versions),
        *_between(old.bundles, new.bundles, versions),
    )


def _kept(code: str, version: int, known: int) -> DataFailure:
    return DataFailure(
        "catalogue.version_kept", place=code, item=code, version=version, least=known + 1
    )


def _versions(catalogue: Catalogue) -> dict[str, int]:
    """Return the highest version that each code ever had."""
    known: dict[str, int] = {}
    entries: tuple[Item | Bundle, ...] = (
        *catalogue.items.values(),
        *catalogue.bundles.values(),
        *catalogue.older.values(),
    )
    for entry in entries:
        known[entry.code] = max(entry.version, known.get(entry.code, 0))
    return known


def _between(
    old: Mapping[str, Item] | Mapping[str, Bundle],
    new: Mapping[str, Item] | Mapping[str, Bundle],
    versions: Mapping[str, int],
) -> Iterator[Change]:
    for code, entry in new.items():
        was = old.get(code)
        if was == entry:
            continue
        if entry.version <= versions.get(code, 0):
            raise _kept(code, entry.version, versions[code])
        if was is None:
            yield Change(Sort.ADDED, entry)
        else:
            members = tuple(
                each.name
                for each in fields(entry)
                if getattr(was, each.name) != getattr(entry, each.name) and each.name != "version"
            )
            yield Change(Sort.CHANGED, entry, members)
    for code, gone in old.items():
        if code not in new:
            yield Change(Sort.REMOVED, gone)


def bodies_for(
    old: Catalogue, body: Mapping[str, Any], changed: tuple[Change, ...], most: int = MOST_BYTES
) -> list[dict[str, Any]]:
    """Return the bodies of kind `catalogue.change` that lead from `old` to a file's catalogue.

    Args:
        old: what is in force.
        body: the file, read and found good.
        changed: `changes` of the two.
        most: bytes of items and bundles in one body.
    """
    wanted = {change.entry.code for change in changed if change.sort is not Sort.REMOVED}
    gone = [change.entry.code for change in changed if change.sort is Sort.REMOVED]
    parts: list[dict[str, Any]] = []
    size = most + 1
    # Items first, for bundles name them; what goes, with the last: then nothing names it any more.
    for kind in ("items", "bundles"):
        for entry in body.get(kind, []):
            if entry["code"] not in wanted:
                continue
            length = len(json.dumps(entry, ensure_ascii=False).encode())
            if size + length > most:
                parts.append({"version": body["version"], "items": [], "bundles": []})
                size = 0
            parts[-1][kind].append(entry)
            size += length
    if not parts:
        parts.append({"version": body["version"], "items": [], "bundles": []})
    parts[-1]["removed"] = gone
    amended = old.version
    for part in parts:
        part["amends"], amended = amended, part["version"]
    return parts


def amended(old: Catalogue, body: Mapping[str, Any]) -> Catalogue:
    """Return the catalogue after one body of kind `catalogue.change`, every former version kept.

    Raises:
        DataFailure: catalogue.amends where it was made against another catalogue;
            catalogue.version_kept; catalogue.unknown where a bundle names an item that is gone;
            and what reading a catalogue refuses.
    """
    head = Fields(body, "catalogue")
    if head.data.get("amends") != old.version:
        raise head.fail("amends", "amends", wanted=old.version)
    gone = set(head.texts("removed"))
    kept = {code: item for code, item in old.items.items() if code not in gone}
    items = {**kept, **items_of(head)}
    bundles = {code: each for code, each in old.bundles.items() if code not in gone}
    bundles |= bundles_of(head, items)
    for bundle in bundles.values():
        named = {bundle.lead_item, *(h.item for h in bundle.helpers if h.item is not None)}
        if not named <= items.keys():
            raise head.fail("unknown", "removed", item=bundle.code)
    both = sorted(items.keys() & bundles.keys())
    if both:
        raise head.fail("twice", both[0])
    newer = Catalogue(version=head.text("version"), items=items, bundles=bundles)
    _entries(old, newer)
    after = old.followed_by(newer)
    # Between two bodies of one change a bundle may be half new: what is known keeps its meaning.
    return replace(after, older={**after.older, **old.older})


def merged(base: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a catalogue's file after one body of kind `catalogue.change`: data in, data out."""
    gone = set(body.get("removed", []))
    said: dict[str, Any] = {"version": body["version"]}
    for kind in ("items", "bundles"):
        entries = {e["code"]: e for e in base.get(kind, []) if e["code"] not in gone}
        entries |= {e["code"]: e for e in body.get(kind, [])}
        said[kind] = list(entries.values())
    return said
