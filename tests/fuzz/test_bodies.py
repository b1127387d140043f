"""Hostile bodies and heads by hand, on the wire itself: each has its limit, and its clear refusal.

After each of them the centre answers as before.
"""

import gzip
import json
import socket
import threading

import pytest
import zstandard

from sync.protocol.limits import HEAD_MAX, PUSH_BYTES_MAX, REQUEST_MAX
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow

pytestmark = pytest.mark.slow
MB = 1_000_000
PATIENCE_S = 1.5


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    """A clerk at work on a centre as patient as any: a busy machine sends large bodies slowly."""
    folder = tmp_path_factory.mktemp("bodies")
    with running_centre(folder, enrol_tries=10**6) as centre:
        window = HandWindow(centre)
        window.log_in("clerk")
        yield window
        window.close()


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    """Somebody at a centre that soon loses its patience."""
    with running_centre(tmp_path_factory.mktemp("hasty"), patience_s=PATIENCE_S) as centre:
        window = HandWindow(centre, enrol=False)
        yield window
        window.close()


@pytest.fixture(autouse=True)
def answers_as_before(request):
    asked = [request.getfixturevalue(n) for n in ("window", "hasty") if n in request.fixturenames]
    yield
    assert [each.send("GET", "/v1/hello").status_code for each in asked] == [200]


def push(window, body, **headers):
    """Push raw bytes with a proof that holds."""
    proof = window.proof_headers("POST", "/v1/push", body, token=window.token)
    answer = window.send("POST", "/v1/push", body, {**proof, **headers})
    return answer.status_code, answer.json().get("code")


def enrol(window, body, **headers):
    """Post raw bytes where anybody may."""
    answer = window.send("POST", "/v1/enrol", body, headers)
    return answer.status_code, answer.json().get("code")


def talk(window, *parts, half_close=False):
    """Send raw parts on a connection of its own; returns status and code of the answer."""
    host, port = window.centre.origin.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        try:
            for part in parts:
                line.sendall(part)
            if half_close:
                line.shutdown(socket.SHUT_WR)
        except (ConnectionResetError, BrokenPipeError):
            pass  # refused before all of it was sent
        said = b""
        try:
            while b"\r\n\r\n" not in said or not said.endswith(b"}"):
                part = line.recv(65536)
                if not part:
                    break
                said += part
        except ConnectionResetError:
            pass
    if not said:
        return None, None
    head, _, body = said.partition(b"\r\n\r\n")
    code = json.loads(body)["code"] if body.startswith(b"{") else None
    return int(head.split()[1]), code


def head(path="/v1/enrol", *lines):
    return "\r\n".join((f"POST {path} HTTP/1.1", "Host: localhost", *lines, "", "")).encode()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"enrol":' + b"[" * 100_000 + b"]" * 100_000 + b"}", id="lists"),
        pytest.param(b'{"x":' * 100_000 + b"1" + b"}" * 100_000, id="objects in an unknown member"),
        pytest.param(b"[" * 900_000, id="never closed"),
        pytest.param(b'{"enrol":"' + b"\xff\xfe" * 10 + b'"}', id="not UTF-8"),
        pytest.param(b'{"enrol":"\\ud800"}', id="half a pair"),
        pytest.param(b'{"enrol":"a\\u0000b"}', id="U+0000"),
        pytest.param(b'{"enrol":' + b"9" * 500_000 + b"}", id="a long number"),
        pytest.param(b'{"enrol":1e999999999}', id="infinite"),
        pytest.param(b'{"enrol":{"a":1,"a":2}}', id="a member twice"),
        pytest.param(b'{"' + b'a":1,"' * 100_000 + b'enrol":null}', id="many members"),
        pytest.param(b"", id="nothing"),
        pytest.param(b"null", id="null"),
        pytest.param(b"\xef\xbb\xbf{}", id="a BOM"),
        pytest.param(b"enrol=1&b=2", id="a form"),
        pytest.param(b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", id="XML"),
    ],
)
def test_what_is_no_request_is_refused_as_such(window, body):
    status, code = enrol(window, body)
    assert status == 400
    assert code in {"wire.malformed", "reader.parts", "reader.text"}


def test_deep_nesting_in_a_body_that_is_signed_for(window):
    deep = '{"salt":"' + "A" * 22 + '","x":' + "[" * 5000 + "]" * 5000 + "}"
    record = {"jws": "a.b.c", "body": deep, "act": None}
    answer = window.send(
        "POST",
        "/v1/push",
        body := json.dumps({"events": [record]}).encode(),
        window.proof_headers("POST", "/v1/push", body, token=window.token),
    )
    (result,) = answer.json()["results"]
    assert (answer.status_code, result["verdict"]) == (200, "rejected")
    assert result["code"].startswith("reader.")


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "image/png", ""])
def test_the_content_type_decides_nothing(window, kind):
    assert enrol(window, b'{"enrol":"a"}', **{"Content-Type": kind}) == (400, "reader.parts")


def test_ten_megabytes_are_refused_by_their_announcement(window):
    body = b"x" * (10 * MB)
    assert enrol(window, body) == (413, "wire.too_large")
    assert push(window, body) == (413, "wire.too_large")


