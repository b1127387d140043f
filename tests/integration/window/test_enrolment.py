"""A machine becomes a window over a real centre; a try that fails leaves nothing behind."""

import asyncio
import json
import re
import ssl
from hashlib import sha256
from urllib.parse import urlsplit

import pytest

from client.app.access import enrolment
from client.app.access.enrolment import PROGRESS, fingerprint, read_invitation
from client.app.failures import AppFailure
from client.host.pinned import load_pinned
from client.host.settings import load_settings
from client.vault.slots import decoded
from sync.domain.failures import Failure
from sync.domain.secret import Secret
from sync.proof.enrolment import code_hash
from sync.protocol.codec import b64u_decode
from tests.helpers.newcomer import newcomer, other_genesis

pytestmark = pytest.mark.slow


@pytest.fixture
def new(tmp_path):
    with newcomer(tmp_path) as made:
        yield made


async def code_of(work) -> str:
    with pytest.raises(Failure) as refused:
        await work
    return refused.value.code


def run(new, work):
    async def live():
        async with new.running():
            await work()

    asyncio.run(live())


def test_an_enrolled_window_lets_its_first_card_in(new):
    told = []

    async def work():
        assert new.desk.enrolment.needed
        await _tried(new)
        await new.enrol(new.invite(), tell=told.append)
        assert not new.desk.enrolment.needed
        session = await new.desk.door.log_in(new.pin("clerk"))
        assert (session.person, session.online) == (new.person("clerk"), True)

    run(new, work)
    assert tuple(told) == PROGRESS
    assert new.names == {
        "store",
        "pinned.json",
        "window.json",
        "centre-ca.pem",
        "centre-time.json",
    }


async def _tried(new):
    """The line is tried before: who answers, by what certificate; nothing is left behind."""
    tried = await new.desk.enrolment.try_line(new.centre.origin, new.roots)
    trust = new.centre.desk.policy.trust
    assert (tried.aud, tried.fingerprint) == (trust.aud, fingerprint(trust.genesis))
    assert re.fullmatch(r"([0-9A-F]{4} ){15}[0-9A-F]{4}", tried.certificate.fingerprint)
    place = ("127.0.0.1", urlsplit(new.centre.origin).port)
    served = await asyncio.to_thread(ssl.get_server_certificate, place)
    der = ssl.PEM_cert_to_DER_cert(served)
    assert tried.certificate.fingerprint.replace(" ", "").lower() == sha256(der).hexdigest()
    assert new.names == set()


def test_the_next_start_finds_centre_roots_and_pins(new):
    run(new, lambda: new.enrol(new.invite()))
    settings, pinned = load_settings(new.folder), load_pinned(new.folder)
    assert settings.centre == new.centre.origin
    assert settings.centre_ca.startswith(str(new.folder))
    assert settings.genesis == pinned.genesis == new.centre.desk.policy.trust.genesis

    new.start()

    async def work():
        new.window.deck_or_fail().insert("clerk")
        assert (await new.desk.door.log_in(new.pin("clerk"))).online

    run(new, work)


def test_the_slots_say_which_event_enrolled_the_card_and_who_can_recover(new):
    run(new, lambda: new.enrol(new.invite()))
    slots = decoded((new.folder / "store" / "slots.json").read_bytes()).slots
    book = new.centre.desk.policy.book
    administrators = {b64u_decode(text) for text in book.recovery}
    assert len(administrators) == 3
    assert {slot.certs for slot in slots.recovery} == {
        pair
        for pair in ((a, b) for a in administrators for b in administrators if a != b)
        if pair in {slot.certs for slot in slots.recovery}
    }
    assert len(slots.recovery) == 3
    assert {cert for slot in slots.recovery for cert in slot.certs} == administrators
    events = {
        row.hash
        for row in new.centre.read(lambda tx: [tx.log.at("policy", n) for n in range(1, book.size)])
    }
    assert slots.cards[0].by in events


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (
            lambda new, said: new.enrol(_with(said, code="000000-000000-000000-000000")),
            "wire.enrol_code",
        ),
        (lambda new, said: new.enrol(other_genesis(said)), "line.other_centre"),
        (lambda new, said: new.enrol(_with(said, aud="another")), "line.other_centre"),
        (lambda new, said: new.enrol(said, centre="https://127.0.0.1:9"), "line.refused"),
        (lambda new, said: new.enrol(said, centre="http://centre.example"), "line.tls"),
        (
            lambda new, said: new.enrol(said, roots=new.folder.parent / "none.pem"),
            "app.roots_unreadable",
        ),
        (
            lambda new, said: new.enrol(said, roots=new.centre.authority.deck),
            "app.roots_unreadable",
        ),
        (lambda new, said: new.enrol(said, pin=Secret("999999")), "card.pin_wrong"),
        (lambda new, said: new.enrol(said, "blocked"), "card.pin_blocked"),
        (lambda new, said: new.enrol(said, "bus"), "card.foreign"),
        (lambda new, said: new.enrol(said, "foreign"), "certificate.unknown_issuer"),
        (lambda new, said: new.enrol(said, "expired"), "certificate.expired"),
    ],
)
def test_a_try_that_fails_leaves_nothing_and_the_next_may_succeed(new, spoil, code):
    said = new.invite()

    async def work():
        assert await code_of(spoil(new, said)) == code
        assert new.names == set()
        assert new.desk.enrolment.needed
        await new.enrol(said)
        assert (await new.desk.door.log_in(new.pin("clerk"))).online

    run(new, work)


