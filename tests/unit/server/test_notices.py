"""The channels' outbox: once each, again when it did not go, never twice, quiet at night."""

import asyncio
import ssl
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import structlog

from installer.demo.gateway import GatewaySimulator
from sync.domain.failures import Failure
from sync.protocol.errors import WireError
from sync.server.channels.mail import MailGateway
from sync.server.channels.posting import PostGateway
from sync.server.channels.signing import is_signed, signature
from sync.server.db.message_rows import _FIRST
from sync.server.jobs.messages import MessageJob
from sync.server.services.channels import courier as couriers
from sync.server.services.channels.courier import (
    BEGUN_MS,
    FEW,
    FIRST_MS,
    KEEP_MS,
    TAKEN_MS,
    TRIES,
    Courier,
    reported,
)
from sync.server.services.channels.hours import QuietHours
from sync.server.services.channels.outbox import Outbox, Telling
from sync.server.services.channels.templates import templates
from sync.server.services.ports.messages import RefusedError, UnsureError
from sync.texts import LANGUAGES
from tests.helpers.gateway import Way
from tests.helpers.scripted import Root

NOW = 1_772_501_400_000  # 2026-03-03 09:30 in China
HOUR = 3_600_000
PHONE = "13900000114"
SECRET = "simulated"  # of no real gateway
CASE = "20260303-339901-00001-0"
ARGS = {"case": CASE, "item": "烟草专卖零售许可", "day": "2026-03-10"}
TELLING = Telling("e1/applicant", "accepted", ARGS, phone=PHONE, scope="339901/ycj", case_no=CASE)
CODE = Telling("c1", "code", {"code": "123456", "minutes": 10, "purpose": "网上申请"}, phone=PHONE)
NIGHT = QuietHours.of("22:00-08:00")


class Clock:
    def __init__(self):
        self.ms = NOW

    def now_ms(self):
        return self.ms


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def way():
    return Way()


@pytest.fixture
def outbox():
    return Outbox(frozenset({"sms"}), NIGHT)


@pytest.fixture
def courier(ledger, clock, way, outbox):
    return Courier(ledger, clock, {"sms": way}, outbox)


def tell(ledger, outbox, clock, telling=TELLING):
    ledger.write_now(lambda tx: outbox.tell(tx, telling, clock.ms))


def send(courier):
    return asyncio.run(courier.send_waiting())


def kept(ledger):
    (row,) = ledger.read_now(lambda tx: tx.messages.of_case(CASE))
    return row


def test_a_message_goes_once_and_its_way_is_written_down(ledger, outbox, courier, way, clock):
    tell(ledger, outbox, clock)
    tell(ledger, outbox, clock)  # the same step tells the same person once
    assert (send(courier), send(courier)) == (1, 0)
    assert way.went == ["e1/applicant/sms"]
    row = kept(ledger)
    assert (row.state, row.sent, row.via, row.ref, row.tries) == ("sent", NOW, "way", "r1", 1)
    assert (row.template, row.version) == ("accepted", templates()["accepted"].version)
    assert CASE in row.text


def several(ledger, outbox, clock, count):
    for n in range(count):
        tell(ledger, outbox, clock, replace(TELLING, id=f"e{n}/applicant"))


def test_what_goes_together_is_written_down_together(
    ledger, outbox, courier, way, clock, monkeypatch
):
    several(ledger, outbox, clock, 5)
    monkeypatch.setattr(couriers, "TOGETHER_S", 60)  # no machine is that slow
    units, plain = [], ledger.submit
    monkeypatch.setattr(ledger, "submit", lambda *unit: units.append(unit) or plain(*unit))
    assert send(courier) == 5
    assert len(units) == 2  # they were taken, and what became of them
    rows = ledger.read_now(lambda tx: tx.messages.of_case(CASE))
    assert [(row.state, row.tries, row.next) for row in rows] == [("sent", 1, None)] * 5


