"""What looks like a double at pre-registration: said beside the form, never in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.widgets.layout import Face, clear, column
from ui.widgets.text import Tagged

if TYPE_CHECKING:
    from client.app.rows.words import Words
    from ui.i18n import Tongue


class Doubles(Face):
    """A calm box of warnings; hidden when there are none."""

    def __init__(self, tongue: Tongue) -> None:
        super().__init__("calm")
        self._tongue = tongue
        self._words: tuple[Words, ...] = ()
        self._box = column(self, gap=8, margin=12)
        tongue.changed.connect(self._say)
        self.hide()

    def show_words(self, words: tuple[Words, ...]) -> None:
        """Say these; nothing is done where they stand already."""
        if words != self._words:
            self._words = words
            self._say()

    def _say(self) -> None:
        clear(self._box)
        said = [self._tongue.say(words) for words in self._words]
        for sentence in said:
            line = Tagged("alert-triangle", "small warn", "yellow", wrap=True)
            line.setText(sentence)
            self._box.addWidget(line)
        self.setAccessibleName(" ".join(said))
        self.setVisible(bool(said))
