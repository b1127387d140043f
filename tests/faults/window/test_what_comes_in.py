"""Files that are not what they say, and names that few machines can write."""

import io
import zipfile
import zlib

import pikepdf
import pypdfium2
import pytest

from client.app.rows.cases import Tab
from client.documents.failures import DocumentFailure
from client.documents.glyphs import missing, shown
from sync.domain.failures import Failure
from sync.texts import texts
from tests.helpers.hall import PAGE, form, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]


RARE = [
    "古丽·阿依·努尔买买提",
    "𬱖䶮",  # U+2CC56, U+4DAE: in use as a name
    "𠮷㛃",
    "\U00020000\U0002ebe0三",  # the first and the last of GB 18030's level 3
    "葛\U000e0100城",  # a variant of a character
    "尼玛次仁" * 16,  # 64 characters
    "\U0002a6d6" * 64,
    "王\U00031350",  # Extension H: no font of ours has it, the paper prints its code
]


def zipped():
    """Return a ZIP's bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("run.exe", b"MZ" * 500)
    return stream.getvalue()


def locked_pdf():
    """Return a PDF that opens by a password only."""
    stream = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(stream, encryption=pikepdf.Encryption(owner="o", user="1234"))
    return stream.getvalue()


def bomb(side=50_000):
    """Return a whole PNG of a third of a megabyte that unpacks to 2,500 million points."""
    packer = zlib.compressobj(9)
    row = bytes(1 + side // 8)
    pixels = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()

    def chunk(name, data):
        body = name + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    header = side.to_bytes(4, "big") * 2 + bytes((1, 0, 0, 0, 0))
    parts = chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def worded(failure):
    """Hold that a failure has sentence and remedy in both languages."""
    for language in ("zh_CN", "en"):
        said = texts(language)
        assert said.t(f"error.{failure.code}", **failure.details)
        assert said.has(f"error.{failure.code}.do")


async def standing(hall):
    """Return what a refused step must not change: the chain, the numbers, the uploads."""
    place = hall.desk.door.place()
    store = place.store

    def look():
        return store.head(), store.numbers_left("case"), store.uploads(9)

    return await place.on_store(look)


async def test_files_that_must_not_come_in_are_refused_each_with_its_words(stage, tmp_path):
    huge = tmp_path / "整栋楼的图纸.png"
    with huge.open("wb") as stream:
        stream.write(PAGE.read_bytes()[:64])
        stream.truncate(200_000_000)
    masked = tmp_path / "营业执照.png"
    masked.write_bytes(zipped())
    headed = tmp_path / "身份证.png"
    headed.write_bytes(b"\x89PNG\r\n\x1a\n" + zipped())
    empty = tmp_path / "空.png"
    empty.touch()
    locked = tmp_path / "合同.pdf"
    locked.write_bytes(locked_pdf())
    bombed = tmp_path / "门头照片.png"
    bombed.write_bytes(bomb())
    files = {
        locked: "document.pdf_encrypted",
        bombed: "document.image_too_many_pixels",
        empty: "document.file_empty",
        huge: "document.file_too_large",
        masked: "document.file_is_archive",
        headed: "document.image_broken",
    }
    async with open_hall(stage) as hall:
        await hall.enter("clerk")
        case = await hall.register()
        await hall.synced()
        before = await standing(hall)
        kept = sorted((stage.places.window / "store").rglob("*"))
        for path, code in files.items():
            for source in (path, path.read_bytes()):
                with pytest.raises(DocumentFailure) as refused:
                    await hall.desk.materials.take_in(case, path.name, source)
                assert refused.value.code == code
                worded(refused.value)
        assert await standing(hall) == before
        assert sorted((stage.places.window / "store").rglob("*")) == kept
        # The next, honest page goes its way.
        await hall.receive_all(case)
        await hall.leave()


async def test_rare_names_go_from_the_form_to_the_slip_and_to_the_centre(stage):
    async with open_hall(stage) as hall:
        await hall.enter("reception")
        for name in RARE:
            done = await hall.desk.steps.preregister(form(name=name))
            pdf = await hall.desk.papers.read(done.papers[0].sha256)
            document = pypdfium2.PdfDocument(pdf)
            text = "".join(
                document[n].get_textpage().get_text_range() for n in range(len(document))
            )
            document.close()
            printed = "".join(shown(c) if missing(c) else c for c in name)
            assert "".join(printed.split()) in "".join(text.split()), name
            await hall.synced()
            detail = await hall.desk.cases.open(done.case)
            assert detail.row.applicant == name
            assert {row.verdict for row in detail.timeline} == {"accepted"}
            found = await hall.desk.cases.page(Tab.ALL, name[:4])
            assert done.case in [row.number for row in found.rows]
        await hall.leave()


@pytest.mark.parametrize(
    "name", ["尼玛次仁" * 16 + "多", "", "王\u202e芳", "王\u200b芳", "王\ue81e", "王\x00芳"]
)
async def test_what_is_no_name_is_refused_before_anything_is_recorded(stage, name):
    async with open_hall(stage) as hall:
        await hall.enter("reception")
        await hall.synced()
        before = await standing(hall)
        with pytest.raises(Failure):
            await hall.desk.steps.preregister(form(name=name))
        assert await standing(hall) == before
        await hall.leave()


async def test_a_hidden_character_in_any_field_is_told_before_anything_is_recorded(stage):
    async with open_hall(stage) as hall:
        await hall.enter("reception")
        await hall.synced()
        before = await standing(hall)
        for hidden in "\u202e\u200b\u2066\ufeff\x1b\ue000":
            for field in ("name", "agent_name", "project"):
                changes = {field: f"滨河{hidden}大桥"}
                if field == "agent_name":
                    changes["agent_id_no"] = "11010519491231002X"
                with pytest.raises(Failure) as refused:
                    await hall.desk.steps.preregister(form(**changes))
                worded(refused.value)
                assert hidden not in str(refused.value)
        assert await standing(hall) == before
        await hall.leave()
