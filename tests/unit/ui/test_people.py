"""The directory's presenter, and pre-registration with what it knows (PL15, PL16)."""

import msgspec
import pytest
import pytest_asyncio

from client.app.rows.steps import PreregisterForm
from client.app.rows.words import Words
from sync.engine.ports import ChangeSet
from tests.helpers.scripted_people import EARLIER, OLD, OPEN, SHOP, WANG
from ui.presenters.people import PeoplePresenter
from ui.presenters.preregister import PreregisterPresenter
from ui.values import MaterialTick, ReceiveForm, Route

pytestmark = pytest.mark.asyncio
EMPTY = PreregisterForm("person", "resident_id", "", "", "", "")


@pytest_asyncio.fixture
async def people(desk, screen, flow, said, enter):
    await enter("clerk")
    made = PeoplePresenter(desk, screen, flow, said.append)
    await made.open()
    return made


@pytest.fixture
def said():
    return []


@pytest_asyncio.fixture
async def prereg(desk, screen, flow, enter):
    await enter("clerk")
    made = PreregisterPresenter(desk, screen, flow)
    await made.open()
    return made


def kept(desk, key, kind):
    return msgspec.json.decode(desk.kept[key], type=kind)


async def test_the_newest_is_shown_whole_with_what_may_be_taken_again(people, screen):
    assert screen.last("show_person").row.who == SHOP
    assert screen.told("show_earlier") == [(OPEN, EARLIER)]


async def test_whoever_is_looked_at_stays_while_he_fits(people, screen):
    await people.look_at(WANG)
    await people.search("王芳")
    assert screen.last("show_person").row.who == WANG
    await people.search("没有")
    assert screen.last("show_person") is None


PREREGISTER = Route("step", step="preregister")


async def test_a_case_is_begun_for_a_person_and_the_chosen_item_stays(people, desk, flow, said):
    desk.kept["preregister"] = msgspec.json.encode(
        PreregisterForm("person", "resident_id", "", "", "", "spjy", project="滨河码头")
    ).decode()
    await people.begin_case()
    form = kept(desk, "preregister", PreregisterForm)
    assert (form.id_no, form.name, form.item) == (SHOP, "云岭县滨河餐饮店", "spjy")
    assert (form.applicant_kind, form.project) == ("org", "滨河码头")
    assert (flow.last("go"), said) == (PREREGISTER, [])


@pytest.mark.parametrize(
    "typed",
    [
        PreregisterForm("person", "resident_id", "", "李四", "", "spjy"),
        PreregisterForm("person", "resident_id", "3399", "", "", ""),
        PreregisterForm("person", "resident_id", WANG, "云岭县滨河餐饮店", "", ""),
    ],
)
async def test_what_was_typed_for_another_is_not_written_over(people, desk, flow, said, typed):
    desk.kept["preregister"] = msgspec.json.encode(typed).decode()
    await people.begin_case()
    assert kept(desk, "preregister", PreregisterForm) == typed
    assert flow.last("go") == PREREGISTER
    assert said == [Words("people.begin.other", {"name": "云岭县滨河餐饮店"})]


async def test_what_was_typed_for_the_same_person_stays_and_the_rest_is_filled_in(people, desk):
    typed = PreregisterForm(
        *("org", "credit_code", f" {SHOP.lower()} ", "", "13911112222", ""), agent_name="新来的"
    )
    desk.kept["preregister"] = msgspec.json.encode(typed).decode()
    await people.begin_case()
    form = kept(desk, "preregister", PreregisterForm)
    assert (form.id_no, form.name, form.phone) == (SHOP, "云岭县滨河餐饮店", "13911112222")
    assert (form.agent_name, form.agent_id_no) == ("新来的", "")


async def test_what_still_holds_is_laid_onto_the_checklist_and_nothing_is_received(
    people, desk, flow
):
    typed = ReceiveForm((MaterialTick("m1", given=True),))
    desk.kept[f"case/{OPEN}/receive"] = msgspec.json.encode(typed).decode()
    await people.take_over(OPEN)
    form = kept(desk, f"case/{OPEN}/receive", ReceiveForm)
    assert form.tick("m1").given
    assert form.tick("m2").pages == EARLIER[0].pages
    assert not form.tick("m2").original
    assert flow.last("go") == Route("step", OPEN, "receive")
    assert not any(asked[0] == "receive" for asked in desk.asked)


async def test_pages_that_are_there_already_are_left_alone(people, desk):
    there = MaterialTick("m2", given=True, pages=EARLIER[0].pages * 2)
    desk.kept[f"case/{OPEN}/receive"] = msgspec.json.encode(ReceiveForm((there,))).decode()
    await people.take_over(OPEN)
    assert kept(desk, f"case/{OPEN}/receive", ReceiveForm).tick("m2") == there


@pytest.mark.parametrize(
    "marked",
    [MaterialTick("m2", given=True), MaterialTick("m2", shared="DZZZ-2026-000017")],
    ids=["original on the counter", "shared result"],
)
async def test_a_line_that_is_marked_already_stays_as_it_was_marked(people, desk, marked):
    desk.kept[f"case/{OPEN}/receive"] = msgspec.json.encode(ReceiveForm((marked,))).decode()
    await people.take_over(OPEN)
    assert kept(desk, f"case/{OPEN}/receive", ReceiveForm).tick("m2") == marked


async def test_a_case_that_changed_is_read_again(people, screen):
    before = len(screen.told("show_people"))
    await people.changed(ChangeSet(messages=True))
    assert len(screen.told("show_people")) == before
    await people.changed(ChangeSet(frozenset({OLD})))
    assert len(screen.told("show_people")) == before + 1


async def test_the_last_applicant_is_filled_in_again_and_the_item_stays(prereg, desk, screen):
    await prereg.again(PreregisterForm("person", "resident_id", "", "", "", "gths"))
    form = screen.last("show_form")
    assert (form.applicant_kind, form.id_no, form.agent_name) == ("org", SHOP, "赵六")
    assert form.item == "gths"
    assert kept(desk, "preregister", PreregisterForm) == form


async def test_where_nobody_was_registered_lately_it_says_so(prereg, desk, screen):
    desk.applicants.newest = None
    await prereg.again(EMPTY)
    assert screen.last("show_doubles") == (Words("prereg.again.none"),)


async def test_a_known_number_fills_in_what_is_not_typed(prereg, screen):
    form = PreregisterForm("org", "credit_code", SHOP.lower(), "", "", "spjy")
    await prereg.look_up("id_no", form)
    assert screen.last("fill_empty").phone == "13800000000"
    assert [words.key for words in screen.last("show_doubles")] == ["double.case"]


async def test_a_field_that_says_nothing_of_a_person_asks_nothing(prereg, screen):
    await prereg.look_up("phone", EMPTY)
    assert screen.told("show_doubles") == []


async def test_doubles_are_warned_of_and_never_refused(prereg, desk, flow):
    form = PreregisterForm("org", "credit_code", SHOP, "云岭县滨河餐饮店", "13800000000", "spjy")
    await prereg.look_up("item", form)
    await prereg.submit(form)
    assert flow.told("done")
