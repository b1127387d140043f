"""Build the page of the directory of applicants."""

from __future__ import annotations

from ui.loop import Later
from ui.presenters.people import PeoplePresenter
from ui.shell.opened import Means, Opened
from ui.values import Route
from ui.views.people import PeoplePage

_SEARCH_MS = 0  # the keys of one turn are one question; answers that come late are dropped


def open_people(means: Means, route: Route) -> Opened:
    """Open the directory; `route.person` is shown first."""
    view = PeoplePage(means.tongue)
    presenter = PeoplePresenter(means.desk, view, means.flow, means.say, route.person)
    run = means.run
    later = Later(view, _SEARCH_MS, lambda: run(view, presenter.search(view.search.text())))
    view.left.connect(means.flow.leave)
    view.searched.connect(lambda _text: later.start())
    view.looked_at.connect(lambda who: run(view, presenter.look_at(who)))
    view.begun.connect(lambda: run(view, presenter.begin_case()))
    view.opened.connect(presenter.open_case)
    view.taken_over.connect(lambda number: run(view, presenter.take_over(number)))
    return Opened(
        Route("people"),
        view,
        view.focus_first,
        presenter.open,
        changed=presenter.changed,
        reread=presenter.open,
        rail="people",
        read_first=True,
    )
