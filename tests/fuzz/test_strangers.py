"""Hostile forms at the strangers' doors: refused as such, never a defect, and never kept."""

import contextlib
import random

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sync.protocol.errors import WireError
from sync.server.api.parts import PARTS_MOST, read_parts
from sync.server.channels.signing import HEADER, signature
from tests.helpers.centre import running_centre

pytestmark = pytest.mark.slow
KIND = "multipart/form-data; boundary=x"
SECRET = "of both ends"
DOORS = (
    "apply/scjg-02", "apply/scjg-02/code", "filing", "filing/keep", "letters", "letters/send",
    "letters/read", "evaluate", "book", "book/code", "book/look", "certificate", "status",
)  # fmt: skip
FIELDS = ("no", "code", "id", "figures", "phone", "hall", "department", "start", "name", "kind",
          "text", "grade", "act", "day", "item", "case", "why.slow")  # fmt: skip


@pytest.fixture(scope="module")
def centre(tmp_path_factory):
    folder = tmp_path_factory.mktemp("strangers")
    with running_centre(folder, channel_secret=SECRET) as running:
        yield running


@pytest.fixture
def http(centre):
    head = {"Origin": centre.origin}
    with httpx.Client(base_url=centre.origin, headers=head, timeout=60) as client:
        yield client


def part(name, data, file=None):
    named = f'; filename="{file}"' if file is not None else ""
    head = f'--x\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode("utf-8", "replace") + data + b"\r\n"


NAMES = st.text(st.characters(exclude_characters='"\r\n', exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(NAMES, st.binary(max_size=60), st.none() | NAMES), max_size=5))
def test_what_a_browser_writes_is_read_as_it_was(parts):
    clean = [(n, d, f) for n, d, f in parts if b"\r\n--x" not in b"\r\n" + d]
    clean = [p for p in clean if all("%" not in (text or "") for text in (p[0], p[2]))]
    body = b"".join(part(*each[:2], each[2]) for each in clean) + b"--x--\r\n"
    read = read_parts(KIND, body)
    assert [(p.name, p.data, p.file) for p in read] == clean


@given(st.text(max_size=90), st.binary(max_size=200))
@settings(max_examples=300)
def test_what_is_no_form_is_refused_as_such(kind, body):
    for said in (kind, KIND, f"multipart/form-data; boundary={kind}"):
        for given_ in (body, b"--x\r\n" + body + b"\r\n--x--"):
            with contextlib.suppress(WireError):
                assert all(isinstance(each.data, bytes) for each in read_parts(said, given_))


def test_more_parts_than_anybody_needs_are_refused():
    body = b"".join(part(f"f{n}", b"") for n in range(PARTS_MOST + 1)) + b"--x--"
    with pytest.raises(WireError, match=r"wire\.malformed"):
        read_parts(KIND, body)
    whole = b"".join(part(f"f{n}", b"") for n in range(PARTS_MOST)) + b"--x--"
    assert len(read_parts(KIND, whole)) == PARTS_MOST


WORDS = st.sampled_from(
    ["", "x", "339901", "scjg", "W260303-00001", "L260303-0001", "13800000000", "complaint", "5",
     "-1", "9" * 40, "1772501400000", "²", "\x00", "<script>", "' OR 1=1 --", "send", "drop.x",
     "withdraw", "中" * 300, "%00", "\ud7ff", "20260303-339901-00001-0"]
)  # fmt: skip


def test_no_form_breaks_a_door_and_nothing_of_all_that_is_kept(http, centre):
    @given(
        st.sampled_from(DOORS),
        st.dictionaries(st.sampled_from(FIELDS), WORDS, max_size=8),
        st.sampled_from(["form", "parts", "json", "bytes"]),
    )
    @settings(max_examples=80)
    def each(door, fields, how):
        centre.clock.advance(hours=1)  # what is rationed by the hour is there again
        answer = posted(http, f"/public/{door}", fields, how)
        assert answer.status_code < 500, (door, fields, how, answer.text[:300])
        assert "<script>" not in answer.text.replace("&lt;script&gt;", "")

    each()
    assert centre.read(lambda tx: tx.filings.open_of("339901")) == []
    assert centre.read(lambda tx: tx.letters.listed(["339901"], 5)) == []


def posted(http, address, fields, how):
    """Post fields in one of the ways in which something comes to a door."""
    if how == "form":
        return http.post(address, data=fields)
    if how == "parts":
        return http.post(address, files={n: (None, v) for n, v in fields.items()} or {"a": b""})
    if how == "json":
        return http.post(address, json=fields)
    return http.post(address, content=random.Random(len(fields)).randbytes(200))  # noqa: S311


@given(
    st.binary(max_size=100)
    | st.sampled_from([b"{}", b"[]", b'{"id":1}', b'{"id":"x","from":null}'])
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_gateways_door_takes_only_what_it_signed_and_understands(http, centre, body):
    for door in ("report", "inbound"):
        head = {HEADER: signature(SECRET.encode(), centre.clock.now_ms(), body)}
        assert http.post(f"/channels/{door}", content=body, headers=head).status_code in {204, 400}
        centre.clock.advance(minutes=1)
        assert http.post(f"/channels/{door}", content=body).status_code == 403
