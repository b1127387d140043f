"""Whatever a clerk or a scanner hands over is a page that keeps the rule, or is refused by name."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import zipfile
import zlib
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from client.documents.bundled import FONT_FILES
from client.documents.failures import DocumentFailure
from client.documents.jpeg import A4, PageRule
from client.documents.pages import IntakePolicy, Page, clean_name, take_in
from client.documents.papers import compose_paper
from sync.domain.failures import FailureKind
from tests.unit.documents.samples import papers

if TYPE_CHECKING:
    from pathlib import Path

PDF = compose_paper(papers()["acceptance"]).pdf
WORDS = "行政机关应当对申请人提交的申请材料进行审查依法作出书面决定" * 80


def text_page(
    dpi: int = 150, points: float = 16, columns: int = 28, mode: str = "L"
) -> Image.Image:
    """A page of prose as 公文 sets it: 22 lines of 28 characters in 16 points."""
    width, height = round(210 / 25.4 * dpi), round(297 / 25.4 * dpi)
    page = Image.new(mode, (width, height), "white")
    font = ImageFont.truetype(str(FONT_FILES[0]), round(points / 72 * dpi))
    draw = ImageDraw.Draw(page)
    pitch = width * 0.74 / columns
    for row in range(round(22 * columns / 28)):
        line = WORDS[row * columns : (row + 1) * columns]
        for column, char in enumerate(line):
            place = width * 0.13 + column * pitch, height * 0.12 + row * pitch * 1.7
            draw.text(place, char, font=font, fill="black")
    return page


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(page: Page) -> Image.Image:
    image = Image.open(io.BytesIO(page.data))
    image.load()
    return image


def refused(source: bytes | Path, policy: IntakePolicy | None = None) -> DocumentFailure:
    with pytest.raises(DocumentFailure) as caught:
        take_in(source, policy)
    return caught.value


def keeps_the_rule(page: Page) -> None:
    image = opened(page)
    assert image.format == "JPEG"
    assert page.type == "image/jpeg"
    assert page.pages == 1
    assert page.size == len(page.data) <= 90_000
    assert 640 <= max(image.size) <= 1600
    assert 480 <= min(image.size) <= 1200
    assert max(image.size) / min(image.size) == pytest.approx(A4, rel=0.03)
    assert page.sha256 == hashlib.sha256(page.data).hexdigest()


TEXT = text_page()


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("JPEG", "L", {"quality": 95}),
        ("JPEG", "RGB", {"quality": 95}),
        ("JPEG", "CMYK", {"quality": 95}),
        ("PNG", "L", {}),
        ("PNG", "RGBA", {}),
        ("PNG", "LA", {}),
        ("PNG", "P", {}),
        ("PNG", "1", {}),
        ("PNG", "I;16", {}),
        ("TIFF", "RGB", {}),
        ("TIFF", "1", {"compression": "group4"}),
        ("TIFF", "F", {}),
        ("BMP", "RGB", {}),
        ("WEBP", "RGB", {}),
    ],
)
def test_a_page_in_any_form_becomes_a_page_of_the_rule(
    kind: str, mode: str, options: dict[str, Any]
) -> None:
    image = TEXT.convert("RGB").convert(mode) if mode not in {"I;16", "F"} else TEXT.convert(mode)
    if mode == "I;16":
        image = TEXT.convert("I").point(lambda level: level * 257).convert("I;16")
    data = encoded(image, kind, **options)
    page = take_in(data, name="申请书.xyz")
    keeps_the_rule(page)
    assert page.original_sha256 == hashlib.sha256(data).hexdigest()
    assert page.name == "申请书.jpg"
    shown = opened(page).convert("L")
    assert shown.getpixel((5, 5)) > 240  # type: ignore[operator]
    assert shown.getextrema()[0] < 90  # type: ignore[operator]


def test_an_official_page_stays_legible() -> None:
    image = opened(take_in(encoded(text_page(300), "PNG")))
    assert max(image.size) >= 1024
    tables: Any = image.quantization  # type: ignore[attr-defined]
    assert tables[0][0] <= 21  # the first luminance step: quality 38 or better


def test_a_dense_page_shrinks_before_its_quality_falls() -> None:
    image = opened(take_in(encoded(text_page(200, 9, 52))))
    tables: Any = image.quantization  # type: ignore[attr-defined]
    assert tables[0][0] <= 21  # quality 38 or better
    assert max(image.size) >= 905


def test_a_page_that_would_be_mush_is_refused() -> None:
    grain = Image.effect_noise((1240, 1754), 120)
    failure = refused(encoded(grain))
    assert failure.code == "document.page_too_dense"
    assert failure.details["limit_kb"] == 90


def test_a_small_light_page_keeps_its_size() -> None:
    page = Image.new("L", (848, 1200), 255)
    ImageDraw.Draw(page).line((100, 100, 700, 1100), width=3)
    assert opened(take_in(encoded(page))).size == (848, 1200)


def test_a_picture_of_another_shape_is_set_on_a_page_unstretched() -> None:
    card = Image.new("RGB", (1000, 630), (20, 90, 160))
    image = opened(take_in(encoded(card)))
    keeps_the_rule(take_in(encoded(card)))
    assert image.width > image.height
    blue = [x for x in range(image.width) if image.getpixel((x, image.height // 2))[2] > 100]  # type: ignore[index]
    assert image.getpixel((image.width // 2, 2)) == (255, 255, 255)
    assert len(blue) == pytest.approx(1000, abs=3)


def test_a_turned_photograph_is_set_upright_and_forgets_where_it_was_taken() -> None:
    lying = TEXT.rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0112] = 6  # rotate 90° clockwise to show
    exif[0x010F] = "Camera"
    page = take_in(encoded(lying, "JPEG", exif=exif))
    image = opened(page)
    assert image.height > image.width
    assert not image.getexif()
    assert b"Camera" not in page.data


@pytest.mark.slow
def test_a_large_turned_photograph_is_set_upright_too() -> None:
    exif = Image.Exif()
    exif[0x0112] = 8
    for kind in ("JPEG", "PNG"):
        tall = Image.new("RGB", (6600, 3000), "white")
        tall.paste((0, 0, 0), (0, 0, 700, 500))
        image = opened(take_in(encoded(tall, kind, exif=exif))).convert("L")
        assert image.height > image.width
        assert image.getpixel((220, image.height - 10)) < 60  # type: ignore[operator]


def test_transparency_becomes_white_paper() -> None:
    clear = Image.new("RGBA", (848, 1200), (0, 0, 0, 0))
    assert opened(take_in(encoded(clear))).convert("L").getextrema() == (255, 255)


def test_a_page_that_keeps_the_rule_is_taken_as_it_is() -> None:
    first = take_in(encoded(TEXT))
    again = take_in(first.data)
    assert again.data == first.data
    assert again.original_sha256 == again.sha256 == first.sha256


def test_a_page_with_anything_behind_or_beside_the_picture_is_made_anew() -> None:
    first = take_in(encoded(TEXT))
    for data in (
        first.data + b"PK\x03\x04",
        first.data[:2] + b"\xff\xfe\x00\x06evil" + first.data[2:],
    ):
        again = take_in(data)
        assert b"evil" not in again.data
        assert not again.data.endswith(b"PK\x03\x04")
        keeps_the_rule(again)


def test_a_pdf_is_kept_as_it_is() -> None:
    page = take_in(PDF, name="C:\\扫描\\章程.PDF")
    assert page.data is PDF
    assert (page.type, page.pages, page.name) == ("application/pdf", 1, "章程.pdf")
    assert page.sha256 == page.original_sha256 == hashlib.sha256(PDF).hexdigest()


# ---------------------------------------------------------------- refusals


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bag:
        for name, data in members.items():
            bag.writestr(name, data)
    return out.getvalue()


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert refused(b"").code == "document.file_empty"
    path = tmp_path / "空.jpg"
    path.touch()
    assert refused(path).code == "document.file_empty"


def test_a_file_of_200_mb_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "大.png"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    path.chmod(0o000)  # looked at, never opened: without this, root would read it unseen
    failure = refused(path)
    assert failure.code == "document.file_too_large"
    assert failure.details["limit_mb"] == 32
    assert refused(bytes(33_000_000)).code == "document.file_too_large"


def test_a_png_that_is_really_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "身份证.png"
    path.write_bytes(archive(readme=b"x"))
    assert refused(path).code == "document.file_is_archive"


def test_an_office_document_is_named_as_such() -> None:
    docx = archive(**{"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"})
    assert refused(docx).code == "document.file_is_office"
    assert (
        refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)).code == "document.file_is_office"
    )


@pytest.mark.parametrize(
    "data", [b"hello", b"GIF89a" + bytes(50), b"\x7fELF" + bytes(60), b"<html>"]
)
def test_an_unknown_kind_is_refused(data: bytes) -> None:
    assert refused(data).code == "document.file_type_unknown"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "BMP", "WEBP"])
def test_a_picture_cut_short_is_refused(kind: str) -> None:
    data = encoded(TEXT.convert("RGB"), kind)
    for keep in (12, len(data) // 3, len(data) * 9 // 10):
        assert refused(data[:keep]).code == "document.image_broken"


def png_promising(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        body = name + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    header = width.to_bytes(4, "big") + height.to_bytes(4, "big") + bytes((8, 2, 0, 0, 0))
    pixels = zlib.compress(bytes(100_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "size", [(30_000, 30_000), (50_000, 50_000), (2**31 - 1, 2**31 - 1), (40_000_001, 1)]
)
def test_a_decompression_bomb_is_refused_by_its_header(size: tuple[int, int]) -> None:
    failure = refused(png_promising(*size))
    assert failure.code in {"document.image_too_many_pixels", "document.image_broken"}
    if max(size) < 2**31 - 1:
        assert failure.code == "document.image_too_many_pixels"


def test_a_picture_file_of_several_pages_is_refused() -> None:
    pages = [TEXT.resize((848, 1200)) for _ in range(3)]
    failure = refused(encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    assert (failure.code, failure.details["pages"]) == ("document.image_many_pages", 3)


@pytest.mark.parametrize("size", [(639, 480), (640, 479), (300, 300), (1, 1)])
def test_a_picture_below_the_rule_is_refused(size: tuple[int, int]) -> None:
    failure = refused(encoded(Image.new("L", size, 255)))
    assert failure.code == "document.page_too_small"
    assert (failure.details["width"], failure.details["height"]) == size


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (1600, 481)])
def test_the_smallest_picture_of_the_rule_is_taken(size: tuple[int, int]) -> None:
    keeps_the_rule(take_in(encoded(Image.new("L", size, 255))))


def rewritten(**options: Any) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as document:
        document.save(out, **options)
    return out.getvalue()


@pytest.mark.parametrize("password", ["", "1234"])
def test_a_pdf_with_a_password_is_refused(password: str) -> None:
    locked = rewritten(encryption=pikepdf.Encryption(owner="owner", user=password))
    assert refused(locked).code == "document.pdf_encrypted"


def test_a_broken_pdf_is_refused() -> None:
    for data in (b"%PDF-1.7", PDF[: len(PDF) // 2], b"%PDF-1.7\n" + bytes(500) + b"%%EOF"):
        assert refused(data).code == "document.pdf_broken"


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    failure = refused(PDF, IntakePolicy(max_pdf_pages=0))
    assert (failure.code, failure.details["pages"]) == ("document.pdf_too_many_pages", 1)


def test_a_pdf_with_scripts_or_files_inside_is_refused() -> None:
    scripted, carrying = io.BytesIO(), io.BytesIO()
    with pikepdf.open(io.BytesIO(PDF)) as document:
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        names = pikepdf.Array([pikepdf.String("go"), document.make_indirect(script)])
        document.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=names))
        document.save(scripted)
    with pikepdf.open(io.BytesIO(PDF)) as document:
        document.attachments["a.exe"] = b"MZ"
        document.save(carrying)
    for made in (scripted, carrying):
        assert refused(made.getvalue()).code == "document.pdf_active"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "无.jpg").code == "document.file_missing"


def test_what_is_no_file_is_refused_without_waiting(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    for path in (tmp_path, pipe):
        failure = refused(path)
        assert (failure.code, failure.kind) == (
            "document.file_unreadable",
            FailureKind.RETRIABLE,
        )


def test_an_items_own_limits_hold() -> None:
    rule = PageRule(max_bytes=60_000, max_long=1200, max_short=900)
    image = opened(take_in(encoded(TEXT), IntakePolicy(rule=rule)))
    assert max(image.size) <= 1200


# ---------------------------------------------------------------- wild input


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\a\\b.tar.png", "b.tar.jpg"),
        ("", "page.jpg"),
        ("...", "page.jpg"),
        (".png", "png.jpg"),
        ("a\x00\u202eb.png", "ab.jpg"),
        ("照\u202egnp.exe", "照gnp.jpg"),
        ("身\u200b份\u2060证\ufeff.png", "身份证.jpg"),
        ("王\U00031350𠮷.png", "王\U00031350𠮷.jpg"),
        ("身份证\u3000正面.png", "身份证\u3000正面.jpg"),
        ("长" * 300 + ".png", "长" * 120 + ".jpg"),
        ("无扩展名", "无扩展名.jpg"),
    ],
)
def test_a_name_is_cleaned(given_name: str, kept: str) -> None:
    assert clean_name(given_name, ".jpg") == kept


def taken_or_refused(data: bytes) -> None:
    """Nothing but a page of the rule or a DocumentFailure may come of any bytes."""
    with contextlib.suppress(DocumentFailure):
        keeps_the_rule(take_in(data))


STARTS = st.sampled_from([b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\0", b"BM", b"%PDF-"])


@given(start=STARTS, rest=st.binary(max_size=400))
@settings(max_examples=300)
def test_any_bytes_are_refused_by_a_code_and_nothing_else(start: bytes, rest: bytes) -> None:
    taken_or_refused(start + rest)


SMALL_JPEG = encoded(TEXT.resize((600, 848)), "JPEG", quality=30)


@given(at=st.integers(0, len(SMALL_JPEG) - 1), bit=st.integers(0, 7))
@settings(max_examples=60)
def test_a_damaged_picture_is_refused_or_taken_whole(at: int, bit: int) -> None:
    data = bytearray(SMALL_JPEG)
    data[at] ^= 1 << bit
    taken_or_refused(bytes(data))
