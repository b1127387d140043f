"""The strict codec: what it takes is what it writes, and each malformed form has its own code."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.protocol.codec import (
    _read_plain,
    _read_strictly,
    b64u_decode,
    b64u_encode,
    read_json,
    read_message,
    write_json,
    write_message,
)
from sync.protocol.errors import ReaderError, WireError
from sync.protocol.limits import DEPTH_MAX, INTEGER_MAX
from sync.protocol.messages import LoginNonceRequest, Problem

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
    max_leaves=20,
)


def code_of(data: bytes) -> str:
    with pytest.raises(ReaderError) as caught:
        read_json(data)
    return caught.value.code


@given(st.binary())
def test_base64url_round_trip_gives_the_same_bytes(data):
    assert b64u_decode(b64u_encode(data)) == data


@given(st.text())
def test_any_text_that_decodes_is_the_only_one_for_its_bytes(text):
    try:
        data = b64u_decode(text)
    except ReaderError:
        return
    assert b64u_encode(data) == text


@pytest.mark.parametrize(
    "text",
    ["QQ==", "QQ=", "Q", "QR", "Q Q", "QQ\n", "Q+", "Q/", "ＱＱ", "é", "QUJDR",
     "\\u0041QQ", 'QUJD"QQ', '"QUJDQQ"', "QQQ\\"],
    ids=["padded", "half padded", "one", "spare bits", "space", "newline", "plus", "slash",
         "fullwidth", "latin", "five", "escape", "quote", "quoted", "backslash"],
)  # fmt: skip
def test_any_other_text_for_the_bytes_is_refused(text):
    with pytest.raises(ReaderError, match=r"reader\.base64"):
        b64u_decode(text)


@given(st.dictionaries(TEXTS, VALUES))
def test_what_is_written_is_read_back_the_same(value):
    assert read_json(write_json(value)) == value


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"a":"' + b"x" * 262_144 + b'"}', "reader.too_long"),
        (b'{"a":"\xff"}', "reader.utf8"),
        (b'{"a":"\xed\xa0\x80"}', "reader.utf8"),
        (b'{"a":"\xc0\x80"}', "reader.utf8"),
        (b"\xef\xbb\xbf{}", "reader.json"),
        (b"", "reader.json"),
        (b'{"a":1', "reader.json"),
        (b'{"a":1}x', "reader.json"),
        (b'{"a":1,}', "reader.json"),
        (b"{'a':1}", "reader.json"),
        (b'{"a":01}', "reader.json"),
        (b'{"a":"\n"}', "reader.json"),
        (b'{"a":"\\x"}', "reader.json"),
        (b'{"a":/**/1}', "reader.json"),
        (b'{"a":' + b"[" * 32 + b"]" * 32 + b"}", "reader.depth"),
        (b'{"a":' + b"[" * 100_000, "reader.depth"),
        (b'{"a":1,"a":2}', "reader.duplicate"),
        (b'{"a":1,"\\u0061":2}', "reader.duplicate"),
        (b'{"b":[{"c":{"a":1,"a":1}}]}', "reader.duplicate"),
        (b'{"a":1.0}', "reader.float"),
        (b'{"a":1e2}', "reader.float"),
        (b'{"a":NaN}', "reader.float"),
        (b'{"a":-Infinity}', "reader.float"),
        (b'{"a":9007199254740992}', "reader.integer"),
        (b'{"a":-9007199254740992}', "reader.integer"),
        (b'{"a":' + b"9" * 10_000 + b"}", "reader.integer"),
        (b'{"a":"\\u0000"}', "reader.text"),
        (b'{"a":["\\ud800"]}', "reader.text"),
        (b'{"\\udfff":1}', "reader.text"),
        (b"[]", "reader.object"),
        (b'"a"', "reader.object"),
        (b"1", "reader.object"),
        (b"null", "reader.object"),
    ],
)
def test_each_malformed_form_has_its_code(data, code):
    assert code_of(data) == code


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a":"\\ud840\\udc00\\n"}', {"a": "𠀀\n"}),
        (' {"名":"阿卜杜·热合曼"}\r\n'.encode(), {"名": "阿卜杜·热合曼"}),
        (b'{"a":-9007199254740991,"b":9007199254740991}', {"a": -INTEGER_MAX, "b": INTEGER_MAX}),
        (b'{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\"{{"}', {"a": "[" * 42 + '"{{'}),
        (b'{"a":[' + b"[]," * 40 + b'{"b":"\\u00e9"}]}', {"a": [[]] * 40 + [{"b": "é"}]}),
    ],
)
def test_right_forms_are_taken(data, value):
    assert read_json(data) == value


def test_depth_is_counted_in_values_not_in_texts():
    deepest = b'{"a":' + b"[" * (DEPTH_MAX - 1) + b"]" * (DEPTH_MAX - 1) + b"}"
    assert read_json(deepest)["a"]


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "replace")))
def test_any_bytes_give_an_object_or_a_code(data):
    try:
        value = read_json(data)
    except ReaderError:
        return
    assert value == json.loads(data)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"a": 1.5}, "reader.float"),
        ({"a": [2**53]}, "reader.integer"),
        ({"a": "\0"}, "reader.text"),
        ({"\ud800": 1}, "reader.text"),
        ({"a": ("é", "\udfff")}, "reader.text"),
    ],
)
def test_what_the_wire_cannot_carry_is_not_written(value, code):
    with pytest.raises(ReaderError, match=code.replace(".", r"\.")):
        write_json(value)


def test_values_nested_too_deep_are_not_written():
    value: dict = {}
    for _ in range(DEPTH_MAX):
        value = {"a": value}
    with pytest.raises(ReaderError, match=r"reader\.depth"):
        write_json(value)


def test_a_member_whose_name_is_no_text_is_a_defect():
    with pytest.raises(TypeError):
        write_json({1: 2})


def test_messages_are_read_into_their_form():
    message = LoginNonceRequest("d-339901-03", "A" * 43)
    assert read_message(write_message(message), LoginNonceRequest, 1000) == message


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b'{"dev":1,"jkt":"x"}', b'{"dev":"d"}', b"\xff", b'{"a":' + b"[" * 90_000],
)
def test_malformed_messages_are_refused(data):
    with pytest.raises(WireError, match=r"wire\.malformed"):
        read_message(data, LoginNonceRequest, 100_000)


def test_a_message_that_is_too_long_is_not_read():
    with pytest.raises(WireError) as caught:
        read_message(write_message(Problem("wire.broken")), Problem, 5)
    assert caught.value.status == 413


PIECES = [
    *("{", "}", "[", "]", ":", ",", '"a"', '"b"', '"\\u0000"', '"\\n"', '"\x7f/ü"', " ", "1", "-0"),
    *("1.0", "1e2", "9007199254740991", "9007199254740992", "true", "null"),
]


@given(
    st.dictionaries(TEXTS, VALUES).map(write_json)
    | st.lists(st.sampled_from(PIECES)).map(lambda some: "".join(["{", *some, "}"]).encode())
    | st.lists(st.sampled_from(['"a":1', '"a":[{}]', '"b":-7', '"b":2.5', '"c":"x"'])).map(
        lambda some: f"{{{','.join(some)}}}".encode()
    )
)
def test_what_is_read_the_short_way_the_strict_reader_reads_alike(data):
    read = _read_plain(data)
    assert read is None or repr(read) == repr(_read_strictly(data))


def test_our_own_texts_are_read_the_short_way():
    value = {"salt": "CV4s", "名": [{"号": 1, "of": None}], "ok": True, "line": "a\nb"}
    assert _read_plain(write_json(value)) == value
