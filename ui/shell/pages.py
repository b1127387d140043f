"""Build the other pages: workbench, case, sheet, result, paper, messages, exceptions, help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.rows.cases import PaperRow
from client.app.rows.words import Words
from ui.loop import Later
from ui.presenters.case import CasePresenter, begin_step, option_of
from ui.presenters.colleague import ColleaguePresenter
from ui.presenters.letters import LettersPresenter
from ui.presenters.notices import ExceptionsPresenter, MessagesPresenter
from ui.presenters.papers import SignedPapersPresenter
from ui.presenters.result import ResultPresenter
from ui.presenters.signing import SigningPresenter
from ui.presenters.workbench import WorkbenchPresenter
from ui.shell.opened import Means, Opened
from ui.values import STEPS, TOUR, WORKBENCH, Route
from ui.views.case_page import CasePage
from ui.views.colleague import ColleaguePage
from ui.views.help import HelpPage
from ui.views.notices import ExceptionsPage, MessagesPage
from ui.views.paper_pane import PaperPage
from ui.views.result import ResultPage
from ui.views.sign import SignPage
from ui.views.workbench import WorkbenchPage

if TYPE_CHECKING:
    from client.app.rows.steps import SigningSheet, StepDone
    from sync.engine.ports import ChangeSet

_SEARCH_MS = 0  # the keys of one turn are one question; answers that come late are dropped


def open_workbench(means: Means) -> Opened:
    """Open the workbench."""
    view = WorkbenchPage(means.tongue)
    presenter = WorkbenchPresenter(means.desk, view)
    run = means.run
    later = Later(view, _SEARCH_MS, lambda: run(view, presenter.search(view.search.text())))
    view.searched.connect(lambda _text: later.start())
    view.tab_picked.connect(lambda name: run(view, presenter.pick_tab(name)))

    async def look_at(number: str) -> None:
        await presenter.look_at(number)
        means.looked()

    def choose(number: str) -> None:
        presenter.choose(number)
        run(view, look_at(number))

    view.looked_at.connect(choose)
    view.more_wanted.connect(lambda: run(view, presenter.more()))
    view.opened.connect(lambda number: means.flow.go(Route("case", number)))

    async def begin_once_read(number: str, kind: str) -> None:
        """Begin the step where the case that was just chosen is at it: its acts were not shown."""
        await presenter.settled.wait()
        option = option_of(presenter.detail, kind)
        if number != view.table.current_key() or option is None or option.blocked is not None:
            means.say(Words("command.not_now"))
            return
        await begin_step(means.desk, means.flow, view, number, kind)

    def step(kind: str) -> None:
        number = view.table.current_key()
        if not number:
            return
        if presenter.settled.is_set():
            run(view, begin_step(means.desk, means.flow, view, number, kind))
        else:
            run(view, begin_once_read(number, kind))

    def empty_act() -> None:
        if presenter.text:
            view.search.clear()
        else:
            means.flow.go(Route("step", step="preregister"))

    view.step.connect(step)
    view.others_wanted.connect(lambda: means.flow.go(STEPS))
    view.empty_act.connect(empty_act)
    return Opened(
        WORKBENCH,
        view,
        view.focus_first,
        presenter.refresh,
        changed=presenter.changed,
        reread=presenter.refresh,
        time_passed=presenter.time_passed,
        detail=lambda: presenter.detail,
        rail="workbench",
        choosing=presenter.settled,
        making=lambda: view.preview.acts.busy,
    )


def open_case(means: Means, route: Route) -> Opened:
    """Open a case; with a step named like a tab, on that tab."""
    view = CasePage(means.tongue)
    presenter = CasePresenter(means.desk, view, means.flow, route.case)
    view.left.connect(means.flow.leave)
    view.step.connect(lambda kind: means.run(view, presenter.step(kind)))
    view.others_wanted.connect(lambda: means.flow.go(STEPS))
    view.phone_wanted.connect(lambda: means.run(view, presenter.show_phone()))
    view.pack_wanted.connect(lambda path: means.run(view, presenter.pack(path)))
    view.paper_wanted.connect(lambda sha: means.flow.go(Route("paper", route.case, step=sha)))
    if route.step:
        view.choose_tab(route.step)

    async def time_passed() -> None:
        await presenter.time_passed()
        means.looked()

    return Opened(
        route,
        view,
        view.focus_first,
        presenter.open,
        changed=presenter.changed,
        reread=presenter.open,
        time_passed=time_passed,
        detail=lambda: presenter.detail,
        read_first=True,
        making=lambda: view.acts.busy,
    )


def open_sheet(means: Means, sheet: SigningSheet) -> Opened:
    """Open a signing sheet; it is not returned to after a lock: it is prepared anew."""
    view = SignPage(means.tongue)
    presenter = SigningPresenter(means.desk, view, means.flow, sheet)
    view.left.connect(means.flow.leave)
    view.entered.connect(lambda pin: means.run(view, presenter.sign(pin)))
    return Opened(
        Route("sheet", sheet.case),
        view,
        view.focus_first,
        presenter.open,
        card=presenter.card_changed,
        making=lambda: presenter.making,
    )


def open_result(means: Means, kind: str, done: StepDone) -> Opened:
    """Open the result of a step."""
    view = ResultPage(means.tongue)
    presenter = ResultPresenter(means.desk, view, means.flow, kind, done)
    run, papers = means.run, presenter.papers
    view.left.connect(lambda: means.flow.go(WORKBENCH))
    view.case_wanted.connect(lambda: means.flow.go(Route("case", done.case)))
    view.waiting_wanted.connect(presenter.go_on)
    view.again.connect(lambda: means.flow.go(Route("step", step="preregister")))
    view.step.connect(lambda step: run(view, presenter.step(step)))
    view.pane.look_at.connect(lambda sha: run(view, papers.look_at(sha)))
    view.pane.save.connect(lambda sha, path: run(view, papers.save(sha, path)))
    view.pane.print_asked.connect(lambda sha: run(view, papers.print(sha)))
    view.pane.printed.connect(lambda sha: run(view, papers.printed(sha)))
    view.pane.sign_asked.connect(lambda sha: run(view, papers.ask_ink(sha)))
    view.pane.signed.connect(lambda ink: run(view, papers.sign(ink)))

    async def changed(change: ChangeSet) -> None:
        if done.case in change.cases:
            detail = await means.desk.cases.open(done.case)
            if detail != presenter.detail:
                presenter.detail = detail
                view.refresh(detail)

    return Opened(
        Route("result", done.case),
        view,
        view.focus_first,
        presenter.open,
        changed=changed,
        detail=lambda: presenter.detail,
        making=lambda: view.busy or papers.making,
    )


def open_paper(means: Means, route: Route) -> Opened:
    """Open one paper of a case; `route.step` is its hash, `route.paper` names a form's kind."""
    view = PaperPage(means.tongue)
    presenter = SignedPapersPresenter(means.desk, view, (), route.case)
    run = means.run
    view.left.connect(means.flow.leave)
    view.pane.save.connect(lambda sha, path: run(view, presenter.save(sha, path)))
    view.pane.print_asked.connect(lambda sha: run(view, presenter.print(sha)))
    view.pane.printed.connect(lambda sha: run(view, presenter.printed(sha)))
    view.pane.look_at.connect(lambda sha: run(view, presenter.look_at(sha)))
    view.pane.sign_asked.connect(lambda sha: run(view, presenter.ask_ink(sha)))
    view.pane.signed.connect(lambda ink: run(view, presenter.sign(ink)))

    async def begin() -> None:
        detail = None
        if route.paper:
            papers: tuple[PaperRow, ...] = (
                PaperRow(route.paper, "", route.step, means.desk.now()),
            )
        else:
            detail = await means.desk.cases.open(route.case)
            papers = tuple(paper for paper in detail.papers if paper.sha256 == route.step)
        presenter.papers = papers
        await presenter.open()
        presenter.know(detail)

    return Opened(route, view, view.focus_first, begin, making=lambda: presenter.making)


