"""A department's own system sends its steps once (PL06–PL10), by docs/DEPARTMENTS.md alone."""

import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import load_der_private_key

from installer.demo.department_sender import Refused, Sender
from sync.domain.supervising import Act
from sync.proof.acts import make_act
from sync.proof.certificates import x5t_of
from sync.proof.events import Draft
from sync.proof.jws import known
from sync.proof.keys import SoftwareKey
from sync.proof.receipts import verify_receipt
from sync.protocol.codec import read_message
from sync.protocol.records import Receipt, Record
from sync.server.db.department_rows import SqlDepartmentRows
from sync.server.services.entry.console import Visitor
from sync.server.services.rows.departments import SystemMessageRow
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import SCOPE, HandWindow
from tests.helpers.systems import introduce, issue, sender_of

HOUR_MS, DAY_MS = 3_600_000, 86_400_000


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    with running_centre(tmp_path_factory.mktemp("departments")) as running:
        yield running


@pytest.fixture(scope="module")
def system(hall):
    return introduce(hall)


@pytest.fixture
def sender(hall, system):
    with sender_of(hall, system) as made:
        yield made


def at(centre, sender, case, kind, card, body=None, **how):
    """Send one step of a case as its person makes it; returns its result."""
    cited = how.pop("cprev", "ask")
    cprev = sender.case(case)["last"] if cited == "ask" else cited
    step = sender.step(
        kind,
        centre.card(card).person,
        body or {},
        case=case,
        at=how.pop("at", centre.clock.now_ms()),
        cprev=cprev,
    )
    (result,) = sender.send(step)
    return result


def opened(centre, sender):
    """Open a case in the department's own system, up to its acceptance."""
    case = sender.number()
    assert (
        at(centre, sender, case, "preregister", "reception", say.preregister(), cprev=None)[
            "verdict"
        ]
        == "accepted"
    )
    at(centre, sender, case, "receive", "clerk", say.receive())
    at(centre, sender, case, "accept", "clerk", say.accept())
    return case


def test_a_case_goes_through_the_departments_own_system(centre):
    """Opened, accepted, handled, reviewed there; decided by a card in the hall. Both databases."""
    with sender_of(centre, introduce(centre)) as sender:
        case = opened(centre, sender)
        results = [
            at(centre, sender, case, "claim", "handler"),
            at(centre, sender, case, "handle", "handler", say.handle()),
            at(centre, sender, case, "review", "reviewer", say.review()),
        ]
        assert [(r["verdict"], r["code"]) for r in results] == [("accepted", None)] * 3
        assert sender.case(case)["state"] == "deciding"
    window = HandWindow(centre)
    window.log_in("chief")
    line = centre.read(lambda tx: tx.log.of_case(SCOPE, case))[-1]
    window.cprev[case] = line.hash
    assert window.step("grant", say.grant(), case=case, card=True).verdict == "accepted"
    lines = centre.read(lambda tx: tx.log.of_case(SCOPE, case))
    assert {row.dev for row in lines[:-1]} == {"sys:scjg-1"}
    supervision, visitor = (
        centre.desk.supervision,
        Visitor("p", "p", (SCOPE,), 0, dict.fromkeys(Act, (SCOPE,))),
    )
    seen = centre.read(lambda tx: supervision.case(tx, visitor, case)).timeline
    assert {line.counter for line in seen[:-1]} == {"市场监管业务系统"}
    assert lines[-2].person == centre.card("reviewer").person
    window.close()


def test_what_the_hall_accepted_is_handled_where_the_department_works(hall, sender):
    window = HandWindow(hall, "d-339901-07")
    case = walk_to(window, "accepted")
    window.close()
    seen, after = [], 0
    while True:
        page = sender.ask("lines", {"after": after, "limit": 3})
        seen += [json.loads(e["outcome"])["n"] for e in page["entries"]]
        after = page["next"]
        if not page["more"]:
            break
    assert seen == list(range(1, page["size"] + 1))
    assert at(hall, sender, case, "claim", "handler")["verdict"] == "accepted"


def test_a_step_sent_twice_is_answered_with_its_first_receipt(hall, sender):
    case = sender.number()
    step = sender.step(
        "preregister",
        hall.card("reception").person,
        say.preregister(),
        case=case,
        at=hall.clock.now_ms(),
    )
    (first,), (again,) = sender.send(step), sender.send(step)
    assert (first["verdict"], again["verdict"]) == ("accepted", "duplicate")
    key = hall.centre.keys.log
    record = Record(**step)
    outcomes = [
        verify_receipt(
            read_message(json.dumps(each["receipt"]).encode(), Receipt, 1 << 20),
            record,
            known(key.public, key.thumbprint),
        ).outcome
        for each in (first, again)
    ]
    assert outcomes[0] == outcomes[1]


