"""The two kinds of column that every table of the centre is made of: texts and whole numbers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Text


def text_of(name: str, *, null: bool = False) -> Column[str]:
    """Return a column of text."""
    return Column(name, Text, nullable=null)


def whole_of(name: str, *, null: bool = False) -> Column[int]:
    """Return a column of whole numbers of 64 bits: counts, and moments in ms."""
    return Column(name, BigInteger, nullable=null)


def texts(*names: str) -> list[Column[str]]:
    """Return columns of text that are never empty of a value."""
    return [text_of(name) for name in names]


def wholes(*names: str) -> list[Column[int]]:
    """Return columns of whole numbers that are never empty of a value."""
    return [whole_of(name) for name in names]
