"""Build the guided pages: each view with its presenter, wired once, here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from client.app.forms.every import FORMS
from ui.presenters.acceptance import AcceptancePresenter
from ui.presenters.confirm import ConfirmPresenter
from ui.presenters.correction import CorrectionPresenter
from ui.presenters.cure import CurePresenter
from ui.presenters.decision import DecisionPresenter
from ui.presenters.form import FormPresenter
from ui.presenters.leaving import LeavePresenter, WithdrawPresenter
from ui.presenters.opinion import OpinionPresenter
from ui.presenters.preregister import PreregisterPresenter
from ui.presenters.receive import ReceivePresenter
from ui.presenters.receiver import ReceiverPresenter
from ui.presenters.scan import ScanPresenter
from ui.shell.opened import Means, Opened
from ui.values import DECISIONS, Route
from ui.views.acceptance import AcceptancePage
from ui.views.confirm import ConfirmPage
from ui.views.correction import CorrectionPage
from ui.views.cure import CurePage
from ui.views.decision import DecisionPage
from ui.views.form_page import FormPage
from ui.views.leaving import LeavePage, WithdrawPage
from ui.views.opinion import OpinionPage
from ui.views.preregister import PreregisterPage
from ui.views.receive import ReceivePage
from ui.views.receiver import ReceiverPage

if TYPE_CHECKING:
    from client.app.forms.table import Filled
    from ui.presenters.step import StepPresenter
    from ui.views.step_page import StepPage

_RECEIVING = ("receive", "correct", "supply_pending", "fix_on_spot")
_CONFIRMING = ("make", "close")
_HANDING_OUT = ("issue", "sign_for")


def open_step(means: Means, route: Route) -> Opened:
    """Open the page of a step; what has no page of its own is one text."""
    kind = route.step
    if kind in FORMS and (route.case or kind != "preregister"):
        return _form(means, route)
    if kind in _CONFIRMING:
        view = ConfirmPage(means.tongue, kind)
        presenter = ConfirmPresenter(means.desk, view, means.flow, route.case, kind)
        return _opened(means, route, view, presenter)
    builders = {
        "preregister": _preregister,
        "notify_correction": _correction,
        "accept": _accept,
        **dict.fromkeys(_RECEIVING, _receive),
        "withdraw": _withdraw,
        "leave": _leave,
        **dict.fromkeys(DECISIONS, _decision),
        **dict.fromkeys(_HANDING_OUT, _receiver),
        "cure": _cure,
    }
    return builders.get(kind, _opinion)(means, route)


def _opened(
    means: Means,
    route: Route,
    view: StepPage,
    presenter: StepPresenter[Any],
    *,
    rail: str = "",
    wired: bool = False,
) -> Opened:
    """Wire what all guided pages share: leaving, drafts, submitting where nothing is typed."""
    view.left.connect(lambda: means.run(view, presenter.leave()))
    if not wired:
        view.submitted.connect(lambda: means.run(view, presenter.submit(presenter.first_form())))
    return Opened(
        route,
        view,
        view.focus_first,
        presenter.open,
        save=presenter.save_draft,
        detail=lambda: presenter.detail,
        rail=rail,
        read_first=presenter.begins_filled,
        making=lambda: presenter.making,
    )


def _typed(means: Means, view: Any, presenter: StepPresenter[Any]) -> None:
    """Wire a page on which something is typed: every key goes into the draft, then submit."""

    def edited(form: object) -> None:
        presenter.edited(form)
        means.run(means.outlives, presenter.save_draft())

    view.edited.connect(edited)
    view.submitted.connect(lambda: means.run(view, presenter.submit(view.form_now())))


def _preregister(means: Means, route: Route) -> Opened:
    view = PreregisterPage(means.tongue)
    presenter = PreregisterPresenter(means.desk, view, means.flow, means.say)
    _typed(means, view, presenter)
    view.asked.connect(presenter.find)
    run = means.run
    view.picked.connect(lambda code: presenter.pick(code, view.form_now()))
    view.picked.connect(lambda _code: run(view, presenter.look_up("item", view.form_now())))
    view.field_left.connect(lambda field: run(view, presenter.look_up(field, view.form_now())))
    view.again_wanted.connect(lambda: run(view, presenter.again(view.form_now())))
    view.precheck_wanted.connect(lambda: run(view, presenter.precheck(view.form_now())))
    view.field_left.connect(lambda field: presenter.left(field, view.form_now()))
    opened = _opened(means, route, view, presenter, rail="new_case", wired=True)
    opened.take = lambda person: presenter.take(person, view.form_now())
    return opened


def _receive(means: Means, route: Route) -> Opened:
    view = ReceivePage(means.tongue, route.step)
    presenter = ReceivePresenter(means.desk, view, means.flow, route.case, route.step)
    return _handed_in(means, route, view, presenter, rail="receive")


def _withdraw(means: Means, route: Route) -> Opened:
    view = WithdrawPage(means.tongue)
    presenter = WithdrawPresenter(means.desk, view, means.flow, route.case)
    view.blank_wanted.connect(lambda: means.run(view, presenter.print_blank()))
    return _handed_in(means, route, view, presenter)


def _leave(means: Means, route: Route) -> Opened:
    view = LeavePage(means.tongue)
    presenter = LeavePresenter(means.desk, view, means.flow, route.case, "leave")
    _typed(means, view, presenter)
    return _opened(means, route, view, presenter, wired=True)


def _handed_in(
    means: Means, route: Route, view: ReceivePage, presenter: ReceivePresenter, rail: str = ""
) -> Opened:
    """Wire a page on which files are handed in."""
    run = means.run

    def ticked(code: str, given: bool) -> None:  # noqa: FBT001  (a Qt slot)
        presenter.tick(code, given=given)
        run(means.outlives, presenter.save_draft())

    def removed(code: str, sha256: str) -> None:
        presenter.detach(code, sha256)
        run(means.outlives, presenter.save_draft())

    view.ticked.connect(ticked)
    view.removed.connect(removed)
    view.files.connect(lambda code, paths: run(view, presenter.attach(code, tuple(paths))))

    def shared(code: str) -> None:
        presenter.take_shared(code)
        run(means.outlives, presenter.save_draft())

    view.opened.connect(lambda sha, name: run(view, presenter.look_at(sha, name)))
    view.shared.connect(shared)
    view.stopped.connect(presenter.stop)
    view.edit.connect(lambda code, sha: run(view, presenter.edit_pages(code, sha)))
    view.begin_at(route.material)
    scan = ScanPresenter(presenter, view)
    view.scan.connect(lambda code: run(view, scan.look(code)))
    view.bar.started.connect(lambda code, ask: run(view, scan.scan(code, ask)))
    view.bar.stopped.connect(scan.stop)
    view.submitted.connect(lambda: run(view, presenter.submit(presenter.form)))
    return _opened(means, route, view, presenter, rail=rail, wired=True)


def _correction(means: Means, route: Route) -> Opened:
    view = CorrectionPage(means.tongue)
    presenter = CorrectionPresenter(means.desk, view, means.flow, route.case, route.step)
    _typed(means, view, presenter)
    return _opened(means, route, view, presenter, rail="notify_correction", wired=True)


def _accept(means: Means, route: Route) -> Opened:
    view = AcceptancePage(means.tongue)
    presenter = AcceptancePresenter(means.desk, view, means.flow, route.case)
    view.page_wanted.connect(lambda *page: means.run(view, presenter.comparing.look(*page)))

    def ticked(sha256: str, page: int, on: bool) -> None:  # noqa: FBT001  a signal's
        presenter.tick(sha256, page, on=on)
        means.run(means.outlives, presenter.save_draft())

    view.ticked.connect(ticked)
    view.correct_instead.connect(
        lambda: means.flow.go(Route("step", route.case, "notify_correction"))
    )
    return _opened(means, route, view, presenter, rail="accept")


def _decision(means: Means, route: Route) -> Opened:
    view = DecisionPage(means.tongue)
    presenter = DecisionPresenter(means.desk, view, means.flow, route.case, route.step)
    _typed(means, view, presenter)
    run = means.run
    view.filled.connect(lambda: run(view, presenter.fill(view.form_now())))
    view.version_picked.connect(
        lambda number: run(view, presenter.take_version(number, view.form_now()))
    )
    opened = _opened(means, route, view, presenter, wired=True)

    async def begin() -> None:
        await presenter.open()
        view.show_choices(presenter.choices())

    opened.begin, opened.read_first = begin, True
    return opened


def _receiver(means: Means, route: Route) -> Opened:
    view = ReceiverPage(means.tongue, route.step)
    presenter = ReceiverPresenter(means.desk, view, means.flow, route.case, route.step)
    _typed(means, view, presenter)
    view.related.connect(lambda relation: presenter.relate(relation, view.form_now()))
    view.field_left.connect(lambda field: presenter.left(field, view.form_now()))
    view.ink_asked.connect(lambda: means.run(view, presenter.ask_ink(view.form_now())))
    view.inked.connect(presenter.ink)
    return _opened(means, route, view, presenter, wired=True)


def _cure(means: Means, route: Route) -> Opened:
    view = CurePage(means.tongue)
    presenter = CurePresenter(means.desk, view, means.flow, route.case, event=route.event)
    _typed(means, view, presenter)
    return _opened(means, route, view, presenter, wired=True)


def _form(means: Means, route: Route) -> Opened:
    view = FormPage(means.tongue, route.step)
    presenter = FormPresenter(
        means.desk, view, means.flow, route.case, route.step, event=route.event
    )
    run = means.run

    def edited(form: Filled) -> None:
        presenter.edited(form)
        run(means.outlives, presenter.save_draft())

    def removed(field: str, sha256: str) -> None:
        presenter.detach(field, sha256)
        run(means.outlives, presenter.save_draft())

    def ticked(sha256: str, page: int, on: bool) -> None:  # noqa: FBT001  a signal's
        presenter.tick(sha256, page, on=on)
        run(means.outlives, presenter.save_draft())

    view.edited.connect(edited)
    view.removed.connect(removed)
    view.files.connect(lambda field, paths: run(view, presenter.attach(field, tuple(paths))))
    view.blank_wanted.connect(lambda key: run(view, presenter.print_blank(key)))
    compared = presenter.comparing
    if compared is not None and view.comparing is not None:
        view.comparing.page_wanted.connect(lambda *page: run(view, compared.look(*page)))
        view.comparing.ticked.connect(ticked)
    view.ink_asked.connect(lambda: run(view, presenter.ask_ink()))
    view.inked.connect(presenter.ink)
    view.submitted.connect(lambda: run(view, presenter.submit(presenter.form)))
    opened = _opened(means, route, view, presenter, wired=True)
    opened.reread = presenter.reread
    return opened


def _opinion(means: Means, route: Route) -> Opened:
    view = OpinionPage(means.tongue, route.step)
    presenter = OpinionPresenter(
        means.desk, view, means.flow, route.case, route.step, event=route.event
    )
    _typed(means, view, presenter)
    return _opened(means, route, view, presenter, wired=True)
