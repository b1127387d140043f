"""Leases: for one device and state, with an end by the first of three clocks."""

from __future__ import annotations

import msgspec
import pytest

from sync.proof.failures import ProofError
from sync.proof.jws import Kid, sign_form
from sync.proof.keys import SoftwareKey
from sync.proof.lease import (
    accept_lease,
    contains,
    is_over,
    is_revoked,
    make_lease,
    numbers,
    open_kcc,
    person_in,
    read_lease,
    seal_kcc,
)
from sync.protocol.errors import ReaderError
from sync.protocol.limits import ENVELOPE_MAX, LEASE_MS
from sync.protocol.records import (
    AnchorRequest,
    Block,
    CrlDigest,
    Lease,
    LeasePerson,
    Maxima,
    PolicySize,
    Revoked,
)
from tests.helpers.world import AUD, DEV, HOUR, World

WORLD = World()
CENTRE = WORLD.server["lease"]
RESOLVE = WORLD.trust.server("lease")
T = 1_772_501_400_000
H = "A" * 43
ID = "0193a8f0-0000-7000-8000-000000000001"
KCC = b"k" * 32
REQUEST = AnchorRequest(aud=AUD, n="A" * 22, dev=DEV, inc=0, seq=4, head=H, boot="b", dt=None)


def lease(**changes) -> Lease:
    clerk = LeasePerson(
        person="p0103", x5t=[H], roles=["window_clerk"], scopes=["339901/scjg"], items=None,
        until=T + 8 * HOUR,
    )  # fmt: skip
    members = {
        "aud": AUD, "id": ID, "prev": None, "dev": DEV, "inc": 0, "djk": WORLD.device.thumbprint,
        "seq": 4, "head": H, "t": T, "nbf": T, "exp": T + 24 * HOUR, "persons": [clerk],
        "blocks": [Block("case", 17, 19), Block("certificate", 5, 5), Block("case", 40, 41)],
        "max": Maxima(accept=50, decide=20, certificate=20), "pol": PolicySize(4, H),
        "cat": "2026.1", "cal": "2026", "crl": [
            CrlDigest(ca=H, number="1f", this=T, next=T + HOUR, sha256=H)
        ],
        "revoked": [Revoked(ca=H, serial="ab1", t=T)],
        "kcc": seal_kcc(KCC, WORLD.device.public, AUD, ID, DEV), "n": "A" * 22,
    }  # fmt: skip
    return Lease(**members | changes)


def made(**changes) -> str:
    return make_lease(lease(**changes), CENTRE, CENTRE.thumbprint)


def accepted(text: str) -> Lease:
    return accept_lease(text, RESOLVE, REQUEST, WORLD.device.thumbprint)


def test_a_lease_is_taken_by_the_device_that_asked():
    taken = accepted(made())
    assert taken.persons[0].person == "p0103"
    assert open_kcc(taken, WORLD.device) == KCC
    assert read_lease(made(), RESOLVE).blocks == taken.blocks


@pytest.mark.parametrize(
    ("member", "changes"),
    [
        ("aud", {"aud": "centre-000000"}),
        ("n", {"n": "B" * 21 + "A"}),
        ("dev", {"dev": "d-339901-04"}),
        ("inc", {"inc": 1}),
        ("seq", {"seq": 3}),
        ("head", {"head": "B" * 42 + "A"}),
        ("djk", {"djk": "B" * 42 + "A"}),
    ],
)
def test_a_lease_for_another_device_or_state_is_refused(member, changes):
    with pytest.raises(ProofError) as caught:
        accepted(made(**changes))
    assert (caught.value.code, caught.value.details["member"]) == ("proof.lease_foreign", member)


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": T},
        {"exp": T + LEASE_MS + 1},
        {"nbf": T + 24 * HOUR},
        {"blocks": [Block("case", 5, 4)]},
    ],
    ids=str,
)
def test_a_lease_of_an_impossible_span_is_neither_made_nor_taken(changes):
    with pytest.raises(ProofError, match=r"proof\.lease_span"):
        made(**changes)
    text = sign_form(lease(**changes), Kid(CENTRE.thumbprint), CENTRE)
    with pytest.raises(ProofError, match=r"proof\.lease_span"):
        read_lease(text, RESOLVE)


def test_another_key_makes_no_lease():
    text = make_lease(lease(), SoftwareKey.generate(), CENTRE.thumbprint)
    with pytest.raises(ReaderError, match=r"reader\.signature"):
        accepted(text)


def test_the_check_code_key_opens_on_its_device_for_its_lease_alone():
    with pytest.raises(ProofError, match=r"proof\.sealed"):
        open_kcc(lease(), SoftwareKey.generate())
    for changes in ({"dev": "d-339901-04"}, {"id": ID[:-1] + "2"}, {"aud": "c"}):
        with pytest.raises(ProofError, match=r"proof\.sealed"):
            open_kcc(lease(**changes), WORLD.device)


@pytest.mark.parametrize(
    ("wall", "boot", "largest", "over"),
    [
        (T, 0, T, False),
        (T + 24 * HOUR - 1, 24 * HOUR - 1, T + 24 * HOUR - 1, False),
        (T + 24 * HOUR, None, None, True),
        (0, 24 * HOUR, None, True),  # the PC's clock was set back
        (0, None, T + 24 * HOUR, True),  # and the machine started anew
        (0, None, None, False),
    ],
)
def test_a_lease_ends_by_the_first_of_its_clocks(wall, boot, largest, over):
    assert is_over(lease(), wall, boot, largest) is over


def test_persons_work_with_the_card_and_until_the_hour_that_the_lease_names():
    one = lease()
    assert person_in(one, "p0103", H, T).scopes == ["339901/scjg"]
    assert person_in(one, "p0103", H, T + 8 * HOUR) is None
    assert person_in(one, "p0103", "B" * 42 + "A", T) is None
    assert person_in(one, "p0104", H, T) is None


def test_the_lease_names_who_is_revoked_and_since_when():
    one = lease()
    assert is_revoked(one, H, "ab1", T)
    assert not is_revoked(one, H, "ab1", T - 1)
    assert not is_revoked(one, H, "ab2", T)


def test_numbers_are_drawn_block_by_block():
    blocks = lease().blocks
    assert list(numbers(blocks, "case")) == [17, 18, 19, 40, 41]
    assert list(numbers(blocks, "certificate")) == [5]
    assert list(numbers(blocks, "receipt")) == []
    assert contains(blocks, "case", 19)
    assert not contains(blocks, "case", 20)
    assert not contains(blocks, "certificate", 17)


def test_a_hall_of_a_hundred_clerks_fits_into_one_lease():
    clerk = lease().persons[0]
    staff = [msgspec.structs.replace(clerk, person=f"p{n:04d}", x5t=[H] * 3) for n in range(100)]
    text = made(persons=staff)
    assert len(text) > ENVELOPE_MAX
    assert len(accepted(text).persons) == 100
