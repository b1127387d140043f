"""Open every screen with the scripted desk and save its picture: for eyes and golden images."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from client.app.rows.materials import SharedResult
from client.app.rows.messages import ExceptionRow
from client.app.rows.session import LinePhase, LineView
from client.app.rows.words import Words
from sync.domain.failures import Failure, FailureKind
from sync.domain.secret import Secret
from tests.helpers import scripted_joint
from tests.helpers.gallery_cases import (
    ACCEPTED,
    COMPLETE,
    DECIDING,
    GRANTED,
    HANDLING,
    MAKING,
    RECEIVED,
    REGISTERED,
    REVIEWING,
    WAITING,
)
from tests.helpers.scripted_batch import several_deciding
from tests.helpers.scripted_cases import NOW
from tests.helpers.scripted_desk import PIN, ScriptedDeck, ScriptedDesk
from ui.loop import Later, turned
from ui.shell.app import open_window
from ui.shell.work import Work
from ui.values import STEPS, WORKBENCH, CloseForm, Route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from client.app.rows.joint import JointView
    from ui.shell.window import MainWindow


INVITATION = (
    '{"dev": "d-339901-03", "inc": 1, "code": "7K2M9Q-0V4XWD-ZB3HTN-5CPE8R", '
    '"aud": "centre-339901", "genesis": "CR6KAuH14xk3hQVY2L6j0v0Hcf2Qm5kqkFj0s6i4v8Y", "until": 1}'
)


class Gallery:
    """One window, walked through every screen."""

    def __init__(
        self, folder: Path, language: str, mode: str, size: str, pixels: tuple[int, int]
    ) -> None:
        self.folder = folder
        self.desk = ScriptedDesk()
        self.deck = ScriptedDeck(self.desk)
        self.window: MainWindow = open_window(
            self.desk, self.deck, language, mode=mode, text_size=size
        )
        work = self.window.findChild(Work)
        assert work is not None
        self.work = work
        self.window.resize(*pixels)
        self.window.activateWindow()
        self.taken: list[Path] = []

    async def shoot(self, name: str) -> None:
        """Save the window's picture once it is quiet."""
        await self.rest()
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{name}.png"
        self.window.grab().save(str(path))
        self.taken.append(path)

    async def rest(self) -> None:
        for _ in range(3):
            await self.work.quiet()
            await turned(2)

    async def enter(self, role: str) -> None:
        """Log in with a card."""
        self.deck.insert(role)
        await self.desk.door.log_in(Secret(PIN))
        await self.rest()

    async def go(self, route: Route) -> None:
        self.work.ways.go(WORKBENCH)
        await self.rest()
        self.work.ways.go(route)
        await self.rest()

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()


async def shoot_all(
    out: str, language: str, mode: str, size: str, pixels: tuple[int, int], only: list[str]
) -> list[Path]:
    """Take every picture, or those whose name begins as asked."""
    gallery = Gallery(Path(out), language, mode, size, pixels)
    try:
        for name, act in SCREENS.items():
            if not only or any(name.startswith(wanted) for wanted in only):
                await act(gallery)
                await gallery.shoot(name)
    finally:
        gallery.close()
    return gallery.taken


async def _door_empty(g: Gallery) -> None:
    g.deck.pull()


async def _door_ready(g: Gallery) -> None:
    g.deck.insert("clerk")
    g.window.door.pin.setText("1234")


async def _door_wrong(g: Gallery) -> None:
    g.deck.insert("clerk")
    g.window.door.entered.emit(Secret("999999"))


async def _door_blocked(g: Gallery) -> None:
    g.deck.insert("blocked")


def _away(g: Gallery) -> None:
    if g.work.entry.page is not None:
        g.work.entry.leave()


async def _enrol(g: Gallery) -> None:
    _away(g)
    g.deck.pull()
    g.work.entry.enrol()


async def _enrol_filled(g: Gallery) -> None:
    await _enrol(g)
    page = g.work.entry.page
    page._lines["centre"].setText("https://centre.example:8443")
    page.roots.setText("/media/usb/centre-ca.pem")
    page.invitation.setPlainText(INVITATION)
    page.compared.setChecked(True)
    g.deck.insert("clerk")
    page.pin.setText("1234")


async def _enrol_wrong(g: Gallery) -> None:
    await _enrol_filled(g)
    page = g.work.entry.page
    page._lines["code"].setText("7K2M")
    page._lines["centre"].setText("centre.example")
    page.entered.emit(Secret(PIN))


