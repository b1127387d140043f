"""uvicorn around the app: TLS 1.3, an open port known before the first request, a quick end."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import uvicorn

from sync.server.asgi import create_app
from sync.server.heads import bounded

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sync.server.bootstrap import Centre

SHUTDOWN_S = 5
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class CentreServer(uvicorn.Server):
    """uvicorn, which ends the live streams first: they would hold it up for ever."""

    def __init__(self, config: uvicorn.Config, centre: Centre, ready: Path | None = None) -> None:
        super().__init__(config)
        self._centre = centre
        self._ready = ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on SIGINT and SIGTERM, once.

        uvicorn would raise them again afterwards, before the centre has closed its database.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        former = {name: signal.signal(name, self.handle_exit) for name in _SIGNALS}
        try:
            yield
        finally:
            for name, handler in former.items():
                signal.signal(name, handler)

    def end_with_input(self) -> None:
        """Wait for the end of standard input, then end: a pipe tells of a killed parent too."""
        while os.read(0, 4096):
            pass
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so in the ready file."""
        await super().startup(sockets)
        if self._ready is not None and self.started:
            content = {"origin": self._centre.desk.settings.origin, "pid": os.getpid()}
            fresh = self._ready.with_suffix(".next")
            fresh.write_text(json.dumps(content), encoding="utf-8")
            fresh.replace(self._ready)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Close the live streams, then everything else."""
        self._centre.desk.live.close()
        await super().shutdown(sockets)


def bind(host: str, port: int) -> socket.socket:
    """Open the port; 0 finds a free one. Raises OSError when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        opened.listen(2048)
    except OSError:
        opened.close()
        raise
    opened.set_inheritable(False)
    return opened


def server_for(
    centre: Centre,
    certificate: Path | None,
    key: Path | None,
    ready: Path | None = None,
    *,
    tied: bool = False,
) -> CentreServer:
    """Return a server for an opened centre; run it with the socket from `bind`.

    Args:
        centre: opened.
        certificate: PEM chain; None for plain HTTP, which is for loopback only.
        key: its PEM key.
        ready: written when the first request can come.
        tied: end when standard input ends: whoever started this is gone, however it went.
    """
    config = uvicorn.Config(
        create_app(centre),
        http=bounded(centre.desk.settings.patience_s),
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_graceful_shutdown=SHUTDOWN_S,
        timeout_keep_alive=30,
        ssl_certfile=None if certificate is None else str(certificate),
        ssl_keyfile=None if key is None else str(key),
    )
    config.load()
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_3
    server = CentreServer(config, centre, ready)
    if tied:
        threading.Thread(target=server.end_with_input, name="tie", daemon=True).start()
    return server
