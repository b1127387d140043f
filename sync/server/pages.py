"""What every page has in common: language, templates, words, headers, and failures as pages.

No page runs a script or style that stands in it; nothing of it is kept by a browser or a proxy.
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from fastapi import Response
from fastapi.routing import APIRoute
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from sync.domain.calendar import CHINA
from sync.domain.failures import Failure
from sync.protocol.errors import WireError
from sync.server.api.bodies import read_bytes
from sync.server.api.errors import status_of
from sync.server.frames import Frames
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping

    from fastapi import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from sync.domain.catalogue import Words
    from sync.server.assets import Assets
    from sync.server.services.desk import Desk

FORM_MAX = 4096
CHINESE, ENGLISH = "zh_CN", "en"
_LANG = "lang"
_YEAR_S = 365 * 86_400
_MINUTE_MS, _HOUR_MS, _DAY_MS = 60_000, 3_600_000, 86_400_000
_PAGES = ("/console", "/public", "/assets", "/")

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not "no-referrer": with it a browser hides the origin of a form, which we ask for.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "cache-control": "no-store",
}
_SECURE_ONLY = ("strict-transport-security", "max-age=31536000")


class PageHeaders:
    """Middleware: the headers above on every answer under the pages' addresses, errors included."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self._app = app
        self._headers = [(n.encode(), v.encode()) for n, v in HEADERS.items()]
        if secure:
            self._headers.append((_SECURE_ONLY[0].encode(), _SECURE_ONLY[1].encode()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; add what its answer does not say itself."""
        if scope["type"] != "http" or not _is_page(scope["path"]):
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = list(message.get("headers", []))
                names = {name.lower() for name, _ in said}
                said += [(name, value) for name, value in self._headers if name not in names]
                message = {**message, "headers": said}
            await send(message)

        await self._app(scope, receive, with_headers)


def _is_page(path: str) -> bool:
    return path == "/" or any(path == p or path.startswith(f"{p}/") for p in _PAGES[:-1])


def language_of(request: Request) -> str:
    """Return a request's language: asked for, remembered, or the browser's; Chinese otherwise."""
    for asked in (request.query_params.get(_LANG), request.cookies.get(_LANG)):
        if asked is not None:
            return ENGLISH if asked.lower().startswith("en") else CHINESE
    first = request.headers.get("accept-language", "").strip().lower()
    return ENGLISH if first.startswith("en") else CHINESE


async def form_of(request: Request, limit: int = FORM_MAX, fields: int = 16) -> dict[str, str]:
    """Return the fields of a plain form, at most so many, of at most so many bytes.

    Raises:
        WireError: too_large, malformed.
    """
    data = await read_bytes(request, limit)
    try:
        return dict(parse_qsl(data.decode("utf-8"), keep_blank_values=True, max_num_fields=fields))
    except ValueError as error:
        raise WireError("wire.malformed") from error


def check_origin(request: Request, origin: str) -> None:
    """Refuse a form that another site sent (CSRF), beside the cookie's own SameSite=Strict.

    Raises:
        WireError: forbidden.
    """
    site = request.headers.get("sec-fetch-site")
    own = request.headers.get("origin") == origin if site is None else site == "same-origin"
    if not own:
        raise WireError("wire.forbidden")


class Pages:
    """Renders templates in a request's language."""

    def __init__(self, desk: Desk, assets: Assets) -> None:
        self._desk = desk
        self._assets = assets
        self._frames = Frames()
        folder = files("resources") / "web" / "templates"
        self._environment = Environment(
            loader=FunctionLoader(lambda name: folder.joinpath(name).read_text("utf-8")),
            autoescape=True,
            auto_reload=False,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def render(self, request: Request, template: str, **shown: Any) -> str:
        """Return a template filled in."""
        genesis = self._desk.policy.book.genesis
        return self._environment.get_template(template).render(
            w=Wording(language_of(request), self._desk.clock.now_ms()),
            asset=self._assets.address,
            centre="" if genesis is None else genesis.name,
            other_language=_in_other_language(request),
            touch=request.query_params.get("touch") == "1",
            **shown,
        )

    def page(self, request: Request, template: str, *, status: int = 200, **shown: Any) -> Response:
        """Answer with a page."""
        return self._answer(request, self.render(request, template, **shown), status)

    def filled(
        self, request: Request, template: str, parts: Mapping[str, str], **shown: Any
    ) -> Response:
        """Answer with a page of which only `parts` differ for each who asks (see frames)."""

        def render(parts: Mapping[str, str]) -> str:
            return self.render(request, template, **parts, **shown)

        genesis = self._desk.policy.book.genesis
        centre = "" if genesis is None else genesis.name
        if request.url.query:  # whatever somebody writes there stands in the page
            return self._answer(request, render(parts), 200)
        key = (template, language_of(request), centre, tuple(sorted(shown.items())))
        return self._answer(request, self._frames.filled(key, parts, render), 200)

    def part(self, request: Request, template: str, **shown: Any) -> Markup:
        """Return a piece of a page."""
        wording = Wording(language_of(request), self._desk.clock.now_ms())
        filled = self._environment.get_template(template).render(w=wording, **shown)
        return Markup(filled)  # noqa: S704  the template has escaped what it was given

    @staticmethod
    def _answer(request: Request, html: str, status: int) -> Response:
        answer = Response(
            html,
            status,
            media_type="text/html",
            headers={"Content-Language": language_of(request).replace("_", "-")},
        )
        asked = request.query_params.get(_LANG)
        if asked is not None:
            answer.set_cookie(
                _LANG, language_of(request)[:2], max_age=_YEAR_S, samesite="lax", path="/"
            )
        return answer

    def problem(self, request: Request, failure: Failure) -> Response:
        """Answer a failure with a page of its own."""
        answer = self.page(
            request,
            "problem.html",
            status=status_of(failure),
            code=failure.code,
            details=dict(failure.details),
        )
        wait = failure.details.get("retry_after")
        if wait is not None:
            answer.headers["Retry-After"] = str(wait)
        return answer

    def route_class(self) -> type[APIRoute]:
        """Return the routes' class: failures become pages."""
        pages = self

        class PageRoute(APIRoute):
            """A route that answers with pages."""

            def get_route_handler(
                self,
            ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
                """Wrap the route's handler."""
                plain = super().get_route_handler()

                async def handler(request: Request) -> Response:
                    try:
                        return await plain(request)
                    except Failure as failure:
                        return pages.problem(request, failure)

                return handler

        return PageRoute


def _in_other_language(request: Request) -> str:
    """Return the address of this page in the other language."""
    kept = [(k, v) for k, v in request.query_params.multi_items() if k not in {_LANG, "seen"}]
    other = "zh" if language_of(request) == ENGLISH else "en"
    return "?" + urlencode([*kept, (_LANG, other)])


class Wording:
    """Words, times and numbers as one language writes them; what templates call `w`."""

    def __init__(self, language: str, now_ms: int) -> None:
        self.language = language
        self._texts = texts(language)
        self._year = _china(now_ms).year

    @property
    def tag(self) -> str:
        """Return the language as HTML names it."""
        return "zh-CN" if self.language == CHINESE else "en"

    def t(self, key: str, /, **args: object) -> str:
        """Return the words of a key."""
        return self._texts.t(key, **args)

    def code(self, prefix: str, code: str, args: Mapping[str, object] | None = None) -> str:
        """Return the words of a code, or the code itself: a newer window may know more than we.

        What a sentence names and nobody kept, "…" stands for: a log's line has the code alone.
        """
        key = f"{prefix}.{code}"
        if not self._texts.has(key):
            return code
        values: dict[str, object] = dict.fromkeys(self._texts.arguments(key), "…")
        values.update({name: self._value(name, value) for name, value in (args or {}).items()})
        return self._texts.t(key, **values)

    def spoken(self, args: Mapping[str, object]) -> dict[str, object]:
        """Return a finding's arguments with the codes among them in words."""
        return {
            name: self.code("violation_name", value)
            if name == "about" and isinstance(value, str)
            else value
            for name, value in args.items()
            if isinstance(value, str | int)
        }

    def name(self, words: Words | None, code: str = "") -> str:
        """Return a name of the catalogue, its code when the catalogue has it no more."""
        return code if words is None else words.of(self.language)

    def moment(self, ms: int | None, *, seconds: bool = False) -> str:
        """Return a moment in China time, without this year's number."""
        if ms is None:
            return "—"
        at = _china(ms)
        day = f"{at:%m-%d}" if at.year == self._year else f"{at:%Y-%m-%d}"
        return f"{day} {at:%H:%M:%S}" if seconds else f"{day} {at:%H:%M}"

    def day(self, ms: int) -> str:
        """Return a day in China, in full."""
        return f"{_china(ms):%Y-%m-%d}"

    def iso(self, ms: int) -> str:
        """Return a moment as HTML's `time` wants it."""
        return _china(ms).isoformat(timespec="seconds")

    def time(self, ms: int) -> str:
        """Return hours and minutes."""
        return f"{_china(ms):%H:%M}"

    def width(self, ms: int) -> str:
        """Return how wide an interval is, rounded up, in its largest unit."""
        for unit, size in (("d", _DAY_MS), ("h", _HOUR_MS), ("min", _MINUTE_MS)):
            if ms >= size:
                return self.t(f"console.width.{unit}", amount=-(-ms // size))
        return self.t("console.width.s", amount=-(-ms // 1000))

    def remaining(self, key: str, args: Mapping[str, str | int]) -> str:
        """Return what is left in two figures, "剩 4个工作日3时"; other states in full."""
        short = {"light.left": "console.left", "light.over": "console.over"}.get(key)
        if short is None:
            return self.t(key, **args)
        parts = [(unit, int(args[unit])) for unit in ("days", "hours", "minutes")]
        while len(parts) > 1 and parts[0][1] == 0:
            parts.pop(0)
        told = [("day" if part == ("days", 1) else part[0], part[1]) for part in parts[:2]]
        span = "".join(
            self.t(f"console.span.{unit}", amount=amount) for unit, amount in told if amount
        )
        return self.t(short, span=(span or self.t("console.span.moment")).strip())

    def _value(self, name: str, value: object) -> object:
        if isinstance(value, int) and value > _YEAR_S * 1000 and name != "number":
            return self.moment(value)
        return value


def _china(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(CHINA)