async def _enrol_failed(g: Gallery) -> None:
    await _enrol_filled(g)
    g.desk.fail = Failure("wire.enrol_used")
    g.work.entry.page.entered.emit(Secret(PIN))


async def _enrolled(g: Gallery) -> None:
    await _enrol_filled(g)
    g.work.entry.page.entered.emit(Secret(PIN))


async def _recover(g: Gallery) -> None:
    _away(g)
    g.deck.pull()
    g.work.entry.recover()
    await g.rest()
    g.deck.insert("admin1")
    g.work.entry.page.entered.emit(Secret(PIN))


async def _recover_unsigned(g: Gallery) -> None:
    await _recover(g)
    await g.rest()
    g.work.entry.page.entered.emit(Secret(PIN))
    await g.rest()
    g.desk.fail = Failure("app.recovery_unsigned", FailureKind.RETRIABLE)
    g.work.entry.page.finished.emit()


async def _recover_done(g: Gallery) -> None:
    await _recover_unsigned(g)
    await g.rest()
    g.work.entry.page.finished.emit()


async def _door_no_place(g: Gallery) -> None:
    _away(g)
    g.desk.without_place = {"handler"}
    g.deck.insert("handler")


async def _door_asked(g: Gallery) -> None:
    await _door_no_place(g)
    await g.rest()
    g.window.door.colleague_asked.emit()


async def _colleague(g: Gallery) -> None:
    await _door_asked(g)
    g.deck.pull()
    await g.enter("clerk")
    g.desk.without_place = set()


async def _colleague_found(g: Gallery) -> None:
    await g.enter("clerk")
    await g.go(Route("colleague"))
    g.work.ways.current.view.picker.line.setText("z")
    g.work.ways.current.view.asked.emit("z")


async def _colleague_added(g: Gallery) -> None:
    await _colleague(g)
    g.work.ways.current.view.entered.emit(Secret(PIN))


async def _lock(g: Gallery) -> None:
    await g.enter("clerk")
    g.desk.line.show(LineView(LinePhase.OFFLINE, pending=2, last_ok=NOW - timedelta(minutes=12)))
    g.deck.pull()


async def _workbench(g: Gallery) -> None:
    g.desk.line.show(
        LineView(LinePhase.SYNCED, last_ok=NOW, lease_until=NOW + timedelta(days=2, hours=18))
    )
    await g.enter("clerk")
    g.work.ways.go(WORKBENCH)
    g.work.ways.current.view.tab_picked.emit("all")
    g.work.ways.current.view.choose_tab("all")
    await g.rest()


async def _workbench_offline(g: Gallery) -> None:
    await _workbench(g)
    g.desk.line.show(
        LineView(
            LinePhase.OFFLINE,
            pending=3,
            uploads=1,
            last_ok=NOW - timedelta(minutes=12),
            lease_until=NOW + timedelta(hours=9),
        )
    )


async def _workbench_urge(g: Gallery) -> None:
    await _workbench(g)
    g.desk.urge(g.desk.rows[0])


async def _workbench_search(g: Gallery) -> None:
    await _workbench(g)
    g.work.ways.current.view.search.setText("王芳丽")
    for later in g.work.ways.current.view.findChildren(Later):
        later.now()


async def _palette(g: Gallery) -> None:
    await _workbench(g)
    g.work.commands.open()


async def _case(g: Gallery) -> None:
    g.work.commands.close()
    await g.enter("reviewer")
    await g.go(Route("case", REVIEWING))
    g.work.ways.current.view.why.setChecked(True)


def _case_tab(name: str) -> Callable[[Gallery], Awaitable[None]]:
    async def act(g: Gallery) -> None:
        await g.enter("clerk")
        await g.go(Route("case", GRANTED if name != "materials" else WAITING))
        g.work.ways.current.view.choose_tab(name)

    return act


def _joint(case: str, joint: JointView, kind: str = "") -> Callable[[Gallery], Awaitable[None]]:
    async def act(g: Gallery) -> None:
        await g.enter("clerk")
        g.desk.world[case] = replace(g.desk.world[case], joint=joint)
        await g.go(Route("step", case, kind) if kind else Route("case", case))
        if not kind:
            g.work.ways.current.view.choose_tab("joint")

    return act


async def _paper(g: Gallery) -> None:
    await g.enter("clerk")
    case = g.desk.world[GRANTED]
    await g.go(Route("paper", GRANTED, case.papers[-1].sha256))


async def _prereg(g: Gallery) -> None:
    await g.enter("clerk")
    g.desk.kept.clear()
    await g.go(Route("step", step="preregister"))


