"""Every failure as {code, details}, and the nonce that goes out with every answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import Response
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from sync.domain.failures import Failure
from sync.domain.fields import DataFailure
from sync.domain.figures.scoring import ScoreFailure
from sync.domain.filings import FilingFailure
from sync.domain.letters import LetterFailure
from sync.domain.tickets import QueueFailure
from sync.proof.failures import CertificateError, ProofError
from sync.protocol import version
from sync.protocol.codec import write_message
from sync.protocol.errors import ReaderError, WireError
from sync.protocol.messages import Problem
from sync.server.api.bodies import JSON

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from sync.server.services.entry.callers import Callers

_WIRE, _HELLO = "/v1/", "/v1/hello"

log = structlog.get_logger(__name__)


def status_of(failure: Failure) -> int:
    """Return the HTTP status of a failure: never a 5xx for what somebody sent."""
    if isinstance(failure, WireError):
        return failure.status
    if isinstance(failure, CertificateError | ProofError):
        return HTTPStatus.FORBIDDEN
    if isinstance(failure, QueueFailure | FilingFailure | LetterFailure | ScoreFailure):
        return HTTPStatus.CONFLICT
    if isinstance(failure, ReaderError | DataFailure):
        return HTTPStatus.BAD_REQUEST
    return HTTPStatus.INTERNAL_SERVER_ERROR


def problem(status: int, code: str, details: dict[str, str | int] | None = None) -> Response:
    """Return a failure's answer."""
    headers = {"Cache-Control": "no-store"}
    if details and "retry_after" in details:
        headers["Retry-After"] = str(details["retry_after"])
    if status == HTTPStatus.REQUEST_TIMEOUT:
        headers["Connection"] = "close"  # the rest of that body is not waited for
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'DPoP algs="ES256"'
    body = write_message(Problem(code, details or {}))
    return Response(body, status, media_type=JSON, headers=headers)


async def on_failure(_request: Request, failure: Exception) -> Response:
    """Answer a failure that a service raised."""
    if not isinstance(failure, Failure):
        return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "wire.broken")
    status = status_of(failure)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        log.info(
            "request put off", failure=failure.code
        )  # what is away is logged where it is missed
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("request failed", failure=failure.code)
    return problem(status, failure.code, dict(failure.details))


async def on_http(_request: Request, error: Exception) -> Response:
    """Answer what the framework itself refuses: unknown paths and methods."""
    status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.BAD_REQUEST
    missing = status in {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
    return problem(status, "wire.not_found" if missing else "wire.malformed")


def install(app: FastAPI) -> None:
    """Hang the handlers into an app."""
    app.add_exception_handler(Failure, on_failure)
    app.add_exception_handler(HTTPException, on_http)


class Envelope:
    """Middleware around the routes of the wire.

    Our own defects are logged in full and told to nobody. Every answer carries a fresh
    `DPoP-Nonce` (proof.md §7). A request in a wire that this centre does not speak is told so
    before it is read; only `hello` answers everybody.
    """

    def __init__(self, app: ASGIApp, callers: Callers) -> None:
        self._app = app
        self._callers = callers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it here; add the header to the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        begun = False

        async def with_nonce(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers: list[Any] = list(message.get("headers", []))
                headers.append((b"dpop-nonce", self._callers.nonce().encode()))
                message = {**message, "headers": headers}
            await send(message)

        try:
            await (_spoken(scope) or self._app)(scope, receive, with_nonce)
        except ClientDisconnect:
            log.info("caller gone", path=scope["path"])  # nobody is left to answer
        except Exception:
            log.exception("defect", path=scope["path"])
            if begun:
                raise  # half an answer is on the line: all that is left is to cut it
            broken = problem(HTTPStatus.INTERNAL_SERVER_ERROR, "wire.broken")
            await broken(scope, receive, with_nonce)


def _spoken(scope: Scope) -> Response | None:
    """Return the refusal of a request in a wire that this centre does not speak."""
    spoken = Headers(scope=scope).get(version.HEADER)
    if spoken is None or scope["path"] == _HELLO or not scope["path"].startswith(_WIRE):
        return None
    try:
        version.agree(spoken[:10], spoken[:10])
    except WireError as error:
        return problem(error.status, error.code, dict(error.details))
    return None
