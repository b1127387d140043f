"""The window's tongue: keys become words here, and change with the language while it runs."""

from __future__ import annotations

import weakref
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import shiboken6
from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator, Signal

from client.app.rows.words import Words
from sync.texts import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from PySide6.QtWidgets import QApplication

    from sync.texts import Texts

CHINA = timezone(timedelta(hours=8))  # every hall keeps China time, whatever the machine says


@dataclass(frozen=True, slots=True)
class _Bound:
    """What is said of one widget: now, and again when the language changes."""

    widget: weakref.ref[QObject]
    say: Callable[[Any], None]


class Tongue(QObject):
    """One language at a time, shared by every view.

    Args:
        language: "zh_CN" or "en".
        load: from a language to its texts; tests add words of scripted parts.
    """

    changed = Signal()

    def __init__(self, language: str, load: Callable[[str], Texts] = texts) -> None:
        super().__init__()
        self._load = load
        self._texts = load(language)
        self._bound: dict[tuple[int, str], _Bound] = {}
        self._qt: QTranslator | None = None

    @property
    def language(self) -> str:
        """The language in force."""
        return self._texts.language

    @property
    def words(self) -> Texts:
        """The texts in force, for code that is free of Qt."""
        return self._texts

    def set_language(self, language: str, app: QApplication | None = None) -> None:
        """Change the language of the whole window at once.

        Args:
            language: "zh_CN" or "en".
            app: gets Qt's own words (file dialogs) in the same language.
        """
        self._texts = self._load(language)
        if app is not None:
            self.teach_qt(app)
        for place, bound in tuple(self._bound.items()):
            widget = bound.widget()
            if widget is None or not shiboken6.isValid(widget):
                self._bound.pop(place, None)  # who went meanwhile is forgotten already
                continue
            bound.say(widget)
        self.changed.emit()

    def teach_qt(self, app: QApplication) -> None:
        """Give Qt's own buttons and dialogs the words of this language."""
        if self._qt is not None:
            app.removeTranslator(self._qt)
            self._qt = None
        translator = QTranslator(self)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if translator.load(QLocale(self.language), "qtbase", "_", folder):
            app.installTranslator(translator)
            self._qt = translator

    def t(self, key: str, /, **args: object) -> str:
        """Return the words of a key; arguments that are words or moments are said first."""
        return self._texts.t(key, **self._said(args))

    def say(self, words: Words | None) -> str:
        """Return a view's words as a sentence; nothing for None.

        A key without words shows itself: a screen never fails for want of a text. Tests compare
        catalogues so that it does not happen.
        """
        if words is None:
            return ""
        if not self._texts.has(words.key):
            return words.key
        return self.t(words.key, **words.args)

    def coded(self, family: str, code: str) -> str:
        """Return the words of a code: state.<code>, step.<kind>, role.<code> and the like.

        Codes of a newer centre are shown with their code, under `<family>.unknown`.
        """
        key = f"{family}.{code}"
        if self._texts.has(key):
            return self._texts.t(key)
        return self._texts.t("code.unknown", code=code)

    def bind(self, widget: QObject, setter: str, key: str, **args: object) -> None:
        """Set a widget's text and keep it in the language.

        Args:
            widget: a label, button, field …
            setter: the name of its method, e.g. "setText".
            key: the message key.
            args: the named arguments of the message.
        """
        self.follow(widget, setter, lambda part: getattr(part, setter)(self.t(key, **args)))

    def bind_words(self, widget: QObject, setter: str, words: Words | None) -> None:
        """Set a widget's text to a view's words and keep them in the language; as `bind`."""
        self.follow(widget, setter, lambda part: getattr(part, setter)(self.say(words)))

    def follow(self, widget: QObject, what: str, say: Callable[[Any], None]) -> None:
        """Have something said of a widget, now and again when the language changes.

        Args:
            widget: handed to `say`.
            what: names it; a later one of this name takes its place.
            say: says it in the language in force. It must not hold the widget: none would go.
        """
        say(widget)
        place, bound = (id(widget), what), self._bound

        def forget(gone: weakref.ref[QObject]) -> None:
            if place in bound and bound[place].widget is gone:
                del bound[place]

        # Nobody changes the language in eight hours: what is gone is forgotten when it goes.
        bound[place] = _Bound(weakref.ref(widget, forget), say)

    def unbind(self, widget: QObject, what: str) -> None:
        """Forget a setter that was bound, or what was followed; the text stays as it is."""
        self._bound.pop((id(widget), what), None)

    def joined(self, *parts: str) -> str:
        """Put parts side by side as the language does; empty ones are left out.

        Never by a dot in Chinese: it belongs to names like 欧阳·阿依古丽.
        """
        return self.t("list.gap").join(part for part in parts if part)

    def listed(self, *parts: str) -> str:
        """Put names or words of a list after one another as the language does."""
        return self.t("list.comma").join(part for part in parts if part)

    def sentences(self, *parts: str) -> str:
        """Put whole sentences after one another: Chinese leaves no space between them."""
        gap = "" if self.language == "zh_CN" else " "
        return gap.join(part for part in parts if part)

    # ------------------------------------------------------------ moments

    def clock(self, at: datetime | None) -> str:
        """Say the time of day."""
        return "" if at is None else at.astimezone(CHINA).strftime("%H:%M")

    def day(self, at: datetime | None) -> str:
        """Say month and day."""
        return "" if at is None else at.astimezone(CHINA).strftime("%m-%d")

    def moment(self, at: datetime | None) -> str:
        """Say month, day and time: for lists."""
        return "" if at is None else at.astimezone(CHINA).strftime("%m-%d %H:%M")

    def moment_full(self, at: datetime | None) -> str:
        """Say year, month, day and time: where it matters."""
        if at is None:
            return ""
        here = at.astimezone(CHINA)
        return self.t(
            "moment.full",
            year=here.year,
            month=here.month,
            day=here.day,
            clock=here.strftime("%H:%M"),
        )

    def _said(self, args: Mapping[str, object]) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for name, value in args.items():
            if isinstance(value, datetime):
                said[name] = self.moment_full(value)
            elif isinstance(value, Words):
                said[name] = self.say(value)
            else:
                said[name] = value
        return said