def test_ten_megabytes_without_an_announcement_are_refused_as_they_come(window):
    piece = f"{MB:x}\r\n".encode() + b"x" * MB + b"\r\n"
    chunks = [head("/v1/enrol", "Transfer-Encoding: chunked"), *[piece] * 10]
    assert talk(window, *chunks) == (413, "wire.too_large")


def test_one_byte_more_than_may_be(window):
    assert enrol(window, b" " * REQUEST_MAX) == (400, "wire.malformed")
    assert enrol(window, b" " * (REQUEST_MAX + 1)) == (413, "wire.too_large")
    assert push(window, b" " * (PUSH_BYTES_MAX + 1)) == (413, "wire.too_large")


def test_bombs(window):
    """A small body that becomes a large one; a frame that asks for much memory; bombs in bombs."""
    plain = b" " * (200 * MB)
    bomb = zstandard.ZstdCompressor(level=3).compress(plain)
    assert len(bomb) < 50_000
    zstd = {"Content-Encoding": "zstd"}
    assert push(window, bomb, **zstd) == (413, "wire.too_large")
    assert enrol(window, bomb, **zstd) == (413, "wire.too_large")
    wide = zstandard.ZstdCompressor(
        compression_params=zstandard.ZstdCompressionParameters(window_log=27)
    )
    compressor = wide.compressobj()
    frame = compressor.compress(plain[: 20 * MB]) + compressor.flush()
    assert enrol(window, frame, **zstd)[0] in {400, 413}
    twice = zstandard.ZstdCompressor().compress(bomb)
    assert enrol(window, twice, **zstd) == (400, "wire.malformed")
    many = zstandard.ZstdCompressor().compress(b"") * 50_000
    assert enrol(window, many, **zstd) == (400, "wire.malformed")
    assert enrol(window, bomb[: len(bomb) // 2], **zstd)[0] in {400, 413}
    assert enrol(window, b"no frame", **zstd) == (400, "wire.malformed")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd, gzip", "x" * 200])
def test_encodings_that_are_not_spoken(window, encoding):
    squeezed = gzip.compress(b" " * (50 * MB))
    answer = enrol(window, squeezed, **{"Content-Encoding": encoding})
    assert answer == (415, "wire.encoding")


@pytest.mark.parametrize(
    "length", ["-1", "1e3", "0x10", "99999999999999999999", "10, 10", "", "１０"]
)
def test_lengths_that_are_none(window, length):
    status, _ = talk(window, head("/v1/enrol", f"Content-Length: {length}"), half_close=True)
    assert status in {400, 413}


def test_a_length_and_chunks_together(window):
    both = head("/v1/enrol", "Content-Length: 4", "Transfer-Encoding: chunked")
    assert talk(window, both, b"0\r\n\r\n")[0] == 400


def test_a_body_that_never_comes_is_not_waited_for(hasty):
    begun = head("/v1/enrol", "Content-Length: 1000")
    assert talk(hasty, begun, b'{"enrol":') == (408, "wire.too_slow")


def test_a_body_in_drops_is_not_waited_for(hasty):
    """One byte now and then keeps a connection no longer than silence does."""
    host, port = hasty.centre.origin.removeprefix("http://").split(":")
    stop = threading.Event()
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall(head("/v1/enrol", "Content-Length: 1000"))

        def drip():
            while not stop.wait(PATIENCE_S / 10):
                try:
                    line.sendall(b" ")
                except OSError:
                    return

        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            said = line.recv(65536)
        finally:
            stop.set()
            dripping.join(60)
    assert said.startswith(b"HTTP/1.1 408")
    assert b"wire.too_slow" in said
    assert b"connection: close" in said.lower()


def test_heads_that_never_end(hasty):
    begun = b"POST /v1/enrol HTTP/1.1\r\nHost: localhost\r\nX-A: "
    assert talk(hasty, begun) == (408, "wire.too_slow")
    assert talk(hasty) == (None, None)  # nothing asked, nothing answered, the line is closed
    assert talk(hasty, begun, *[b"a" * 65536] * 64) == (431, "wire.too_large")
    assert talk(hasty, b"GET /" + b"a" * (8 * HEAD_MAX)) == (431, "wire.too_large")


def test_a_second_head_on_the_same_line_is_bounded_too(hasty):
    first = b"GET /v1/hello HTTP/1.1\r\nHost: localhost\r\n\r\n"
    host, port = hasty.centre.origin.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall(first)
        assert line.recv(65536).startswith(b"HTTP/1.1 200")
        line.sendall(b"GET /v1/hello HTTP/1.1\r\nX-A: ")
        said = b""
        while part := line.recv(65536):
            said += part
    assert b"HTTP/1.1 408" in said


def test_what_is_no_http(window):
    for noise in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
        b"\x00" * 100,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ):
        status, _ = talk(window, noise, half_close=True)
        assert status in {None, 400, 404, 405, 408}


def test_slow_but_lawful_is_served(window):
    """A body in two parts with a pause shorter than the patience is an ordinary request."""
    body = b'{"enrol":"a"}'
    host, port = window.centre.origin.removeprefix("http://").split(":")
    pause = threading.Event()
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall(head("/v1/enrol", f"Content-Length: {len(body)}") + body[:5])
        pause.wait(PATIENCE_S / 10)
        line.sendall(body[5:])
        said = line.recv(65536)
    assert said.startswith(b"HTTP/1.1 400")
    assert b"reader.parts" in said
