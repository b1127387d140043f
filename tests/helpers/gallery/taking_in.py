"""From the visitor's first word to the acceptance: registering, receiving, correcting, leaving."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from client.app.rows.materials import SharedResult
from client.app.rows.words import PageRow
from sync.domain.failures import Failure, FailureKind
from tests.helpers.gallery.stand import done, step
from tests.helpers.gallery_cases import COMPLETE, HANDLING, RECEIVED, REGISTERED, WAITING
from tests.helpers.scripted_cases import NOW
from ui.values import Route

if TYPE_CHECKING:
    from tests.helpers.gallery.stand import Screens, Stand


async def _prereg(g: Stand) -> None:
    await g.enter("clerk")
    g.desk.kept.clear()
    await g.go(Route("step", step="preregister"))


async def _prereg_find(g: Stand) -> None:
    await _prereg(g)
    view = g.page
    view.id_no.setText("11010519491231002X")
    view.applicant.setText("王芳")
    view.phone.setText("13800138000")
    view.picker.line.setFocus()
    view.asked.emit("许可")


async def _prereg_filled(g: Stand) -> None:
    await _prereg_find(g)
    g.page.picked.emit("ycls")
    g.page.project.setText("云岭新城综合体")
    g.page.key_project.setChecked(True)


async def _prereg_wrong(g: Stand) -> None:
    await _prereg(g)
    view = g.page
    view.id_no.setText("110105194912310021")
    view.submitted.emit()


async def _prereg_doubles(g: Stand) -> None:
    await _prereg(g)
    g.page.again_wanted.emit()
    await g.rest()
    g.page.picked.emit("spjy")


async def _prereg_again(g: Stand) -> None:
    """The last applicant is asked for where somebody else is half typed."""
    await _prereg(g)
    g.page.id_no.setText("11010519")
    g.page.again_wanted.emit()


async def _receive(g: Stand) -> None:
    await step("receive", REGISTERED, "clerk")(g)
    view = g.page
    scans = g.folder / "scans"
    scans.mkdir(parents=True, exist_ok=True)
    for name, content in (
        ("申请书1.jpg", b"one"),
        ("申请书2.jpg", b"two"),
        ("身份证.jpg", b"id"),
        ("空.jpg", b""),
    ):
        (scans / name).write_bytes(content)
    view.files.emit("m1", [scans / "申请书1.jpg", scans / "申请书2.jpg"])
    await g.rest()
    view.files.emit("m2", [scans / "身份证.jpg"])
    view.files.emit("m3", [scans / "空.jpg"])
    await g.rest()
    line = view.lines["m1"]
    view.opened.emit(line.pages[0], "申请书1.jpg")


async def _pages(g: Stand) -> None:
    await _receive(g)
    g.page.edit.emit("m1", "")
    await g.rest()
    view = g.page
    view.tool.emit("straighten")
    await g.rest()
    view.tool.emit("down")


async def _pages_crop(g: Stand) -> None:
    await _pages(g)
    await g.rest()
    g.page.framed.emit((60, 40, 900, 860))
    await g.rest()
    g.page.tool.emit("crop")


async def _shared(g: Stand) -> None:
    held = g.desk.world[REGISTERED]
    first, *others = held.materials
    result = SharedResult("339901-scjg-2026-00012-4", "营业执照", NOW - timedelta(days=40))
    shared = replace(others[0], shared=result, part="施工")
    plan = replace(others[1], paper_only=True, keep_original=True)
    g.desk.world[REGISTERED] = replace(held, materials=(first, shared, plan, *others[2:]))
    await _receive(g)
    g.page.shared.emit(shared.code)
    await g.rest()
    g.desk.world[REGISTERED] = held


async def _scan(g: Stand) -> None:
    await step("receive", REGISTERED, "clerk")(g)
    view = g.page
    view.scan.emit("m1")
    await g.rest()
    g.desk.fail = Failure("scan.jammed", FailureKind.RETRIABLE)
    view.bar.start.click()


async def _accept_fast(g: Stand) -> None:
    g.desk.world[COMPLETE] = replace(g.desk.world[COMPLETE], fast=True)
    await step("accept", COMPLETE, "clerk")(g)


async def _compare(g: Stand) -> None:
    held = g.desk.world[COMPLETE]
    files = (("申请书.pdf", 2), ("身份证.jpg", 1))
    pages = [
        (PageRow(str(place) * 64, name, "application/pdf", 9, count, uploaded=True),)
        for place, (name, count) in enumerate(files, 1)
    ]
    first, second, *others = held.materials
    given = (replace(first, pages=pages[0]), replace(second, pages=pages[1]), *others)
    g.desk.world[COMPLETE] = replace(held, materials=given)
    await step("accept", COMPLETE, "clerk")(g)
    g.page.comparing.button.click()
    await g.rest()
    g.desk.world[COMPLETE] = held


async def _withdraw(g: Stand) -> None:
    await step("withdraw", HANDLING, "clerk")(g)
    view = g.page
    view.submitted.emit()
    await g.rest()
    scan = g.folder / "撤回申请.jpg"
    scan.write_bytes(b"request")
    view.files.emit("request", [scan])


SCREENS: Screens = {
    "30-prereg": _prereg,
    "31-prereg-find": _prereg_find,
    "32-prereg-again": _prereg_again,
    "32-prereg-filled": _prereg_filled,
    "33-prereg-wrong": _prereg_wrong,
    "33-prereg-doubles": _prereg_doubles,
    "34-receive": _receive,
    "34-receive-pages": _pages,
    "34-receive-pages-crop": _pages_crop,
    "34-receive-shared": _shared,
    "34-receive-scan": _scan,
    "35-correction": step("notify_correction", RECEIVED, "clerk"),
    "36-correct": step("correct", WAITING, "clerk"),
    "37-accept": step("accept", COMPLETE, "clerk"),
    "37-compare": _compare,
    "38-accept-missing": step("accept", RECEIVED, "clerk"),
    "39-accept-result": done("accept", COMPLETE, "clerk"),
    "52-accept-fast": _accept_fast,
    "53-withdraw": _withdraw,
    "54-leaving": step("leave", REGISTERED, "clerk"),
}