def open_messages(means: Means) -> Opened:
    """Open the messages."""
    view = MessagesPage(means.tongue)
    presenter = MessagesPresenter(means.desk, view, means.flow)
    view.left.connect(means.flow.leave)
    view.opened.connect(presenter.go)
    view.sound_wanted.connect(lambda on: means.run(view, presenter.set_sound(on=on)))
    view.read.connect(lambda event: means.run(view, presenter.read(event)))
    letters = LettersPresenter(means.desk, view, means.letters)
    view.letters.typed.connect(lambda *what: means.run(means.outlives, letters.typed(*what)))
    view.letters.answered.connect(lambda *what: means.run(view, letters.answer(*what)))

    async def begin() -> None:
        await presenter.open()
        means.run(view, letters.open())  # over the line: the page does not wait for it

    async def changed(change: ChangeSet) -> None:
        if change.messages:
            await presenter.open()

    return Opened(
        Route("messages"),
        view,
        view.focus_first,
        begin,
        changed=changed,
        rail="messages",
        read_first=True,
    )


def open_exceptions(means: Means) -> Opened:
    """Open the exceptions."""
    view = ExceptionsPage(means.tongue)
    presenter = ExceptionsPresenter(means.desk, view, means.flow)
    view.left.connect(means.flow.leave)
    view.opened.connect(lambda event, way: means.run(view, presenter.go(event, way)))
    view.dismissed.connect(lambda event: means.run(view, presenter.dismiss(event)))

    async def changed(change: ChangeSet) -> None:
        if change.exceptions:
            await presenter.open()

    return Opened(
        Route("exceptions"),
        view,
        view.focus_first,
        presenter.open,
        changed=changed,
        rail="exceptions",
        read_first=True,
    )


def open_colleague(means: Means, route: Route) -> Opened:
    """Open the page that adds a colleague's card; `route.person` asked for it at the door."""
    view = ColleaguePage(means.tongue)
    presenter = ColleaguePresenter(means.desk, view, route.person)
    view.left.connect(means.flow.leave)
    view.asked.connect(presenter.find)
    view.picked.connect(presenter.pick)
    view.entered.connect(lambda pin: means.run(view, presenter.add(pin)))
    return Opened(
        Route("colleague"),
        view,
        view.focus_first,
        presenter.open,
        card=presenter.card_changed,
        read_first=True,
    )


def open_help(means: Means, route: Route) -> Opened:
    """Open the handbook at a chapter, named by `route.step`, with the map of the keys."""
    view = HelpPage(means.tongue, route.step)
    view.left.connect(means.flow.leave)
    view.doctor_asked.connect(lambda: means.flow.go(Route("doctor")))
    view.tour_asked.connect(lambda: means.flow.go(TOUR))

    async def begin() -> None:
        """Nothing to read."""

    return Opened(route, view, view.focus_first, begin, rail="help")
