"""The vault opened by a session with a card: both kinds of keys, and every way to be cut off."""

from __future__ import annotations

import pytest

from client.card.failures import CardFailure, CardProblem
from client.vault.recovery import RecoveryRequest
from client.vault.vault import Vault
from tests.helpers.cards import PIN, agreeing_by_rsa


@pytest.fixture
def vault(tmp_path) -> Vault:
    folder = tmp_path / "store"
    folder.mkdir()
    return Vault(folder, fits=lambda _keys: True)


def enrol(bench, vault, content):
    bench.insert(content)
    with bench.open() as card:
        return vault.create("d-339901-03", content.person, card.certificate("9D"), "by-hash")


def opened(bench, vault):
    with bench.open() as card:
        card.verify_pin(PIN)
        return vault.open(card)


def test_p256_card_opens_the_store(bench, card_of, vault):
    keys = enrol(bench, vault, card_of("clerk"))
    assert opened(bench, vault) == keys


def test_rsa_card_opens_the_store(bench, card_of, vault):
    content = agreeing_by_rsa(card_of("rsa"))
    keys = enrol(bench, vault, content)
    assert opened(bench, vault) == keys
    with bench.open() as card:
        card.verify_pin(PIN)
        with pytest.raises(CardFailure) as caught:
            card.agree(RecoveryRequest().point)
        assert caught.value.what is CardProblem.KEY_UNSUITABLE


def test_without_the_pin_nothing_opens(bench, card_of, vault):
    enrol(bench, vault, card_of("clerk"))
    with bench.open() as card, pytest.raises(CardFailure) as caught:
        vault.open(card)
    assert caught.value.what is CardProblem.PIN_NEEDED


@pytest.mark.parametrize("answer_is_lost", [False, True])
def test_pulled_at_any_apdu_leaves_the_vault_as_it_was(apdu_bench, card_of, vault, answer_is_lost):
    bench = apdu_bench
    content = card_of("clerk")
    keys = enrol(bench, vault, content)
    moment = 0
    while True:
        moment += 1
        bench.insert(content)
        bench.pull_at(moment, answer_is_lost=answer_is_lost)
        try:
            assert opened(bench, vault) == keys
        except CardFailure as failure:
            problem = failure.what
        else:
            break  # only the logout was left to be cut off
        assert problem is CardProblem.REMOVED
    assert moment > 6
    bench.pull_at(0, answer_is_lost=False)
    bench.insert(content)
    assert opened(bench, vault) == keys
