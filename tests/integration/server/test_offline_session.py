"""A session that was opened without the line: what it may do once the line is back."""

import pytest

from sync.proof.jws import hash_text
from sync.proof.keys import SoftwareKey
from sync.protocol import messages
from tests.helpers import case_steps as say
from tests.helpers.hand_window import HOUR, Refusal, receipts_of

HALL = "hall/339901"


def borrowed(centre, window):
    """Give the window a lease, end its session; return the lease's row."""
    window.log_in("clerk")
    window.borrow()
    window.accepted(window.push(window.event("session.close", {}, scope=HALL)))
    return centre.read(lambda tx: tx.leases.live(window.dev, 1))


def opened(centre, window, card="clerk", **changes):
    """Open a session without the line; return its login and its first event."""
    key, keys = SoftwareKey.generate(), centre.card(card)
    login = window.signed_login(window.delegation(keys, key, **changes), keys)
    window.key, window.kid, window.card, window.token = key, hash_text(login.dlg), keys, None
    return login, window.event("session.open", login.body(), scope=HALL)


def contact(window, login):
    """Log the session in, as a window does by itself once the line is back."""
    request = messages.LoginRequest(dlg=login.dlg, devproof=login.devproof, chain=list(login.chain))
    answer = window.plain("/v1/login", messages.LoginAnswer, request)
    window.token = answer.token
    return answer


@pytest.fixture
def offline(centre, window):
    """A session that was opened an hour ago without the line, with a step of its own."""
    lease = borrowed(centre, window)
    login, first = opened(centre, window, lease=lease.hash)
    number = window.new_number()
    step = window.event("preregister", say.preregister(), case=number)
    centre.clock.advance(hours=1)
    return login, [first, step], number


def test_it_pushes_its_outbox_and_pulls(window, offline):
    login, waiting, _ = offline
    contact(window, login)
    window.accepted(window.push(*waiting))
    pulled = window.pull({"339901/scjg": 0}).scopes["339901/scjg"]
    assert [entry.jws for entry in pulled.entries] == [waiting[1].jws]


@pytest.mark.parametrize(
    ("method", "path", "form"),
    [
        ("POST", "/v1/lease", messages.LeaseAnswer),
        ("POST", "/v1/console/code", messages.ConsoleCodeAnswer),
        ("GET", "/v1/live", messages.Empty),
    ],
)
def test_it_may_do_nothing_else(window, offline, method, path, form):
    login, waiting, _ = offline
    contact(window, login)
    window.push(*waiting)
    call = None
    if path == "/v1/lease":
        call = messages.AnchorCall(window.anchor_request()[1])
    elif method == "POST":
        call = messages.Empty()
    with pytest.raises(Refusal) as refused:
        window.ask(method, path, form, call)
    assert (refused.value.status, refused.value.code) == (403, "wire.fresh_login")


def test_its_token_is_renewed_and_stays_bounded(window, offline):
    login, waiting, _ = offline
    contact(window, login)
    window.token = window.ask("POST", "/v1/token", messages.TokenAnswer, messages.Empty()).token
    window.accepted(window.push(*waiting))
    with pytest.raises(Refusal) as refused:
        window.borrow()
    assert refused.value.code == "wire.fresh_login"


def test_a_step_provably_made_after_the_line_was_back_is_refused(centre, window, offline):
    login, waiting, number = offline
    contact(window, login)
    window.push(*waiting, ancreq=window.anchor_request()[1])
    centre.clock.advance(minutes=5)
    window.anchor()
    late = window.event("receive", say.receive(), case=number)
    close = window.event("session.close", {}, scope=HALL)
    results = window.push(late, close).results
    assert [(r.verdict, r.code) for r in results] == [
        ("refused", "wire.fresh_login"),
        ("accepted", None),
    ]


def test_a_step_that_was_waiting_at_the_contact_is_taken_even_in_a_second_push(window, offline):
    login, waiting, number = offline
    waiting.append(window.event("receive", say.receive(), case=number))
    contact(window, login)
    ancreq = window.anchor_request()[1]  # commits to the whole outbox
    window.accepted(window.push(waiting[0], ancreq=ancreq))
    window.accepted(window.push(*waiting[1:]))


@pytest.mark.parametrize(
    "wrong",
    [
        {"lease": None},
        {"lease": "A" * 43},
        {"lease": "live", "iat": 72 * HOUR},
        {"lease": "live", "person": "admin2"},
    ],
)
def test_without_a_lease_that_vouches_for_it_nobody_gets_in(centre, window, wrong):
    lease = borrowed(centre, window)
    changes = {"lease": lease.hash if wrong["lease"] == "live" else wrong["lease"]}
    if "iat" in wrong:
        changes["iat"] = centre.clock.now_ms() + wrong["iat"]
        changes["exp"] = changes["iat"] + HOUR
    login, _ = opened(centre, window, wrong.get("person", "clerk"), **changes)
    with pytest.raises(Refusal) as refused:
        contact(window, login)
    assert refused.value.code in {"proof.delegation_nonce", "proof.delegation_length"}


def test_a_lease_of_another_device_vouches_for_nothing(centre, windows):
    one, two = windows(), windows("d-339901-04")
    lease = borrowed(centre, one)
    borrowed(centre, two)
    login, _ = opened(centre, two, lease=lease.hash)
    with pytest.raises(Refusal) as refused:
        contact(two, login)
    assert refused.value.code == "proof.delegation_nonce"


def test_a_colleagues_login_takes_along_what_waited(centre, window, offline):
    _, waiting, _ = offline
    waiting.append(window.event("session.close", {}, scope=HALL))
    window.log_in("reception", open_session=False)
    answer = window.accepted(window.push(*waiting))
    # Made somewhere between the last anchor and now, and that is all that is said of it.
    now = centre.clock.now_ms()
    for outcome in receipts_of(answer, waiting, window):
        assert (outcome.lo, outcome.hi) == (now - HOUR, now)
