"""What the pages of strangers have in common: guesses are counted, telephones are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from sync.server.api.doors import address
from sync.server.pages import language_of
from sync.server.services.public.public import network

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import Request, Response

    from sync.domain.failures import Failure
    from sync.server.pages import Pages
    from sync.server.services.desk import Desk
    from sync.server.services.ports.ledger import Transaction

R = TypeVar("R")

CODES_PER_MINUTE = 6  # of one network: behind it may be a hall's guests


async def guarded(desk: Desk, request: Request, number: str, work: Callable[[Transaction], R]) -> R:
    """Read what a number and its check code open; a failure costs one of five tries an hour.

    Raises:
        WireError: rate_limited. Failure: what the work raises.
    """
    names = (f"no {number[:40]}", f"from {network(address(request))}")
    desk.strangers.guesses.take(*names)
    found = await desk.ledger.read(work)
    desk.strangers.guesses.give_back(*names)
    return found


async def send_code(desk: Desk, request: Request, phone: str, purpose: str) -> str:
    """Send a code to a telephone; return the id under which it is shown.

    Raises:
        WireError: malformed, rate_limited.
    """
    desk.tries.take(f"code {network(address(request))}", CODES_PER_MINUTE)
    lang = language_of(request)
    return await desk.ledger.write(
        lambda tx: desk.strangers.phones.send(tx, phone, purpose, lang), ("phone_codes",)
    )


async def take_code(desk: Desk, request: Request, form: Mapping[str, str], purpose: str) -> str:
    """Return the telephone whose code was typed; "" for a wrong one.

    Raises:
        WireError: rate_limited.
    """
    desk.tries.take(f"typed {network(address(request))}", 5 * CODES_PER_MINUTE)
    shown = await desk.ledger.write(
        lambda tx: desk.strangers.phones.take(
            tx, form.get("id", ""), form.get("figures", ""), purpose
        ),
        ("phone_codes",),
    )
    return shown.phone


def code_page(  # what a page that asks for a code has to carry on
    pages: Pages, request: Request, action: str, carried: Mapping[str, str], *, wrong: bool = False
) -> Response:
    """Ask for the code that was sent; everything typed so far is carried on in the form."""
    return pages.page(
        request,
        "phone_code.html",
        status=422 if wrong else 200,
        action=action,
        carried=carried,
        wrong=wrong,
    )


def said(failure: Failure) -> dict[str, object]:
    """Return a failure as a page shows it beside its form."""
    return {"code": failure.code, "details": dict(failure.details)}
