"""What the engine asks of a store, asked of the encrypted one and of the tests' own alike."""

import json

import pytest

from client.app.ports.store import ChainHead
from client.store.store import open_store
from sync.engine.ledger import Ledger
from sync.engine.pace import Pace
from sync.engine.ports import PulledPage, Settled
from sync.engine.verify import load_trust
from sync.proof.chain import Head
from sync.proof.jws import hash_text
from sync.proof.outcomes import outcome_leaf
from sync.proof.tree import Frontier
from sync.protocol import messages
from tests.helpers.line_world import step
from tests.helpers.memory_store import MemoryStore
from tests.helpers.pki import Authority
from tests.helpers.small_centre import SmallCentre
from tests.helpers.store_world import FakeClock, keys
from tests.helpers.world import DEV, SCOPE, World


@pytest.fixture(scope="module")
def authority():
    return Authority()


@pytest.fixture
def centre(authority):
    return SmallCentre(World(authority))


class InMemory:
    """The tests' own store."""

    def __init__(self, _folder):
        self.store = MemoryStore()

    def begin(self, centre):
        place = centre.world.place
        self.store.start = Head(DEV, 0, place.seq, place.hash)

    def append(self, record):
        self.store.add(record)

    def close(self):
        pass


class Encrypted:
    """The window's store."""

    def __init__(self, folder):
        self.store = open_store(folder, keys(), FakeClock())

    def begin(self, centre):
        place = centre.world.place
        self.store.start_chain(ChainHead(DEV, 0, place.seq, place.hash))

    def append(self, record):
        self.store.append([record])

    def close(self):
        self.store.close()


@pytest.fixture(params=[InMemory, Encrypted])
def kept(request, tmp_path, centre):
    """A store that is enrolled, follows policy, and holds a session's first event."""
    kept = request.param(tmp_path / "store")
    kept.store.subscribe(["policy", SCOPE])
    pull(kept.store, centre, "policy")
    kept.begin(centre)
    kept.session, opening = centre.session()
    centre.log_in(kept.session)
    kept.append(opening)
    yield kept
    kept.close()


@pytest.fixture
def store(kept):
    return kept.store


def pull(store, centre, scope, limit=500):
    """Apply the next page as the engine does, without its doubts."""
    cursor = store.cursors()[scope]
    answer = centre.pull(messages.PullRequest(cursors={scope: cursor}, limit=limit))
    page = answer.scopes[scope]
    packed = store.frontier(scope)
    frontier = Frontier() if packed is None else Frontier.unpack(packed)
    for entry in page.entries:
        frontier = frontier.append(outcome_leaf(entry.outcome))
    return store.apply_pull(
        PulledPage(scope, page.entries, frontier.size, frontier.pack(), page.sth)
    )


def works(kept, centre, count=1):
    records = [step(centre.world, kept.session, case=None) for _ in range(count)]
    for record in records:
        kept.append(record)
    return records


def ledger_of(kept):
    return Ledger(kept.store, kept.session, FakeClock(), Pace())


def push(kept, centre, limit=100):
    ledger = ledger_of(kept)
    batch = ledger.batch(limit, anchor=True)
    return ledger.settle(batch, centre.push(batch.request))


def test_the_outbox_is_in_device_order_with_the_very_bytes(kept, store, centre):
    records = works(kept, centre, 5)
    assert store.outbox_size() == 6
    assert store.outbox(100)[1:] == records
    assert len(store.outbox(2)) == 2
    head = store.head()
    assert (head.dev, head.seq, head.hash) == (DEV, 6, hash_text(records[-1].jws))


def test_settled_events_leave_the_outbox_whatever_the_verdict(kept, store, centre):
    works(kept, centre, 3)
    verdicts = iter(["accepted", "refused", "accepted", "disputed"])
    centre.judge = lambda _core: (next(verdicts), None)
    assert push(kept, centre).event.settled == 4
    assert store.outbox_size() == 0
    assert store.outbox(9) == []
    assert store.tree_heads().keys() == {"policy", "hall/339901", SCOPE}


def test_settling_twice_is_settling_once(kept, store, centre):
    batch = ledger_of(kept).batch(9, anchor=False)
    result = centre.push(batch.request).results[0]
    settled = Settled(batch.places[0][0], "accepted", None, result.receipt)
    store.settle([settled])
    store.settle([settled])
    assert store.outbox_size() == 0


def test_pulled_leaves_settle_own_events_and_are_kept_as_they_came(kept, store, centre):
    works(kept, centre, 2)
    batch = ledger_of(kept).batch(9, anchor=False)
    centre.push(batch.request)  # the answer is lost
    pull(store, centre, SCOPE)
    assert store.outbox_size() == 1  # the session's opening stands in the hall's scope
    assert store.cursors()[SCOPE] == 2
    assert list(store.entries(SCOPE, 0, 9)) == centre.log[SCOPE]
    assert list(store.entries(SCOPE, 1, 9)) == centre.log[SCOPE][1:]
    assert len(store.entries(SCOPE, 0, 1)) == 1
    assert store.entries("339901/wjj", 0, 9) == []


def test_cursor_frontier_and_head_move_together(kept, store, centre):
    centre.others(5)
    pull(store, centre, SCOPE, limit=3)
    assert store.cursors()[SCOPE] == 3
    assert Frontier.unpack(store.frontier(SCOPE)).size == 3
    assert SCOPE not in store.tree_heads()
    pull(store, centre, SCOPE)
    assert store.frontier(SCOPE) == centre.trees[SCOPE].frontier.pack()
    assert SCOPE in store.tree_heads()
    newer = centre.sth(SCOPE)
    store.settle([], {SCOPE: newer})
    assert store.tree_heads()[SCOPE] == newer


def test_scopes_that_are_left_and_followed_again_keep_their_cursor(store, centre):
    centre.others(2)
    pull(store, centre, SCOPE)
    store.subscribe(["policy"])
    assert store.cursors() == {"policy": 4}
    store.subscribe(["policy", SCOPE])
    assert store.cursors() == {"policy": 4, SCOPE: 2}
    assert store.frontier("339901/wjj") is None


def test_policy_is_known_again(store, centre):
    trust = load_trust(store, centre.world.trust.genesis)
    assert trust.size == 4
    assert trust.device(DEV) == centre.world.trust.device(DEV)


def test_anchors_and_leases_are_the_newest(kept, store, centre):
    assert store.anchor() is None
    assert store.lease() is None
    push(kept, centre)
    assert store.anchor().boot_id == "boot-1"
    ledger = ledger_of(kept)
    asking = ledger.asking()
    lease = centre.lease(asking.jws)
    ledger.take_lease(asking, lease)
    assert store.lease() == (lease, b"k" * 32)


def test_evidence_is_kept_beside_the_log(store):
    store.put_meta("evidence/centre_fork/x", json.dumps({"kept": "a"}).encode())
