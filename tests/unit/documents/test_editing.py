"""What a person does to a page before it is kept; the picture that was handed in stays as it is."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from client.documents.editing import edited, edited_page, proposed_tilt, uncropped
from client.documents.edits import UNTOUCHED, PageEdit
from client.documents.failures import DocumentFailure
from client.documents.looks import looks, near
from client.documents.pages import IntakePolicy, take_in
from tests.unit.documents.test_pages import PDF, encoded, keeps_the_rule, opened, text_page

TEXT = text_page(150)
SIDES = st.integers(0, 1000)


def askew(degrees: float) -> bytes:
    """A sheet laid on the glass turned clockwise by so much."""
    return encoded(TEXT.rotate(-degrees, Image.Resampling.BICUBIC, fillcolor="white"))


def marked() -> bytes:
    """An upright page with a black corner at its top left."""
    page = Image.new("L", (1240, 1754), 255)
    ImageDraw.Draw(page).rectangle((0, 0, 400, 300), fill=0)
    return encoded(page)


def dark(image: Image.Image, across: float, down: float) -> bool:
    level = image.convert("L").getpixel((round(across * image.width), round(down * image.height)))
    return level < 128  # type: ignore[operator]


def test_an_untouched_page_is_what_taking_it_in_gives() -> None:
    data = askew(0)
    assert edited_page(data, UNTOUCHED, name="a.png") == take_in(data, name="a.png")


@pytest.mark.parametrize(("turn", "corner"), [(1, (0.9, 0.1)), (2, (0.9, 0.9)), (3, (0.1, 0.9))])
def test_a_page_is_turned_clockwise_by_quarters(turn: int, corner: tuple[float, float]) -> None:
    image = opened(edited_page(marked(), PageEdit(turn)))
    assert (image.width > image.height) is (turn % 2 == 1)
    assert dark(image, *corner)
    assert not dark(image, 1 - corner[0], 1 - corner[1])


def test_what_is_cut_out_fills_the_page() -> None:
    page = edited_page(marked(), PageEdit(crop=(0, 0, 500, 500)))
    keeps_the_rule(page)
    assert dark(opened(page), 0.1, 0.1)
    assert dark(opened(page), 0.6, 0.3)
    with pytest.raises(DocumentFailure) as caught:
        edited_page(marked(), PageEdit(crop=(0, 0, 300, 300)))
    assert caught.value.code == "document.page_too_small"


def test_a_part_of_a_large_photograph_keeps_its_own_sharpness() -> None:
    photo = encoded(Image.effect_noise((3000, 4000), 20), "JPEG", quality=90)
    whole = edited(photo, PageEdit(turn=2))
    part = edited(photo, PageEdit(crop=(0, 0, 500, 500)))
    assert part.size == (1500, 2000), "as sharp as it was taken"
    assert whole.size == (1500, 2000), "half as sharp is enough"


def test_the_hash_of_what_was_handed_in_stands_beside_every_edited_page() -> None:
    data = marked()
    page = edited_page(data, PageEdit(1, 5, (10, 10, 900, 900)), name="照片.png")
    assert page.original_sha256 == hashlib.sha256(data).hexdigest()
    assert page.sha256 == hashlib.sha256(page.data).hexdigest() != page.original_sha256
    assert page.name == "照片.jpg"
    assert page.source == data


@pytest.mark.parametrize("degrees", [-6.0, -1.7, -0.4, 0.6, 2.5, 7.3])
def test_a_page_askew_is_straightened_by_the_angle_that_is_proposed(degrees: float) -> None:
    data = askew(degrees)
    tilt = proposed_tilt(data)
    assert tilt == pytest.approx(-10 * degrees, abs=1)
    straight = encoded(edited(data, PageEdit(tilt=tilt)))
    assert abs(proposed_tilt(straight)) <= 1


def test_a_page_lying_on_its_side_is_straightened_once_it_is_turned() -> None:
    data = encoded(TEXT.rotate(90 - 1.5, Image.Resampling.BICUBIC, expand=True, fillcolor="white"))
    assert proposed_tilt(data, turn=1) == pytest.approx(-15, abs=1)


@pytest.mark.parametrize(
    "page",
    [Image.new("L", (900, 1273), 255), Image.effect_noise((900, 1273), 60), TEXT],
    ids=["blank", "photograph", "straight"],
)
def test_what_has_no_lines_or_straight_ones_is_left_alone(page: Image.Image) -> None:
    assert proposed_tilt(encoded(page)) == 0


def test_a_sheet_a_little_askew_keeps_its_form_and_far_askew_its_corners() -> None:
    assert edited(marked(), PageEdit(tilt=20)).size == edited(marked(), UNTOUCHED).size
    assert max(edited(marked(), PageEdit(tilt=100)).size) > 1754


@pytest.mark.parametrize("tilt", [-140, -25, 25, 90])
def test_turning_only_what_is_cut_out_gives_what_turning_all_of_it_gives(tilt: int) -> None:
    whole = edited(marked(), PageEdit(tilt=tilt))
    part = edited(marked(), PageEdit(tilt=tilt, crop=(100, 50, 600, 500)))
    left, top = round(whole.width * 0.1), round(whole.height * 0.05)
    same = whole.crop((left, top, left + part.width, top + part.height))
    off = ImageChops.difference(part, same)
    assert off.getextrema()[1] <= 2  # type: ignore[operator]


def test_the_frame_is_laid_over_the_whole_picture() -> None:
    shown = uncropped(marked(), PageEdit(1, 0, (0, 0, 100, 100)), 400)
    assert (shown.width, shown.height) == (400, round(400 * 1240 / 1754))
    assert len(shown.rgb) == 3 * shown.width * shown.height


def test_a_pdf_is_no_picture_to_edit() -> None:
    with pytest.raises(DocumentFailure) as caught:
        edited_page(PDF, PageEdit(1))
    assert caught.value.code == "document.not_a_picture"


def test_a_rule_that_keeps_originals_keeps_the_bytes_and_looks_through_them() -> None:
    policy = IntakePolicy(keep_original=True)
    data = encoded(Image.effect_noise((2000, 2800), 90), "PNG")
    page = take_in(data, policy, "总平面图.PNG")
    assert (page.data, page.type, page.name) == (data, "image/png", "总平面图.png")
    assert page.sha256 == page.original_sha256
    with pytest.raises(DocumentFailure) as caught:
        take_in(data[: len(data) // 2], policy)
    assert caught.value.code == "document.image_broken"


def test_an_original_that_the_centre_does_not_take_becomes_a_png_and_loses_no_pixel() -> None:
    plan = Image.effect_noise((2600, 1800), 60).convert("RGB")
    data = encoded(plan, "TIFF")
    page = take_in(data, IntakePolicy(keep_original=True), "总平面图.tif")
    assert (page.type, page.name) == ("image/png", "总平面图.png")
    assert page.original_sha256 == hashlib.sha256(data).hexdigest() != page.sha256
    assert opened(page).tobytes() == plan.tobytes()


@given(st.tuples(SIDES, SIDES, SIDES, SIDES), st.integers(0, 7))
def test_every_frame_leaves_something_and_turning_once_round_changes_nothing(
    crop: tuple[int, int, int, int], quarters: int
) -> None:
    edit = UNTOUCHED.cropped(crop)
    left, top, right, bottom = edit.crop
    assert 0 <= left < right <= 1000
    assert 0 <= top < bottom <= 1000
    assert edit.turned(quarters).turned(8 - quarters) == edit


@given(st.lists(st.integers(-2000, 2000), max_size=7))
def test_what_a_draft_holds_is_an_edit_whatever_it_holds(numbers: list[int]) -> None:
    edit = PageEdit.of(tuple(numbers))
    assert PageEdit.of(edit.numbers) == edit
    assert abs(edit.tilt) <= 150
    assert edit.turn in range(4)


@given(st.integers(-10_000, 10_000))
def test_no_angle_goes_beyond_what_is_allowed(tilt: int) -> None:
    assert abs(UNTOUCHED.tilted(tilt).tilt) <= 150


# ---------------------------------------------------------------- pages known again


def kept(image: Image.Image, kind: str = "PNG") -> int:
    return int(looks(take_in(encoded(image, kind)).data), 16)


def test_a_page_is_known_again_saved_anew_smaller_or_laid_on_the_glass_again() -> None:
    page = kept(TEXT)
    assert near(page, kept(TEXT, "JPEG"))
    assert near(page, kept(TEXT.resize((900, 1273))))
    assert near(page, kept(TEXT.rotate(0.3, Image.Resampling.BICUBIC, fillcolor="white")))


def test_another_page_of_text_is_not_taken_for_it() -> None:
    assert not near(kept(TEXT), kept(text_page(150, 14, 32)))
    assert not near(kept(TEXT), kept(TEXT.rotate(180)))


def test_what_is_no_picture_looks_like_nothing() -> None:
    assert looks(PDF) == ""
