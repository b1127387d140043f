"""The steps that a person could take on a case: buttons, closed ones with their reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.buttons import ActButton
from ui.widgets.layout import Flow, column
from ui.widgets.text import Text

if TYPE_CHECKING:
    from client.app.views import StepOption
    from ui.i18n import Tongue

KEYS = {"receive": "F7", "correct": "F7", "notify_correction": "F8", "accept": "F9"}
ICONS = {
    "receive": "inbox",
    "correct": "inbox",
    "notify_correction": "edit",
    "accept": "check",
    "refuse": "x",
    "claim": "user-check",
    "handle": "edit",
    "review": "checks",
    "send_back": "arrow-back-up",
    "hear_party": "message",
    "grant": "signature",
    "deny": "signature",
    "decide_at_once": "signature",
    "make": "certificate",
    "seal": "rubber-stamp",
    "issue": "package",
    "sign_for": "signature",
    "close": "archive",
    "leave": "logout",
    "withdraw": "arrow-back-up",
    "cure": "shield-check",
}
# The steps that have a page here; a case may allow more, which other windows offer.
OFFERED = tuple(ICONS)
_NEVER_FIRST = frozenset({"leave", "withdraw", "refuse"})  # whoever ends a case looks for it
_MERGED = {"deny": "grant"}  # one page, one button


class Acts(QWidget):
    """Primary steps first, then the others, then why the closed ones are closed."""

    picked = Signal(str)

    def __init__(self, tongue: Tongue, prefix: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._prefix = prefix
        self._busy = False
        self._options: tuple[StepOption, ...] = ()
        self.buttons: dict[str, ActButton] = {}
        box = column(self, gap=6)
        self._flow = Flow()
        self._why = Text("small muted", wrap=True)
        box.addWidget(self._flow)
        box.addWidget(self._why)
        tongue.changed.connect(self._say)

    def show_options(self, options: tuple[StepOption, ...]) -> None:
        """Show the steps that this window knows."""
        self._options = tuple(
            sorted(
                shown(options),
                key=lambda option: (
                    option.kind in _NEVER_FIRST,
                    option.blocked is not None,
                    not option.primary,
                ),
            )
        )
        self._say()

    def set_busy(self, *, busy: bool) -> None:
        """Take no press while a step is made; nothing is disabled, so the keyboard stays."""
        self._busy = busy

    def primary(self) -> str:
        """Return the step that Ctrl+Enter makes, "" when none is open."""
        for option in self._options:
            if option.blocked is None and option.kind not in _NEVER_FIRST:
                return option.kind
        return ""

    def likely(self) -> ActButton | None:
        """Return the button of that step."""
        return self.buttons.get(self.primary())

    def _pick(self, kind: str) -> None:
        if not self._busy:
            self.picked.emit(kind)

    def _say(self) -> None:
        self._flow.clear()
        self.buttons = {}
        reasons: dict[str, list[str]] = {}
        first = True
        for option in self._options:
            lead = first and option.primary and option.blocked is None
            button = ActButton("primary" if lead else "plain", ICONS[option.kind])
            key = KEYS.get(option.kind, "")
            button.set_key(key or ("Ctrl+Enter" if lead else ""))
            button.setText(self._tongue.coded("act.go", option.kind))
            button.setObjectName(f"{self._prefix}.{option.kind}")
            why = self._tongue.say(option.blocked)
            button.set_blocked(why)
            if why:
                reasons.setdefault(why, []).append(button.text())
            button.clicked.connect(lambda _=False, kind=option.kind: self._pick(kind))
            self._flow.add(button)
            self.buttons[option.kind] = button
            first = first and not lead
        lines = [
            self._tongue.t("acts.blocked", acts="、".join(names), why=why)
            for why, names in reasons.items()
        ]
        self._why.show_text("\n".join(lines))


def shown(options: tuple[StepOption, ...]) -> tuple[StepOption, ...]:
    """Return the steps that have a page in this window; grant and deny share one."""
    kinds = {option.kind for option in options}
    return tuple(
        option
        for option in options
        if option.kind in ICONS and _MERGED.get(option.kind) not in kinds
    )