def test_a_decision_needs_the_deciders_own_card(hall, sender):
    case = opened(hall, sender)
    at(hall, sender, case, "claim", "handler")
    at(hall, sender, case, "handle", "handler", say.handle())
    at(hall, sender, case, "review", "reviewer", say.review())
    bare = at(hall, sender, case, "grant", "chief", say.grant())
    assert (bare["verdict"], bare["code"]) == ("refused", "card_signature_missing")
    # The same with an act: the chief's card signs over the very step that the system then signs.
    card = hall.card("chief")
    made = signed_by_card(hall, sender, card, case, say.grant())
    (result,) = sender.send(made)
    assert (result["verdict"], result["code"]) == ("accepted", None)
    # Another person's card under it is another person's step.
    other = signed_by_card(hall, sender, hall.card("handler"), case, {}, kind="close", by=card)
    (result,) = sender.send(other)
    assert (result["verdict"], result["code"]) == ("refused", "proof.act_foreign")


def signed_by_card(centre, sender, card, case, content, **how):
    """Make a step whose core carries a card's act (docs/DEPARTMENTS.md, "Decisions")."""
    shown, kind, by = "请核对后签名", how.get("kind", "grant"), how.get("by", card)
    cprev = sender.case(case)["last"]
    acts = []

    def sign(core, body):
        draft = Draft(
            **{name: core[name] for name in ("aud", "id", "dev", "inc", "seq", "prev", "scope")},
            case=case,
            cprev=cprev,
            kind=kind,
            body=body,
            anc=None,
            dt=None,
            boot="",
            at=core["at"],
        )
        acts.append(make_act(draft, sender.kid, shown, x5t_of(card.certs["9C"]), card.keys["9C"]))
        return acts[-1]

    return sender.step(
        kind,
        by.person,
        {**content, "shown": shown},
        case=case,
        at=centre.clock.now_ms(),
        cprev=cprev,
        act=sign,
    )


@pytest.mark.parametrize(
    ("kind", "card", "body", "code"),
    [
        ("claim", "reception", {}, "no_authority"),
        ("pay", "cashier", {}, "system_kind"),
        ("session.open", "clerk", {}, "system_kind"),
        ("handle", "handler", {}, "step_not_allowed"),
    ],
)
def test_what_the_rules_refuse_is_refused_with_a_receipt(hall, sender, kind, card, body, code):
    case = opened(hall, sender)
    result = at(hall, sender, case, kind, card, body)
    assert (result["verdict"], result["code"]) == ("refused", code)
    assert result["receipt"] is not None


def test_nobody_unknown_makes_a_step(hall, sender):
    case = sender.number()
    step = sender.step(
        "preregister", "nobody", say.preregister(), case=case, at=hall.clock.now_ms()
    )
    (result,) = sender.send(step)
    assert (result["verdict"], result["code"]) == ("refused", "system_person")
    line = hall.read(lambda tx: tx.log.at(SCOPE, json.loads(result["receipt"]["outcome"])["n"]))
    assert line.person == "sys:scjg-1"


def test_a_gap_names_the_number_that_is_wanted(hall, sender):
    person, now = hall.card("reception").person, hall.clock.now_ms()
    lost, kept = (
        sender.step("preregister", person, say.preregister(), case=sender.number(), at=now)
        for _ in range(2)
    )
    (result,) = sender.send(kept)
    assert (result["verdict"], result["code"]) == ("rejected", "proof.chain_gap")
    assert result["expect"] == sender.chain["seq"] + 1
    del lost


def test_another_departments_scope_and_case_are_closed(hall, system):
    wjj = introduce(hall, "wjj-1", department="wjj")
    with sender_of(hall, system) as own, sender_of(hall, wjj) as foreign:
        case = opened(hall, own)
        with pytest.raises(Refused, match="case_forbidden"):
            foreign.case(case)
        result = at(hall, foreign, case, "claim", "handler", cprev=None)
        assert (result["verdict"], result["code"]) == ("refused", "wrong_scope")
        foreign.chain["scope"] = SCOPE
        result = at(hall, foreign, case, "claim", "handler", cprev=None)
        assert (result["verdict"], result["code"]) == ("rejected", "proof.scope_outside")


def test_no_number_is_lent_while_lost_ones_may_come_back(hall, sender, monkeypatch):
    monkeypatch.setattr(hall.desk.reopening, "_until", hall.clock.now_ms() + 60_000)
    with pytest.raises(Refused, match=r"wire\.unavailable"):
        sender.number()
    monkeypatch.undo()
    assert sender.number()


def test_strangers_and_ended_systems_are_turned_away(hall):
    with pytest.raises(Refused, match="system_unknown"):
        sender_of(hall, issue(hall, "nobody-1"))
    gone = introduce(hall, "gone-1")
    with sender_of(hall, gone) as sender:
        hall.enact("system.end", {"id": "gone-1"})
        with pytest.raises(Refused, match="system_ended"):
            sender.number()


