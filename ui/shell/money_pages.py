"""Build the cashier's pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.loop import Later
from ui.presenters.bank import BankPresenter
from ui.presenters.money import MoneyPresenter, StockPresenter, TillPresenter
from ui.shell.opened import Means, Opened
from ui.values import Route
from ui.views.bank import BankPage
from ui.views.money import MoneyPage
from ui.views.stock import StockPage
from ui.views.till import TillPage

if TYPE_CHECKING:
    from ui.presenters.money import StockForm, TillForm


def open_money(means: Means) -> Opened:
    """Open the cashier's desk."""
    view = MoneyPage(means.tongue)
    presenter = MoneyPresenter(means.desk, view, means.flow)
    later = Later(view, 0, lambda: means.run(view, presenter.find(view.search.text())))
    view.left.connect(means.flow.leave)
    view.searched.connect(lambda _text: later.start())
    view.opened.connect(lambda key: presenter.pay(key.partition(" ")[0]))
    view.submitted.connect(lambda: presenter.pay(view.current_case()))
    view.stock_wanted.connect(lambda: means.flow.go(Route("stock")))
    view.till_wanted.connect(lambda: means.flow.go(Route("till")))
    view.bank_wanted.connect(lambda: means.flow.go(Route("bank")))
    return Opened(
        Route("money"),
        view,
        view.focus_first,
        presenter.open,
        changed=presenter.changed,
        reread=presenter.open,
        rail="money",
        read_first=True,
    )


def open_stock(means: Means) -> Opened:
    """Open the receipt forms."""
    view = StockPage(means.tongue)
    presenter = StockPresenter(means.desk, view)
    run = means.run

    def edited(form: StockForm) -> None:
        presenter.edited(form)
        run(means.outlives, presenter.save())

    view.left.connect(means.flow.leave)
    view.edited.connect(edited)
    view.picked.connect(presenter.pick)
    view.submitted.connect(lambda: run(view, presenter.submit(view.form_now())))
    return Opened(
        Route("stock"),
        view,
        view.focus_first,
        presenter.open,
        save=presenter.save,
        changed=presenter.changed,
        rail="money",
        read_first=True,
        making=lambda: presenter.making,
    )


def open_till(means: Means) -> Opened:
    """Open the sums."""
    view = TillPage(means.tongue)
    presenter = TillPresenter(means.desk, view, means.flow)
    run = means.run

    def edited(form: TillForm) -> None:
        run(view, presenter.edited(form))
        run(means.outlives, presenter.save())

    view.left.connect(means.flow.leave)
    view.edited.connect(edited)
    view.print_asked.connect(lambda: run(view, presenter.print()))
    view.exported.connect(lambda path: run(view, presenter.export(path)))
    view.submitted.connect(lambda: run(view, presenter.submit(view.form_now())))
    return Opened(
        Route("till"),
        view,
        view.focus_first,
        presenter.open,
        save=presenter.save,
        changed=presenter.changed,
        rail="money",
        read_first=True,
        making=lambda: presenter.making,
    )


def open_bank(means: Means) -> Opened:
    """Open the bank's statements."""
    view = BankPage(means.tongue)
    presenter = BankPresenter(means.desk, view, means.flow)
    run = means.run
    later = Later(view, 0, lambda: run(view, presenter.find(view.search.text())))
    view.left.connect(means.flow.leave)
    view.searched.connect(lambda _text: later.start())
    view.chosen_file.connect(lambda path: run(view, presenter.read(path)))
    view.noted.connect(lambda key, note: run(means.outlives, presenter.explain(key, note)))
    view.note_done.connect(lambda: run(view, presenter.find(view.search.text())))
    view.submitted.connect(lambda: run(means.outlives, presenter.book(*view.chosen())))
    return Opened(
        Route("bank"),
        view,
        view.focus_first,
        presenter.open,
        changed=presenter.changed,
        reread=presenter.open,
        rail="money",
        read_first=True,
        making=lambda: presenter.making,
    )
