"""Build the editor of a material's pages: the view with its presenter, wired once, here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ui.presenters.pages import PagesPresenter
from ui.shell.opened import Means, Opened
from ui.views.pages import PagesPage

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from ui.values import Route

_NUDGE = 5  # tenths of a degree that one press straightens by hand


def open_pages(means: Means, route: Route) -> Opened:
    """Open the pages of one material of the step that they belong to."""
    view = PagesPage(means.tongue)
    presenter = PagesPresenter(means.desk, view, means.flow, route)
    run = means.run
    tools: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
        "up": partial(presenter.move, -1),
        "down": partial(presenter.move, 1),
        "right": partial(presenter.turn, 1),
        "left": partial(presenter.turn, 3),
        "more": partial(presenter.tilt, _NUDGE),
        "less": partial(presenter.tilt, -_NUDGE),
        "straighten": presenter.straighten,
        "all": presenter.straighten_all,
        "crop": presenter.frame,
        "remove": presenter.remove,
        "undo": presenter.undo,
        "look": presenter.look,
    }

    async def used(name: str) -> None:
        await tools[name]()
        await presenter.save_draft()

    async def placed(old: int, new: int) -> None:
        await presenter.place(old, new)
        await presenter.save_draft()

    view.tool.connect(lambda name: run(view, used(name)))
    view.placed.connect(lambda old, new: run(view, placed(old, new)))
    view.chosen.connect(lambda at: run(view, presenter.choose(at)))
    view.framed.connect(lambda frame: run(view, presenter.crop(frame)))
    view.stopped.connect(presenter.stop)
    view.submitted.connect(lambda: run(view, presenter.keep()))
    view.left.connect(lambda: run(view, presenter.leave()))
    return Opened(
        route,
        view,
        view.focus_first,
        presenter.open,
        save=presenter.save_draft,
        detail=lambda: presenter.detail,
        rail="receive",
    )
