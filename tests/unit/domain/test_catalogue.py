"""The catalogue: the sample read whole, and every way in which one is refused."""

import copy

import pytest

from sync.domain.authority import Role
from sync.domain.catalogue import CaseKind, IntakeRule, Keep, Unit
from sync.domain.catalogue_reading import catalogue_from
from sync.domain.catalogue_warnings import warnings_of
from sync.domain.fields import DataFailure
from sync.domain.switches import Switches
from sync.initials import initials
from tests.unit.domain.world import resource, rules, with_item

SAMPLE = resource("catalogue/yunling.json")
CATALOGUE = catalogue_from(SAMPLE)


def test_the_sample_has_thirteen_items_and_two_bundles():
    assert list(CATALOGUE.items) == [
        "scjg-01", "scjg-02", "wjj-01", "ycj-01", "cgj-01", "zjj-01", "hbj-01", "fgj-01",
        "zrj-01", "sqz-01", "sqb-01", "sqb-02", "zrj-02",
    ]  # fmt: skip
    assert list(CATALOGUE.bundles) == ["joint-01", "joint-02"]


@pytest.mark.parametrize(
    ("code", "statutory", "promised", "materials", "years"),
    [
        ("scjg-01", ("wd", 3), ("at_once", 0), 3, None),
        ("scjg-02", ("wd", 10), ("wd", 5), 5, 5),
        ("wjj-01", ("wd", 20), ("wd", 5), 6, 4),
        ("ycj-01", ("wd", 20), ("wd", 15), 4, 5),
        ("cgj-01", ("wd", 20), ("wd", 8), 5, 3),
        ("zjj-01", ("nd", 7), ("wd", 3), 6, None),
        ("hbj-01", ("nd", 30), ("wd", 7), 4, 5),
        ("fgj-01", ("wd", 20), ("wd", 8), 3, 2),
        ("zrj-01", ("wd", 20), ("wd", 7), 4, 1),
        ("sqz-01", ("wd", 20), ("wd", 15), 4, None),
        ("sqb-01", None, ("at_once", 0), 3, None),
        ("sqb-02", None, ("at_once", 0), 3, None),
    ],
)
def test_the_samples_limits_are_those_of_the_page(code, statutory, promised, materials, years):
    item = CATALOGUE.item(code)
    law = item.statutory and (item.statutory.unit, item.statutory.amount)
    assert law == statutory
    assert (item.promised.unit, item.promised.amount) == promised
    assert len(item.materials) == materials
    assert item.certificate.years == years
    assert item.fee is None
    assert item.basis
    assert item.name.of("zh_CN") != item.name.of("en")


def test_the_one_item_with_a_fee_names_the_tariff_that_allows_it():
    item = CATALOGUE.item("zrj-02")
    assert item.fee.amount_fen == 8000
    assert "发改价格规〔2016〕2559号" in item.fee.basis
    assert (item.statutory.amount, item.fallback.amount) == (30, 5)


def test_food_business_has_one_review_level():
    item = CATALOGUE.item("scjg-02")
    assert item.review_levels == 1
    assert item.flow_step("review", 1).roles == (Role.REVIEWER,)
    assert CATALOGUE.item("fgj-01").review_levels == 2
    assert item.scope == "339901/scjg"


def test_a_bundle_is_an_item_with_joint_limits_and_each_material_once():
    joint = CATALOGUE.item("joint-01")
    assert joint.kind is CaseKind.JOINT
    assert (joint.statutory.amount, joint.extension.most_wd) == (45, 15)
    assert joint.extension.approver is Role.GOVERNMENT_HEAD
    named = [m.code for m in joint.materials]
    assert len(named) == len(set(named))
    assert [item.code for item in CATALOGUE.current()][-2:] == ["joint-01", "joint-02"]


def test_items_are_found_by_initials():
    assert initials("食品经营许可（新办）") == "spjyxkxb"
    assert initials("A类 医疗") == "alyl"


def broken(**item: object) -> dict[str, object]:
    body = copy.deepcopy(SAMPLE)
    body["items"][1].update(item)
    return body


