"""Every way to fail has its own words and its own remedy, in both languages."""

from __future__ import annotations

import string
from pathlib import Path

import polib
import pytest

from client.card.failures import CardFailure, CardProblem
from client.card.hresults import SUCCESS, problem_of, unsigned
from client.vault.failures import VaultFailure, VaultProblem
from sync.domain.failures import Failure, FailureKind

CATALOGUES = Path("resources/i18n")
CODES = [*CardProblem, *VaultProblem]
DETAILS = {
    "card.pin_wrong": {"tries_left"},
    "card.puk_wrong": {"tries_left"},
    "card.fault": {"sw"},
    "card.no_certificate": {"slot"},
    "card.bad_certificate": {"slot"},
    "card.file": {"file"},
    "card.token_library_missing": {"name"},
    "card.token_library_broken": {"name"},
    "card.token_library_slow": {"name"},
    "card.token_library_crashed": {"name"},
}


def words(language: str) -> dict[str, str]:
    file = polib.pofile(str(CATALOGUES / language / "LC_MESSAGES" / "card.po"))
    return {entry.msgid: entry.msgstr for entry in file}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_each_code_has_its_own_words_and_remedy(language):
    catalogue = words(language)
    sentences = [catalogue[f"error.{code}"] for code in CODES]
    remedies = [catalogue[f"error.{code}.do"] for code in CODES]
    assert all(sentences)
    assert all(remedies)
    assert len(set(sentences)) == len(CODES)
    assert set(catalogue) == {f"error.{code}{end}" for code in CODES for end in ("", ".do")}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_words_use_exactly_the_details_that_the_failure_carries(language):
    for code in CODES:
        named = {
            name for _, name, _, _ in string.Formatter().parse(words(language)[f"error.{code}"])
        }
        assert named - {None} == DETAILS.get(code, set()), code


def test_the_person_is_told_apart_at_least_what_he_can_do_something_about():
    retriable = {p for p in CardProblem if CardFailure(p).kind is FailureKind.RETRIABLE}
    assert {
        CardProblem.SERVICE_DOWN,
        CardProblem.NO_READER,
        CardProblem.NO_CARD,
        CardProblem.MUTE,
        CardProblem.BUSY,
        CardProblem.REMOVED,
        CardProblem.PIN_WRONG,
        CardProblem.SLOW,
    } <= retriable
    assert CardFailure(CardProblem.PIN_BLOCKED).kind is FailureKind.REFUSED
    assert CardFailure(CardProblem.FAULT, sw="6F00").kind is FailureKind.BROKEN


def test_failures_belong_to_the_one_tree_and_name_their_code():
    failure = CardFailure(CardProblem.PIN_WRONG, tries_left=2)
    assert isinstance(failure, Failure)
    assert (failure.code, failure.tries_left) == ("card.pin_wrong", 2)
    assert CardFailure(CardProblem.REMOVED).tries_left is None
    assert VaultFailure(VaultProblem.NO_SLOT).code == "vault.no_slot"
    assert VaultFailure(VaultProblem.MALFORMED).kind is FailureKind.BROKEN


def test_result_codes_of_the_card_service_mean_what_the_headers_say():
    assert problem_of(0x8010001D) is CardProblem.SERVICE_DOWN
    assert problem_of(0x80100069) is CardProblem.REMOVED
    assert problem_of(0x80100069, connecting=True) is CardProblem.NO_CARD
    assert problem_of(0x8010002E) is CardProblem.NO_READER
    assert problem_of(0x8010000B) is CardProblem.BUSY
    assert problem_of(0x80100001) is CardProblem.FAULT
    assert problem_of(0x80100068) is CardProblem.RESET
    signed = 0x80100066 - 2**32  # as a driver with a signed type hands it out
    assert problem_of(signed) is CardProblem.MUTE
    assert unsigned(SUCCESS) == SUCCESS
