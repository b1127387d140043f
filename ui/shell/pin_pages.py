"""Build the page of a card's PIN: among the other pages, and at the door."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ui.presenters.card_pin import CardPinPresenter
from ui.shell.opened import Means, Opened
from ui.values import Route
from ui.views.card_pin import CardPinPage

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from PySide6.QtCore import QObject

    from client.app.rows.words import Words
    from ui.i18n import Tongue
    from ui.presenters.desk import Desk


def open_card_pin(means: Means) -> Opened:
    """Open it; pulling the card locks the window, and the door says what is not known then."""
    view, presenter = card_pin_page(
        means.desk, means.tongue, means.run, means.flow.leave, means.say
    )
    return Opened(
        Route("card_pin"),
        view,
        view.focus_first,
        presenter.open,
        card=presenter.card_changed,
        making=lambda: presenter.busy,
    )


def card_pin_page(
    desk: Desk,
    tongue: Tongue,
    run: Callable[[QObject, Coroutine[Any, Any, Any]], object],
    leave: Callable[[], None],
    tell: Callable[[Words], object],
) -> tuple[CardPinPage, CardPinPresenter]:
    """Make page and presenter; what is typed is in no draft."""
    view = CardPinPage(tongue)
    presenter = CardPinPresenter(desk, view, leave, tell)
    view.left.connect(presenter.leave)
    view.way_picked.connect(presenter.pick)
    view.entered.connect(lambda form: run(view, presenter.set(form)))
    return view, presenter
