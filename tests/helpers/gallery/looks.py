"""In which looks the window is drawn, and the drawing of all screens in one of them."""

from __future__ import annotations

import asyncio
import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtWidgets import QWidget

from tests.helpers.gallery import SCREENS, Stand
from ui import loop
from ui.handbook import chapters
from ui.shell.app import make_application

if TYPE_CHECKING:
    from collections.abc import Sequence

_COLOURS, _EXACT = 256, 160
_FEW, _FEW_EXACT = 40, 24  # colours of a picture that is one of hundreds
_HUNDRED = 100


@dataclass(frozen=True)
class Look:
    """One look of the whole window.

    Attributes:
        language: "zh_CN" or "en".
        mode: "light" or "dark".
        size: "normal", "large" or "largest".
        scale: the screen's, in per cent; 200 makes every length two pixels.
        screen: the pixels that the screen has; the window fills it.
    """

    language: str = "zh_CN"
    mode: str = "light"
    size: str = "normal"
    scale: int = 100
    screen: tuple[int, int] = (1366, 768)

    @property
    def name(self) -> str:
        """A folder's name."""
        width, height = self.screen
        return f"{self.language}-{self.mode}-{self.size}-{self.scale}-{width}x{height}"

    @property
    def window(self) -> tuple[int, int]:
        """The window's width and height, device-independent."""
        width, height = self.screen
        return width * _HUNDRED // self.scale, height * _HUNDRED // self.scale


def draw(
    look: Look, folder: Path, wanted: Sequence[str] = (), *, once: bool = False, kind: str = "png"
) -> list[Path]:
    """Draw the screens whose names begin as wanted, or all, as small files into a folder.

    With `once` each page is drawn once, where it is first shown, and what the handbook shows.
    `kind` is "png", or "webp" for smaller files with fewer colours.
    The process must have begun with QT_SCALE_FACTOR set to the look's scale.
    """
    taken: list[Path] = []
    known: set[type] = set()
    told = {block.words for each in chapters(look.language) for block in each.blocks}
    folder.mkdir(parents=True, exist_ok=True)

    async def walk() -> None:
        with tempfile.TemporaryDirectory() as scratch:
            stand = Stand(Path(scratch), look.language, look.mode, look.size, look.window)
            try:
                for name, act in SCREENS.items():
                    if wanted and not name.startswith(tuple(wanted)):
                        continue
                    await act(stand)
                    await stand.rest()
                    pages = _pages(stand) - known
                    known.update(pages)
                    if once and not pages and name not in told:
                        continue
                    taken.append(folder / f"{name}.{kind}")
                    _save(stand, taken[-1])
            finally:
                stand.close()
                await loop.turned(3)

    app = make_application()
    broken: list[str] = []

    def handler(_loop: object, context: dict[str, object]) -> None:
        broken.append(str(context.get("exception") or context.get("message")))

    with asyncio.Runner(loop_factory=lambda: loop.make_loop(app)) as runner:
        runner.get_loop().set_exception_handler(handler)
        runner.run(walk())
    if broken:
        raise RuntimeError(broken)
    return taken


def sheets(pictures: Sequence[Path], folder: Path, name: str, across: int, down: int) -> list[Path]:
    """Lay pictures side by side on sheets `<name>-<n>.png`, none wider than 2000 pixels."""
    made = []
    each = across * down
    for place in range(0, len(pictures), each):
        few = [Image.open(path).convert("RGB") for path in pictures[place : place + each]]
        width = min(720, 2000 // across)
        height = width * few[0].height // few[0].width
        sheet = Image.new("RGB", (across * (width + 8), down * (height + 8)), "#808080")
        for at, picture in enumerate(few):
            small = picture.resize((width, height), Image.Resampling.LANCZOS)
            sheet.paste(small, (at % across * (width + 8) + 4, at // across * (height + 8) + 4))
        made.append(folder / f"{name}-{place // each + 1:02}.png")
        _write(sheet, made[-1])
    return made


def _pages(stand: Stand) -> set[type]:
    shown = [part for part in stand.window.findChildren(QWidget) if part.isVisible()]
    return {type(part) for part in shown if type(part).__name__.endswith("Page")}


def _save(stand: Stand, path: Path) -> None:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    stand.window.grab().save(buffer, "PNG")
    _write(Image.open(io.BytesIO(bytes(buffer.data().data()))).convert("RGB"), path)


def _write(picture: Image.Image, path: Path) -> None:
    """Save with as few bytes as can be: screens have few colours, the commonest stay exact."""
    small = path.suffix == ".webp"
    colours, kept = (_FEW, _FEW_EXACT) if small else (_COLOURS, _EXACT)
    found = sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True)
    exact = [part for _count, colour in found[:kept] for part in colour]
    others = picture.quantize(colours - kept, method=Image.Quantize.MAXCOVERAGE)
    palette = Image.new("P", (1, 1))
    palette.putpalette([*exact, *(others.getpalette() or [])][: 3 * colours])
    few = picture.quantize(palette=palette, dither=Image.Dither.NONE)
    if small:
        few.convert("RGB").save(path, lossless=True, quality=80, method=4)
    else:
        few.save(path, optimize=True)