def test_what_has_gone_is_written_down_though_the_next_one_ends_the_round(
    ledger, outbox, courier, way, clock, monkeypatch
):
    several(ledger, outbox, clock, 3)
    monkeypatch.setattr(couriers, "TOGETHER_S", 60)
    plain = way.send

    def send_two(message):
        if len(way.went) == 2:
            raise RuntimeError
        return plain(message)

    way.send = send_two
    with pytest.raises(ExceptionGroup):
        send(courier)
    rows = ledger.read_now(lambda tx: tx.messages.of_case(CASE))
    assert sorted(row.state for row in rows) == ["sending", "sent", "sent"]


@pytest.mark.parametrize(("knows_ids", "taken"), [(True, FEW + 1), (False, FEW)])
def test_few_are_at_stake_with_a_way_that_knows_no_ids(ledger, outbox, clock, knows_ids, taken):
    several(ledger, outbox, clock, FEW + 1)
    courier = Courier(ledger, clock, {"sms": Way(knows_ids=knows_ids)}, outbox)
    assert send(courier) == taken


def test_what_waits_for_one_morning_is_not_sorted_anew_for_each_round(ledger, outbox, clock):
    several(ledger, outbox, clock, 3)

    def plan(tx):
        first = _FIRST.compile(tx._connection.engine).string
        asked = tx._connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {first}", (clock.ms, 5, 0))
        return str(list(asked))

    said = ledger.read_now(plan)
    assert "ix_messages_next" in said
    assert "TEMP B-TREE" not in said


def test_none_is_begun_late_in_the_time_that_it_was_taken_for(ledger, outbox, clock):
    """A gateway hangs: what it was not given yet is no longer taken, and never `unsure`."""
    way = Way(knows_ids=False)
    courier, plain = Courier(ledger, clock, {"sms": way}, outbox), way.send
    several(ledger, outbox, clock, 3)

    def hang(message):
        clock.ms += BEGUN_MS
        return plain(message)

    way.send = hang
    before = ledger.read_now(lambda tx: tx.messages.of_case(CASE))
    assert send(courier) == 3
    after = ledger.read_now(lambda tx: tx.messages.of_case(CASE))
    (gone,) = [row.id for row in after if row.state == "sent"]
    assert [row for row in after if row.id != gone] == [row for row in before if row.id != gone]
    while send(courier):
        clock.ms += TAKEN_MS
    rows = ledger.read_now(lambda tx: tx.messages.of_case(CASE))
    assert [(row.state, row.code, row.tries) for row in rows] == [("sent", "", 1)] * 3
    assert len(way.went) == 3


def test_what_another_process_took_since_is_not_put_back(ledger, outbox, clock):
    way = Way()
    courier, plain = Courier(ledger, clock, {"sms": way}, outbox), way.send
    several(ledger, outbox, clock, 2)

    def hang(message):
        clock.ms += TAKEN_MS
        take = clock.ms, clock.ms + TAKEN_MS, 5
        ledger.write_now(lambda tx: tx.messages.take(*take))
        return plain(message)

    way.send = hang
    send(courier)
    rows = ledger.read_now(lambda tx: tx.messages.of_case(CASE))
    assert sorted((row.state, row.next) for row in rows) == [
        ("sending", clock.ms + TAKEN_MS),
        ("sent", None),
    ]


def test_messages_that_another_process_took_meanwhile_are_not_taken(ledger, outbox, clock):
    several(ledger, outbox, clock, 2)

    def take(tx):
        return tx.messages.take(clock.ms, clock.ms + TAKEN_MS, 5)

    assert [len(ledger.write_now(take)) for _ in range(2)] == [2, 0]
    clock.ms += TAKEN_MS
    again = ledger.write_now(take)
    assert [(row.state, row.tries) for row in again] == [("sending", 1)] * 2


def test_what_did_not_go_is_tried_again_slower_each_time_and_given_up(
    ledger, outbox, courier, way, clock
):
    tell(ledger, outbox, clock)
    way.how, waits = "down", []
    while kept(ledger).state == "queued":
        send(courier)
        after = kept(ledger)
        if after.next is not None:
            waits.append(after.next - clock.ms)
            clock.ms = after.next
    assert (after.state, after.code, after.tries) == ("failed", "gave_up", TRIES)
    assert waits == [FIRST_MS * 2**n for n in range(TRIES - 1)]