async def _prereg_find(g: Gallery) -> None:
    await _prereg(g)
    view = g.work.ways.current.view
    view.id_no.setText("11010519491231002X")
    view.applicant.setText("王芳")
    view.phone.setText("13800138000")
    view.picker.line.setFocus()
    view.asked.emit("许可")


async def _prereg_filled(g: Gallery) -> None:
    await _prereg_find(g)
    g.work.ways.current.view.picked.emit("ycls")
    g.work.ways.current.view.project.setText("云岭新城综合体")
    g.work.ways.current.view.key_project.setChecked(True)


async def _prereg_wrong(g: Gallery) -> None:
    await _prereg(g)
    view = g.work.ways.current.view
    view.id_no.setText("110105194912310021")
    view.submitted.emit()


def _done(kind: str, case: str, role: str, **kept: str) -> Callable[[Gallery], Awaitable[None]]:
    async def act(g: Gallery) -> None:
        await g.enter(role)
        await g.go(Route("step", case, kind))
        g.work.ways.done(kind, g.desk.step(kind, case, to=kept.get("to", "")))

    return act


def _step(kind: str, case: str, role: str) -> Callable[[Gallery], Awaitable[None]]:
    async def act(g: Gallery) -> None:
        await g.enter(role)
        await g.go(Route("step", case, kind))

    return act


async def _pages(g: Gallery) -> None:
    await _receive(g)
    g.work.ways.current.view.edit.emit("m1", "")
    await g.rest()
    view = g.work.ways.current.view
    view.tool.emit("straighten")
    await g.rest()
    view.tool.emit("down")


async def _pages_crop(g: Gallery) -> None:
    await _pages(g)
    await g.rest()
    g.work.ways.current.view.framed.emit((60, 40, 900, 860))
    await g.rest()
    g.work.ways.current.view.tool.emit("crop")


async def _scan(g: Gallery) -> None:
    await _step("receive", REGISTERED, "clerk")(g)
    view = g.work.ways.current.view
    view.scan.emit("m1")
    await g.rest()
    g.desk.fail = Failure("scan.jammed", FailureKind.RETRIABLE)
    view.bar.start.click()


async def _shared(g: Gallery) -> None:
    held = g.desk.world[REGISTERED]
    first, *others = held.materials
    result = SharedResult("339901-scjg-2026-00012-4", "营业执照", NOW - timedelta(days=40))
    shared = replace(others[0], shared=result, part="施工")
    plan = replace(others[1], paper_only=True, keep_original=True)
    g.desk.world[REGISTERED] = replace(held, materials=(first, shared, plan, *others[2:]))
    await _receive(g)
    g.work.ways.current.view.shared.emit(shared.code)
    await g.rest()
    g.desk.world[REGISTERED] = held


async def _receive(g: Gallery) -> None:
    await _step("receive", REGISTERED, "clerk")(g)
    view = g.work.ways.current.view
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


async def _accept_fast(g: Gallery) -> None:
    g.desk.world[COMPLETE] = replace(g.desk.world[COMPLETE], fast=True)
    await _step("accept", COMPLETE, "clerk")(g)


async def _withdraw(g: Gallery) -> None:
    await _step("withdraw", HANDLING, "clerk")(g)
    view = g.work.ways.current.view
    view.submitted.emit()
    await g.rest()
    scan = g.folder / "撤回申请.jpg"
    scan.write_bytes(b"request")
    view.files.emit("request", [scan])


async def _decision(g: Gallery) -> None:
    await _step("grant", DECIDING, "chief")(g)


async def _decision_deny(g: Gallery) -> None:
    await _decision(g)
    view = g.work.ways.current.view
    view.kinds.tiles["deny"].click()
    view.submitted.emit()


async def _sign(g: Gallery) -> None:
    await g.enter("chief")
    await g.go(Route("case", DECIDING))
    sheet = await g.desk.signing.prepare(
        "grant", DECIDING, text="经审查,申请人符合法定条件、标准,准予许可。"
    )
    g.work.ways.sign(sheet)


async def _sign_wrong(g: Gallery) -> None:
    await _sign(g)
    await g.rest()
    view = g.work.ways.current.view
    view.pin.setText("999999")
    view.submitted.emit()


async def _messages(g: Gallery) -> None:
    await g.enter("clerk")
    await g.go(Route("messages"))


