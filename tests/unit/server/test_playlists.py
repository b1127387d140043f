"""What a browser gets of a camera's playlist: known tags, sealed names, nothing that leads away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.failures import Failure
from sync.protocol.errors import WireError
from sync.server.services.supervision.playlists import (
    KEY_BYTES,
    Sealed,
    check_part,
    rewritten,
    type_of,
)
from tests.helpers.hall_camera import SEGMENTS

ROOT = "http://10.8.1.20:8080/hall/live.m3u8?stream=1"
KEY = bytes(KEY_BYTES)
LIVE = """#EXTM3U\r
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-SECRET:10.8.1.20
# a remark of the camera at 10.8.1.20
#EXT-X-MAP:URI="init.mp4"
#EXTINF:2.000000,the camera's own title
part7.ts?token=hidden
#EXT-X-DISCONTINUITY
#EXTINF:2,
deeper/part8.m4s
"""


@pytest.fixture
def sealed():
    return Sealed(ROOT, "look-1", KEY)


def test_names_are_sealed_and_nothing_unknown_goes_through(sealed):
    shown = rewritten(LIVE.encode(), ROOT, sealed)
    lines = shown.splitlines()
    assert [line.split(":")[0] for line in lines if line.startswith("#")] == [
        "#EXTM3U", "#EXT-X-VERSION", "#EXT-X-TARGETDURATION", "#EXT-X-MEDIA-SEQUENCE",
        "#EXT-X-MAP", "#EXTINF", "#EXT-X-DISCONTINUITY", "#EXTINF",
    ]  # fmt: skip
    for word in ("10.8.1.20", "hidden", "part7", "title", "SECRET", "init", "hall"):
        assert word not in shown
    names = [line for line in lines if not line.startswith("#")]
    assert [sealed.open(name).url for name in names] == [
        "http://10.8.1.20:8080/hall/part7.ts?token=hidden",
        "http://10.8.1.20:8080/hall/deeper/part8.m4s",
    ]
    assert [type_of(name) for name in names] == ["video/mp2t", "video/mp4"]
    assert rewritten(LIVE.encode(), ROOT, sealed) == shown  # players compare names between loads


def test_a_list_of_variants_leads_to_playlists(sealed):
    said = '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.42E01E",NAME="x",RESOLUTION=2x2\nlow.m3u8\n'
    shown = rewritten(f"#EXTM3U\n{said}".encode(), ROOT, sealed).splitlines()
    assert shown[1] == '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.42E01E",RESOLUTION=2x2'
    assert sealed.open(shown[2]).playlist
    assert type_of(shown[2]) == "application/vnd.apple.mpegurl"


@pytest.mark.parametrize(
    "reference",
    [
        "http://10.8.1.21:8080/hall/a.ts", "//10.8.1.21/hall/a.ts", "https://10.8.1.20:8080/hall/a.ts",
        "http://10.8.1.20/hall/a.ts", "../other/a.ts", "/cgi/a.ts", "a.ts#b", "a%2e.ts", "a b.ts",
        "file:///etc/passwd", "http://x@10.8.1.20:8080/hall/a.ts", "a" * 513, "\\\\x\\a.ts", "http://[",
    ],
)  # fmt: skip
def test_a_reference_that_leads_out_of_the_camera_s_folder_is_refused(sealed, reference):
    with pytest.raises(Failure, match=r"camera\.answer"):
        rewritten(f"#EXTM3U\n#EXTINF:2,\n{reference}\n".encode(), ROOT, sealed)


@pytest.mark.parametrize(
    "said",
    [b"", b"<html>", b"\xff", b"#EXTM3U\nfree.ts\n", b"#EXTM3U\n" * 3000,
     b'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF:2,\na.ts\n'],
)  # fmt: skip
def test_what_is_no_plain_playlist_is_refused(sealed, said):
    with pytest.raises(Failure, match=r"camera\.answer"):
        rewritten(said, ROOT, sealed)


def test_a_name_serves_its_own_look_alone(sealed):
    name = sealed.name(ROOT, "a.ts", playlist=False)
    assert sealed.open(name).url == "http://10.8.1.20:8080/hall/a.ts"
    for other in (Sealed(ROOT, "look-2", KEY), Sealed(ROOT, "look-1", b"1" * KEY_BYTES)):
        with pytest.raises(WireError, match="not_found"):
            other.open(name)


LINES = st.sampled_from(
    [*LIVE.splitlines(), "#EXTINF:9,", "a.ts", "../a.ts", "#EXT-X-STREAM-INF:", '#EXT-X-MAP:URI=""']
)


@given(st.lists(LINES | st.text(max_size=40), max_size=12))
def test_any_answer_becomes_a_safe_playlist_or_is_refused(lines):
    sealed = Sealed(ROOT, "look-1", KEY)
    try:
        shown = rewritten("\n".join(["#EXTM3U", *lines]).encode("utf-8", "replace"), ROOT, sealed)
    except Failure:
        return
    assert "10.8.1.20" not in shown
    for line in shown.splitlines():
        if not line.startswith("#"):
            assert sealed.open(line).url.startswith("http://10.8.1.20:8080/hall/")


@given(st.text(max_size=80) | st.from_regex(r"[\w-]{20,60}\.(ts|m3u8)", fullmatch=True))
def test_a_name_that_we_did_not_give_opens_nothing(name):
    with pytest.raises(WireError, match="not_found"):
        Sealed(ROOT, "look-1", KEY).open(name)


def test_parts_are_pictures_by_their_bytes():
    for good in (SEGMENTS[0].read_bytes(), b"\0\0\0\x18ftypiso5", b"\0\0\0\x18moof"):
        assert check_part(good) == good
    for bad in (b"", b"<html>", b"G" * 100, b"root:x:0:0"):
        with pytest.raises(Failure, match=r"camera\.answer"):
            check_part(bad)
