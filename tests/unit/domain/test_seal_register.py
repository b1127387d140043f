"""Seal uses, stock and printed certificates agree at a day's close, or it says what does not."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.events import Kind, Step
from sync.domain.seal_register import Counts, Difference, Fate, close_day, register_of
from tests.unit.domain.world import at

DAY = date(2026, 9, 17)
NEXT = date(2026, 9, 18)


class Desk:
    """Writes steps down in their order."""

    def __init__(self):
        self.steps = []
        self.counter = 0

    def do(self, kind, serial, day=DAY, device="d-1", **body):
        name = f"e{len(self.steps)}"
        moment = at(f"{day.isoformat()} 10:00")
        step = Step(name, kind, f"c-{serial}", "339901/scjg", "p0105", device, moment, {
            "serial": serial, **body,
        })  # fmt: skip
        self.steps.append(step)

    def make(self, serial, day=DAY):
        self.do(Kind.MAKE, serial, day)

    def seal(self, serial, day=DAY, counter=None, device="d-1"):
        self.counter = self.counter + 1 if counter is None else counter
        self.do(Kind.SEAL_INTENT, serial, day, device)
        self.do(
            Kind.SEAL, serial, day, device,
            seal={"id": "s-1", "counter": self.counter}, document={"sha256": f"h-{serial}"},
        )  # fmt: skip

    def close(self, day=DAY, printed=None, opening=100, received=0, left=None):
        register = register_of(self.steps)
        documents = [use.document for use in register.uses]
        printed = dict.fromkeys(documents, 1) if printed is None else printed
        if left is None:
            spoilt = sum(each.fate is Fate.SPOILT for each in register.serials)
            left = (opening or 0) + received - sum(printed.values()) - spoilt
        return close_day(register, day, printed, Counts(opening, received, left))


@pytest.fixture
def desk():
    return Desk()


def test_a_day_of_made_spoilt_and_sealed_certificates_agrees(desk):
    for serial in ("A", "B", "C", "D"):
        desk.make(serial)
    desk.do(Kind.SPOIL, "B", reason="misprint")
    desk.seal("A")
    desk.seal("C")

    closed = desk.close(received=50)

    assert closed.agrees
    assert (closed.drawn, closed.sealed, closed.spoilt, closed.in_hand) == (4, 2, 1, 1)
    assert closed.drawn == closed.sealed + closed.spoilt + closed.in_hand
    assert (closed.printed, closed.blanks_expected) == (2, 147)


def test_what_is_in_hand_goes_over_to_the_next_day_and_is_sealed_there(desk):
    desk.make("A")
    desk.seal("A", NEXT)
    first, second = desk.close(DAY, printed={}), desk.close(NEXT)
    assert (first.drawn, first.sealed, first.in_hand, first.agrees) == (1, 0, 1, True)
    assert (second.drawn, second.sealed, second.in_hand, second.agrees) == (0, 1, 0, True)


@pytest.mark.parametrize(("left", "code"), [(96, "blanks_missing"), (99, "blanks_over")])
def test_a_blank_form_too_few_or_too_many_is_named_with_both_numbers(desk, left, code):
    for serial in ("A", "B"):
        desk.make(serial)
        desk.seal(serial)
    assert desk.close(left=left).differences == (Difference(code, expected=98, found=left),)


def test_on_the_first_day_there_is_nothing_to_compare_the_blanks_with(desk):
    closed = desk.close(opening=None, left=70)
    assert closed.agrees
    assert (closed.blanks_expected, closed.blanks_left) == (None, 70)


def test_a_seal_on_a_number_that_was_never_drawn_or_is_spoilt_is_named(desk):
    desk.make("B")
    desk.do(Kind.SPOIL, "B", reason="misprint")
    desk.seal("X")
    desk.seal("B")
    assert desk.close().differences == (
        Difference("not_drawn", "X", "c-X"),
        Difference("not_drawn", "B", "c-B"),
    )


def test_two_seals_on_one_certificate_are_named(desk):
    desk.make("A")
    desk.seal("A")
    desk.seal("A")
    found = desk.close(printed={"h-A": 1}, left=98).differences
    assert Difference("sealed_again", "A", "c-A", 1, 2) in found


@pytest.mark.parametrize(("second", "code"), [(3, "counter_gap"), (1, "counter_again"), (2, None)])
def test_the_seals_counter_goes_on_by_one(desk, second, code):
    desk.make("A")
    desk.make("B")
    desk.seal("A", counter=1)
    desk.seal("B", counter=second)
    found = desk.close().differences
    assert [each.code for each in found] == ([] if code is None else [code])
    if code:
        assert (found[0].serial, found[0].expected, found[0].found) == ("B", 2, second)


def test_each_window_counts_its_own_uses_of_one_seal(desk):
    desk.make("A")
    desk.make("B")
    desk.seal("A", counter=1, device="d-1")
    desk.seal("B", counter=1, device="d-2")
    assert desk.close().agrees


def test_a_gap_of_yesterday_is_not_told_again_today(desk):
    for serial, counter, day in (("A", 1, DAY), ("B", 3, DAY), ("C", 4, NEXT)):
        desk.make(serial, day)
        desk.seal(serial, day, counter=counter)
    assert not desk.close(DAY, printed={"h-A": 1, "h-B": 1}, left=98).agrees
    assert desk.close(NEXT, printed={"h-C": 1}, left=99).agrees


@pytest.mark.parametrize(("count", "code"), [(0, "not_printed"), (2, "printed_again")])
def test_a_certificate_is_printed_once(desk, count, code):
    desk.make("A")
    desk.seal("A")
    assert desk.close(printed={"h-A": count}).differences == (
        Difference(code, "A", "c-A", 1, count),
    )


def test_an_intent_without_its_seal_is_named_until_it_is_voided(desk):
    desk.make("A")
    desk.do(Kind.SEAL_INTENT, "A")
    assert desk.close().differences == (Difference("intent_open", "A", "c-A"),)
    desk.do(Kind.SEAL_VOID, "A")
    assert desk.close().agrees
    assert register_of(desk.steps).serials[0].fate is Fate.IN_HAND


@given(st.lists(st.sampled_from(("sealed", "spoilt", "held")), max_size=12), st.integers(0, 3))
def test_every_number_drawn_ends_once_and_one_blank_too_few_is_always_seen(fates, missing):
    desk = Desk()
    for at_, fate in enumerate(fates):
        desk.make(f"S{at_}")
        if fate == "sealed":
            desk.seal(f"S{at_}")
        elif fate == "spoilt":
            desk.do(Kind.SPOIL, f"S{at_}", reason="misprint")
    used = len(fates) - fates.count("held")
    closed = desk.close(left=100 - used - missing)
    assert closed.drawn == closed.sealed + closed.spoilt + closed.in_hand == len(fates)
    assert closed.agrees is (missing == 0)
