"""A refused step says what it lacked by its name, though the answer is a code alone."""

from types import SimpleNamespace

import pytest

from client.app.hall.messages import Messages
from sync.domain.fields import moment_of
from sync.texts import texts
from tests.helpers.world import NOW
from ui.error_text import code_text

RECEIVE = {"materials": [], "channel": "counter", "paper": None}


async def _exceptions(store, language):
    async def on_store(call, *args):
        return call(*args)

    place = SimpleNamespace(
        store=store,
        session=SimpleNamespace(person="p0103"),
        rules=lambda: store.policy_book().rules(),
        now=lambda: NOW,
        on_store=on_store,
    )
    return await Messages(lambda: place, SimpleNamespace(language=language)).exceptions()


@pytest.mark.asyncio
async def test_the_missing_material_is_named(life, store):
    number = life.open_case(store)
    life.step(store, number, "receive", RECEIVE)
    life.step(store, number, "accept", {"paper": None})
    life.centre.push(store, refuse={"accept": "materials_incomplete"})
    case = store.case(number)
    item = store.policy_book().rules().item_of(case.item, case.item_version)
    lacking = item.material(case.lacking[0].code).name
    for language in ("zh_CN", "en"):
        (row,) = await _exceptions(store, language)
        said = texts(language).t(row.what.key, **row.what.args)
        assert row.at == moment_of(store.refused()[0].at_ms)
        assert lacking.of(language) in said
        assert "…" not in said


@pytest.mark.asyncio
async def test_what_the_rules_do_not_say_here_is_said_by_its_code_without_a_hole(life, store):
    number = life.open_case(store)
    life.step(store, number, "receive", RECEIVE)
    life.step(store, number, "accept", {"paper": None})
    life.centre.push(store, refuse={"accept": "pending_too_late"})
    (row,) = await _exceptions(store, "zh_CN")
    assert row.what is None
    assert code_text(row.code, {}, texts("zh_CN")).what == "容缺材料的补交日期太晚。"
