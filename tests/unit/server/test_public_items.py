"""Which items strangers are shown: all that are offered, and of a search the first."""

import json
from dataclasses import replace
from importlib.resources import files
from types import SimpleNamespace

import pytest

from sync.domain.catalogue import Catalogue
from sync.domain.catalogue_reading import catalogue_from
from sync.domain.policy import PolicyBook
from sync.server.services.public.items import FOUND_MAX, PublicItems

MANY = FOUND_MAX + 100


@pytest.fixture(scope="module")
def items():
    shipped = files("resources") / "catalogue" / "yunling.json"
    known = catalogue_from(json.loads(shipped.read_text("utf-8"))).items["scjg-02"]
    offered = {f"x-{n}": replace(known, code=f"x-{n}") for n in range(MANY)}
    book = PolicyBook(catalogue=Catalogue(items=offered))
    return PublicItems(SimpleNamespace(book=book))


def test_every_item_is_published_however_many_there_are(items):
    assert [each.item.code for each in items.every()] == [f"x-{n}" for n in range(MANY)]
    assert items.find("  ") == items.every()


def test_a_search_ends_where_more_can_be_typed(items):
    assert len(items.find("x-")) == FOUND_MAX
    assert [each.item.code for each in items.find(f"x-{MANY - 1}")] == [f"x-{MANY - 1}"]
