"""Build the pages of an office: authorisations, and the register of seals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.presenters.authorisations import AuthorisationsPresenter
from ui.presenters.seal_book import SealBookPresenter
from ui.shell.opened import Means, Opened
from ui.values import Route
from ui.views.authorisations import AuthorisationsPage
from ui.views.seal_book import SealBookPage

if TYPE_CHECKING:
    from ui.values import CloseForm


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


def open_seal_book(means: Means) -> Opened:
    """Open the register of seals and the day's close."""
    view = SealBookPage(means.tongue)
    presenter = SealBookPresenter(means.desk, view, means.flow)
    run = means.run

    def edited(form: CloseForm) -> None:
        presenter.edited(form)
        run(means.outlives, presenter.save_draft())

    view.left.connect(means.flow.leave)
    view.edited.connect(edited)
    view.case_wanted.connect(presenter.open_case)
    view.submitted.connect(lambda: run(view, presenter.close(view.form_now())))
    return Opened(
        Route("seal_book"),
        view,
        view.focus_first,
        presenter.open,
        changed=presenter.changed,
        rail="seal_book",
        read_first=True,
    )