@pytest.mark.parametrize(("knows_ids", "went", "state"), [(True, 2, "sent"), (False, 1, "failed")])
def test_after_a_crash_only_a_gateway_that_knows_ids_is_asked_again(
    ledger, outbox, clock, knows_ids, went, state
):
    """A process that gave the message and died before writing it down."""
    way = Way(knows_ids=knows_ids)
    courier = Courier(ledger, clock, {"sms": way}, outbox)
    tell(ledger, outbox, clock)
    (taken,) = ledger.write_now(lambda tx: tx.messages.take(clock.ms, clock.ms + TAKEN_MS, 5))
    way.send(taken)
    assert send(courier) == 0  # it may be at it yet
    clock.ms += TAKEN_MS
    assert send(courier) == 1
    assert way.went == ["e1/applicant/sms"] * went
    assert kept(ledger).state == state
    assert kept(ledger).code == ("" if knows_ids else "unsure")


def test_a_line_that_broke_is_unsure_for_a_gateway_without_ids(ledger, outbox, clock):
    way = Way(knows_ids=False)
    way.how = "unsure"
    courier = Courier(ledger, clock, {"sms": way}, outbox)
    tell(ledger, outbox, clock)
    send(courier)
    clock.ms += 10 * HOUR
    send(courier)
    assert len(way.went) == 1
    assert (kept(ledger).state, kept(ledger).code) == ("failed", "unsure")


def test_what_a_gateway_refuses_is_not_tried_again(ledger, outbox, courier, way, clock):
    tell(ledger, outbox, clock)
    way.how = RefusedError("http_422")
    assert send(courier) == 1
    assert (kept(ledger).state, kept(ledger).code, kept(ledger).next) == (
        "failed",
        "http_422",
        None,
    )


@pytest.mark.parametrize(
    ("hour", "telling", "goes"),
    [
        (9, TELLING, 9), (21, TELLING, 21), (22, TELLING, 32), (31, TELLING, 32),
        (32, TELLING, 32), (23, CODE, 23),
    ],
)  # fmt: skip
def test_no_notice_rings_at_night_but_a_code_does(ledger, outbox, clock, hour, telling, goes):
    midnight = int(datetime(2026, 3, 2, 16, tzinfo=UTC).timestamp() * 1000)
    clock.ms = midnight + hour * HOUR
    tell(ledger, outbox, clock, telling)
    row = ledger.read_now(lambda tx: tx.messages.get(f"{telling.id}/sms"))
    assert row.next == midnight + goes * HOUR


def test_what_is_tried_until_late_waits_for_the_morning(ledger, outbox, courier, way, clock):
    tell(ledger, outbox, clock)
    way.how = "down"
    send(courier)
    clock.ms, way.how = NOW + 13 * HOUR, "up"  # 22:30
    send(courier)
    assert way.went == []
    assert kept(ledger).next == NOW + 22 * HOUR + HOUR // 2  # 08:00


def test_reports_of_delivery_are_kept_in_any_order(ledger, outbox, courier, clock):
    tell(ledger, outbox, clock)

    def told(*, delivered, code="", id_="e1/applicant/sms"):
        return ledger.write_now(
            lambda tx: reported(tx, id_, delivered=delivered, code=code, now=clock.ms)
        )

    assert not told(delivered=True)  # nobody was given it yet
    send(courier)
    assert told(delivered=True)
    assert kept(ledger).state == "delivered"
    assert told(delivered=False, code="late")
    assert kept(ledger).state == "delivered"
    assert not told(delivered=True, id_="nobody")


def test_old_messages_name_nobody(ledger, outbox, courier, clock):
    tell(ledger, outbox, clock)
    send(courier)
    clock.ms += KEEP_MS + 1
    asyncio.run(courier.forget())
    assert (kept(ledger).address, kept(ledger).text, kept(ledger).state) == ("", "", "sent")