def test_a_certificate_of_another_name_or_revoked_is_no_certificate(hall):
    other = issue(hall, "other-name")
    introduce(hall, "named-1", cert=other.cert)
    with pytest.raises(Refused, match=r"certificate\.foreign"):
        sender_of(hall, other)
    lost = introduce(hall, "lost-1")
    ca = hall.authority.ca.read_bytes()
    with sender_of(hall, lost) as sender:
        assert sender.number()
        hall.enact("revoke", revocation_of(ca, lost, hall.clock.now_ms()))
        with pytest.raises(Refused, match=r"certificate\.revoked"):
            sender.number()


def revocation_of(ca, issued, now):
    """Return the body that revokes a system's certificate."""
    der = x509.load_pem_x509_certificate(ca).public_bytes(serialization.Encoding.DER)
    serial = format(issued.certificate.serial_number, "x")
    return {"ca": x5t_of(der), "serial": serial, "at": now, "reason": "lost"}


def test_a_new_certificate_begins_a_new_chain(hall):
    first = introduce(hall, "turn-1")
    with sender_of(hall, first) as sender:
        assert opened(hall, sender)
    with sender_of(hall, introduce(hall, "turn-1")) as sender:
        assert (sender.chain["inc"], sender.chain["seq"]) == (2, 0)
        assert opened(hall, sender)
    with pytest.raises(Refused, match="system_unknown"):
        sender_of(hall, first)


def test_a_sender_that_died_goes_on_where_the_centre_has_it(hall, system):
    with sender_of(hall, system) as sender:
        case = opened(hall, sender)
    with sender_of(hall, system) as again:
        assert at(hall, again, case, "claim", "handler")["verdict"] == "accepted"


def test_policy_names_what_a_system_may_send(hall):
    narrow = introduce(hall, "narrow-1", kinds=["claim", "handle"])
    with sender_of(hall, narrow) as sender:
        result = at(hall, sender, sender.number(), "preregister", "reception", cprev=None)
        assert (result["verdict"], result["code"]) == ("refused", "system_kind")


def test_a_windows_key_opens_no_department_door(hall):
    with pytest.raises(Refused, match="system_unknown"):
        Sender(hall.origin, load_der_private_key(SoftwareKey.generate().to_pkcs8(), None))


def test_the_data_of_each_department_is_measured(hall):
    system = introduce(hall, "measured-1")
    with sender_of(hall, system) as sender:
        case = opened(hall, sender)
        at(hall, sender, case, "grant", "chief", say.grant(), at=hall.clock.now_ms() - 3_600_000)
        at(hall, sender, case, "claim", "handler", at=hall.clock.now_ms() - 3_600_000)
    own = measured(hall, 30)
    assert (own.messages, own.good, own.late, own.contradictory) == (5, 3, 2, 1)
    assert own.longest_ms == 3_600_000
    elsewhere = hall.desk.department_quality.figures(grouped(hall, 30), ("339901/wjj",))
    assert "measured-1" not in {each.system.id for each in elsewhere if each.quality.messages}


def grouped(hall, days):
    return hall.read(lambda tx: hall.desk.department_quality.since(tx, days))


def measured(hall, days, name="measured-1"):
    found = hall.desk.department_quality.figures(grouped(hall, days), (SCOPE,))
    return next(each.quality for each in found if each.system.id == name)


def test_a_page_that_refreshes_itself_adds_up_the_running_day_alone(centre, monkeypatch):
    introduce(centre, "busy-1")
    dev = centre.desk.policy.book.systems["busy-1"].dev
    now, asked, plain = centre.clock.now_ms(), [], SqlDepartmentRows.alike

    def told(rows, begin, end, late_ms):
        asked.append((begin, end))
        return plain(rows, begin, end, late_ms)

    def keep(tx, event, recv, delay=0, verdict="accepted", code=""):
        at = recv - delay
        tx.departments.keep(SystemMessageRow(dev, SCOPE, recv, event, "claim", at, verdict, code))

    def many(tx):
        for number in range(300):
            keep(tx, f"a{number}", now - 3 * DAY_MS + number, delay=number % 3 * 60_000 + number)
        keep(tx, "old", now - 9 * DAY_MS, verdict="refused", code="same_person")

    monkeypatch.setattr(SqlDepartmentRows, "alike", told)
    centre.centre.ledger.write_now(many)
    assert len(grouped(centre, 30)) == 4  # three whole minutes, and a refusal
    before = measured(centre, 30, "busy-1")
    assert (before.messages, before.good, before.median_min) == (301, 300, 1)
    assert (before.longest_ms, before.last) == (120_299, now - 3 * DAY_MS + 299)
    assert measured(centre, 7, "busy-1").messages == 300
    asked.clear()
    centre.centre.ledger.write_now(lambda tx: keep(tx, "new", now, verdict="refused", code="x"))
    after = measured(centre, 30, "busy-1")
    assert (after.messages, after.good, after.last) == (302, 300, now)
    ((begin, end),) = asked
    assert now - DAY_MS - HOUR_MS < begin <= now
    assert end is None
    asked.clear()
    centre.clock.advance(days=1, hours=2)
    assert measured(centre, 30, "busy-1").messages == 302
    assert len(asked) == 2  # a day is over: added up once, with all before it
