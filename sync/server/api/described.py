"""OpenAPI of the routes, from the very structs that read and write them (OpenAPI 3.1).

Published as docs/openapi.json by `python -m installer.openapi`; a test compares, another makes
hostile requests out of it. What OpenAPI cannot say (what is signed, and how) stands in
docs/PROTOCOL.md.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import msgspec

from sync.protocol import (
    backup_messages,
    crash_messages,
    department_messages,
    filing_messages,
    hall_messages,
    level_messages,
    messages,
    version,
)
from sync.typed import preparing

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

_REF = "#/components/schemas/{name}"
_JSON = "application/json"
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
    backup_messages.BackupsAnswer,
    backup_messages.BackupKept,
    crash_messages.CrashReport,
    crash_messages.CrashAnswer,
    hall_messages.QueueCall,
    hall_messages.QueueAnswer,
    hall_messages.BookingsCall,
    hall_messages.BookingsAnswer,
    hall_messages.BookingCall,
    hall_messages.BookingAnswer,
    filing_messages.FilingsAnswer,
    filing_messages.FilingCall,
    filing_messages.FilingAnswer,
    department_messages.DepartmentsHello,
    department_messages.SystemHead,
    department_messages.StepsCall,
    department_messages.StepsAnswer,
    department_messages.NumbersCall,
    department_messages.NumbersAnswer,
    department_messages.CaseCall,
    department_messages.CaseAnswer,
    department_messages.LinesCall,
    department_messages.LinesAnswer,
    level_messages.MarksAnswer,
    level_messages.ReportCall,
    level_messages.KeptCall,
    level_messages.KeptLeaves,
    level_messages.KeptLines,
    level_messages.Mark,
)
#: Routes that nobody needs to prove (docs/PROTOCOL.md §10).
_OPEN = frozenset(
    {"/v1/hello", "/v1/enrol", "/v1/login/nonce", "/v1/login", "/departments/v1/hello"}
)
_TYPES = ("image/jpeg", "image/png", "application/pdf")
_BYTES = {"schema": {"type": "string", "format": "binary"}}
_NONCE = {
    "DPoP-Nonce": {
        "description": "The nonce of the next proof (RFC 9449 §8).",
        "schema": {"type": "string"},
    }
}
_WIRE = {
    "name": version.HEADER,
    "in": "header",
    "required": False,
    "description": "The wire that the body is written in; the newest when absent.",
    "schema": {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "example": version.CURRENT,
}
_PROOF = {
    "type": "apiKey",
    "in": "header",
    "name": "DPoP",
    "description": "dpop+jwt over method, address, body and nonce (docs/PROTOCOL.md §10).",
}
_TOKEN = {"type": "http", "scheme": "DPoP", "description": "The session's token (RFC 9449 §7.1)."}


def talk(
    answer: type[msgspec.Struct], request: type[msgspec.Struct] | None = None
) -> dict[str, Any]:
    """Return the keywords of a route: what it takes and gives."""
    content = {_JSON: {"schema": {"$ref": _REF.format(name=answer.__name__)}}}
    said = (answer.__doc__ or "").split("\n")[0]
    extra: dict[str, Any] = {"responses": {"200": {"description": said, "content": content}}}
    if request is not None:
        form = {"schema": {"$ref": _REF.format(name=request.__name__)}}
        extra["requestBody"] = {"required": True, "content": {_JSON: form}}
    return {"openapi_extra": extra, "response_model": None}


def upload(answer: type[msgspec.Struct]) -> dict[str, Any]:
    """Return the keywords of a route that takes an attachment's bytes, which say their own type."""
    said = talk(answer)
    content = {"application/octet-stream": _BYTES}
    said["openapi_extra"]["requestBody"] = {"required": True, "content": content}
    return said


def download(*types: str) -> dict[str, Any]:
    """Return the keywords of a route that hands out bytes: an attachment's, or of these types."""
    content = dict.fromkeys(types or _TYPES, _BYTES)
    answered = {"200": {"description": "The bytes.", "content": content}}
    return {"openapi_extra": {"responses": answered}, "response_model": None}


def stream() -> dict[str, Any]:
    """Return the keywords of the live stream."""
    content = {"text/event-stream": {"schema": {"type": "string"}}}
    pokes = {"200": {"description": "Lines `data: {s, n, page?}`.", "content": content}}
    return {"openapi_extra": {"responses": pokes}, "response_model": None}


def describe(app: FastAPI) -> None:
    """Let the app's OpenAPI carry the schemas of every form, and what all routes share."""
    with preparing():
        _, components = msgspec.json.schema_components(_FORMS, ref_template=_REF)
    forms = {name: _readable(schema) for name, schema in components.items()}
    plain: Callable[[], dict[str, Any]] = app.openapi

    def openapi() -> dict[str, Any]:
        document = plain()
        document["components"] = {
            "schemas": forms,
            "securitySchemes": {"proof": _PROOF, "token": _TOKEN},
        }
        for path, methods in document["paths"].items():
            for operation in methods.values():
                _complete(path, operation)
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's own documented way


def _complete(path: str, operation: dict[str, Any]) -> None:
    """Add what every route has: the wire's header, its proof, how it refuses."""
    failed = {"schema": {"$ref": _REF.format(name="Problem")}}
    responses = operation["responses"]
    responses.pop("422", None)  # FastAPI's own; paths are texts here, and never refused by it
    responses["default"] = {
        "description": "Refused: a code and its details.",
        "content": {_JSON: failed},
    }
    for response in responses.values():
        response["headers"] = _NONCE
    if not any(each["name"] == version.HEADER for each in operation.setdefault("parameters", [])):
        operation["parameters"].append(_WIRE)
    if path not in _OPEN:
        operation["security"] = [{"proof": [], "token": []}, {"proof": []}]


def _readable(schema: Any) -> Any:
    """Return a schema with its prose unindented and its patterns as JSON Schema has them."""
    if isinstance(schema, list):
        return [_readable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    read = {name: _readable(member) for name, member in schema.items()}
    if isinstance(read.get("description"), str):
        read["description"] = inspect.cleandoc(read["description"])
    if isinstance(read.get("pattern"), str):
        read["pattern"] = read["pattern"].replace(r"\Z", "$")
    return read