def test_a_wrong_pin_says_how_many_tries_are_left(new):
    async def work():
        with pytest.raises(Failure) as refused:
            await new.enrol(new.invite(), pin=Secret("999999"))
        assert refused.value.details["tries_left"] == 2

    run(new, work)


def test_a_code_that_another_window_used_is_told_so(new, tmp_path):
    said = new.invite()
    run(new, lambda: new.enrol(said))
    new.folder = tmp_path / "second"
    new.start()

    async def work():
        assert await code_of(new.enrol(said)) == "wire.enrol_used"
        assert new.names == set()

    run(new, work)


def test_a_code_that_ran_out_is_told_so(new):
    said = new.invite()
    new.centre.clock.advance(hours=2)

    async def work():
        assert await code_of(new.enrol(said)) == "wire.enrol_expired"

    run(new, work)


def test_an_enrolled_window_is_not_enrolled_again(new):
    async def work():
        await new.enrol(new.invite())
        before = (new.folder / "store" / "slots.json").read_bytes()
        assert await code_of(new.enrol(new.invite(inc=2))) == "app.enrolled"
        assert (new.folder / "store" / "slots.json").read_bytes() == before

    run(new, work)


def test_without_two_who_can_recover_enrolment_is_not_complete(new):
    certificates = list(new.centre.desk.policy.book.recovery)
    said = new.invite()
    new.centre.enact("recovery", {"certs": certificates[:1]})

    async def work():
        assert await code_of(new.enrol(said)) == "vault.recovery_needs_two"
        assert new.names == set()
        # The claim has reached the centre: the same window may go on with the same code.
        new.centre.enact("recovery", {"certs": certificates})
        await new.enrol(said)
        assert (await new.desk.door.log_in(new.pin("clerk"))).online

    run(new, work)


def test_a_card_that_the_roster_does_not_list_is_refused(new):
    clerk, handler = new.centre.card("clerk"), new.centre.card("handler")
    book = new.centre.desk.policy.book
    person = book.roster[clerk.person]
    other = {**person.certs, "9D": book.roster[handler.person].certs["9D"]}
    members = {"person": person.person, "name": person.name}
    said = new.invite()
    new.centre.enact(
        "roster",
        {**members, "department": person.department, "hall": person.hall, "certs": other},
    )

    async def work():
        assert await code_of(new.enrol(said)) == "app.card_unlisted"
        assert new.names == set()

    run(new, work)


@pytest.mark.parametrize("cut", ["enrolling", "store"])
def test_a_crash_in_the_last_step_is_finished_or_begun_anew(new, cut):
    """Pins first, then one rename: in between the next start finishes it."""
    run(new, lambda: new.enrol(new.invite()))
    if cut == "enrolling":
        (new.folder / "store").rename(new.folder / "enrolling")
    else:  # before the pins: nothing was enrolled, and what lies there is thrown away
        (new.folder / "store").rename(new.folder / "enrolling")
        (new.folder / "pinned.json").unlink()
    new.start()

    async def work():
        assert new.desk.enrolment.needed is (cut == "store")
        if cut == "store":
            await new.enrol(new.invite(inc=2))
        new.window.deck_or_fail().insert("clerk")
        assert (await new.desk.door.log_in(new.pin("clerk"))).online

    run(new, work)


# ---------------------------------------------------------------- what a person brings


def test_the_printed_invitation_is_read_as_a_whole(new):
    said = new.invite()
    line = json.dumps(
        {
            "dev": said.dev,
            "inc": said.inc,
            "code": said.code,
            "aud": said.aud,
            "genesis": said.genesis,
            "until": 1,
        }
    )
    assert read_invitation(f"设备 d 的一次性登记码\n{line}\n") == said


@pytest.mark.parametrize(
    "text", ["", "{", "}{", "[1]", "{}", '{"aud":"a","genesis":"g","dev":"d","inc":"1","code":"c"}']
)
def test_other_texts_are_no_invitation(text):
    with pytest.raises(AppFailure) as refused:
        read_invitation(text)
    assert refused.value.code == "app.invitation_unreadable"


def test_a_fingerprint_is_short_and_of_one_genesis(new):
    genesis = new.centre.desk.policy.trust.genesis
    shown = fingerprint(genesis)
    assert [len(group) for group in shown.split("-")] == [6, 6, 6, 6]
    assert code_hash(shown) != code_hash(fingerprint(other_genesis(new.invite()).genesis))
    assert fingerprint("no hash") == fingerprint("") == ""


def _with(said, **changes):
    values = {name: getattr(said, name) for name in enrolment.Invitation.__dataclass_fields__}
    return enrolment.Invitation(**values | changes)
