"""Build the page of figures and the page of one's own pace."""

from __future__ import annotations

from ui.presenters.statistics import StatisticsPresenter
from ui.shell.opened import Means, Opened
from ui.values import Route
from ui.views.pace import PacePage
from ui.views.statistics import StatisticsPage


def open_statistics(means: Means) -> Opened:
    """Open the figures."""
    view = StatisticsPage(means.tongue)
    presenter = StatisticsPresenter(means.desk, view)
    run = means.run
    view.left.connect(means.flow.leave)
    view.span_picked.connect(lambda name: run(view, presenter.pick_span(name)))
    view.group_picked.connect(lambda name: run(view, presenter.pick_group(name)))
    view.exported.connect(lambda path: run(view, presenter.export(path)))
    view.print_asked.connect(lambda: run(view, presenter.print()))
    view.pace_asked.connect(lambda: means.flow.go(Route("pace")))
    return Opened(
        Route("statistics"),
        view,
        view.focus_first,
        presenter.open,
        reread=presenter.open,
        rail="statistics",
        read_first=True,
    )


def open_pace(means: Means) -> Opened:
    """Open one's own pace."""
    view = PacePage(means.tongue)
    pace, run = means.desk.pace, means.run

    async def show() -> None:
        view.show_pace(await pace.view())

    async def forget() -> None:
        await pace.forget()
        await show()
        view.focus_first()

    view.left.connect(means.flow.leave)
    view.forgotten.connect(lambda: run(view, forget()))
    return Opened(
        Route("pace"), view, view.focus_first, show, reread=show, rail="statistics", read_first=True
    )
