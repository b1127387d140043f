import hashlib
import socket

import pytest

from sync.protocol import messages
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.hand_window import HandWindow, Refusal, read_answer

JPEG = b"\xff\xd8\xff\xe0" + bytes(2000)


def sha(data):
    return hashlib.sha256(data).hexdigest()


def announce(window, case, data, type_="image/jpeg", **changes):
    values = {"case": case, "sha256": sha(data), "size": len(data), "type": type_, **changes}
    request = messages.UploadRequest(**values)
    return window.ask("POST", "/v1/attachments", messages.UploadAnswer, request).upload


def put(window, upload, data):
    path = f"/v1/attachments/{upload}"
    window.send("GET", "/v1/hello")
    headers = window.proof_headers("PUT", path, data, token=window.token)
    return read_answer(window.send("PUT", path, data, headers), messages.UploadedAnswer)


def get(window, case, digest):
    path = f"/v1/cases/{case}/attachments/{digest}"
    headers = window.proof_headers("GET", path, b"", token=window.token)
    return window.send("GET", path, b"", headers)


def code(call, *args, **how):
    with pytest.raises(Refusal) as caught:
        call(*args, **how)
    return caught.value.status, caught.value.code


@pytest.fixture
def case(window):
    return walk_to(window, "received")


def test_a_page_goes_up_and_comes_down(centre, window, case):
    upload = announce(window, case, JPEG)
    assert put(window, upload, JPEG).sha256 == sha(JPEG)
    answer = get(window, case, sha(JPEG))
    assert (answer.content, answer.headers["content-type"]) == (JPEG, "image/jpeg")
    assert announce(window, case, JPEG) is None  # it is there
    assert code(put, window, upload, JPEG) == (404, "wire.attachment_missing")


def test_pages_lie_sealed_under_names_that_say_nothing(centre, window, case):
    marked = JPEG + "身份证".encode()
    put(window, announce(window, case, marked), marked)
    files = [p for p in centre.settings.attachments.rglob("*") if p.is_file()]
    assert len(files) == 1
    assert "身份证".encode() not in files[0].read_bytes()
    assert sha(marked) not in str(files[0])
    *whole, last = files[0].read_bytes()
    files[0].write_bytes(bytes([*whole, last ^ 1]))
    assert get(window, case, sha(marked)).json()["code"] == "wire.attachment_missing"


@pytest.mark.parametrize(
    ("data", "said", "refused"),
    [
        (b"PK\x03\x04" + bytes(500), "image/png", (415, "wire.attachment_type")),
        (JPEG, "image/png", (415, "wire.attachment_type")),
        (JPEG, "application/pdf", (415, "wire.attachment_type")),
    ],
)
def test_what_is_not_what_it_says_is_refused(window, case, data, said, refused):
    upload = announce(window, case, data, said)
    assert code(put, window, upload, data) == refused


def test_foreign_types_are_refused_at_once(window, case):
    assert code(announce, window, case, JPEG, "text/html") == (415, "wire.attachment_type")


def test_other_bytes_than_announced_are_refused(window, case):
    upload = announce(window, case, JPEG)
    assert code(put, window, upload, JPEG[:-1]) == (413, "wire.attachment_size")
    assert code(put, window, upload, JPEG[:-1] + b"x") == (422, "wire.attachment_hash")
    assert put(window, upload, JPEG).sha256 == sha(JPEG)


def test_nothing_and_too_much_are_refused_before_they_are_read(tmp_path, store):
    with running_centre(tmp_path, store=store, attachment_limit=10_000) as centre:
        window = HandWindow(centre)
        case = walk_to(window, "received")
        assert code(announce, window, case, b"") == (400, "wire.malformed")
        big = JPEG + bytes(20_000)
        assert code(announce, window, case, big) == (413, "wire.attachment_size")
        upload = announce(window, case, JPEG)
        assert code(put, window, upload, big) == (413, "wire.attachment_size")
        # 200 MB are refused by what is said of them: not a byte of them is waited for.
        path = f"/v1/attachments/{upload}"
        headers = window.proof_headers("PUT", path, b"", token=window.token)
        assert announced(centre.origin, path, {**headers, "Content-Length": str(200 << 20)}) == 413
        window.close()


def announced(origin, path, headers):
    """Send a request's head alone; return the status of the answer."""
    host, _, port = origin.rpartition("/")[2].rpartition(":")
    lines = [f"PUT {path} HTTP/1.1", f"Host: {host}", *(f"{k}: {v}" for k, v in headers.items())]
    with socket.create_connection((host, int(port)), timeout=60) as line:
        line.sendall("\r\n".join([*lines, "", ""]).encode())
        return int(line.recv(4096).split()[1])


def test_who_may_not_see_the_case_learns_nothing(centre, windows, case):
    one = windows("d-339901-05")
    one.log_in("clerk")
    upload = announce(one, case, JPEG)
    other = windows("d-339901-04")
    other.log_in("clerk")
    assert code(put, other, upload, JPEG) == (404, "wire.attachment_missing")  # another's promise
    put(one, upload, JPEG)
    centre.enact("grant.end", {"id": "g-p0103-1"})
    now = centre.clock.now_ms()
    centre.enact(
        "grant",
        {
            "id": "g-x",
            "person": "p0103",
            "roles": ["handler"],
            "scopes": ["339901/wjj"],
            "powers": [],
            "items": "*",
            "from": now - 1,
            "to": now + 10**10,
        },
    )
    other.log_in("handler")
    for number, digest in ((case, sha(JPEG)), (case, "0" * 64), ("nowhere", sha(JPEG))):
        assert get(other, number, digest).json()["code"] == "wire.case_forbidden"
