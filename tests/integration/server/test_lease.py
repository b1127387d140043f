import json

import pytest

from sync.proof.anchors import make_request
from sync.proof.certificates import x5t_of
from sync.proof.jws import hash_text
from sync.proof.keys import SoftwareKey
from sync.proof.lease import open_kcc, person_in
from sync.protocol import messages
from sync.protocol.codec import b64u_encode
from sync.protocol.records import AnchorRequest
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow, Refusal


def test_a_lease_names_persons_numbers_policy_and_an_end(centre, window):
    window.log_in("clerk")
    lease = window.borrow()
    now = centre.clock.now_ms()
    assert (lease.dev, lease.inc, lease.t, lease.exp) == (window.dev, 1, now, now + 24 * 3_600_000)
    clerk = centre.card("clerk")
    entry = person_in(lease, "p0102", x5t_of(clerk.certs["9A"]), now)
    assert "window_clerk" in entry.roles
    assert "339901/scjg" in entry.scopes
    assert {block.kind for block in lease.blocks} == {"case", "certificate"}
    assert lease.pol.size == centre.desk.policy.size
    assert lease.crl
    assert len(open_kcc(lease, window.device)) == 32


def test_a_lease_says_nothing_of_what_its_persons_may_in_another_hall(centre, window):
    now = centre.clock.now_ms()
    grant = {"id": "g-else", "person": "p0102", "roles": ["chief_representative"], "items": "*"}
    grant |= {"scopes": ["hall/339911"], "powers": [], "from": now, "to": now + 3_600_000}
    centre.enact("grant", grant)
    centre.clock.advance(minutes=1)
    window.log_in("clerk")
    lease = window.borrow()
    clerk = centre.card("clerk")
    entry = person_in(lease, "p0102", x5t_of(clerk.certs["9A"]), now)
    assert "chief_representative" not in entry.roles
    assert "hall/339911" not in entry.scopes
    assert entry.until == lease.exp


def test_a_township_hall_is_lent_more_for_longer(centre, windows):
    township = windows("d-339911-01", enrol=False)
    township.enrol(centre.invite("d-339911-01", hall="339911", counter="1号窗口"))
    township.log_in("supervisor", scopes=["hall/339911"], open_session=False)
    lease = township.borrow()
    assert lease.exp - lease.t == 72 * 3_600_000
    assert {b.kind: b.last - b.first + 1 for b in lease.blocks} == {"case": 200, "certificate": 200}
    assert (lease.max.accept, lease.max.decide, lease.max.certificate) == (200, 200, 200)


def test_numbers_never_overlap(windows):
    one, two = windows(), windows("d-339901-04")
    one.log_in("clerk")
    two.log_in("clerk")
    lent = []
    for window in (one, two, one, two, one):
        for block in window.borrow().blocks:
            lent += [(block.kind, n) for n in range(block.first, block.last + 1)]
    assert len(lent) == len(set(lent))


def test_a_pool_that_comes_round_leaves_held_numbers_to_their_window(tmp_path, store):
    sizes = {"case": 40_000, "certificate": 0}
    with running_centre(tmp_path, store=store, block_sizes=sizes) as centre:
        opened = [HandWindow(centre, f"d-339901-{n + 10}") for n in range(4)]
        for window in opened:
            window.log_in("reception")
        lent = [[(b.first, b.last) for b in window.borrow().blocks] for window in opened]
        # The third is lent fewer, the fourth none: the rest is held.
        assert lent == [[(1, 40_000)], [(40_001, 80_000)], [(80_001, 99_999)], []]
        one, *_, late = opened
        one.accepted(one.push(preregistered(one)))
        one.borrow()  # what is left of the first ones is given back, its chain here
        settle(centre)
        centre.clock.advance(hours=25)
        late.log_in("reception")
        assert [(b.first, b.last) for b in late.borrow().blocks] == [(1, 40_000)]
        late.accepted(late.push(preregistered(late)))
        for window in opened:
            window.close()


def test_the_newest_lease_is_the_live_one_and_names_the_former(centre, window):
    window.log_in("clerk")
    window.borrow()
    former = centre.read(lambda tx: tx.leases.live(window.dev, 1))
    lease = window.borrow()
    assert lease.prev == hash_text(former.jws) == former.hash
    assert centre.read(lambda tx: tx.leases.live(window.dev, 1)).id == lease.id


def test_numbers_of_a_former_lease_still_belong_to_the_window(window):
    window.log_in("reception")
    number = window.new_number()
    window.borrow()
    assert window.step("preregister", say.preregister(), case=number).verdict == "accepted"


def test_a_session_without_the_line_needs_its_lease(centre, window):
    window.log_in("clerk")
    window.borrow()
    lease = centre.read(lambda tx: tx.leases.live(window.dev, 1))
    window.accepted(window.push(window.event("session.close", {}, scope="hall/339901")))
    window.log_in("clerk", open_session=False)
    token, online = window.token, window.key
    # Offline: nonce null, lease named; nobody told the centre of this session before.
    key = SoftwareKey.generate()
    card = centre.card("clerk")
    login = window.signed_login(window.delegation(card, key, lease=lease.hash), card)
    window.key, window.kid = key, hash_text(login.dlg)
    opened = window.event("session.open", login.body(), scope="hall/339901")
    number = window.new_number()
    step = window.event("preregister", say.preregister(), case=number)
    window.key, window.token = online, token
    results = window.push(opened, step).results
    assert [r.verdict for r in results] == ["accepted", "accepted"]


