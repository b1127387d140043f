"""The tab of people names the flow's steps with their persons (ST05, ST06, ST18)."""

from dataclasses import replace

import pytest

from client.app.rows.flow import FlowRow
from tests.helpers.scripted_cases import NOW
from ui.values import Route
from ui.widgets.text import Text

pytestmark = pytest.mark.slow  # each opens the whole window

FLOW = (
    FlowRow("accept", 0, "done", "林知夏", NOW),
    FlowRow("review", 1, "now", may=("沈慕白", "邵清和")),
    FlowRow("review", 2, "ahead"),
    FlowRow("decide", 0, "ahead", may=("秦望舒",)),
)


def said(page):
    return [label.text() for label in page.findChildren(Text) if label.isVisible()]


def test_each_step_has_a_name_or_says_that_nobody_may(at_window):
    async def scenario(hands):
        await hands.enter("clerk")
        number = next(iter(hands.desk.world))
        opened = hands.desk.cases.open

        async def with_flow(case):
            return replace(await opened(case), flow=FLOW)

        hands.desk.cases.open = with_flow
        await hands.go(Route("case", number, "people"))
        words, t = said(hands.page), hands.page._tongue.t
        assert "沈慕白、邵清和" in words
        assert t("flow.level", step=t("step.review"), level=2) in words
        assert t("flow.nobody") in words
        assert any("林知夏" in each for each in words)

    at_window(scenario)


def test_the_brief_beside_a_step_says_who_is_next(at_window):
    async def scenario(hands):
        await hands.enter("reviewer")
        number = next(n for n, c in hands.desk.world.items() if c.state == "reviewing")
        opened = hands.desk.cases.open

        async def with_flow(asked):
            return replace(await opened(asked), flow=FLOW)

        hands.desk.cases.open = with_flow
        await hands.go(Route("step", number, "review"))
        assert "沈慕白、邵清和" in said(hands.page)

    at_window(scenario)
