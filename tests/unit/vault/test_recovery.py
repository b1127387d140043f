"""Two of three administrators open a store whose cards are gone; one alone cannot."""

from __future__ import annotations

import pytest

from client.vault.failures import VaultFailure, VaultProblem
from client.vault.recovery import RecoveryRequest
from tests.helpers.keycards import SoftCard


@pytest.fixture
def recoverable(window, clerk, administrators):
    window.enrol(clerk)
    window.vault.add_recovery(clerk, tuple(card.certificate("9D") for card in administrators))
    return window


def pair_of(window, *cards):
    wanted = {card.certificate("9D") for card in cards}
    return next(slot for slot in window.vault.recovery_slots() if set(slot.certs) == wanted)


def shares_of(window, request, *cards):
    slot = pair_of(window, *cards)
    return tuple(window.vault.hand_over(card, slot.id, request.point) for card in cards)


def problem(call, *args) -> VaultProblem:
    with pytest.raises(VaultFailure) as caught:
        call(*args)
    return caught.value.what


def newcomer(card):
    return (card.person, card.certificate("9D"), "by-hash")


@pytest.mark.parametrize("pair", [(0, 1), (0, 2), (1, 2), (2, 0)])
def test_any_two_administrators_let_a_new_card_in(recoverable, administrators, pair):
    request, card = RecoveryRequest(), SoftCard("p0103")
    shares = shares_of(recoverable, request, *(administrators[place] for place in pair))
    old_gen = recoverable.vault.generation()
    keys = recoverable.vault.recover(request, shares, newcomer(card), recoverable.store.rekey)
    assert recoverable.vault.open(card) == keys
    assert recoverable.store.fits(keys)
    assert recoverable.vault.generation() == old_gen + 1
    assert len(recoverable.vault.recovery_slots()) == 3


def test_recovery_works_again_after_recovery(recoverable, clerk, administrators):
    for person in ("p0103", "p0104"):
        request, card = RecoveryRequest(), SoftCard(person)
        shares = shares_of(recoverable, request, *administrators[:2])
        recoverable.vault.recover(request, shares, newcomer(card), recoverable.store.rekey)
    assert recoverable.vault.people() == ("p0102", "p0103", "p0104")
    assert recoverable.store.fits(recoverable.vault.open(clerk))


def test_a_card_that_has_a_slot_gets_it_anew_not_twice(recoverable, clerk, administrators):
    request = RecoveryRequest()
    shares = shares_of(recoverable, request, *administrators[:2])
    recoverable.vault.recover(request, shares, newcomer(clerk), recoverable.store.rekey)
    assert recoverable.vault.people() == ("p0102",)


def test_crash_in_a_recovery_lets_the_new_card_in_at_the_next_start(recoverable, administrators):
    request, card = RecoveryRequest(), SoftCard("p0103")
    shares = shares_of(recoverable, request, *administrators[:2])
    recoverable.store.fail_after = True
    asked = (request, shares, newcomer(card), recoverable.store.rekey)
    with pytest.raises(OSError):  # noqa: PT011 - the store's own error, passed through
        recoverable.vault.recover(*asked)
    assert card.certificate("9D") in recoverable.vault.certificates()
    assert recoverable.store.fits(recoverable.vault.open(card))


def test_one_administrator_alone_or_two_pairs_mixed_do_not_open(recoverable, administrators):
    first, second, third = administrators
    request, card = RecoveryRequest(), SoftCard("p0103")
    a, b = shares_of(recoverable, request, first, second)
    _, c = shares_of(recoverable, request, first, third)
    for shares in ((a, a), (b, b), (a, c)):
        asked = (request, shares, newcomer(card), recoverable.store.rekey)
        assert problem(recoverable.vault.recover, *asked) is VaultProblem.BAD_SHARES
    assert recoverable.store.rekeyed == []


def test_shares_serve_only_the_window_that_asked(recoverable, administrators):
    shares = shares_of(recoverable, RecoveryRequest(), *administrators[:2])
    asked = (RecoveryRequest(), shares, newcomer(SoftCard("p0103")), recoverable.store.rekey)
    assert problem(recoverable.vault.recover, *asked) is VaultProblem.BAD_SHARES


