"""Centres below this one (PL03, PL04): whose log it holds, verified from a pinned beginning.

A county's centre reports to its city's, and that to the province's. Policy of the upper one names
the lower: the hash of its genesis event, from which everything that it ever signed can be verified,
and the key that proves its requests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003  (a window's store reads members by these types)
from dataclasses import dataclass, replace
from datetime import datetime  # noqa: TC003  (as above)
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sync.domain.fields import Fields

LOWER = "lower/"  # the scope in which supervisors hold their right over a lower centre
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_HASH = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Lower:
    """One centre that reports here; `jwk` proves its requests."""

    aud: str
    name: str
    genesis: str
    jwk: Mapping[str, Any]
    ended_at: datetime | None = None

    @property
    def scope(self) -> str:
        """Return the scope that rights over it, and over what lies below it, are given in."""
        return f"{LOWER}{self.aud}"


def with_lower(lowers: Mapping[str, Lower], fields: Fields, own: str) -> dict[str, Lower]:
    """Return the lower centres with one introduced, or given another key; its beginning stays.

    Raises:
        DataFailure: policy.malformed; policy.foreign where its genesis is another than before, or
            it is this centre itself.
    """
    aud, genesis = fields.text("aud"), fields.text("genesis")
    if _NAME.fullmatch(aud) is None:
        raise fields.fail("malformed", "aud")
    if _HASH.fullmatch(genesis) is None:
        raise fields.fail("malformed", "genesis")
    known = lowers.get(aud)
    if aud == own or (known is not None and known.genesis != genesis):
        raise fields.fail("foreign", "genesis")
    jwk = fields.part("jwk")
    point = {name: jwk.text(name) for name in ("kty", "crv", "x", "y")}
    return {**lowers, aud: Lower(aud, fields.text("name"), genesis, point)}


def without_lower(lowers: Mapping[str, Lower], fields: Fields, at: datetime) -> dict[str, Lower]:
    """Return the lower centres with one ended; what it reported stays.

    Raises:
        DataFailure: policy.unknown.
    """
    known = lowers.get(fields.text("aud"))
    if known is None:
        raise fields.fail("unknown", "aud")
    ended = fields.moment("at") if fields.has("at") else at
    return {**lowers, known.aud: replace(known, ended_at=min(ended, known.ended_at or ended))}
