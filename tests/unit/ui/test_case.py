"""The case page and who takes a certificate away: a person, whoever applied."""

from dataclasses import replace

import pytest

from client.app.rows.cases import Receiver
from client.app.rows.words import Words
from sync.domain.failures import Failure, FailureKind
from tests.helpers.gallery_cases import MAKING
from ui.presenters.case import CasePresenter
from ui.presenters.receiver import ReceiverPresenter

pytestmark = pytest.mark.asyncio
TAKER = Receiver("李四", "110105194912310021", "legal_representative")


def organisation(desk, agent=""):
    case = desk.world[MAKING]
    facts = {"kind": "org", **({"agent": agent} if agent else {})}
    desk.world[MAKING] = replace(case, applicant="云岭县云上餐饮有限公司", facts=facts)


async def opened(desk, screen, flow, kind="issue"):
    presenter = ReceiverPresenter(desk, screen, flow, MAKING, kind)
    await presenter.open()
    return presenter


async def test_an_organisation_takes_nothing_by_itself(desk, screen, flow, enter):
    await enter("clerk")
    organisation(desk)
    await opened(desk, screen, flow)
    assert screen.last("show_form") == Receiver("", "", "legal_representative")


async def test_its_agent_takes_it_where_one_is_known(desk, screen, flow, enter):
    await enter("clerk")
    organisation(desk, agent="李四")
    await opened(desk, screen, flow)
    assert screen.last("show_form") == Receiver("李四", "", "agent")


async def test_an_organisation_cannot_be_its_own_receiver(desk, screen, flow, enter):
    await enter("clerk")
    organisation(desk)
    page = await opened(desk, screen, flow)
    await page.submit(Receiver("云岭县云上餐饮有限公司", "11010519491231002X", "self"))
    (problem,) = screen.last("show_problems")
    assert (problem.field, problem.what.key) == ("relation", "receiver.self.org")


async def test_another_relation_forgets_the_number_of_the_former_person(desk, screen, flow, enter):
    await enter("clerk")
    organisation(desk, agent="李四")
    page = await opened(desk, screen, flow)
    page.relate("legal_representative", Receiver("李四", "11010519491231002X", "agent"))
    assert screen.last("show_form") == Receiver("", "", "legal_representative")


async def test_who_took_it_signs_for_it(desk, screen, flow, enter):
    await enter("clerk")
    desk.world[MAKING] = replace(desk.world[MAKING], receiver=TAKER)
    await opened(desk, screen, flow, "sign_for")
    assert screen.last("show_form") == TAKER


async def test_a_number_is_shown_whole_only_when_it_is_asked_for(desk, screen, flow, enter):
    await enter("clerk")
    page = CasePresenter(desk, screen, flow, MAKING)
    await page.open()
    assert "*" in screen.last("show_case").phone
    assert screen.told("show_phone") == []
    await page.show_phone()
    assert screen.last("show_phone") == "13800005678"


async def test_a_number_that_cannot_be_read_is_told(desk, screen, flow, enter):
    await enter("clerk")
    page = CasePresenter(desk, screen, flow, MAKING)

    async def locked(_number):
        raise Failure("app.locked", FailureKind.RETRIABLE)

    desk.cases.phone = locked
    await page.show_phone()
    assert screen.last("show_failure").code == "app.locked"


async def test_a_minute_in_which_nothing_ended_draws_nothing(desk, screen, flow, enter):
    await enter("clerk")
    page = CasePresenter(desk, screen, flow, MAKING)
    await page.open()
    await page.time_passed()
    assert len(screen.told("show_case")) == 1
    desk.world[MAKING] = replace(desk.world[MAKING], left=Words("row.paused"))
    await page.time_passed()
    assert screen.last("show_case").row.light.remaining == Words("row.paused")
