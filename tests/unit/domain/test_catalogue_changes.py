"""What one catalogue changes against another, and bodies that say no more than that."""

import copy
import json
from importlib.resources import files

import pytest

from sync.domain.catalogue import Catalogue
from sync.domain.catalogue_changes import Sort, amended, bodies_for, changes, merged
from sync.domain.catalogue_reading import catalogue_from
from sync.domain.fields import DataFailure

SAMPLE = json.loads((files("resources") / "catalogue" / "yunling.json").read_bytes())


def edited(version="yunling-2026.2", **promises):
    """The sample with other promises under the items' next versions."""
    body = copy.deepcopy(SAMPLE)
    body["version"] = version
    for item in body["items"]:
        if item["code"] in promises:
            item["promised"] = {"unit": "wd", "amount": promises[item["code"]]}
            item["version"] += 1
    return body


def lead_on(old, body, most=200_000):
    """Fold what would be signed, one body after the other."""
    parts = bodies_for(old, body, changes(old, catalogue_from(body)), most)
    for part in parts:
        old = amended(old, part)
    return old, parts


def test_only_what_differs_is_signed():
    old = catalogue_from(SAMPLE)
    body = edited(**{"wjj-01": 6})
    (change,) = changes(old, catalogue_from(body))
    assert (change.sort, change.entry.code, change.members) == (
        Sort.CHANGED,
        "wjj-01",
        ("promised",),
    )
    after, (part,) = lead_on(old, body)
    assert [item["code"] for item in part["items"]] == ["wjj-01"]
    assert after.version == "yunling-2026.2"
    assert after.item("wjj-01").promised.amount == 6
    assert after.item("wjj-01", 1).promised.amount == 5  # an open case keeps what it began with


def test_an_item_that_is_gone_ends_with_its_last_case():
    body = edited()
    body["items"] = [item for item in body["items"] if item["code"] != "ycj-01"]
    after, (part,) = lead_on(catalogue_from(SAMPLE), body)
    assert part["removed"] == ["ycj-01"]
    assert "ycj-01" not in {item.code for item in after.current()}
    assert after.item("ycj-01", 1) is not None


def test_what_was_applied_for_does_not_change_under_its_version():
    body = edited(**{"wjj-01": 6})
    next(item for item in body["items"] if item["code"] == "wjj-01")["version"] = 1
    with pytest.raises(DataFailure, match="version_kept") as failure:
        changes(catalogue_from(SAMPLE), catalogue_from(body))
    assert failure.value.details["least"] == 2


def test_a_bundle_changes_with_the_items_that_it_is_made_of():
    body = edited(**{"zjj-01": 2})
    for item in body["items"]:
        if item["code"] == "zjj-01":
            item["basis"] = ["another law"]
            item["materials"] = item["materials"][:-1]
            item["flow"][1]["limit"] = item["flow"][2]["limit"] = {"unit": "half", "amount": 1}
            item["flow"][3]["limit"] = item["flow"][4]["limit"] = None
    with pytest.raises(DataFailure, match="version_kept") as failure:
        changes(catalogue_from(SAMPLE), catalogue_from(body))
    assert failure.value.details["item"] == "joint-01"
    next(b for b in body["bundles"] if b["code"] == "joint-01")["version"] += 1
    old = catalogue_from(SAMPLE)
    after, parts = lead_on(old, body, most=1)  # one entry a body: the bundle comes after its item
    assert len(parts) == 2
    assert after.item("joint-01", 1) == old.item("joint-01")
    assert after.item("joint-01", 2).materials != old.item("joint-01").materials


def test_a_first_catalogue_longer_than_a_body_goes_in_several():
    after, parts = lead_on(Catalogue(), SAMPLE, most=10_000)
    assert len(parts) > 3
    assert all(len(json.dumps(part, ensure_ascii=False).encode()) < 11_000 for part in parts)
    whole = catalogue_from(SAMPLE)
    assert (after.items, after.bundles) == (whole.items, whole.bundles)
    said = {}
    for part in parts:
        said = merged(said, part)
    assert said == {"version": SAMPLE["version"], **{k: SAMPLE[k] for k in ("items", "bundles")}}


def test_a_change_fits_only_what_it_was_made_against():
    old = catalogue_from(SAMPLE)
    (part,) = bodies_for(
        old, edited(**{"wjj-01": 6}), changes(old, catalogue_from(edited(**{"wjj-01": 6})))
    )
    with pytest.raises(DataFailure, match="amends"):
        amended(amended(old, part), part)


def test_a_bundle_is_not_left_without_an_item():
    old = catalogue_from(SAMPLE)
    body = {
        "version": "x",
        "amends": old.version,
        "items": [],
        "bundles": [],
        "removed": ["zjj-01"],
    }
    with pytest.raises(DataFailure, match="unknown"):
        amended(old, body)