async def _exceptions(g: Gallery) -> None:
    await g.enter("clerk")
    g.desk.refusals = (
        ExceptionRow(
            "e1",
            RECEIVED,
            "accept",
            NOW - timedelta(minutes=4),
            "materials_incomplete",
            Words("violation.materials_incomplete", {"material": "设备布局与操作流程图"}),
            Words("exception.remedy", {"code": "materials_incomplete"}),
        ),
    )
    await g.go(Route("exceptions"))


async def _cure(g: Gallery) -> None:
    await _step("cure", RECEIVED, "chief")(g)
    await g.rest()
    view = g.work.ways.current.view
    view.way.tiles["revoke"].click()
    view.text.setPlainText("受理时申请材料尚不齐全,受理所依据的事实不成立。")


FORM_PAGES = ("suspend", "survey", "accept_pending", "hold_hearing", "serve", "archive", "renew")
"""Pages of the table that show each kind of editor once."""


async def _steps(g: Gallery) -> None:
    await g.enter("handler")
    await g.go(Route("case", HANDLING))
    await g.rest()
    g.work.ways.go(STEPS)


async def _exceptions_empty(g: Gallery) -> None:
    await g.enter("clerk")
    g.desk.refusals = ()
    await g.go(Route("exceptions"))


async def _help(g: Gallery) -> None:
    await g.enter("clerk")
    await g.go(Route("help"))


async def _statistics(g: Gallery) -> None:
    await g.enter("chief")
    await g.go(Route("statistics"))


async def _queue(g: Gallery) -> None:
    await g.enter("clerk")
    await g.go(Route("queue"))


async def _queue_served(g: Gallery) -> None:
    await _queue(g)
    page = g.work.ways.current.view
    for _ in range(2):
        page.submitted.emit()
        await g.rest()


async def _bookings(g: Gallery) -> None:
    await g.enter("clerk")
    await g.go(Route("bookings"))


async def _statistics_items(g: Gallery) -> None:
    await _statistics(g)
    g.work.ways.current.view.groups.tabs["item"].click()


async def _pace(g: Gallery) -> None:
    await g.enter("clerk")
    await g.go(Route("pace"))


async def _items(g: Gallery) -> None:
    await g.enter("clerk")
    await g.go(Route("items"))


async def _items_chart(g: Gallery) -> None:
    await _items(g)
    view = g.work.ways.current.view
    view.scroller.ensureWidgetVisible(view.guide.chart, 0, 400)


async def _items_none(g: Gallery) -> None:
    await _items(g)
    g.work.ways.current.view.search.setText("没有")


async def _people(g: Gallery) -> None:
    await g.enter("clerk")
    await g.go(Route("people"))


async def _people_none(g: Gallery) -> None:
    await _people(g)
    g.work.ways.current.view.search.setText("没有")
    for later in g.work.ways.current.view.findChildren(Later):
        later.now()


async def _prereg_doubles(g: Gallery) -> None:
    await _prereg(g)
    g.work.ways.current.view.again_wanted.emit()
    await g.rest()
    g.work.ways.current.view.picked.emit("spjy")


async def _doctor(g: Gallery) -> None:
    await g.enter("clerk")
    await g.go(Route("doctor"))


def _handout(kind: str) -> Callable[[Gallery], Awaitable[None]]:
    async def act(g: Gallery) -> None:
        await _items(g)
        g.work.ways.current.view.handed_out.emit(kind)

    return act


async def _mine_empty(g: Gallery) -> None:
    await g.enter("supervisor")
    g.work.ways.go(WORKBENCH)


async def _batch(g: Gallery) -> None:
    await g.enter("chief")
    several_deciding(g.desk, 10)
    await g.go(Route("batch"))


async def _batch_included(g: Gallery) -> None:
    await _batch(g)
    page = g.work.ways.current.view
    for _ in range(7):
        page.table.toggled.emit(page.table.current_key())
        page.table._move(1)
    page.pin.setText("1234")


async def _authorisations(g: Gallery) -> None:
    await g.enter("chief")
    await g.go(Route("authorisations"))


async def _authorisations_command(g: Gallery) -> None:
    await _authorisations(g)
    g.work.ways.current.view.command_wanted.emit("renew")


async def _seal_book(g: Gallery) -> None:
    await g.enter("chief")
    await g.go(Route("seal_book"))
    view = g.work.ways.current.view
    view.show_form(CloseForm("0", "13"))
    view.submitted.emit()


def _money(page: str) -> Callable[[Gallery], Awaitable[None]]:
    async def act(g: Gallery) -> None:
        await g.enter("cashier")
        await g.go(Route(page))

    return act


