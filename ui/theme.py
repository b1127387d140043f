"""Colours and sizes as one set of tokens: Qt's palette and painted widgets use it.

The tokens stand in resources/styles/tokens.json. Nothing else in the window names a colour. Three
text sizes scale type and controls together, beside whatever scale the screen has. Our font draws
quotes and apostrophes a whole ideograph wide, as Chinese has them; English gets its narrow ones.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QFontMetrics,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QToolTip

from resources.folder import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from PySide6.QtWidgets import QApplication

MODES = ("light", "dark", "auto")
TEXT_SIZES = ("normal", "large", "largest")
FONT_FAMILY = "Noto Sans SC"
_PROPORTIONAL = QFont.Tag("pwid")
_SERIF = "NotoSerifSC-Regular.ttf"  # has the few of the first blocks that our font lacks


@dataclass(frozen=True, slots=True)
class Tokens:
    """One colour set at one text size."""

    mode: str
    text_size: str
    percent: int
    colours: Mapping[str, str]
    sizes: Mapping[str, int]
    narrow: bool = False  # quotes as wide as letters, not as ideographs

    def hue(self, name: str) -> QColor:
        """Return a colour by its token; shared, so never changed by whoever asks."""
        return _hue(self.colours[name])

    def px(self, name: str) -> int:
        """Return a size by its token, scaled to the text size where the token is about reading."""
        return self.scaled(self.sizes[name])

    def scaled(self, pixels: int) -> int:
        """Scale a length that holds text."""
        return round(pixels * self.percent / 100)

    def font(self, size: str = "type-body") -> QFont:
        """Return the bundled font at a type token; shared, so whoever changes it copies it."""
        return _font(FONT_FAMILY, self.px(size), self.narrow)

    def metrics(self, size: str = "type-body") -> QFontMetrics:
        """Return what words take in that font."""
        return _metrics(FONT_FAMILY, self.px(size), self.narrow)


@cache
def _hue(written: str) -> QColor:
    return QColor(written)


@cache
def _font(family: str, pixels: int, narrow: bool) -> QFont:  # noqa: FBT001  (a key of the cache)
    font = QFont(family)
    font.setPixelSize(pixels)
    if narrow:
        font.setFeature(_PROPORTIONAL, 1)
    return font


@cache
def _metrics(family: str, pixels: int, narrow: bool) -> QFontMetrics:  # noqa: FBT001  (as above)
    return QFontMetrics(_font(family, pixels, narrow))


@lru_cache(maxsize=1)
def _source() -> dict[str, Any]:
    text = (FOLDER / "styles" / "tokens.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


def make_tokens(mode: str, text_size: str = "normal", language: str = "zh_CN") -> Tokens:
    """Build the tokens of one mode ("light" or "dark"), one text size and one language."""
    source = _source()
    return Tokens(
        mode,
        text_size,
        source["text-sizes"][text_size],
        source["colours"][mode],
        source["sizes"],
        narrow=language == "en",
    )


class _Current:
    """The tokens in force; widgets that paint ask at each paint."""

    tokens = make_tokens("light")


def tokens() -> Tokens:
    """Return the tokens in force."""
    return _Current.tokens


def apply(
    app: QApplication, mode: str = "auto", text_size: str = "normal", language: str = "zh_CN"
) -> Tokens:
    """Put a mode, a text size and a language's way of writing in force for the whole application.

    Args:
        app: the one application; its style becomes Fusion, so that every desktop looks the same.
        mode: "light", "dark" or "auto" (as the desktop says).
        text_size: "normal", "large" or "largest" (100, 115, 130 %).
        language: "zh_CN" or "en".
    """
    if mode == "auto":
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        mode = "dark" if dark else "light"
    chosen = make_tokens(mode, text_size, language)
    _Current.tokens = chosen
    icon_pixmap.cache_clear()
    app.setStyle("Fusion")
    app.setPalette(palette(chosen))
    app.setFont(chosen.font())
    QToolTip.setPalette(app.palette())
    return chosen


def palette(chosen: Tokens) -> QPalette:
    """Build Qt's palette from tokens."""
    made = QPalette()
    role = QPalette.ColorRole
    pairs = {
        role.Window: "ground",
        role.Base: "surface",
        role.AlternateBase: "ground",
        role.Button: "surface",
        role.WindowText: "text",
        role.Text: "text",
        role.ButtonText: "text",
        role.BrightText: "red",
        role.PlaceholderText: "faint",
        role.Highlight: "accent",
        role.HighlightedText: "on-accent",
        role.Link: "accent",
        role.LinkVisited: "accent",
        role.ToolTipBase: "raised",
        role.ToolTipText: "text",
        role.Light: "surface",
        role.Midlight: "hover",
        role.Mid: "line",
        role.Dark: "edge",
        role.Shadow: "scrim",
        role.Accent: "accent",
    }
    for where, token in pairs.items():
        made.setColor(where, chosen.hue(token))
    for where in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, where, chosen.hue("on-disabled"))
    return made


def load_fonts() -> str:
    """Load the bundled font; returns its family name.

    Raises:
        FileNotFoundError: the font is not in this installation, which is then broken.
    """
    number = QFontDatabase.addApplicationFont(str(FOLDER / "fonts" / "NotoSansSC-Regular.ttf"))
    families = QFontDatabase.applicationFontFamilies(number)
    if not families:
        raise FileNotFoundError(FONT_FAMILY)
    return families[0]


def rare_fonts() -> Iterator[str]:
    """Load the fonts with rare ideographs, one at each step; yields the family loaded.

    For after the first paint: under a millisecond each on the screen lane, since Qt only looks at
    a font's table of characters; its glyphs are read when a name needs them. They stand in for what
    our font lacks on every platform, whatever fonts the machine has.
    """
    folder = FOLDER / "fonts"
    pieces = sorted(piece.name for piece in folder.iterdir() if piece.name.startswith("HanRare-"))
    for name in (_SERIF, *pieces):
        yield _stand_in(name)


@cache
def _stand_in(name: str) -> str:
    number = QFontDatabase.addApplicationFont(str(FOLDER / "fonts" / name))
    families = QFontDatabase.applicationFontFamilies(number)
    if not families:
        raise FileNotFoundError(name)
    QFont.insertSubstitution(FONT_FAMILY, families[0])
    _font.cache_clear()
    _metrics.cache_clear()
    return families[0]


@lru_cache(maxsize=512)
def icon_pixmap(name: str, hue: str, pixels: int, ratio: float = 1.0) -> QPixmap:
    """Draw an outline icon in one colour.

    Args:
        name: file stem in resources/icons.
        hue: a colour like "#1F5AA6".
        pixels: edge length in device-independent pixels.
        ratio: device pixel ratio of the screen.
    """
    drawing = (FOLDER / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    renderer = QSvgRenderer(QByteArray(drawing.replace("currentColor", hue).encode()))
    size = round(pixels * ratio)
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter)
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon(name: str, ink: str = "muted", pixels: int | None = None) -> QIcon:
    """Return an icon in a token's colour, drawn for plain and for dense screens.

    The disabled form is drawn too, so that Qt does not grey it by itself.
    """
    chosen = tokens()
    edge = pixels if pixels is not None else chosen.px("icon")
    made = QIcon()
    for ratio in (1.0, 2.0):
        made.addPixmap(icon_pixmap(name, chosen.colours[ink], edge, ratio))
        made.addPixmap(
            icon_pixmap(name, chosen.colours["on-disabled"], edge, ratio), QIcon.Mode.Disabled
        )
    return made
