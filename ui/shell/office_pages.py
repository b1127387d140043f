"""Build the pages of an office: authorisations."""

from __future__ import annotations

from ui.presenters.authorisations import AuthorisationsPresenter
from ui.shell.opened import Means, Opened
from ui.values import Route
from ui.views.authorisations import AuthorisationsPage


def open_authorisations(means: Means) -> Opened:
    """Open one's own authorisations and the department's."""
    view = AuthorisationsPage(means.tongue)
    presenter = AuthorisationsPresenter(means.desk, view, means.flow)
    view.left.connect(means.flow.leave)
    view.looked_at.connect(presenter.look_at)
    view.printed.connect(presenter.print_paper)
    view.command_wanted.connect(lambda way: means.run(view, presenter.copy_command(way)))
    return Opened(
        Route("authorisations"),
        view,
        view.focus_first,
        presenter.open,
        changed=presenter.changed,
        reread=presenter.open,
        rail="authorisations",
        read_first=True,
    )
