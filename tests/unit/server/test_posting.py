"""The line to a gateway of messages: kept while they follow each other, made anew if it broke."""

from types import SimpleNamespace

import pytest

from installer.demo import gateway as gateways
from sync.server.bootstrap import Centre
from sync.server.channels import posting
from sync.server.channels.posting import PostGateway
from sync.server.services.ports.messages import RefusedError
from sync.server.services.rows.messages import MessageRow
from tests.helpers.centre import HandClock
from tests.helpers.gateway import Way

SECRET = "simulated"  # of no real gateway


def message(number):
    told = ("sms", "accepted", 1, "zh", "339901/ycj", "", "13900000114", "已受理", 0, None)
    return MessageRow(f"e{number}/applicant/sms", *told)


@pytest.fixture
def simulator(monkeypatch):
    """A gateway that keeps connections, as real ones do; `made` are those that were made to it."""
    made, plain = [], gateways._WebServer.process_request
    monkeypatch.setattr(gateways._Web, "protocol_version", "HTTP/1.1")

    def process(self, request, address):
        made.append(request)
        plain(self, request, address)

    monkeypatch.setattr(gateways._WebServer, "process_request", process)
    with gateways.GatewaySimulator(SECRET) as running:
        running.made = made
        yield running


@pytest.fixture
def way(simulator):
    made = PostGateway("sms", simulator.url, SECRET.encode(), HandClock())
    yield made
    made.close()


def send(way, *numbers):
    for number in numbers:
        way.send(message(number))


def counts(simulator):
    return len(simulator.made), len(simulator.taken.messages), simulator.taken.asked


def test_messages_that_follow_each_other_go_over_one_connection(simulator, way):
    send(way, 1, 2, 3)
    assert counts(simulator) == (1, 3, 3)
    way.close()
    way.close()
    assert simulator.made[0].recv(1) == b""  # it was let go of
    send(way, 4)
    assert counts(simulator) == (2, 4, 4)


def test_who_refuses_one_message_is_given_the_next_on_the_same_line(simulator, way):
    simulator.taken.answer = 422
    with pytest.raises(RefusedError, match="http_422"):
        send(way, 1)
    simulator.taken.answer = 503
    with pytest.raises(OSError, match="not well"):
        send(way, 2)
    simulator.taken.answer = 202
    send(way, 2)
    assert counts(simulator) == (1, 1, 3)


def test_a_connection_that_the_gateway_let_go_meanwhile_is_made_anew(simulator, way, monkeypatch):
    plain = gateways._Web._answer

    def answer(self, *what):
        plain(self, *what)
        self.close_connection = True  # without a word of it

    monkeypatch.setattr(gateways._Web, "_answer", answer)
    send(way, 1, 2, 3)
    assert counts(simulator) == (3, 3, 3)


@pytest.mark.parametrize("why", ["idle for long", "half read", "told to"])
def test_a_connection_that_cannot_be_used_again_is_not_kept(simulator, way, monkeypatch, why):
    if why == "idle for long":
        monkeypatch.setattr(posting, "KEEP_S", 0.0)
    elif why == "half read":
        monkeypatch.setattr(posting, "_MOST", 1)
    else:
        monkeypatch.setattr(gateways._Web, "protocol_version", "HTTP/1.0")
    send(way, 1, 2)
    assert counts(simulator) == (2, 2, 2)


def test_a_gateway_that_is_gone_is_told_as_such(simulator, way):
    simulator.close()
    with pytest.raises(ConnectionRefusedError):
        send(way, 1)


def test_a_centre_that_closes_lets_go_of_its_gateways():
    part, way = SimpleNamespace(close=lambda: None), Way()
    desk = SimpleNamespace(cameras=part)
    Centre(desk, part, part, part, part, {"sms": way}).close()
    assert way.closed
