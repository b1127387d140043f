"""The steps that a person could take on a case: the likely ones as buttons, all in a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from client.app.forms.every import FORMS
from ui.widgets.buttons import ActButton
from ui.widgets.layout import Flow, column

if TYPE_CHECKING:
    from client.app.rows.cases import StepOption
    from ui.i18n import Tongue

KEYS = {"receive": "F7", "correct": "F7", "notify_correction": "F8", "accept": "F9"}
ICONS = {
    "receive": "inbox",
    "correct": "inbox",
    "notify_correction": "edit",
    "accept": "check",
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
    "fix_on_spot": "inbox",
    "supply_pending": "inbox",
}
_FORM_ICONS = {
    "accept_pending": "check",
    "suspend": "player-pause",
    "prolong_suspension": "player-pause",
    "resume": "player-play",
    "survey": "search",
    "serve": "send",
    "forward": "arrow-right",
    "archive": "archive",
    "refuse": "x",
    "terminate": "x",
    "spoil": "trash",
    "assign": "user-check",
    "reassign": "users",
    "take_over": "users",
    "recuse": "user",
    "request_extension": "hourglass",
    "extend": "hourglass",
    "correct_paper": "edit",
    "amend": "edit",
}
OFFERED = (*ICONS, *(kind for kind in FORMS if kind not in ICONS))
"""The steps that have a page here; a case may know more, which only the centre makes."""

OTHERS_KEY = "F11"
_MOST = 3  # buttons before "other steps"
# Who ends a case looks for it.
_NEVER_FIRST = frozenset({"leave", "withdraw", "refuse", "terminate", "lapse"})
_MERGED = {"deny": "grant"}  # one page, one button
_NEAR = (
    "answer_precheck",
    "preregister",
    "receive",
    "correct",
    "accept",
    "notify_correction",
    "accept_pending",
    "supply_pending",
    "claim",
    "decide_at_once",
    "handle",
    "review",
    "grant",
    "send_back",
    "hear_party",
    "suspend",
    "resume",
    "prolong_suspension",
    "extend",
    "upper_grant",
    "upper_deny",
    "make",
    "seal",
    "issue",
    "sign_for",
    "serve",
    "close",
    "archive",
    "cure",
    "reply_order",
    "refuse",
    "request_extension",
)
"""Which steps stand as buttons beside the likely one, the nearest first."""


def step_icon(kind: str) -> str:
    """Return the sign of a step."""
    return ICONS.get(kind) or _FORM_ICONS.get(kind, "file-text")


def step_words(tongue: Tongue, kind: str) -> str:
    """Say what a press does: in words of its own, or by the step's name."""
    key = f"act.go.{kind}"
    return tongue.t(key) if tongue.words.has(key) else tongue.coded("step", kind)


class Acts(QWidget):
    """The likely step, two or three others that are open, and the way to all of them."""

    picked = Signal(str)
    others_wanted = Signal()

    def __init__(self, tongue: Tongue, prefix: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tongue = tongue
        self._prefix = prefix
        self._busy = False
        self._picked = ""
        self._options: tuple[StepOption, ...] = ()
        self.buttons: dict[str, ActButton] = {}
        self.others: ActButton | None = None
        box = column(self, gap=6)
        self._flow = Flow()
        box.addWidget(self._flow)
        tongue.changed.connect(self._say)

    def show_options(self, options: tuple[StepOption, ...]) -> None:
        """Show the steps that this window knows; the same buttons stay for the same steps."""
        known = shown(options)
        if known == self._options:
            self._say_busy()
        else:
            self._options = known
            self._say()

    @property
    def busy(self) -> bool:
        """Say whether a step is being begun or made."""
        return self._busy

    def set_busy(self, *, busy: bool) -> None:
        """Take no press while a step is made, and say so on the button that was pressed.

        Nothing is disabled, so the keyboard stays.
        """
        self._busy = busy
        self._say_busy()

    def primary(self) -> str:
        """Return the step that Ctrl+Enter makes, "" when none is open."""
        for option in near(self._options):
            if option.blocked is None and option.kind not in _NEVER_FIRST:
                return option.kind
        return ""

    def likely(self) -> ActButton | None:
        """Return the button of that step, or the way to the others."""
        return self.buttons.get(self.primary()) or self.others

    def _pick(self, kind: str) -> None:
        if not self._busy:
            self._picked = kind
            self.picked.emit(kind)

    def _say_busy(self) -> None:
        kind = self._picked if self._picked in self.buttons else self.primary()
        button = self.buttons.get(kind)
        if button is not None:
            words = self._tongue.t("act.busy") if self._busy else step_words(self._tongue, kind)
            button.setText(words)

    def _say(self) -> None:
        """Make the buttons anew; the keyboard stays on the step that it was on."""
        holder: QWidget | None = self.window().focusWidget()
        held = holder if holder is not None and self.isAncestorOf(holder) else None
        name = "" if held is None else held.objectName()
        if held is not None:
            self.setFocus()  # nobody beyond these buttons has it meanwhile
        self._fill()
        if held is not None:
            same = self.findChild(ActButton, name)
            target = same if same is not None and same.isEnabled() else self.likely()
            if target is not None:
                target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self) -> None:
        self.buttons, self.others = {}, None
        first = True
        for option in near(self._options):
            lead = first and option.primary and option.blocked is None
            button = ActButton("primary" if lead else "plain", step_icon(option.kind))
            button.set_key(KEYS.get(option.kind, "") or ("Ctrl+Enter" if lead else ""))
            button.setText(step_words(self._tongue, option.kind))
            button.setObjectName(f"{self._prefix}.{option.kind}")
            button.set_blocked(self._tongue.say(option.blocked))
            button.clicked.connect(lambda _=False, kind=option.kind: self._pick(kind))
            self.buttons[option.kind] = button
            first = first and not lead
        last = (self._make_others(),) if self._options else ()
        self._flow.fill((*self.buttons.values(), *last))
        self._say_busy()

    def _make_others(self) -> ActButton:
        others = self.others = ActButton("quiet", "list", OTHERS_KEY)
        others.setText(self._tongue.t("acts.others"))
        others.setObjectName(f"{self._prefix}.others")
        others.clicked.connect(self.others_wanted)
        return others


def shown(options: tuple[StepOption, ...]) -> tuple[StepOption, ...]:
    """Return the steps that have a page in this window; grant and deny share one."""
    kinds = {option.kind for option in options}
    return tuple(
        option
        for option in options
        if option.kind in OFFERED and _MERGED.get(option.kind) not in kinds
    )


def near(options: tuple[StepOption, ...]) -> tuple[StepOption, ...]:
    """Return what stands as buttons: the likely step, even closed, then open ones near it."""
    lead = [option for option in options if option.primary]
    lead.sort(key=lambda option: option.blocked is not None)
    place = {kind: n for n, kind in enumerate(_NEAR)}
    rest = [
        option
        for option in options
        if not option.primary and option.blocked is None and option.kind in place
    ]
    rest.sort(key=lambda option: (option.kind in _NEVER_FIRST, place[option.kind]))
    return tuple((lead[:2] + rest)[:_MOST])
