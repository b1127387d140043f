"""A device becomes a window: its claim, the policy it then believes, its first anchor."""

from contextlib import asynccontextmanager

import msgspec
import pytest

from sync.engine import faults
from sync.engine.faults import Fault, LineFailure
from sync.engine.joining import Joining, Pins
from sync.engine.runner import Wiring
from sync.engine.session import CentreAddress
from sync.engine.transport import Transport
from sync.engine.verify import EVIDENCE, Evidence
from sync.proof.chain import Head
from sync.proof.enrolment import make_enrolment
from sync.proof.failures import ProofError
from sync.proof.jws import hash_text
from sync.proof.keys import SoftwareKey
from sync.proof.outcomes import read_outcome
from sync.protocol.errors import ReaderError
from sync.protocol.records import Enrolment
from tests.helpers.line_world import NOW_MS, LoopClock
from tests.helpers.memory_store import MemoryStore
from tests.helpers.scripted import Scripted
from tests.helpers.world import AUD

pytestmark = pytest.mark.slow
NEW = "d-339901-07"


async def at_once(function, *args):
    return function(*args)


@asynccontextmanager
async def joining(centre, key, genesis=None):
    async with Scripted(centre.serve) as server:
        clock = LoopClock()
        async with Transport(CentreAddress(server.url), clock) as transport:
            store = MemoryStore()
            pins = Pins(AUD, genesis or centre.world.trust.genesis)
            yield store, Joining(Wiring(store, at_once, transport, clock), key, pins)


def claim(centre, key, dev=NEW):
    code = centre.world.invite(dev)
    centre.append("policy", centre.world.log[-1])
    members = {"aud": AUD, "dev": dev, "inc": 0, "code": code.replace("-", "")}
    return make_enrolment(Enrolment(**members, jwk=key.jwk, at=NOW_MS), key)


@pytest.mark.asyncio
async def test_a_device_claims_its_invitation_and_believes_what_it_can_verify(centre):
    key = SoftwareKey.generate()
    async with joining(centre, key) as (store, joiner):
        answer = await joiner.enrol(claim(centre, key))
        trust, change = await joiner.follow_policy()
    assert store.cursors() == {"policy": 6}
    assert (answer.dev, answer.prev) == (NEW, trust.device(NEW).start)
    assert trust.size == 6
    assert not change.policy  # it was all there already


@pytest.mark.asyncio
async def test_policy_that_moves_on_meanwhile_does_not_spoil_the_claim(centre):
    key = SoftwareKey.generate()
    pull = centre.pull

    def later(request):
        centre.pull = pull
        centre.policy("switch", {"name": "x", "value": True})
        return pull(request)

    centre.pull = later
    async with joining(centre, key) as (store, joiner):
        await joiner.enrol(claim(centre, key))
    assert store.cursors() == {"policy": 7}


@pytest.mark.asyncio
async def test_a_long_policy_comes_in_pages(centre):
    centre.bend = lambda path, m: m
    pull = centre.pull
    centre.pull = lambda request: pull(msgspec.structs.replace(request, limit=2))
    async with joining(centre, centre.world.device) as (store, joiner):
        trust, change = await joiner.follow_policy()
    assert (trust.size, store.cursors()) == (4, {"policy": 4})
    assert change.policy


@pytest.mark.asyncio
async def test_the_first_anchor_is_fetched_by_the_device_key(centre):
    async with joining(centre, centre.world.device) as (store, joiner):
        trust, _ = await joiner.follow_policy()
        place = centre.world.place
        store.start = Head("d-339901-03", 0, place.seq, place.hash)
        assert await joiner.anchor(trust)
        assert store.kept_anchor.t_ms == NOW_MS + 1
        centre.keys["anchor"] = SoftwareKey.generate()
        assert not await joiner.anchor(trust)


@pytest.mark.asyncio
@pytest.mark.parametrize("which", ["aud", "genesis"])
async def test_another_centre_is_not_joined(centre, which):
    key = SoftwareKey.generate()
    centre.bend = lambda path, m: (
        msgspec.structs.replace(m, **{which: "A" * 43}) if path == "/v1/hello" else m
    )
    async with joining(centre, key) as (_store, joiner):
        with pytest.raises(LineFailure) as caught:
            await joiner.enrol(claim(centre, key))
    assert caught.value.code == faults.OTHER_CENTRE
    assert not centre.asked["/v1/enrol"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("changes", "code"), [({"prev": "A" * 43}, faults.NONSENSE), ({"receipt": None}, None)]
)
async def test_an_answer_that_policy_does_not_show_is_not_believed(centre, changes, code):
    key = SoftwareKey.generate()

    def bend(path, message):
        if path != "/v1/enrol":
            return message
        wrong = changes
        if code is None:
            wrong = {"receipt": msgspec.structs.replace(message.receipt, index=1)}
        return msgspec.structs.replace(message, **wrong)

    centre.bend = bend
    async with joining(centre, key) as (_store, joiner):
        with pytest.raises((LineFailure, ProofError)) as caught:
            await joiner.enrol(claim(centre, key))
    assert caught.value.code == (code or "proof.receipt_path")


