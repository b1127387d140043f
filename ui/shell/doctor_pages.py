"""Build the doctor's page."""

from __future__ import annotations

from ui.presenters.doctor import DoctorPresenter
from ui.shell.opened import Means, Opened
from ui.values import Route
from ui.views.doctor import DoctorPage


def open_doctor(means: Means, _route: Route) -> Opened:
    """Open the doctor's page; looking begins at once."""
    view = DoctorPage(means.tongue, backs_up=True)
    presenter = DoctorPresenter(means.desk, view)
    view.left.connect(means.flow.leave)
    view.again.connect(lambda: means.run(view, presenter.open()))
    view.backup_wanted.connect(lambda: means.run(view, presenter.back_up()))
    view.saved.connect(lambda path: means.run(view, presenter.save(path)))
    return Opened(Route("doctor"), view, view.focus_first, presenter.open, rail="help")
