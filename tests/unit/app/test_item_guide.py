"""What may be told of an item before anything is filed (IN04, LW03, ST21)."""

import json
from importlib.resources import files

import pytest

from client.app.failures import AppFailure
from client.app.items.catalogue import CatalogueDesk
from client.app.rows.words import Words
from sync.domain.catalogue_reading import catalogue_from
from sync.domain.fields import DataFailure
from sync.texts import texts
from tests.helpers.pki import NOW

SAMPLE = files("resources") / "catalogue"


def catalogue():
    return json.loads((SAMPLE / "yunling.json").read_text("utf-8"))


@pytest.fixture
def desk(book):
    made = CatalogueDesk()
    made.take(book)
    return made


def steps(guide):
    return [(step.step, step.level) for step in guide.chart]


def test_the_departments_stand_in_the_catalogues_order_with_their_counts(desk):
    shelves = desk.shelves()
    assert (shelves[0].code, shelves[0].count) == ("", 15)
    assert [(s.code, s.count) for s in shelves[1:4]] == [("scjg", 2), ("wjj", 1), ("ycj", 1)]
    assert sum(shelf.count for shelf in shelves[1:]) == 15
    assert shelves[1].name == "云岭县市场监督管理局"


@pytest.mark.parametrize(
    ("typed", "department", "found"),
    [
        ("烟草", "", ["ycj-01"]),
        ("ycls", "", []),
        ("ycz", "", ["ycj-01"]),
        ("SCJG-02", "", ["scjg-02"]),
        ("许可(新办)", "scjg", ["scjg-02"]),
        ("许可（新办）", "scjg", ["scjg-02"]),
        ("spjyxk", "", ["scjg-02"]),
        ("", "scjg", ["scjg-01", "scjg-02"]),
        ("spjyxk", "wjj", []),
    ],
)
def test_items_are_found_by_name_code_and_initials_within_a_department(
    desk, typed, department, found
):
    assert [row.code for row in desk.find(typed, department=department)] == found


def test_the_chart_is_drawn_from_the_items_own_steps(desk):
    guide = desk.guide("scjg-02")
    assert steps(guide) == [
        ("apply", 0), ("receive", 0), ("accept", 0), ("claim", 0), ("handle", 0), ("review", 1),
        ("decide", 0), ("make", 0), ("seal", 0), ("issue", 0), ("end", 0),
    ]  # fmt: skip
    by_name = {step.step: step for step in guide.chart}
    assert by_name["handle"].limit == Words("limit.wd", {"amount": "1.5"})
    assert by_name["handle"].who == ("handler",)
    accept = [(branch.to.key, branch.back) for branch in by_name["accept"].branches]
    assert accept == [("step.notify_correction", True), ("step.refuse", False)]
    assert [branch.to.key for branch in by_name["decide"].branches] == ["step.deny"]
    # Its survey is no step of its own; the local rule does not count it (LW23).
    assert [branch.to.key for branch in by_name["handle"].branches] == ["excluded.survey"]


def test_a_survey_that_is_a_step_is_no_branch_and_an_immediate_item_has_no_way_through(desk):
    assert ("survey", 0) in steps(desk.guide("ycj-01"))
    immediate = desk.guide("sqb-01")
    assert [name for name, _ in steps(immediate)][:3] == ["apply", "receive", "accept"]
    assert "handle" not in {name for name, _ in steps(immediate)}


def test_every_item_is_told_in_both_languages_without_a_missing_word(desk):
    for language in ("zh_CN", "en"):
        said = texts(language)
        desk.language = language
        for row in desk.find("", limit=99):
            guide = desk.guide(row.code)
            assert said.has(f"item_category.{guide.category}")
            for step in guide.chart:
                assert said.has(f"step.{step.step}") or said.has(f"chart.{step.step}"), step
                words = [branch.why for branch in step.branches]
                words += [branch.to for branch in step.branches]
                assert all(said.has(each.key) for each in words), step
                assert all(said.has(f"role.{role}") for role in step.who)


def test_fees_are_said_and_none_is_free(desk):
    assert desk.guide("scjg-02").fee == Words("guide.free")


def test_a_fee_is_said_with_its_basis_and_editions_are_kept(book):
    body = catalogue()
    food = next(item for item in body["items"] if item["code"] == "scjg-02")
    food["version"], food["promised"]["amount"] = 2, 4
    food["flow"] = [step for step in food["flow"] if step["step"] != "claim"]
    food["fee"] = {"amount_fen": 1250, "basis": "某省发改价格〔2026〕1号"}
    body["version"] = "yunling-2026.2"
    changed = book.with_event("catalogue", body, NOW)
    desk = CatalogueDesk()
    desk.take(changed)
    guide = desk.guide("scjg-02")
    assert (guide.fee.key, guide.fee.args, guide.fee_basis) == (
        "guide.fee", {"amount": "12.50"}, "某省发改价格〔2026〕1号",
    )  # fmt: skip
    assert [(e.version, e.in_force, e.promised.args["amount"]) for e in guide.editions] == [
        (2, True, 4),
        (1, False, 5),
    ]
    assert guide.catalogue == "yunling-2026.2"


def test_an_unknown_item_is_refused_by_its_code(desk):
    with pytest.raises(AppFailure) as failure:
        desk.guide("nothing-01")
    assert failure.value.code == "app.no_such_item"


def test_forms_and_reuse_are_read_and_cannot_be_negative():
    body = catalogue()
    food = catalogue_from(body).items["scjg-02"]
    assert food.material("application").form == "application"
    assert food.material("business_licence").reuse_days == 180
    assert food.material("layout").reuse_days == 0
    body["items"][1]["materials"][1]["reuse_days"] = -1
    with pytest.raises(DataFailure):
        catalogue_from(body)