def test_the_simulator_takes_what_is_signed_once(ledger, clock):
    with GatewaySimulator(SECRET) as simulator:
        gateway = PostGateway("sms", simulator.url, SECRET.encode(), clock)
        hook = PostGateway("hook", simulator.url, SECRET.encode(), clock, personal=False)
        outbox = Outbox(frozenset({"sms", "hook"}), NIGHT)
        courier = Courier(ledger, clock, {"sms": gateway, "hook": hook}, outbox)
        tell(ledger, outbox, clock)
        rows = ledger.read_now(lambda tx: tx.messages.of_case(CASE))
        assert len(rows) == 2
        send(courier)
        rows = {row.channel: row for row in ledger.read_now(lambda tx: tx.messages.of_case(CASE))}
        assert {row.state for row in rows.values()} == {"sent"}
        gateway.send(rows["sms"])  # 409: it has it, and that is as good
        assert [each["id"] for each in simulator.taken.messages].count(rows["sms"].id) == 1
        hooked = next(m for m in simulator.taken.messages if m["channel"] == "hook")
        assert not {"to", "text"} & set(hooked)
        forged = PostGateway("sms", simulator.url, b"another", clock)
        with pytest.raises(RefusedError, match="http_401"):
            forged.send(rows["sms"])
        simulator.taken.answer = 503
        with pytest.raises(OSError, match="not well"):
            gateway.send(rows["sms"])
    with pytest.raises(OSError, match="refused"):
        gateway.send(rows["sms"])


def test_mail_goes_by_smtp_and_a_broken_line_leaves_it_unsure(ledger, outbox, clock):
    tell(ledger, outbox, clock)
    mail = replace(kept(ledger), channel="mail", address="applicant@example.org")
    with GatewaySimulator(SECRET) as simulator:
        gateway = MailGateway(simulator.mail_url, "centre@example.org")
        assert gateway.send(mail).ref.startswith("<")
        assert "To: applicant@example.org" in simulator.taken.mails[0]
        simulator.hang_up_after_mail()
        with pytest.raises(UnsureError):
            gateway.send(mail)
    with pytest.raises(ConnectionError):
        gateway.send(mail)


def test_mail_over_smtps_goes_to_nobody_whom_this_machine_does_not_trust(
    ledger, outbox, clock, tmp_path, monkeypatch
):
    tell(ledger, outbox, clock)
    mail = replace(kept(ledger), channel="mail", address="applicant@example.org")
    root, simulator = Root(tmp_path), GatewaySimulator(SECRET)
    # Its one line is made TLS before it serves: who does not shake hands is not served.
    line = root.server("127.0.0.1").wrap_socket(simulator._mail.socket, server_side=True)
    simulator._mail.socket = line
    with simulator:
        url = simulator.mail_url.replace("smtp:", "smtps:")
        gateway = MailGateway(url, "centre@example.org")
        with pytest.raises(ssl.SSLCertVerificationError):
            gateway.send(mail)
        assert simulator.taken.mails == []
        (tmp_path / "roots.pem").write_text(root.pem)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "roots.pem"))
        assert gateway.send(mail).ref
        assert len(simulator.taken.mails) == 1


def test_a_report_that_was_faster_than_our_own_word_stands(ledger, outbox, clock):
    way = Way()
    courier, plain = Courier(ledger, clock, {"sms": way}, outbox), way.send
    tell(ledger, outbox, clock)

    def deliver(message):
        said = plain(message)
        ledger.write_now(lambda tx: reported(tx, message.id, delivered=True, code="", now=clock.ms))
        return said

    way.send = deliver
    send(courier)
    assert kept(ledger).state == "delivered"


def test_a_telephone_is_in_no_repr_and_no_log(ledger, outbox, courier, clock):
    tell(ledger, outbox, clock)
    assert PHONE not in repr(kept(ledger))
    with structlog.testing.capture_logs() as said:
        send(courier)
    assert PHONE not in str(said)
    assert said[0]["state"] == "sent"