SCREENS: dict[str, Callable[[Gallery], Awaitable[None]]] = {
    "01-door": _door_empty,
    "02-door-ready": _door_ready,
    "03-door-wrong": _door_wrong,
    "04-door-blocked": _door_blocked,
    "05-lock": _lock,
    "06-enrol": _enrol,
    "06-enrol-filled": _enrol_filled,
    "06-enrol-wrong": _enrol_wrong,
    "06-enrol-failed": _enrol_failed,
    "06-enrolled": _enrolled,
    "07-recover": _recover,
    "07-recover-unsigned": _recover_unsigned,
    "07-recover-done": _recover_done,
    "08-door-no-place": _door_no_place,
    "08-door-asked": _door_asked,
    "09-colleague": _colleague,
    "09-colleague-found": _colleague_found,
    "09-colleague-added": _colleague_added,
    "10-workbench": _workbench,
    "11-workbench-offline": _workbench_offline,
    "12-workbench-urge": _workbench_urge,
    "13-workbench-nothing-found": _workbench_search,
    "14-palette": _palette,
    "15-workbench-empty": _mine_empty,
    "15-batch": _batch,
    "15-batch-included": _batch_included,
    "15-authorisations": _authorisations,
    "15-authorisations-command": _authorisations_command,
    "15-seal-book": _seal_book,
    "16-items": _items,
    "16-items-chart": _items_chart,
    "16-items-none": _items_none,
    "17-handout": _handout("notification"),
    "17-doctor": _doctor,
    "18-people": _people,
    "18-people-none": _people_none,
    "19-money": _money("money"),
    "19-money-stock": _money("stock"),
    "19-money-till": _money("till"),
    "20-case": _case,
    "21-case-materials": _case_tab("materials"),
    "22-case-papers": _case_tab("papers"),
    "23-case-people": _case_tab("people"),
    "24-case-proof": _case_tab("proof"),
    "25-paper": _paper,
    "26-case-joint": _joint(HANDLING, scripted_joint.lead()),
    "26-case-joint-part": _joint(ACCEPTED, scripted_joint.part()),
    "26-decision-joint": _joint(DECIDING, scripted_joint.lead(), "grant"),
    "26-precheck-joint": _joint(RECEIVED, scripted_joint.part(), "answer_precheck"),
    "26-correction-joint": _joint(RECEIVED, scripted_joint.missing(), "notify_correction"),
    "30-prereg": _prereg,
    "31-prereg-find": _prereg_find,
    "32-prereg-filled": _prereg_filled,
    "33-prereg-wrong": _prereg_wrong,
    "33-prereg-doubles": _prereg_doubles,
    "34-receive": _receive,
    "34-receive-pages": _pages,
    "34-receive-pages-crop": _pages_crop,
    "34-receive-shared": _shared,
    "34-receive-scan": _scan,
    "35-correction": _step("notify_correction", RECEIVED, "clerk"),
    "36-correct": _step("correct", WAITING, "clerk"),
    "37-accept": _step("accept", COMPLETE, "clerk"),
    "38-accept-missing": _step("accept", RECEIVED, "clerk"),
    "39-accept-result": _done("accept", COMPLETE, "clerk"),
    "40-handle": _step("handle", HANDLING, "handler"),
    "41-review": _step("review", REVIEWING, "reviewer"),
    "42-send-back": _step("send_back", REVIEWING, "reviewer"),
    "42-hear-party": _step("hear_party", DECIDING, "chief"),
    "43-decision": _decision,
    "44-decision-deny": _decision_deny,
    "45-sign": _sign,
    "46-sign-wrong": _sign_wrong,
    "47-refuse": _step("refuse", RECEIVED, "chief"),
    "48-make": _step("make", GRANTED, "clerk"),
    "49-issue": _step("issue", MAKING, "clerk"),
    "50-close": _step("close", MAKING, "clerk"),
    "51-grant-result": _done("grant", DECIDING, "chief"),
    "52-accept-fast": _accept_fast,
    "53-withdraw": _withdraw,
    "54-leaving": _step("leave", REGISTERED, "clerk"),
    "60-messages": _messages,
    "61-exceptions": _exceptions,
    "63-cure": _cure,
    "62-exceptions-empty": _exceptions_empty,
    "64-statistics": _statistics,
    "64-statistics-items": _statistics_items,
    "66-queue": _queue,
    "66-queue-served": _queue_served,
    "67-bookings": _bookings,
    "65-pace": _pace,
    "63-help": _help,
    **{f"70-{kind}": _step(kind, HANDLING, "handler") for kind in FORM_PAGES},
    "71-steps": _steps,
}
