"""Style, scripts and fonts of the pages: fixed names, kept for ever under their bytes' hash.

Colours come from the tokens that the window uses too (resources/styles/tokens.json). Of the rare
ideographs a browser fetches only the piece that a page needs.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from fastapi import APIRouter, Response

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

FONT = "NotoSansSC-Regular.ttf"
_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {"css": "text/css", "js": "text/javascript", "ttf": "font/ttf", "svg": "image/svg+xml"}
_FILES = {
    "page.css": "web/page.css",
    "figures.css": "web/figures.css",
    "console.css": "web/console.css",
    "enter.js": "web/enter.js",
    "hall.css": "web/hall.css",
    "public.css": "web/public.css",
    "touch.js": "web/touch.js",
    "hall.js": "web/hall.js",
    "keys.js": "web/keys.js",
    "live.js": "web/live.js",
    "status.js": "web/status.js",
    "certificate.js": "web/certificate.js",
    "htmx.min.js": "web/htmx.min.js",
    "hls.light.min.js": "web/hls.light.min.js",
    "video.css": "web/video.css",
    "video.js": "web/video.js",
    "mark.svg": "web/mark.svg",
    FONT: f"fonts/{FONT}",
}
RARE_FAMILY = "Han Rare"
_PIECE = 0x2000  # code points of a HanRare file, which is named by its first
_COMPATIBILITY = "F900"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    data: bytes
    type: str
    digest: str


@cache
def standing() -> Assets:
    """Return the assets of this installation: read once in a process, whatever it serves."""
    return Assets()


class Assets:
    """Everything that a page may load."""

    def __init__(self) -> None:
        root = files("resources")
        self._rare = _rare(root)
        served = _FILES | {name: f"fonts/{name}" for name in self._rare}
        self._assets = {name: _asset(name, _read(root, path)) for name, path in served.items()}
        self._assets["tokens.css"] = _asset("tokens.css", self._tokens(root).encode())

    def address(self, name: str) -> str:
        """Return the address of an asset; it changes with the bytes."""
        return f"/assets/{self._assets[name].digest}/{name}"

    def find(self, digest: str, name: str) -> Asset | None:
        """Return an asset by its whole address."""
        found = self._assets.get(name)
        return found if found is not None and found.digest == digest else None

    def _tokens(self, root: Traversable) -> str:
        colours = json.loads(_read(root, "styles/tokens.json"))["colours"]
        blocks = {
            scheme: "".join(f"--{name}:{value};" for name, value in named.items())
            for scheme, named in colours.items()
        }
        face = (
            '@font-face{font-family:"Noto Sans SC";font-display:swap;'
            f'src:local("Noto Sans SC"),url("{self.address(FONT)}") format("truetype")}}'
        )
        face += "".join(
            f'@font-face{{font-family:"{RARE_FAMILY}";font-display:swap;'
            f'src:url("{self.address(name)}") format("truetype");unicode-range:{points}}}'
            for name, points in self._rare.items()
        )
        dark = f"@media screen and (prefers-color-scheme:dark){{:root{{{blocks['dark']}}}}}"
        return f"{face}:root{{{blocks['light']}}}{dark}"


def _rare(root: Traversable) -> dict[str, str]:
    """Return the fonts of rare ideographs, each with its CSS unicode-range.

    Of two that overlap the later wins in CSS: the compatibility ideographs come last.
    """
    found = {}
    for name in sorted(path.name for path in root.joinpath("fonts").iterdir()):
        first = name.removeprefix("HanRare-").removesuffix(".ttf")
        if first == name.removesuffix(".ttf"):
            continue
        last = f"{int(first, 16) + _PIECE - 1:X}"
        compatibility = first == _COMPATIBILITY
        found[name] = "U+F900-FAFF,U+2F800-2FA1F" if compatibility else f"U+{first}-{last}"
    return found


def _read(root: Traversable, path: str) -> bytes:
    return root.joinpath(path).read_bytes()


def _asset(name: str, data: bytes) -> Asset:
    kind = _TYPES[name.rpartition(".")[2]]
    return Asset(data, kind, hashlib.sha256(data).hexdigest()[:16])


def routes(assets: Assets) -> APIRouter:
    """Return the route of the assets."""
    router = APIRouter(prefix="/assets", include_in_schema=False)

    @router.get("/{digest}/{name}")
    async def asset(digest: str, name: str) -> Response:
        """Hand out one asset."""
        found = assets.find(digest, name)
        if found is None:
            return Response(status_code=404)
        return Response(found.data, media_type=found.type, headers={"Cache-Control": _FOREVER})

    return router
