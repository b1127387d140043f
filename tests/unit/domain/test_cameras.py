"""Cameras as policy data: what can be said of one, and what cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.authority import Role
from sync.domain.cameras import HALL_NETWORKS, is_inside, networks_of
from sync.domain.fields import DataFailure
from tests.helpers.hall_camera import registered
from tests.unit.domain.test_queueing import county

GOOD = "http://10.8.1.20:8080/hall/3/live.m3u8"
OWN = networks_of(["10.8.0.0/16"])


def put(**said):
    book = county()
    hall, department = next((d.hall, d.code) for d in book.departments.values())
    body = registered(GOOD, hall=hall, department=department) | said
    return book.with_event("camera", body, book.genesis.at)


def test_a_camera_is_put_up_changed_and_taken_down():
    camera = put().cameras["cam-3"]
    assert (camera.scope, camera.roles, camera.keep_days) == (
        f"{camera.hall}/{camera.department}", (Role.SUPERVISOR,), 90,
    )  # fmt: skip
    assert put(department=None).cameras["cam-3"].scope == f"hall/{camera.hall}"
    assert not put(in_use=False).cameras["cam-3"].in_use


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"id": "Cam 3"}, "policy.malformed"),
        ({"keep_days": 29}, "policy.malformed"),
        ({"roles": []}, "policy.malformed"),
        ({"roles": ["window_clerk"]}, "policy.malformed"),
        ({"hall": "000000"}, "policy.unknown"),
        ({"department": "nobody"}, "policy.unknown"),
        ({"hls": "http://camera.hall/live.m3u8"}, "policy.address"),
    ],
)
def test_what_a_camera_cannot_be(said, code):
    with pytest.raises(DataFailure) as failed:
        put(**said)
    assert failed.value.code == code


@pytest.mark.parametrize(
    "url",
    [
        "http://8.8.8.8/live.m3u8", "http://169.254.169.254/live.m3u8", "http://0.0.0.0/live.m3u8",
        "http://[::ffff:10.8.1.20]/live.m3u8", "http://[fe80::1]/live.m3u8", "file:///live.m3u8",
        "http://user:secret@10.8.1.20/live.m3u8", "http://10.8.1.20/live.m3u8#part",
        "http://10.8.1.20/../live.m3u8", "http://10.8.1.20/%2e%2e/live.m3u8", "//10.8.1.20/a.m3u8",
        "http://10.8.1.20/latest", "http://10.8.1.20:0/live.m3u8", "http://10.8.1.20:x/live.m3u8",
        "http://10.8.1.20\\@8.8.8.8/live.m3u8", "http://168298772/live.m3u8", "http:///live.m3u8",
        "http://10.8.1.20/li\nve.m3u8", "http://0x0a080114/live.m3u8", "rtsp://10.8.1.20/",
    ],
)  # fmt: skip
def test_an_address_that_leads_elsewhere_is_none(url):
    assert is_inside(GOOD, OWN)
    assert not is_inside(url, networks_of(HALL_NETWORKS))


@given(st.text(max_size=60) | st.from_regex(r"https?://[\w.@:\[\]/%-]{0,40}\.m3u8", fullmatch=True))
def test_any_text_is_an_address_inside_or_none(url):
    if is_inside(url, OWN):
        assert url.startswith(("http://10.8.", "https://10.8."))


@pytest.mark.parametrize(
    "text", ["0.0.0.0/0", "10.0.0.0/7", "8.8.8.0/24", "::/0", "hall", "10.0.0.1/8"]
)
def test_an_operator_cannot_open_the_world(text):
    with pytest.raises(ValueError, match=r"."):
        networks_of([text])
