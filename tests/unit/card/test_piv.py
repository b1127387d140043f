"""The session against cards that answer wrongly: each wrong answer has its failure."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from client.card.failures import CardFailure, CardProblem
from client.card.piv import TRAFFIC, PivCard
from client.card.simulator import SimulatedReaders
from sync.domain.secret import Secret
from sync.proof.keys import SoftwareKey
from tests.helpers.cards import PIN, WRONG_PIN, agreeing_by_rsa
from tests.helpers.keycards import certificate_for


class Meddled:
    """A simulated card whose answers to one instruction are replaced."""

    def __init__(self, reader, instruction: int, *answers: tuple[bytes, int]) -> None:
        self._reader = reader
        self._instruction = instruction
        self._answers = list(answers)
        self.name = reader.name
        self.armed = False

    def present(self) -> bool:
        return True

    def connect(self):
        self._connection = self._reader.connect()
        return self

    def transmit(self, apdu: bytes):
        answer = self._connection.transmit(apdu)
        if self.armed and apdu[1] == self._instruction and self._answers:
            return self._answers.pop(0)
        return answer

    def close(self) -> None:
        self._connection.close()


@pytest.fixture
def reader(card_of):
    machine = SimulatedReaders("Bench")
    reader = machine.named("Bench")
    reader.insert(card_of("chief"))
    yield reader
    reader.pull()


def failing(reader, instruction, answer, act) -> CardFailure:
    meddled = Meddled(reader, instruction, answer)
    with PivCard.open(meddled) as card:
        card.verify_pin(PIN)
        meddled.armed = True
        with pytest.raises(CardFailure) as caught:
            act(card)
    return caught.value


def sign(card) -> None:
    card.sign("9C", b"act")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ((b"", 0x6982), CardProblem.PIN_NEEDED),
        ((b"", 0x6983), CardProblem.PIN_BLOCKED),
        ((b"", 0x6F00), CardProblem.FAULT),
        ((b"", 0x9000), CardProblem.FAULT),
        ((b"\x7c\x00", 0x9000), CardProblem.FAULT),
        ((b"junk", 0x9000), CardProblem.FAULT),
        ((b"\x7c\x04\x82\x02\x00\x00", 0x9000), CardProblem.BAD_SIGNATURE),
        ((bytes.fromhex("7C0A82083006020101020101"), 0x9000), CardProblem.BAD_SIGNATURE),
        ((b"", 0x6C10), CardProblem.FAULT),
    ],
)
def test_wrong_answers_to_signing_have_their_names(reader, answer, problem):
    answers = (answer, answer)
    meddled = Meddled(reader, 0x87, *answers)
    with PivCard.open(meddled) as card:
        card.verify_pin(PIN)
        meddled.armed = True
        with pytest.raises(CardFailure) as caught:
            sign(card)
    assert caught.value.what is problem


def test_a_faults_status_is_named(reader):
    assert failing(reader, 0x87, (b"", 0x6F42), sign).details["sw"] == "6F42"


def test_a_signature_by_another_key_is_never_handed_on(authority, card_of):
    """A card whose certificate belongs to another key: found before a record is made."""
    chief, clerk = card_of("chief"), card_of("clerk")
    mixed = replace(chief.keys["9A"], cert=clerk.keys["9A"].cert)
    content = replace(chief, keys={**chief.keys, "9A": mixed}, path=None)
    machine = SimulatedReaders("Bench")
    machine.named("Bench").insert(content)
    with PivCard.open(machine.named("Bench")) as card:
        card.verify_pin(PIN)
        with pytest.raises(CardFailure) as caught:
            card.sign("9A", b"login")
    assert caught.value.what is CardProblem.BAD_SIGNATURE


def test_an_odd_secret_is_a_fault(reader):
    point = SoftwareKey.generate().public.public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    short = bytes.fromhex("7C0482020000")
    failure = failing(reader, 0x87, (short, 0x9000), lambda card: card.agree(point))
    assert failure.what is CardProblem.FAULT


def test_odd_answers_to_pin_questions_are_faults(reader):
    for act in (lambda card: card.tries_left(), lambda card: card.verify_pin(PIN)):
        assert failing(reader, 0x20, (b"", 0x6A88), act).what is CardProblem.FAULT


def test_a_slot_that_does_not_sign_is_our_own_mistake(reader):
    with PivCard.open(reader) as card:
        for slot, digest in (("9D", bytes(32)), ("9A", bytes(31)), ("9E", bytes(32))):
            with pytest.raises(ValueError, match=slot):
                card.sign_digest(slot, digest)


def key_problem(content, act) -> CardProblem:
    machine = SimulatedReaders("Bench")
    machine.named("Bench").insert(content)
    with PivCard.open(machine.named("Bench")) as card:
        card.verify_pin(PIN)
        with pytest.raises(CardFailure) as caught:
            act(card)
    return caught.value.what


def test_kinds_of_keys_are_not_confused(card_of):
    point = SoftwareKey.generate().public.public_bytes(
        Encoding.X962, PublicFormat.UncompressedPoint
    )
    by_rsa = agreeing_by_rsa(card_of("rsa"))
    unsuitable = CardProblem.KEY_UNSUITABLE
    assert key_problem(card_of("clerk"), lambda card: card.decipher(bytes(256))) is unsuitable
    assert key_problem(by_rsa, lambda card: card.agree(point)) is unsuitable
    assert key_problem(by_rsa, lambda card: card.decipher(b"\xff" * 256)) is CardProblem.FAULT


def test_keys_that_the_house_does_not_know_are_unsuitable(card_of):
    """A certificate for P-384 in 9A: a real card may hold one, no record takes it."""
    clerk = card_of("clerk")
    key = ec.generate_private_key(ec.SECP384R1())
    made = x509.load_der_x509_certificate(certificate_for(key, "p0102"))
    pem = made.public_bytes(Encoding.PEM).decode()
    odd = replace(clerk.keys["9A"], cert=pem)
    content = replace(clerk, keys={**clerk.keys, "9A": odd}, path=None)
    problem = key_problem(content, lambda card: card.sign("9A", b"login"))
    assert problem is CardProblem.KEY_UNSUITABLE


def test_neither_log_nor_failure_nor_repr_holds_the_pin_or_a_key(reader, caplog):
    caplog.set_level(1)
    canary = Secret("86420975")
    with PivCard.open(reader) as card:
        card.verify_pin(PIN)
        card.change_pin(PIN, canary)
        card.verify_pin(canary)
        card.sign("9C", b"act")
        with pytest.raises(CardFailure) as caught:
            card.verify_pin(WRONG_PIN)
    traffic = [record for record in caplog.records if record.levelno == TRAFFIC]
    assert any("00200080" in record.getMessage() for record in traffic)
    shown = caplog.text + repr(caught.value) + str(caught.value) + repr(card) + repr(canary)
    for secret in (PIN, canary, WRONG_PIN):
        digits = secret.reveal()
        assert digits not in shown
        assert digits.encode().hex() not in shown
    assert logging.getLevelName(TRAFFIC) != "DEBUG"
