"""Whatever bytes are handed over: a page that keeps the rule, or a refusal by name; never a crash,
never more memory than the cap allows, and nothing of the camera goes on."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from client.documents.editing import edited, edited_page, proposed_tilt
from client.documents.edits import PageEdit
from client.documents.failures import DocumentFailure
from client.documents.kinds import FileKind
from client.documents.looks import looks
from client.documents.pages import IntakePolicy, Page, clean_name, take_in
from client.documents.preview import draw
from tests.unit.documents.test_pages import keeps_the_rule, text_page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SOME = settings(
    max_examples=120,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
KEPT = IntakePolicy(keep_original=True)
KINDS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP", "GIF", "PPM", "ICO", "JPEG2000")
MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F")
TEXT = text_page(72)


def taken(data: bytes, policy: IntakePolicy | None = None, name: str = "") -> Page | None:
    """Take bytes in; what is refused is refused by a documents' failure, and nothing else comes."""
    try:
        page = take_in(data, policy, name)
    except DocumentFailure:
        return None
    draw(page.data, 0, 400)
    looks(page.data)
    if page.type != "application/pdf" and policy is None:
        keeps_the_rule(page)
    return page


@st.composite
def pictures(draw: Any) -> bytes:
    """A real file of some kind, mode and size, standing or lying, perhaps with a camera's data."""
    kind = draw(st.sampled_from(KINDS))
    mode = draw(st.sampled_from(MODES))
    size = draw(st.integers(1, 1400)), draw(st.integers(1, 1400))
    page = TEXT.resize(size).convert("RGB")
    image = page.convert("F" if mode == "I" else mode.split(";")[0] if mode != "I;16" else "I")
    if mode == "I;16":
        image = image.convert("I;16")
    if mode == "I":
        image = image.convert("I")
    options: dict[str, Any] = {}
    if draw(st.booleans()):
        exif = Image.Exif()
        exif[0x0112] = draw(st.integers(0, 9))
        exif[0x010F] = "camera"
        options["exif"] = exif
    if kind in {"TIFF", "WEBP", "GIF", "PNG"} and draw(st.booleans()):
        options |= {"save_all": True, "append_images": [image.rotate(180)], "duration": 20}
    out = io.BytesIO()
    try:
        image.save(out, kind, **options)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error):
        page.save(out, "PNG")  # this kind knows no such mode
    return out.getvalue()


@given(pictures())
@SOME
def test_every_real_picture_is_a_page_or_refused(data: bytes) -> None:
    page = taken(data)
    if page is not None:
        assert b"camera" not in page.data
        assert page.original_sha256 == hashlib.sha256(data).hexdigest()


@given(pictures(), st.data())
@SOME
def test_a_picture_cut_short_or_spoilt_is_a_page_or_refused(data: bytes, more: Any) -> None:
    spoilt = bytearray(data[: more.draw(st.integers(0, len(data)))])
    for _ in range(more.draw(st.integers(0, 12))):
        if spoilt:
            spoilt[more.draw(st.integers(0, len(spoilt) - 1))] = more.draw(st.integers(0, 255))
    taken(bytes(spoilt))
    taken(bytes(spoilt), KEPT)


@given(st.sampled_from([kind.value for kind in FileKind]), st.binary(max_size=4000))
@SOME
def test_any_bytes_behind_any_beginning_are_refused_or_taken(kind: str, rest: bytes) -> None:
    starts = {
        "image/jpeg": b"\xff\xd8\xff",
        "image/png": b"\x89PNG\r\n\x1a\n",
        "image/tiff": b"II*\0",
        "image/bmp": b"BM",
        "image/webp": b"RIFF\x00\x00\x00\x00WEBP",
        "application/pdf": b"%PDF-1.7\n",
    }
    taken(starts.get(kind, b"") + rest)


@given(st.integers(1, 2**31 - 1), st.integers(1, 2**31 - 1), st.sampled_from([0, 2, 3, 4, 6]))
@SOME
def test_a_picture_that_promises_the_world_is_refused_before_it_is_decoded(
    width: int, height: int, colours: int
) -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        crc = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", crc)

    head = struct.pack(">IIBBBBB", width, height, 8, colours, 0, 0, 0)
    squeezed = zlib.compress(b"\0" * 1_000_000, 9)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", squeezed)
    data = bomb + chunk(b"IEND", b"")
    if width * height > 40_000_000:
        with pytest.raises(DocumentFailure) as caught:
            take_in(data)
        assert caught.value.code in {"document.image_too_many_pixels", "document.image_broken"}
    else:
        taken(data)


@given(
    st.integers(0, 3),
    st.integers(-150, 150),
    st.tuples(*[st.integers(0, 1000)] * 4),
    st.sampled_from(["L", "RGB"]),
)
@settings(max_examples=40)
def test_every_edit_gives_a_page_or_a_reason(
    turn: int, tilt: int, crop: tuple[int, int, int, int], mode: str
) -> None:
    out = io.BytesIO()
    text_page(110).convert(mode).save(out, "JPEG", quality=85)
    edit = PageEdit(turn, tilt).cropped(crop)
    cut = edited(out.getvalue(), edit)
    if max(cut.size) < 640 or min(cut.size) < 480:
        with pytest.raises(DocumentFailure, match=r"document\.page_too_small"):
            edited_page(out.getvalue(), edit)
        return
    page = edited_page(out.getvalue(), edit)
    keeps_the_rule(page)
    assert abs(proposed_tilt(page.data)) <= 90


@given(st.text(max_size=300), st.sampled_from([".jpg", ".pdf"]))
@settings(max_examples=300)
def test_a_name_never_leads_anywhere_and_keeps_its_extension(name: str, extension: str) -> None:
    cleaned = clean_name(name, extension)
    assert cleaned.endswith(extension)
    assert "/" not in cleaned
    assert "\\" not in cleaned
    assert cleaned not in {extension, ".."}
    assert all(char >= " " for char in cleaned)
    assert len(cleaned) <= 124
