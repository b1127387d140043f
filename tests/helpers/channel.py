"""A publisher's channel of updates with its keys, packages of a few bytes, and its server."""

from __future__ import annotations

import functools
import http.server
import subprocess
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from client.updates.feed import Feed
from client.updates.offer import Reads, Release
from installer.shipping import window
from installer.updates import Publisher, new_key

if TYPE_CHECKING:
    from pathlib import Path

READS = Reads(store=99, oldest="2026-01-01", newest="2027-01-01")


class Publishing:
    """A channel in a folder, and everybody's keys."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "channel"
        self.work = folder
        self.late = timedelta()
        self.publisher = Publisher(self.folder, lambda: datetime.now(UTC) + self.late)  # noqa: TID251
        self.roots = [new_key() for _ in range(3)]
        self.targets, self.online = new_key(), new_key()
        first = self.publisher.found(self.roots[:3], self.targets, self.online)
        self.trusted = first.read_bytes()

    def release(self, version: str, share: int = 100, reads: Reads = READS, **more) -> Release:
        """Put a version on offer."""
        made = Release(version, f"chuangkou_{version}_all.deb", share, reads, {"en": "New."})
        package = self.package(version, **more)
        self.publisher.add(package, made, self.targets, self.online)
        return made

    def package(self, version: str, starts: bool = True) -> Path:
        """Make a real package whose one program starts, or does not."""
        tree = self.work / f"tree-{version}"
        program = tree / "opt" / "chuangkou" / "chuangkou-doctor"
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f"#!/bin/sh\necho {version}\nexit {0 if starts else 1}\n")
        program.chmod(0o755)
        (tree / "DEBIAN").mkdir(exist_ok=True)
        (tree / "DEBIAN" / "control").write_text(
            f"Package: chuangkou\nVersion: {version}\nArchitecture: all\n"
            "Maintainer: Nobody <nobody@example.invalid>\nDescription: for a test\n"
        )
        for name in ("preinst",):  # the others call systemd
            script = tree / "DEBIAN" / name
            script.write_text(window.control(version).scripts[name])
            script.chmod(0o755)
        package = self.work / f"chuangkou_{version}_all.deb"
        made = ["dpkg-deb", "-Znone", "--build", tree, package]  # ours: dpkg need not be root
        subprocess.run(made, check=True, capture_output=True)
        return package

    def feed(self, kept: Path, source: str | Path | None = None) -> Feed:
        """Return the channel as a machine sees it that keeps what it saw in a folder."""
        return Feed(self.trusted, kept, str(source or self.folder))

    @contextmanager
    def served(self):
        """Serve the channel's files; yields the address."""
        quiet = functools.partial(_Quiet, directory=str(self.folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_args) -> None:
        pass
