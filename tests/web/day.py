"""What an applicant's day needs beside the pages: their telephone, and hands at the window."""

import re
from hashlib import sha256

from sync.domain.ids import make_serial
from sync.proof.keys import new_id
from sync.protocol.filing_messages import FilingAnswer, FilingCall
from tests.helpers import case_steps as say
from tests.helpers.case_walk import WALK, body_of
from tests.helpers.waiting import until

WHO = say.preregister()["applicant"]
PHONE_NO = "13800000051"
CERTIFICATE = "BBBBBBBBBBBBBBBBBBBBBA"
SEALED = b"%PDF-1.7 sealed at the window"


class Texts:
    """The applicant's telephone: what the gateway took for it, read in order."""

    def __init__(self, gateway):
        self._gateway, self._read = gateway, 0

    def all(self):
        to = {PHONE_NO, WHO["phone"]}
        return [each for each in self._gateway.taken.messages if each["to"] in to]

    def heard(self, words):
        """Wait for a message with these words among those not read; return its text."""
        found = []

        def came():
            found[:] = [e["text"] for e in self.all()[self._read :] if words in e["text"]]
            return found

        until(came)
        self._read = len(self.all())
        return found[-1]

    def code(self):
        """Return the figures that came."""
        return re.search(r"[0-9]{6}", self.heard("验证码"))[0]


def act(window, what, number, **more):
    """Act on an online filing at a window of the hall."""
    call = FilingCall(id=new_id(), act=what, number=number, **more)
    return window.ask("POST", "/v1/filings/act", FilingAnswer, call)


def register(window):
    """Preregister the case that a filing becomes."""
    window.log_in("reception")
    number = window.new_number()
    assert window.step("preregister", say.preregister(), case=number).verdict == "accepted"
    window.log_in("clerk")
    return number


def walk(window, number, first, last):
    """Do the steps of the walk from one to another; the certificate is the applicant's own."""
    kinds = [kind for _, _, kind, _ in WALK]
    block = next(b for b in window.lease.blocks if b.kind == "certificate")
    serial = make_serial("339901", 2026, block.first)
    for _, card, kind, signed in WALK[kinds.index(first) : kinds.index(last) + 1]:
        window.log_in(card)
        body = body_of(kind, serial)
        if kind == "make":
            body["certificate"]["id"] = CERTIFICATE
        if kind == "seal":
            body["document"] |= {"sha256": sha256(SEALED).hexdigest(), "size": len(SEALED)}
        result = window.step(kind, body, case=number, card=signed)
        assert (result.verdict, result.code) == ("accepted", None), kind


def slip_of(centre, number):
    """Return the check code that stands on a case's slip."""
    serial = int(number[16:21])
    return centre.read(lambda tx: centre.desk.leasing.check_code(tx, number, "339901", serial))