def test_shares_of_an_older_generation_do_not_open(recoverable, administrators):
    request = RecoveryRequest()
    slot = pair_of(recoverable, *administrators[:2])
    shares = shares_of(recoverable, request, *administrators[:2])
    recoverable.vault.recover(request, shares, newcomer(SoftCard("p0103")), recoverable.store.rekey)
    asked = (request, shares, newcomer(SoftCard("p0104")), recoverable.store.rekey)
    assert slot.id not in {kept.id for kept in recoverable.vault.recovery_slots()}
    assert problem(recoverable.vault.recover, *asked) is VaultProblem.NO_SLOT


def test_an_altered_file_is_noticed_before_the_root_is_used(recoverable, administrators):
    request = RecoveryRequest()
    shares = shares_of(recoverable, request, *administrators[:2])
    text = recoverable.path.read_text().replace("d-339901-03", "d-339901-04")
    recoverable.path.write_text(text)
    asked = (request, shares, newcomer(SoftCard("p0103")), recoverable.store.rekey)
    assert problem(recoverable.vault.recover, *asked) is VaultProblem.ALTERED


def test_a_stranger_has_no_share(recoverable, clerk, administrators):
    slot = pair_of(recoverable, *administrators[:2])
    for card in (clerk, administrators[2]):
        asked = (card, slot.id, RecoveryRequest().point)
        assert problem(recoverable.vault.hand_over, *asked) is VaultProblem.NO_SLOT
    asked = (administrators[0], "no such slot", RecoveryRequest().point)
    assert problem(recoverable.vault.hand_over, *asked) is VaultProblem.NO_SLOT


def test_a_request_off_the_curve_is_refused_before_the_card(recoverable, administrators):
    slot = pair_of(recoverable, *administrators[:2])
    asked = (administrators[0], slot.id, b"\x04" + b"\x01" * 64)
    assert problem(recoverable.vault.hand_over, *asked) is VaultProblem.BAD_POINT
    assert administrators[0].asked == []


def test_recovery_wants_two_different_administrators(window, clerk, administrators):
    window.enrol(clerk)
    one = administrators[0].certificate("9D")
    for certificates in ((), (one,), (one, one)):
        asked = (clerk, certificates)
        assert problem(window.vault.add_recovery, *asked) is VaultProblem.RECOVERY_NEEDS_TWO


def test_one_share_is_random_and_says_nothing(recoverable, administrators):
    """The same administrator's shares of two pairs are unrelated though the root is one."""
    first, second, third = administrators
    request = RecoveryRequest()
    ab = shares_of(recoverable, request, first, second)[0]
    ac = shares_of(recoverable, request, first, third)[0]
    assert ab.sealed != ac.sealed
    assert ab.slot != ac.slot


def test_a_card_that_is_listed_no_more_loses_its_slot_in_a_recovery(
    recoverable, clerk, administrators
):
    handler, request, card = SoftCard("p0104"), RecoveryRequest(), SoftCard("p0103")
    recoverable.add(clerk, handler)
    shares = shares_of(recoverable, request, *administrators[:2])
    listed = frozenset({handler.certificate("9D"), card.certificate("9D")})
    asked = (request, shares, newcomer(card), recoverable.store.rekey)
    recoverable.vault.recover(*asked, listed=listed)
    assert recoverable.vault.people() == ("p0104", "p0103")
    assert problem(recoverable.vault.open, clerk) is VaultProblem.NO_SLOT


def test_recovery_slots_are_made_for_the_administrators_of_now(recoverable, administrators):
    request, card, fourth = RecoveryRequest(), SoftCard("p0103"), SoftCard("p0110")
    shares = shares_of(recoverable, request, *administrators[:2])
    now = (administrators[0].certificate("9D"), fourth.certificate("9D"))
    asked = (request, shares, newcomer(card), recoverable.store.rekey)
    recoverable.vault.recover(*asked, administrators=now)
    assert [slot.certs for slot in recoverable.vault.recovery_slots()] == [now]


def test_keys_of_a_recovery_are_the_stores_and_change_nothing(recoverable, administrators):
    begun = recoverable.vault.recovery()
    before = recoverable.path.read_bytes()
    for card in administrators[:2]:
        begun.take(card)
    assert recoverable.store.fits(begun.keys())
    assert (begun.collected, begun.gen) == (2, 1)
    assert recoverable.path.read_bytes() == before


def test_a_store_without_recovery_slots_cannot_be_recovered(window, clerk):
    window.enrol(clerk)
    assert problem(window.vault.recovery) is VaultProblem.RECOVERY_NEEDS_TWO
