"""What is found by a number says by which, where the list does not show it."""

from types import SimpleNamespace

import pytest

from client.app.cases.queries import CaseQueries
from client.app.rows.cases import Tab
from tests.helpers.store_world import registration
from tests.helpers.world import NOW


@pytest.mark.asyncio
async def test_a_case_found_by_telephone_or_identity_number_says_so(life, store):
    async def on_store(call, *args):
        return call(*args)

    number = life.number()
    agent = {"name": "赵六", "id_no": "110105199003078771", "phone": "13912345678", "basis": "x"}
    told = registration() | {"agent": agent}
    store.append([life.record("preregister", told, number)])
    place = SimpleNamespace(
        store=store, session=SimpleNamespace(person="p0103"), now=lambda: NOW, on_store=on_store
    )
    queries = CaseQueries(lambda: place, SimpleNamespace(name_of=str))
    applicant = store.case(number).applicant
    for typed, kind in (
        (number[-7:-2], ""),
        (number, ""),
        ("王芳", ""),
        (applicant.phone, "phone"),
        (applicant.id_no[:14], "id_no"),
        ("39123456", "agent_phone"),
        ("19900307877", "agent_id_no"),
    ):
        (row,) = (await queries.page(Tab.ALL, typed)).rows
        assert (row.number, row.found) == (number, kind), typed