FLOW = SAMPLE["items"][1]["flow"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"code": "scjg-01"}, "catalogue.twice"),
        ({"materials": SAMPLE["items"][1]["materials"] * 2}, "catalogue.twice"),
        ({"promised": {"unit": "wd", "amount": 11}}, "catalogue.promise_longer"),
        ({"promised": {"unit": "half", "amount": 21}}, "catalogue.promise_longer"),
        ({"promised": {"unit": "nd", "amount": 5}}, "catalogue.promise_unit"),
        ({"promised": {"unit": "wd", "amount": 2}}, "catalogue.steps_exceed_promise"),
        ({"promised": {"unit": "min", "amount": 60}}, "catalogue.steps_exceed_promise"),
        ({"promised": {"unit": "at_once"}}, "catalogue.immediate"),
        ({"kind": "immediate"}, "catalogue.immediate"),
        ({"fallback": {"unit": "wd", "amount": 3}}, "catalogue.fallback"),
        ({"flow": [FLOW[0], FLOW[-1]]}, "catalogue.head_and_tail_only"),
        (
            {"flow": [{**s, "level": 2} if s["step"] == "review" else s for s in FLOW]},
            "catalogue.levels",
        ),
        ({"flow": [{**FLOW[0], "roles": []}]}, "catalogue.malformed"),
        ({"flow": [{**FLOW[0], "roles": ["emperor"]}]}, "catalogue.malformed"),
        ({"name": "食品"}, "catalogue.malformed"),
        ({"name": {"zh": "食品", "en": ""}}, "catalogue.malformed"),
        ({"version": 0}, "catalogue.malformed"),
        ({"version": True}, "catalogue.malformed"),
        ({"statutory": {"unit": "years", "amount": 1}}, "catalogue.malformed"),
        ({"statutory": {"unit": "wd", "amount": 0}}, "catalogue.malformed"),
        ({"materials": {}}, "catalogue.malformed"),
        ({"retired": "no"}, "catalogue.malformed"),
        ({"fee": {"amount_fen": 0, "basis": "x"}}, "catalogue.malformed"),
        ({"certificate": {"template": "t"}}, "catalogue.malformed"),
        ({"extension": {"most_wd": 5, "approver": "nobody"}}, "catalogue.malformed"),
        ({"intake": {"keep": "all"}}, "catalogue.malformed"),
        ({"form": [{"name": "地址"}]}, "catalogue.malformed"),
        ({"intake": {"max_bytes": 9_999}}, "catalogue.malformed"),
        ({"intake": {"max_bytes": 10_000_001}}, "catalogue.malformed"),
        ({"intake": {"min_long": 1601}}, "catalogue.malformed"),
        ({"intake": {"max_short": 479}}, "catalogue.malformed"),
        ({"intake": {"max_long": 10_001}}, "catalogue.malformed"),
        ({"intake": {"min_short": 0}}, "catalogue.malformed"),
    ],
)
def test_a_catalogue_that_is_unlawful_or_cannot_run_is_refused(change, code):
    with pytest.raises(DataFailure) as caught:
        catalogue_from(broken(**change))
    assert caught.value.code == code


def test_lawful_variants_are_read():
    fee = {"amount_fen": 5000, "basis": "价费〔2001〕1号"}
    upper = {"unit": "wd", "amount": 20}
    read = catalogue_from(broken(fee=fee, upper_limit=upper, kind="forwarded", acts=["accept"]))
    item = read.item("scjg-02")
    assert (item.fee.amount_fen, item.upper_limit.amount, item.acts) == (5000, 20, ("accept",))


def test_how_pictures_are_kept_is_the_materials_own_rule_or_the_items_or_the_general_one():
    plan = {**SAMPLE["items"][1]["materials"][2], "intake": {"keep": "original"}}
    plain = SAMPLE["items"][1]["materials"][0]
    read = catalogue_from(broken(materials=[plain, plan], intake={"max_bytes": 120_000}))
    item = read.item("scjg-02")
    assert item.intake_of(plan["code"]) == IntakeRule(keep=Keep.ORIGINAL)
    assert item.intake_of(plain["code"]) == IntakeRule(max_bytes=120_000)
    assert read.item("scjg-01").intake_of("premises") == IntakeRule()
    assert CATALOGUE.item("cgj-01").intake_of("design").keep is Keep.ORIGINAL


def test_a_material_names_the_folder_of_the_package_that_it_lies_in():
    item = CATALOGUE.item("zjj-01")
    assert [m.part.zh for m in item.materials if m.part is not None] == ["施工", "安全"]


def bundle(**change: object) -> dict[str, object]:
    body = copy.deepcopy(SAMPLE)
    body["bundles"][0].update(change)
    return body


HELPER = SAMPLE["bundles"][0]["helpers"][1]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"lead_item": "nothing"}, "catalogue.unknown"),
        ({"code": "scjg-01"}, "catalogue.twice"),
        ({"promised": {"unit": "wd", "amount": 46}}, "catalogue.promise_longer"),
        ({"helpers": [{**HELPER, "item": "nothing"}]}, "catalogue.unknown"),
        ({"helpers": [{**HELPER, "item": None}]}, "catalogue.unknown"),
        ({"helpers": [HELPER, HELPER]}, "catalogue.twice"),
        ({"helpers": [{**HELPER, "stage": 0}]}, "catalogue.malformed"),
    ],
)
def test_a_bundle_that_cannot_run_is_refused(change, code):
    with pytest.raises(DataFailure) as caught:
        catalogue_from(bundle(**change))
    assert caught.value.code == code


def test_an_immediate_item_with_a_fallback_needs_the_flow_for_it():
    body = copy.deepcopy(SAMPLE)
    body["items"][0]["flow"] = body["items"][10]["flow"]
    with pytest.raises(DataFailure) as caught:
        catalogue_from(body)
    assert caught.value.code == "catalogue.head_and_tail_only"


def codes(code: str, **change: object) -> set[str]:
    item = with_item(rules(), code, **change).catalogue.items[code]
    calendar = rules().calendars.of_hall("339901")
    return {warning.code for warning in warnings_of(item, calendar, Switches())}


def test_warnings_name_what_is_lawful_and_still_worth_telling():
    assert codes("zjj-01") == {"promise_cut"}
    assert codes("sqb-02") == {"no_statutory_limit", "nothing_minor"}
    assert codes("scjg-02") == set()
    assert codes("hbj-01") == set()
    assert Unit.AT_ONCE in {i.promised.unit for i in CATALOGUE.items.values()}


def test_offices_of_the_sample_are_those_that_items_and_helpers_name():
    offices = resource("catalogue/yunling-offices.json")
    halls = {hall["code"] for hall in offices["halls"]}
    departments = {d["code"]: d["hall"] for d in offices["departments"]}
    used = [(i.department, i.hall) for i in CATALOGUE.items.values()]
    used += [(h.department, h.hall) for b in CATALOGUE.bundles.values() for h in b.helpers]
    assert all(departments[code] == hall and hall in halls for code, hall in used)
