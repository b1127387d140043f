"""Canaries: outside the encrypted store no file holds a PIN or a citizen's number afterwards."""

import json
import logging
import tempfile

import pytest

from client.app.rows.cases import Tab
from client.card.failures import CardFailure
from client.host.logs import start_logs
from sync.domain.failures import Failure
from sync.domain.secret import Secret
from tests.helpers.hall import PAGE, form, open_hall

pytestmark = [pytest.mark.slow, pytest.mark.asyncio, pytest.mark.timeout(300)]

PIN = "73915826"
WRONG_PIN = "86420975"
NAME = "欧阳青鸾·阿依慕"
ID_NO = "110105194912042176"
PHONE = "13987654321"
DRAFT = "写到一半的话不可外传"
CITIZEN = (NAME, ID_NO, PHONE, DRAFT)


def holders(folders, words):
    """Return (file, word) for each file that holds one of the words, in any usual encoding."""
    found = []
    for folder in folders:
        for path in folder.rglob("*"):
            if not path.is_file():
                continue
            data = path.read_bytes()
            found += [
                (path.name, word)
                for word in words
                for form_ in (word.encode(), word.encode("utf-16-le"), json.dumps(word).encode())
                if form_.strip(b'"') in data
            ]
    return found


def new_pin(path, pin):
    """Give a card another PIN."""
    content = json.loads(path.read_text("utf-8"))
    content["pin"] = pin
    path.write_text(json.dumps(content), "utf-8")


async def a_day(hall):
    """Work, mistype, fail and be refused: everything that could be tempted to write something."""
    desk = hall.desk
    await hall.put_in("clerk")
    with pytest.raises(CardFailure):
        await desk.door.log_in(Secret(WRONG_PIN))
    await desk.door.log_in(hall.pin("clerk"))
    citizen = {"applicant_kind": "person", "id_kind": "resident_id", "id_no": ID_NO}
    done = await desk.steps.preregister(form(**citizen, name=NAME, phone=PHONE))
    await desk.drafts.save("preregister", DRAFT)
    with pytest.raises(Failure):
        await desk.steps.close(done.case)
    with pytest.raises(Failure):
        await desk.materials.take_in(done.case, f"{NAME}.png", PAGE.read_bytes()[:90])
    await hall.receive_all(done.case)
    await desk.papers.image(done.papers[0].sha256)
    for found in (NAME, ID_NO[-6:]):
        await desk.cases.page(Tab.ALL, found)
    await hall.synced()
    hall.stage.kill_centre()
    logging.getLogger("test").error("shown to %s with %s", ID_NO, Secret(PIN))
    await desk.steps.accept(done.case)
    try:
        {}[f"{NAME} {ID_NO} {PIN}"]
    except KeyError as error:
        error.add_note(DRAFT)
        desk.crashes.failed(error)
    for report in desk.crashes.all():
        await desk.crashes.annotate(report.id, f"{PHONE} {ID_NO} {PIN}")
        await desk.crashes.save(report.id, hall.stage.places.folder / "report.json")
    await hall.pull()


async def test_no_file_outside_the_store_holds_a_pin_or_a_citizens_data(
    stage, tmp_path, monkeypatch
):
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    new_pin(stage.authority.cards["clerk"], PIN)
    logs = start_logs(stage.places.window / "logs")
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        async with open_hall(stage) as hall:
            await a_day(hall)
    finally:
        logs.close()
    places = stage.places
    written = (places.window / "logs" / "window.log").read_text("utf-8")
    assert len(written.splitlines()) > 5  # something was logged, at the lowest level
    everywhere = [places.window, places.centre, temporary]
    assert holders(everywhere, (PIN, WRONG_PIN)) == []
    assert holders([places.window, temporary], CITIZEN) == []
    report = places.folder / "report.json"
    outside = [places.folder / "centre.log", places.folder / "centre.ready", report]
    assert "KeyError" in report.read_text("utf-8")
    for path in outside:
        text = path.read_text("utf-8")
        assert [word for word in (*CITIZEN, PIN, WRONG_PIN) if word in text] == []
    # The search finds what is there: the centre's own database holds the case.
    assert holders([places.centre], (ID_NO,))