@pytest.mark.parametrize("lease", [None, "A" * 43])
def test_a_session_without_login_and_lease_is_rejected(centre, window, lease):
    window.log_in("clerk")
    online = window.key
    key, card = SoftwareKey.generate(), centre.card("clerk")
    nonce = None if lease else "A" * 43
    login = window.signed_login(window.delegation(card, key, lease=lease, nonce=nonce), card)
    window.key, window.kid = key, hash_text(login.dlg)
    opened = window.event("session.open", login.body(), scope="hall/339901")
    window.key = online
    result = window.push(opened).results[0]
    assert (result.verdict, result.code) == ("rejected", "proof.delegation_nonce")


def test_requests_of_another_device_are_refused(windows):
    one, two = windows(), windows("d-339901-04")
    one.log_in("clerk")
    two.log_in("clerk")
    _, text = two.anchor_request()
    for path, form in (("/v1/anchor", messages.AnchorAnswer), ("/v1/lease", messages.LeaseAnswer)):
        with pytest.raises(Refusal) as caught:
            one.ask("POST", path, form, messages.AnchorCall(text))
        assert caught.value.code in {"proof.device_foreign", "reader.key_unknown"}


def test_the_device_key_asks_for_time_before_any_login(centre, window):
    request = AnchorRequest(
        aud="centre-339901", n=b64u_encode(bytes(16)), dev=window.dev, inc=1,
        seq=0, head=window.chain.hash, boot="b0", dt=None,
    )  # fmt: skip
    text = make_request(request, window.device.thumbprint, window.device)
    answer = window.ask(
        "POST", "/v1/anchor", messages.AnchorAnswer, messages.AnchorCall(text),
        key=window.device, token=None,
    )  # fmt: skip
    assert answer.anchor


def settle(centre):
    centre.centre.ledger.write_now(centre.desk.serials.settle)
    found = centre.read(lambda tx: tx.cases.findings_of(["d-339901-03"], 9))
    return [(row.code, json.loads(row.args)) for row in found if row.code.startswith("numbers_")]


def lent(lease, kind):
    return next((b.first, b.last) for b in lease.blocks if b.kind == kind)


def test_numbers_that_were_skipped_are_found_when_the_next_lease_is_there(centre, window):
    window.log_in("reception")
    lease = window.borrow()
    first, last = lent(lease, "case")
    window.accepted(window.push(preregistered(window)))
    window.serials = window.serials[2:]
    refused = window.event("preregister", {}, case=window.new_number())
    assert window.push(refused).results[0].verdict == "refused"  # its number has come all the same
    window.accepted(window.push(preregistered(window)))
    window.serials.pop(0)
    hidden = preregistered(window)
    window.borrow()
    assert settle(centre) == []  # the chain is not here up to the moment of the new lease
    window.accepted(window.push(hidden))
    expected = {
        "kind": "case",
        "pool": "339901",
        "first": first,
        "last": last,
        "count": 3,
        "missing": f"{first + 1}-{first + 2}, {first + 5}",
    }
    assert settle(centre) == [("numbers_missing", expected)]
    window.borrow()
    assert settle(centre) == [("numbers_missing", expected)]  # once; what follows was returned


def test_a_certificates_skipped_number_is_found(centre, window):
    number = walk_to(window, "certified")  # its serial is not the block's first
    first, _ = lent(window.lease, "certificate")
    used = json.loads(centre.read(lambda tx: tx.cases.get(number)).body)["certificate"]["serial"]
    window.borrow()
    ((code, args),) = settle(centre)
    missing = int(used.split("-")[2]) - first
    assert (code, args["kind"], args["count"]) == ("numbers_missing", "certificate", missing)


def test_numbers_that_nobody_gave_back_are_told_of_once(centre, window):
    window.log_in("reception")
    first, last = lent(window.borrow(), "case")
    window.accepted(window.push(preregistered(window)))
    centre.clock.advance(hours=47)
    assert settle(centre) == []
    centre.clock.advance(hours=2)
    told = settle(centre)
    assert [code for code, _ in told] == ["numbers_not_returned"] * 2
    by_kind = {args["kind"]: args for _, args in told}
    assert by_kind["case"]["count"] == last - first
    assert settle(centre) == told
    window.log_in("reception")
    window.borrow()
    assert settle(centre) == told


def test_of_two_processes_one_settles_a_block(centre, window):
    window.log_in("reception")
    window.borrow()
    window.borrow()
    (block, *_) = centre.read(lambda tx: tx.leases.returned(9))

    def twice(tx):
        return [tx.leases.settle(block, 5), tx.leases.settle(block, 6), tx.leases.tell(block, 7)]

    assert centre.centre.ledger.write_now(twice) == [True, False, True]


def preregistered(window):
    return window.event("preregister", say.preregister(), case=window.new_number())
