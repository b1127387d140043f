"""A payload read in one step is the payload read the long way: the same form or the same code."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.codec import read_json
from sync.protocol.errors import ReaderError
from sync.protocol.limits import ENVELOPE_MAX
from sync.protocol.records import Core, Outcome, read_form, read_payload

HASH = "A" * 43
CORE = {
    "v": 1, "aud": "centre-339901", "id": "0192f0c1-2222-7aaa-8bbb-0123456789ab",
    "dev": "d-339901-03", "inc": 1, "seq": 7, "prev": HASH, "scope": "339901/scjg",
    "case": "20260303-339901-00001-5", "cprev": None, "kind": "accept", "body": HASH, "act": None,
    "anc": HASH, "dt": 5, "boot": "开机", "at": 1_772_500_000_000,
    "late": {"happened_at": 1_772_400_000_000, "reason": "power"}, "crit": [],
}  # fmt: skip
OUTCOME = {
    "v": 1, "aud": "centre-339901", "scope": "339901/scjg", "n": 3, "eh": HASH, "er": HASH,
    "body": HASH, "person": "p-1", "verdict": "refused", "code": "wrong_scope", "recv": 9,
    "lo": 1, "hi": 9, "counted": 5, "due": None, "pol": 4,
}  # fmt: skip


def written(members):
    return json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode()


def both(data, form, limit=ENVELOPE_MAX):
    """Return what each way makes of it: a form, or a code."""

    def heard(read):
        try:
            return read()
        except ReaderError as error:
            return error.code

    long = heard(lambda: read_form(read_json(data, limit), form))
    return heard(lambda: read_payload(data, form, limit)), long


PLAIN = written(CORE)
WRONG = {
    "as written": PLAIN,
    "spaces": json.dumps(CORE).encode(),
    "escapes": json.dumps(CORE, separators=(",", ":")).encode(),
    "another order": written(dict(reversed(CORE.items()))),
    "a member twice": PLAIN.replace(b'"seq":7', b'"seq":7,"seq":7'),
    "a member twice, the second another": PLAIN.replace(b'"seq":7', b'"seq":7,"seq":8'),
    "a member of a member twice": PLAIN.replace(b'"reason":"power"', b'"reason":"a","reason":"b"'),
    "a foreign member": written(CORE | {"more": 1}),
    "a foreign member within": PLAIN.replace(b'"reason":', b'"more":[],"reason":'),
    "a member lacks": written({k: v for k, v in CORE.items() if k != "seq"}),
    "a default lacks": written({k: v for k, v in CORE.items() if k != "v"}),
    "a fraction": PLAIN.replace(b'"seq":7', b'"seq":7.0'),
    "an exponent": PLAIN.replace(b'"seq":7', b'"seq":7e0'),
    "too large": PLAIN.replace(b'"seq":7', b'"seq":9007199254740992'),
    "minus nothing": PLAIN.replace(b'"seq":7', b'"seq":-0'),
    "a truth": PLAIN.replace(b'"seq":7', b'"seq":true'),
    "a text": PLAIN.replace(b'"seq":7', b'"seq":"7"'),
    "critical, known": written(CORE | {"crit": ["late"]}),
    "critical, unknown": written(CORE | {"crit": ["more"]}),
    "critical, no list": written(CORE | {"crit": "late"}),
    "another version": written(CORE | {"v": 2}),
    "U+0000": PLAIN.replace("开机".encode(), b"\\u0000"),
    "half a pair": PLAIN.replace("开机".encode(), b"\\ud800"),
    "no UTF-8": PLAIN.replace("开机".encode(), b"\xff\xfe"),
    "a list": b"[]",
    "nothing": b"",
    "more behind": PLAIN + b"{}",
    "a newline behind": PLAIN + b"\n",
}


@pytest.mark.parametrize("data", WRONG.values(), ids=WRONG.keys())
def test_both_ways_agree(data):
    quick, long = both(data, Core)
    assert quick == long


def test_what_our_writers_write_is_read():
    assert isinstance(both(PLAIN, Core)[0], Core)
    assert isinstance(both(written(OUTCOME), Outcome)[0], Outcome)


def test_what_is_too_long_is_refused_first():
    assert both(PLAIN, Core, limit=len(PLAIN) - 1) == ("reader.too_long", "reader.too_long")


@given(st.sampled_from([(PLAIN, Core), (written(OUTCOME), Outcome)]), st.data())
def test_both_ways_agree_on_whatever_came_instead(made, drawn):
    data, form = made
    at = drawn.draw(st.integers(0, len(data)))
    gone = drawn.draw(st.integers(0, 3))
    come = drawn.draw(
        st.sampled_from([b"", b"0", b"1", b"-", b".", b"e", b",", b'"', b"\\", b"{}"])
    )
    quick, long = both(data[:at] + come + data[at + gone :], form)
    assert quick == long
