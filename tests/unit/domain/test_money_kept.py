"""A lawful fee is asked once, comes in and goes back until the file is shut, and lapses (LW32)."""

import pytest

from sync.domain import bodies
from sync.domain.calendar import calendar_from
from sync.domain.case import State
from sync.domain.catalogue import Tariff
from sync.domain.fields import DataFailure
from tests.unit.domain.world import Desk, ms, paper, resource, rules, with_item

FEE = {"amount_fen": 5000}


def charged(item: str = "scjg-02", **changes: object) -> Desk:
    fee = Tariff(5000, "《收费目录》")
    desk = Desk(item, with_item(rules(), item, fee=fee, **changes)).accepted("2026-09-17")
    desk.do("charge", "cash", "2026-09-17", **FEE, paper=paper("fee_notice"))
    return desk


def paying(desk: Desk) -> dict[str, object]:
    return {"fee": desk.case.fees[0].ref, "manner": "cash", "receipt_no": "R1"}


def test_a_fee_is_charged_once_and_again_only_when_it_went_back():
    desk = charged()
    again = {**FEE, "paper": paper("fee_notice", "f2")}
    assert desk.refused("charge", "cash", "2026-09-17", **again) == ("fee_charged_before",)
    desk.do("pay", "cash", "2026-09-17", **paying(desk))
    assert desk.refused("charge", "cash", "2026-09-17", **again) == ("fee_charged_before",)
    desk.do("refund", "cash", "2026-09-17", fee=desk.case.fees[0].ref, text="误收")
    assert desk.do("charge", "cash", "2026-09-17", **again) == ()


def test_what_was_paid_goes_back_after_the_end_too():
    desk = charged()
    back = {"fee": desk.case.fees[0].ref, "text": "申请已撤回"}
    desk.do("pay", "cash", "2026-09-17", **paying(desk))
    desk.do("withdraw", "clerk", "2026-09-18", paper=paper("withdrawal"))
    desk.do("close", "clerk", "2026-09-18")
    assert desk.refused("pay", "cash", "2026-09-18", **paying(desk)) == (
        "no_such_fee",
        "fee_already_paid",
    )
    desk.do("refund", "cash", "2026-09-18", **back)
    assert desk.refused("refund", "cash", "2026-09-18", **back) == ("no_such_fee", "no_such_fee")
    desk.do("archive", "archive", "2026-09-18")


def test_an_open_fee_lapses_with_the_application_and_keeps_no_file_open():
    desk = charged()
    desk.do("withdraw", "clerk", "2026-09-18", paper=paper("withdrawal"))
    desk.do("close", "clerk", "2026-09-18")
    desk.do("archive", "archive", "2026-09-18")
    assert desk.case.state is State.ARCHIVED


def test_a_fee_for_what_was_granted_is_owed_and_can_be_paid_to_the_last():
    desk = charged(certificate=None).handled("2026-09-17").reviewed("2026-09-17")
    desk.grant("2026-09-17")
    served = {"paper": "decision-1", "manner": "direct", "receiver": {"name": "张三"}}
    desk.do("serve", "clerk", "2026-09-18", **served)
    desk.do("close", "clerk", "2026-09-18")
    assert desk.refused("archive", "archive", "2026-09-18") == ("debts_open",)
    desk.do("pay", "cash", "2026-09-18", **paying(desk))
    desk.do("archive", "archive", "2026-09-18")


def test_the_decision_that_is_all_one_gets_waits_for_what_is_owed():
    """A13: no certificate before the supplement; without one the decision is what is handed out."""
    the_rules = with_item(rules(), "scjg-02", certificate=None)
    item = the_rules.catalogue.items["scjg-02"]
    minor = next(m.code for m in item.materials if m.minor)
    desk = Desk("scjg-02", the_rules)
    desk.received("2026-09-17", *(m.code for m in item.materials if m.code != minor))
    owed = [{"material": minor, "by": "2026-09-21"}]
    desk.do(
        "accept_pending",
        "clerk",
        "2026-09-17",
        pending=owed,
        promise=paper("promise"),
        paper=paper("acceptance"),
    )
    desk.handled("2026-09-17").reviewed("2026-09-17").grant("2026-09-17")
    served = {"paper": "decision-1", "manner": "direct", "receiver": {"name": "张三"}}
    assert desk.refused("serve", "clerk", "2026-09-18", **served) == ("pending_materials_owed",)
    page = {"sha256": "A" * 43, "size": 10, "type": "image/jpeg"}
    desk.do(
        "supply_pending", "clerk", "2026-09-18", materials=[{"code": minor, "attachments": [page]}]
    )
    desk.do("serve", "clerk", "2026-09-18", **served)


# -- days as they are written ---------------------------------------------------------------------


def test_a_service_is_not_foretold():
    desk = charged()
    served = {"paper": "acceptance-1", "manner": "mail", "receiver": {"name": "张三"}}
    assert desk.refused(
        "serve", "clerk", "2026-09-17", **served, served_at=ms("2026-09-18 00:00")
    ) == ("body_malformed",)
    desk.do("serve", "clerk", "2026-09-17", **served, served_at=ms("2026-09-17 23:59"))


@pytest.mark.parametrize("written", ["2026-W40-1", "2026-09-1", "20260901", "2026-13-01", ""])
def test_a_day_is_written_in_one_way(written):
    assert bodies.day({"on": written}, "on") is None
    body = {**resource("calendars/cn-2024-2026.json"), "first": written}
    with pytest.raises(DataFailure) as caught:
        calendar_from(body)
    assert caught.value.code == "calendar.malformed"
