"""Money on paper: figures, and capital characters by the rules for bills and vouchers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.amounts import capital, fen_in, yuan


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "人民币零元整"),
        (1, "人民币壹分"),
        (10, "人民币壹角整"),
        (5000, "人民币伍拾元整"),
        (10750, "人民币壹佰零柒元伍角整"),
        (140950, "人民币壹仟肆佰零玖元伍角整"),
        (600714, "人民币陆仟零柒元壹角肆分"),
        (1680_32, "人民币壹仟陆佰捌拾元叁角贰分"),
        (32504, "人民币叁佰贰拾伍元零肆分"),
        (10_700_053, "人民币壹拾万柒仟元伍角叁分"),
        (1_000_000_100, "人民币壹仟万零壹元整"),
        (10_000_000_000, "人民币壹亿元整"),
        (10_000_050_000, "人民币壹亿零伍佰元整"),
        (-5000, "人民币负伍拾元整"),
    ],
)
def test_amounts_in_capital_characters(fen, words):
    assert capital(fen) == words


@given(st.integers(-(10**14), 10**14))
def test_what_is_written_reads_back(fen):
    assert fen_in(yuan(fen)) == fen
    assert fen_in(f"¥{yuan(abs(fen))}元") == abs(fen)


@pytest.mark.parametrize("typed", ["", "元", "1.234", "1e3", "abc", "--1", "1..2", "12元3", "٣"])
def test_what_is_no_amount_is_none(typed):
    assert fen_in(typed) is None
