"""Build the hall's pages: the queue, appointments, online filings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.rows.changes import QueueMoved
from ui.presenters.bookings import BookingsPresenter
from ui.presenters.filings import FilingsPresenter
from ui.presenters.queue import QueuePresenter
from ui.shell.opened import Means, Opened
from ui.values import Route
from ui.views.bookings import BookingsPage
from ui.views.filings import FilingsPage
from ui.views.queue import QueuePage

if TYPE_CHECKING:
    from client.app.rows.changes import DeskNews
    from ui.presenters.bookings import BookingForm


def open_queue(means: Means, route: Route) -> Opened:
    """Open the queue; it follows the hall as long as it is open.

    A case that was open before stands ready to be linked.
    """
    view = QueuePage(means.tongue)
    view.case.setText(route.case)
    presenter = QueuePresenter(means.desk, view, means.flow)
    run = means.run

    def heard(news: DeskNews) -> None:
        if isinstance(news, QueueMoved):
            run(view, presenter.moved())

    view.destroyed.connect(means.desk.watch(heard))
    view.left.connect(means.flow.leave)
    view.submitted.connect(lambda: run(view, presenter.lead()))
    view.acted.connect(lambda what, number: run(view, presenter.act(what, number)))
    view.drawn.connect(lambda kind, to: run(view, presenter.draw(kind, to)))
    view.handed.connect(lambda target: run(view, presenter.hand(target)))
    view.linked.connect(lambda case: run(view, presenter.link(case)))
    view.bookings_wanted.connect(lambda: means.flow.go(Route("bookings")))
    return Opened(
        route,
        view,
        view.focus_first,
        presenter.open,
        reread=presenter.open,
        rail="queue",
        read_first=True,
    )


def open_bookings(means: Means) -> Opened:
    """Open the appointments."""
    view = BookingsPage(means.tongue)
    presenter = BookingsPresenter(means.desk, view, means.flow)
    run = means.run

    def edited(form: BookingForm) -> None:
        run(view, presenter.edited(form))
        run(means.outlives, presenter.save())

    def acted(what: str, number: str) -> None:
        if what == "move":
            run(view, presenter.move(number, view.form_now()))
        elif what == "arrive":
            run(view, presenter.arrive(number))
        else:
            run(view, presenter.cancel(number))

    view.left.connect(means.flow.leave)
    view.edited.connect(edited)
    view.acted.connect(acted)
    view.submitted.connect(lambda: run(view, presenter.submit(view.form_now())))
    return Opened(
        Route("bookings"),
        view,
        view.focus_first,
        presenter.open,
        save=presenter.save,
        reread=presenter.open,
        rail="queue",
        read_first=True,
    )


def open_filings(means: Means) -> Opened:
    """Open the online filings."""
    view = FilingsPage(means.tongue)
    run = means.run
    presenter = FilingsPresenter(
        means.desk, view, means.flow, lambda work: run(means.outlives, work)
    )

    def typed(number: str, text: str) -> None:
        presenter.typed(number, text)
        run(means.outlives, presenter.save())

    def register() -> None:
        run(view, presenter.register(view.chosen()))

    view.left.connect(means.flow.leave)
    view.chose.connect(presenter.choose)
    view.typed.connect(typed)
    view.lacked.connect(lambda number, text: run(view, presenter.lacks(number, text)))
    view.released.connect(lambda number: run(view, presenter.release(number)))
    view.looked.connect(lambda number: run(view, presenter.look(number)))
    view.submitted.connect(register)
    return Opened(
        Route("filings"),
        view,
        view.focus_first,
        presenter.open,
        reread=presenter.open,
        rail="queue",
        read_first=True,
        making=lambda: presenter.making,
    )
