"""Build the pages of the catalogue: items, and the sheets that are handed out."""

from __future__ import annotations

from ui.presenters.items import HandoutPresenter, ItemsPresenter
from ui.shell.opened import Means, Opened
from ui.values import Route
from ui.views.handout import HandoutPage
from ui.views.items import ItemsPage


def open_items(means: Means, route: Route) -> Opened:
    """Open the catalogue; `route.item` is shown first."""
    view = ItemsPage(means.tongue)
    presenter = ItemsPresenter(means.desk, view, means.flow, route.item)
    view.left.connect(means.flow.leave)
    view.searched.connect(presenter.search)
    view.department_picked.connect(presenter.pick_department)
    view.looked_at.connect(presenter.look_at)
    view.begun.connect(lambda: means.run(view, presenter.begin_case()))
    view.handed_out.connect(presenter.hand_out)
    return Opened(
        Route("items"),
        view,
        view.focus_first,
        presenter.open,
        reread=presenter.open,
        rail="items",
        read_first=True,
    )


def open_handout(means: Means, route: Route) -> Opened:
    """Open one sheet of an item; `route.step` is its kind."""
    view = HandoutPage(means.tongue)
    presenter = HandoutPresenter(means.desk, view, route.item, route.step)
    run = means.run
    view.left.connect(means.flow.leave)
    view.language_picked.connect(lambda name: run(view, presenter.pick_language(name)))
    view.pane.save.connect(lambda sha, path: run(view, presenter.save(sha, path)))
    view.pane.print_asked.connect(lambda sha: run(view, presenter.print(sha)))
    return Opened(route, view, view.focus_first, presenter.open, rail="items", read_first=True)
