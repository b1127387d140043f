"""A gateway that sends nothing: it takes messages as a real one does, shows them, answers for them.

HTTP for short messages, calls and the web hook; SMTP for mail. For demonstrations and tests; what
it has taken stands on its page. It knows ids: one that it has is answered 409 and kept once.
"""

from __future__ import annotations

import html
import json
import socket
import socketserver
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

from sync.server.channels.signing import HEADER, is_signed

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_MOST = 65_536
_PAGE = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>模拟短信网关</title>'
    "<h1>模拟短信网关 · nothing here reaches a telephone</h1><ol>{lines}</ol></html>"
)


@dataclass
class Taken:
    """What a simulator has taken, in order; `answer` is the status for those to come."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    asked: int = 0
    answer: int = 202
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, said: dict[str, Any]) -> int:
        """Keep a message once; return the status to answer with."""
        with self.lock:
            self.asked += 1
            if self.answer >= 300:
                return self.answer
            if any(each["id"] == said["id"] for each in self.messages):
                return 409
            self.messages.append(said)
            return self.answer


class _Web(BaseHTTPRequestHandler):
    server: _WebServer

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), _MOST))
        given = self.headers.get(HEADER, "")
        at = given.removeprefix("t=").partition(",")[0]
        # The demonstration's clock is moved: only the secret is looked at, not the hour.
        if not at.isdecimal() or not is_signed(self.server.secret, given, body, int(at)):
            self._answer(401, b"{}")
            return
        said = json.loads(body)
        status = self.server.taken.take(said)
        self._answer(status, json.dumps({"ref": f"sim-{len(self.server.taken.messages)}"}).encode())

    def do_GET(self) -> None:
        with self.server.taken.lock:
            lines = "".join(
                f"<li>{html.escape(m.get('channel', ''))} {html.escape(m.get('to', ''))}: "
                f"{html.escape(m.get('text', m.get('about', '')))}</li>"
                for m in self.server.taken.messages
            )
        self._answer(200, _PAGE.format(lines=lines).encode(), "text/html; charset=utf-8")

    def _answer(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the page shows what came."""


class _WebServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, secret: bytes, taken: Taken) -> None:
        self.secret, self.taken = secret, taken
        super().__init__(("127.0.0.1", 0), _Web)


class _Mail(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as one client needs who sends one mail after another."""

    server: _MailServer

    def handle(self) -> None:
        """Talk until QUIT."""
        self._say(b"220 simulator")
        while line := self.rfile.readline(_MOST):
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self._say(b"354 go on")
                self._data()
            elif verb == b"QUIT":
                self._say(b"221 bye")
                return
            elif verb in {b"EHLO", b"HELO", b"MAIL", b"RCPT", b"RSET", b"NOOP"}:
                self._say(b"250 ok")
            else:
                self._say(b"502 not here")

    def _data(self) -> None:
        text = b""
        while (line := self.rfile.readline(_MOST)) not in {b".\r\n", b""}:
            text += line
        with self.server.taken.lock:
            self.server.taken.mails.append(text.decode("utf-8", "replace"))
        if self.server.hang_up:
            # Shut, not only closed: the files that read and write it hold it open.
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._say(b"250 taken")

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


class _MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    hang_up = False  # after the text, without a word: nobody knows whether it was taken

    def __init__(self, taken: Taken) -> None:
        self.taken = taken
        super().__init__(("127.0.0.1", 0), _Mail)


class GatewaySimulator:
    """Serves both until it is left.

    Args:
        secret: the centre's channel secret.
    """

    def __init__(self, secret: str) -> None:
        self.taken = Taken()
        self.secret = secret
        self._web = _WebServer(secret.encode(), self.taken)
        self._mail = _MailServer(self.taken)
        self._threads: list[threading.Thread] = []

    @property
    def url(self) -> str:
        """Return where messages are posted, and where its page is."""
        return f"http://127.0.0.1:{self._web.server_address[1]}/"

    @property
    def mail_url(self) -> str:
        """Return where mail is taken."""
        return f"smtp://127.0.0.1:{self._mail.server_address[1]}"

    def hang_up_after_mail(self) -> None:
        """End each line after the text without an answer."""
        self._mail.hang_up = True

    def __enter__(self) -> Self:
        """Begin to serve."""
        self.serve()
        return self

    def serve(self) -> None:
        """Begin to serve, on threads of its own."""
        self._threads = [self._serving(each.serve_forever) for each in (self._web, self._mail)]

    def close(self) -> None:
        """End; a second time it does nothing."""
        threads, self._threads = self._threads, []
        if threads:
            for each in (self._web, self._mail):
                each.shutdown()
                each.server_close()
        for thread in threads:
            thread.join()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End."""
        self.close()

    @staticmethod
    def _serving(run: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        return thread
