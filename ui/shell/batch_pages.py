"""Build the page of waiting decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.loop import Later
from ui.presenters.batch import BatchPresenter
from ui.shell.opened import Means, Opened
from ui.values import Route
from ui.views.batch import BatchPage

if TYPE_CHECKING:
    from ui.values import BatchForm

_PAUSE_MS = 500  # sheets are drawn up anew once the hand that types rests


def open_batch(means: Means) -> Opened:
    """Open the cases that wait for a decision."""
    view = BatchPage(means.tongue)
    presenter = BatchPresenter(means.desk, view, means.flow)
    run = means.run
    prepare = Later(view, _PAUSE_MS, lambda: run(view, presenter.prepare()))

    def edited(form: BatchForm) -> None:
        presenter.edited(form)
        run(means.outlives, presenter.save_draft())
        prepare.start()

    async def begin() -> None:
        await presenter.open()
        run(view, presenter.prepare())

    view.left.connect(lambda: run(means.outlives, presenter.leave()))
    view.toggled.connect(presenter.toggle)
    view.looked_at.connect(lambda number: run(view, presenter.look_at(number)))
    view.opened.connect(presenter.open_case)
    view.edited.connect(edited)
    view.entered.connect(lambda pin: run(view, presenter.sign(pin)))
    return Opened(
        Route("batch"),
        view,
        view.focus_first,
        begin,
        changed=presenter.changed,
        reread=presenter.read,
        card=presenter.card_changed,
        detail=lambda: presenter.current.detail if presenter.current else None,
        rail="batch",
        read_first=True,
        making=lambda: presenter.making,
    )
