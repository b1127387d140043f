"""Columns written as PostgreSQL's text of arrays come back as they were."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Boolean, LargeBinary, Text

from sync.server.db.arrays import array_of
from tests.helpers import pg

#: What the wire lets in: no U+0000, no half of a pair (sync.protocol.codec).
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
AWKWARD = st.sampled_from(["", "NULL", "null", '{"a":"b\\\\"}', "'", "\\", '"', "{", "}", ",", " "])
KINDS = {
    "text": (Text(), TEXTS | AWKWARD),
    "bigint": (BigInteger(), st.integers(-(2**63), 2**63 - 1)),
    "boolean": (Boolean(), st.booleans()),
    "bytea": (LargeBinary(), st.binary()),
}


@pytest.mark.parametrize("name", KINDS)
def test_a_column_comes_back_as_it_was(name):
    kind, values = KINDS[name]
    with pg.cluster().connect() as connection:

        @settings(max_examples=60, suppress_health_check=list(HealthCheck))
        @given(st.lists(values | st.none(), min_size=1) | st.lists(values, min_size=1))
        def comes_back(column):
            written = array_of(kind)(column)
            row = connection.execute(f"SELECT %s::{name}[]", (written,)).fetchone()
            assert row[0] == column

        comes_back()


def test_a_text_that_would_be_two_is_not_written():
    with pytest.raises(ValueError, match="\0"):
        array_of(Text())(["a\0b", "c"])
