"""What is asked of a policy event that comes anew, beyond what is asked of one to be followed.

What was logged once is folded for ever as it stands; so what is learnt later to do harm is refused
here, at the door, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.domain.bodies import MOST_DAYS
from sync.domain.catalogue import Unit
from sync.domain.department_systems import SYSTEM_DEVICE
from sync.domain.events import CENTRE_DEVICE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sync.domain.catalogue import Bundle, Catalogue, Item, Limit
    from sync.domain.fields import Fields
    from sync.domain.policy_entries import Department

_A_DAY = {Unit.HALF: 2, Unit.QUARTER: 4, Unit.MINUTE: 24 * 60, Unit.HALF_MINUTE: 2 * 24 * 60}


def check_new(
    kind: str, fields: Fields, departments: Mapping[str, Department], catalogue: Catalogue
) -> None:
    """Refuse a new event that reads well and would do harm.

    A department is known by its code alone: under another hall it would silently take the cases,
    people and papers of the first one over. A device that is named as the centre or a department's
    system names itself would be taken for it wherever a step is judged.

    Args:
        kind: of the event.
        fields: its body.
        departments: those known before it.
        catalogue: in force after it.

    Raises:
        DataFailure: policy.foreign, policy.malformed.
    """
    if kind == "department":
        known = departments.get(fields.text("code"))
        if known is not None and known.hall != fields.text("hall"):
            raise fields.fail("foreign", "hall", hall=known.hall)
    if kind == "device.invite" and fields.text("dev").startswith((CENTRE_DEVICE, SYSTEM_DEVICE)):
        raise fields.fail("malformed", "dev")
    if kind in ("catalogue", "catalogue.change"):
        _check_limits(catalogue, fields)


def check_start(fields: Fields, at: datetime) -> None:
    """Refuse a key of the centre that begins later than its event.

    Whoever follows ends the former key with the event, for he asks no clock: between the two the
    centre could sign nothing that anybody takes.

    Raises:
        DataFailure: policy.malformed.
    """
    if fields.has("from") and fields.moment("from") > at:
        raise fields.fail("malformed", "from")


def _check_limits(catalogue: Catalogue, fields: Fields) -> None:
    for item in catalogue.items.values():
        if any(_too_long(limit) for limit in _limits_of(item)):
            raise fields.fail("malformed", "items", item=item.code)
    for bundle in catalogue.bundles.values():
        helpers = [helper for helper in bundle.helpers if not helper.shared_only]
        # A child's term goes to it as a number of working days.
        odd = any(helper.limit.unit is not Unit.WORKING for helper in helpers)
        if odd or any(_too_long(limit) for limit in _limits_of_bundle(bundle)):
            raise fields.fail("malformed", "bundles", item=bundle.code)


def _limits_of(item: Item) -> Iterator[Limit]:
    found = [item.statutory, item.promised, item.fallback, item.upper_limit]
    found += [term.limit for term in (*item.excluded, item.correction_term) if term is not None]
    found += [limit for step in item.flow for limit in (step.limit, step.not_before)]
    yield from (limit for limit in found if limit is not None)


def _limits_of_bundle(bundle: Bundle) -> Iterator[Limit]:
    yield from (bundle.statutory, bundle.promised)
    yield from (helper.limit for helper in bundle.helpers)


def _too_long(limit: Limit) -> bool:
    """Say whether a limit is longer than ten years: a slip, and beyond what a date can hold."""
    return limit.amount > MOST_DAYS * _A_DAY.get(limit.unit, 1)