@pytest.mark.parametrize("text", ["22-8", "24:00-08:00", "22:00-08:60", "nie"])
def test_hours_that_are_none_are_refused(text):
    with pytest.raises(Failure, match=r"centre\.quiet_hours"):
        QuietHours.of(text)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "http://", "smtp://127.0.0.1", ""])
def test_an_address_that_is_none_is_refused(url, clock):
    with pytest.raises(Failure, match=r"centre\.channel_url"):
        PostGateway("sms", url, SECRET.encode(), clock)


def test_without_a_secret_nothing_is_signed_or_believed(clock):
    with pytest.raises(Failure, match=r"centre\.channel_url"):
        PostGateway("sms", "http://127.0.0.1/", b"", clock)
    assert not is_signed(b"", signature(b"", NOW, b"x"), b"x", NOW)


@pytest.mark.parametrize("header", ["", "t=", "t=1", "t=²,v1=aa", f"t={NOW},v1=00", "v1=aa"])
def test_what_is_not_signed_is_not_believed(header):
    assert not is_signed(b"secret", header, b"x", NOW)


def test_a_signature_holds_for_five_minutes_and_this_body():
    header = signature(b"secret", NOW, b"x")
    assert is_signed(b"secret", header, b"x", NOW + 300_000)
    assert not is_signed(b"secret", header, b"x", NOW + 300_001)
    assert not is_signed(b"secret", header, b"y", NOW)


def test_a_fee_is_told_by_a_call_too_where_there_is_a_gateway_for_calls(ledger, clock):
    """FE09: 电话通知缴费. At night the telephone does not ring."""
    both = Outbox(frozenset({"sms", "voice"}), NIGHT)
    clock.ms = NOW + 14 * HOUR
    fee = Telling("e2/applicant", "fee", ARGS, phone=PHONE, scope="339901/ycj", case_no=CASE)
    tell(ledger, both, clock, fee)
    rows = ledger.read_now(lambda tx: tx.messages.of_case(CASE))
    assert {(row.channel, row.address) for row in rows} == {("sms", PHONE), ("voice", PHONE)}
    assert all(row.next == both.quiet_until(clock.ms) > clock.ms for row in rows)


def test_every_template_has_both_languages_and_fits_three_parts():
    for template in templates().values():
        assert set(template.words) == set(LANGUAGES)
        assert len(template.words["zh_CN"]) <= 140
        fields = [
            {part.split("}")[0] for part in words.split("{")[1:]}
            for words in template.words.values()
        ]
        assert fields[0] == fields[1], template.name


def test_a_database_that_is_away_is_said_in_one_line_and_the_job_goes_on(courier, monkeypatch):
    monkeypatch.setattr("sync.server.jobs.messages.LOOK_S", 0)
    rounds = []

    async def send_waiting():
        rounds.append(len(rounds))
        if len(rounds) == 1:
            raise WireError("wire.unavailable", retry_after=1)
        raise asyncio.CancelledError

    monkeypatch.setattr(courier, "send_waiting", send_waiting)
    with structlog.testing.capture_logs() as said, pytest.raises(asyncio.CancelledError):
        asyncio.run(MessageJob(courier).run())
    assert said == [
        {"event": "messages put off", "failure": "wire.unavailable", "log_level": "warning"}
    ]
    assert rounds == [0, 1]


def test_what_cannot_be_forgotten_holds_up_no_message(courier, monkeypatch):
    monkeypatch.setattr("sync.server.jobs.messages.LOOK_S", 0)

    async def forget():
        raise WireError("wire.unavailable", retry_after=1)

    async def send_waiting():
        raise asyncio.CancelledError

    monkeypatch.setattr(courier, "forget", forget)
    monkeypatch.setattr(courier, "send_waiting", send_waiting)
    with structlog.testing.capture_logs() as said, pytest.raises(asyncio.CancelledError):
        asyncio.run(MessageJob(courier).run())
    assert [each["event"] for each in said] == ["old messages not forgotten"]