@pytest.mark.asyncio
async def test_policy_that_does_not_hold_is_not_followed(centre):
    forged = centre.world.policy_record(
        "switch", {"name": "x", "value": True}, (centre.world.first, centre.world.clerk)
    )
    centre.append("policy", forged)
    async with joining(centre, centre.world.device) as (store, joiner):
        with pytest.raises(LineFailure) as caught:
            await joiner.follow_policy()
    assert caught.value.code == "proof.policy_signers"
    assert store.cursors() == {"policy": 0}


@pytest.mark.asyncio
async def test_a_centre_that_promises_more_and_gives_nothing_is_not_asked_for_ever(centre):
    def nothing(path, message):
        if path != "/v1/pull":
            return message
        page = message.scopes["policy"]
        empty = msgspec.structs.replace(page, entries=[], next=0, sth=None, more=True)
        return msgspec.structs.replace(message, scopes={"policy": empty})

    centre.bend = nothing
    async with joining(centre, centre.world.device) as (_store, joiner):
        with pytest.raises(LineFailure) as caught:
            await joiner.follow_policy()
    assert caught.value.code == faults.NO_PROGRESS


# ---------------------------------------------------------------- policy at each login


def switched(name):
    return "switch", {"name": name, "value": True}


def put_back(centre, size, *records):
    """Let the centre have so many events of policy, and go on with these."""
    kept = centre.log["policy"][:size]
    del centre.log["policy"], centre.trees["policy"]
    for entry in kept:
        outcome = read_outcome(entry.outcome)
        centre.append("policy", entry.record(), recv=outcome.recv, pol=outcome.pol)
    for record in records:
        centre.append("policy", record)


@pytest.mark.asyncio
async def test_policy_is_followed_to_its_end_at_each_login(centre):
    async with joining(centre, centre.world.device) as (store, joiner):
        assert (await joiner.pin_policy()).policy
        assert store.cursors() == {"policy": 4}
        assert not (await joiner.pin_policy()).policy
        centre.policy(*switched("x"))
        centre.policy(*switched("y"))
        assert (await joiner.pin_policy()).policy
        assert store.cursors() == {"policy": 6}
        put_back(centre, 6)  # the same once more: no harm in that
        await joiner.pin_policy()
    assert store.meta == {}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("size", "more", "code"),
    [
        (5, 0, "line.policy_older"),
        (4, 0, "line.policy_older"),  # by more than the one that is asked for again
        (4, 2, "line.policy_forked"),  # as long as the one seen, with another end
        (4, 3, "line.policy_forked"),  # and longer
    ],
)
async def test_an_older_and_another_policy_are_refused_and_both_statements_kept(
    centre, size, more, code
):
    world = centre.world
    async with joining(centre, world.device) as (store, joiner):
        before = world.seq, world.head
        centre.policy(*switched("x"))
        centre.policy(*switched("y"))
        await joiner.pin_policy()
        world.seq, world.head = before
        others = []
        for n in range(more):
            others.append(world.policy_record(*switched(f"other {n}")))
            world.seq, world.head = world.seq + 1, hash_text(others[-1].jws)
        put_back(centre, size, *others)
        for _ in range(2):  # nor the second time
            with pytest.raises(LineFailure) as caught:
                await joiner.pin_policy()
            assert (caught.value.code, caught.value.fault) == (code, Fault.REFUSED)
        assert store.cursors() == {"policy": 6}
    evidence = msgspec.json.decode(store.meta[EVIDENCE + "policy"], type=Evidence)
    assert evidence.scope == "policy"
    assert evidence.kept
    assert bool(evidence.seen) == (more == 2)  # a head of theirs over as many events as ours


@pytest.mark.asyncio
async def test_a_head_that_the_centre_did_not_sign_is_no_policy(centre):
    async with joining(centre, centre.world.device) as (_store, joiner):
        await joiner.pin_policy()
        centre.keys["log"] = SoftwareKey.generate()
        with pytest.raises(ReaderError) as caught:
            await joiner.pin_policy()
    assert caught.value.code == "reader.key_unknown"
