"""How money is written on paper: in figures, and in capital characters that cannot be altered.

Source: 正确填写票据和结算凭证的基本规定 (支付结算办法, annex 1): 整 after yuan or jiao, none after
fen; one 零 for zeros between figures.
"""

from __future__ import annotations

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
FEN = 100


def yuan(fen: int) -> str:
    """Write fen as yuan in figures: 1234567 becomes 12,345.67."""
    whole, rest = divmod(abs(fen), FEN)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def fen_in(text: str) -> int | None:
    """Read yuan as typed (50, 50.5, 1,234.50, ¥50) as fen; None of what is none."""
    plain = text.strip().removeprefix("¥").removeprefix("¥").replace(",", "").removesuffix("元")
    sign = -1 if plain.startswith("-") else 1
    whole, dot, rest = plain.removeprefix("-").partition(".")
    right = whole.isascii() and whole.isdigit() and len(whole) <= 13
    if not right or (dot and not (rest.isascii() and rest.isdigit() and len(rest) <= 2)):
        return None
    return sign * (int(whole) * FEN + int((rest + "00")[:2]))


def capital(fen: int) -> str:
    """Write fen in capital characters: 10750 becomes 人民币壹佰零柒元伍角整.

    Args:
        fen: below 10^18; negative amounts begin with 负.
    """
    whole, rest = divmod(abs(fen), FEN)
    jiao, last = divmod(rest, 10)
    said = f"{_whole(whole)}元" if whole else ""
    if jiao:
        said += f"{_DIGITS[jiao]}角"
    elif whole and last:
        said += "零"
    if last:
        said += f"{_DIGITS[last]}分"
    else:
        said = f"{said or '零元'}整"
    return f"人民币{'负' if fen < 0 else ''}{said}"


def _whole(number: int) -> str:
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10**4)
        groups.append(group)
    said = ""
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            continue
        above = groups[place + 1] if place + 1 < len(groups) else None
        gap = said and (group < 10**3 or above == 0)
        said += f"{'零' if gap else ''}{_group(group)}{_GROUPS[place]}"
    return said


def _group(number: int) -> str:
    said, zero = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            said += f"{'零' if zero and said else ''}{_DIGITS[digit]}{_PLACES[place]}"
            zero = False
        else:
            zero = True
    return said
