"""OpenAPI of the routes, from the very structs that read and write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from sync.protocol import messages

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

_REF = "#/components/schemas/{name}"
_FORMS: tuple[type[msgspec.Struct], ...] = (
    messages.Problem,
    messages.Empty,
    messages.Hello,
    messages.EnrolRequest,
    messages.EnrolAnswer,
    messages.LoginNonceRequest,
    messages.LoginNonceAnswer,
    messages.LoginRequest,
    messages.LoginAnswer,
    messages.TokenAnswer,
    messages.PushRequest,
    messages.PushAnswer,
    messages.PullRequest,
    messages.PullAnswer,
    messages.AnchorCall,
    messages.AnchorAnswer,
    messages.LeaseAnswer,
    messages.UploadRequest,
    messages.UploadAnswer,
    messages.UploadedAnswer,
    messages.ConsoleCodeAnswer,
)


def talk(
    answer: type[msgspec.Struct], request: type[msgspec.Struct] | None = None
) -> dict[str, Any]:
    """Return the keywords of a route: what it takes and gives."""
    content = {"application/json": {"schema": {"$ref": _REF.format(name=answer.__name__)}}}
    failed = {"application/json": {"schema": {"$ref": _REF.format(name="Problem")}}}
    extra: dict[str, Any] = {
        "responses": {
            "200": {"description": (answer.__doc__ or "").split("\n")[0], "content": content},
            "default": {"description": "Refused: a code and its details.", "content": failed},
        }
    }
    if request is not None:
        form = {"schema": {"$ref": _REF.format(name=request.__name__)}}
        extra["requestBody"] = {"required": True, "content": {"application/json": form}}
    return {"openapi_extra": extra, "response_model": None}


def describe(app: FastAPI) -> None:
    """Let the app's OpenAPI carry the schemas of every form."""
    _, components = msgspec.json.schema_components(_FORMS, ref_template=_REF)
    plain: Callable[[], dict[str, Any]] = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        document.setdefault("components", {}).setdefault("schemas", {}).update(components)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own documented way
