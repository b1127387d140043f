"""The supervisor's browser of the demonstration: the page is entered, read and kept, over HTTPS.

Does what the system browser does with the one-time address, without one: this is the standard
library. That a real browser shows the pages well is what tests/web is for.
"""

from __future__ import annotations

import http.cookiejar
import ssl
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class ConsoleVisitor:
    """Enters the supervision page and looks at a case.

    Args:
        trust: PEM of the demonstration's authority: the only root.
        pictures: where the pages' HTML is kept, if anywhere.
    """

    def __init__(self, trust: Path, pictures: Path | None) -> None:
        context = ssl.create_default_context(cafile=str(trust))
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPSHandler(context=context),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            urllib.request.ProxyHandler({}),
        )
        self._pictures = pictures

    def enter(self, address: str, case: str) -> None:
        """Enter with the code after the address's #, and see the case with its timeline.

        Raises:
            RuntimeError: a page does not show what it must.
        """
        place, _, code = address.partition("#")
        origin = "{0.scheme}://{0.netloc}".format(urllib.parse.urlsplit(place))
        self._get(place)
        form = urllib.parse.urlencode({"code": code}).encode()
        board = self._get(place, form, origin)
        shown = self._get(f"{origin}/console/cases/{case}")
        if "/console/cases/" not in board or case not in shown:
            raise RuntimeError("the supervision page does not show the case")
        if self._pictures is not None:
            (self._pictures / "supervision.html").write_text(board, "utf-8")
            (self._pictures / "supervision-case.html").write_text(shown, "utf-8")

    def _get(self, address: str, form: bytes | None = None, origin: str = "") -> str:
        request = urllib.request.Request(address, form)  # noqa: S310  https only, our own root
        request.add_header("Accept-Language", "zh-CN")
        if origin:
            request.add_header("Origin", origin)
        with self._opener.open(request, timeout=10) as answer:
            return str(answer.read().decode("utf-8"))
