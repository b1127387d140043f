"""What the frame says around the pages: the calm line at the foot, and which commands are open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from client.app.rows.session import LinePhase
from client.app.rows.words import Words
from sync.domain.supervising import MAY
from sync.initials import initials
from ui.presenters.case import option_of
from ui.values import BannerFace, Command

if TYPE_CHECKING:
    from datetime import datetime

    from client.app.rows.cases import CaseDetail
    from client.app.rows.messages import MessageRow
    from client.app.rows.session import LineView, SessionView
    from sync.texts import Texts

_CLOCK_S = 120
OF_THE_CASE = ("receive", "notify_correction", "accept", "papers", "steps")
"""Commands that mean the case that is shown or chosen."""

_MONEY = ("money", "stock", "till", "bank")
_KEEPERS = frozenset({"cashier", "hall_manager"})
_CONSOLE = ("console", "console_address")
_LOOKERS = frozenset(role.value for role in MAY)
_LINE_BACK = "error.line.fresh_login"
_NO_CASE = Words("command.no_case")
_NOT_NOW = Words("command.not_now")
_CLOSED_AT_DOOR = Words("command.after_login")

AT_THE_DOOR = (
    *("help", "card_pin", "doctor", "settings", "updates", "crashes"),
    *("language", "text_size", "mode"),
)
"""Commands that need nobody logged in and read no case; Ctrl+K at the door gives these first."""

COMMANDS = (
    Command("new_case", "plus", "F2"),
    Command("search", "search", "F3"),
    Command("items", "list", "F4"),
    Command("people", "users", "F6"),
    Command("receive", "inbox", "F7"),
    Command("notify_correction", "edit", "F8"),
    Command("accept", "check", "F9"),
    Command("steps", "list", "F11"),
    Command("papers", "receipt", "F10"),
    Command("money", "receipt", "Ctrl+M"),
    Command("stock", "receipt", "Ctrl+G"),
    Command("till", "list-check", "Ctrl+D"),
    Command("bank", "receipt", "Ctrl+H"),
    Command("batch", "checks", "Ctrl+B"),
    Command("queue", "users", "Ctrl+J"),
    Command("queue_next", "bell", "Ctrl+N"),
    Command("bookings", "calendar", "Ctrl+Shift+J"),
    Command("filings", "inbox", "Ctrl+Shift+O"),
    Command("workbench", "home", "Ctrl+1"),
    Command("messages", "bell", "Ctrl+2"),
    Command("exceptions", "alert-triangle", "Ctrl+3"),
    Command("authorisations", "shield-check", "Ctrl+4"),
    Command("seal_book", "rubber-stamp", "Ctrl+6"),
    Command("statistics", "list-check", "Ctrl+5"),
    Command("sync", "refresh", "F5"),
    Command("console", "external-link"),
    Command("console_address", "copy"),
    Command("colleague", "users"),
    Command("card_pin", "id"),
    Command("doctor", "shield-check"),
    Command("former", "download"),
    Command("settings", "settings", "Ctrl+,"),
    Command("updates", "package"),
    Command("crashes", "alert-circle"),
    Command("language", "language"),
    Command("text_size", "text-size"),
    Command("mode", "contrast"),
    Command("help", "keyboard", "F1"),
    Command("tour", "help-circle"),
    Command("lock", "lock", "F12"),
)


def banner(line: LineView, now: datetime) -> BannerFace | None:
    """Return the one thing that is worth a line, None when all is well.

    Offline is calm: it says what still works. A line that came back to a session opened without
    it, a lease that ended, a refused step and a wrong clock are said too; never a dialog, never
    the keyboard.
    """
    cut = line.phase in (LinePhase.OFFLINE, LinePhase.CONNECTING)
    if cut and line.lease_until is not None and line.lease_until <= now:
        return BannerFace("calm", "clock", Words("banner.lease_over"), "sync")
    if line.phase is LinePhase.OFFLINE:
        minutes = 0 if line.last_ok is None else int((now - line.last_ok).total_seconds() // 60)
        key = "banner.offline" if minutes > 0 else "banner.offline_never"
        args = {"minutes": minutes, "waiting": line.pending + line.uploads}
        return BannerFace("calm", "cloud-off", Words(key, args), "sync")
    if line.problem is not None and line.problem.key == _LINE_BACK:
        waiting = line.pending + line.uploads
        key = "banner.line_back_sending" if waiting else "banner.line_back"
        return BannerFace("told", "lock", Words(key, {"waiting": waiting}), "lock")
    if line.problem is not None:
        return BannerFace("calm", "alert-circle", line.problem, "sync")
    if abs(line.clock_offset_s) > _CLOCK_S:
        minutes = abs(line.clock_offset_s) // 60
        return BannerFace("calm", "clock", Words("banner.clock", {"minutes": minutes}))
    return None


def urged(message: MessageRow) -> BannerFace:
    """Return what is said when an urge arrives."""
    return BannerFace("calm", "bell", message.text, "messages")


def commands(session: SessionView | None, detail: CaseDetail | None) -> tuple[Command, ...]:
    """Return every command; those that cannot be given now carry their reason.

    Args:
        session: whoever may look at supervision's pages has their commands, cashiers those of
            money.
        detail: the case that is shown or chosen.
    """
    looks = session is not None and bool(_LOOKERS.intersection(session.roles))
    cashier = session is not None and bool(_KEEPERS.intersection(session.roles))
    made = []
    for command in COMMANDS:
        if command.name in _CONSOLE and not looks:
            continue
        if command.name in _MONEY and not cashier:
            continue
        blocked = _blocked(command.name, detail)
        made.append(Command(command.name, command.icon, command.key, blocked))
    return tuple(made)


def commands_at_door() -> tuple[Command, ...]:
    """Return what Ctrl+K offers with nobody logged in; the rest stays closed, with the reason."""
    known = {command.name: command for command in commands(None, None)}
    open_ = tuple(known.pop(name) for name in AT_THE_DOOR)
    rest = known.values()
    return (*open_, *(replace(command, blocked=_CLOSED_AT_DOOR) for command in rest))


def _blocked(name: str, detail: CaseDetail | None) -> Words | None:
    if name not in OF_THE_CASE:
        return None
    if detail is None:
        return _NO_CASE
    if name == "steps":
        return None
    if name == "papers":
        return None if detail.papers else Words("command.no_papers")
    option = option_of(detail, step_of(name, detail))
    return _NOT_NOW if option is None else option.blocked


def step_of(name: str, detail: CaseDetail | None) -> str:
    """Return the step that a command means for a case: F7 corrects where a notice is open."""
    if name == "receive" and option_of(detail, "correct") is not None:
        return "correct"
    return name


def fitting(known: tuple[Command, ...], text: str, words: Texts) -> tuple[Command, ...]:
    """Return the commands whose name, pinyin initials or first letters hold the text."""
    wanted = "".join(text.lower().split())
    if not wanted:
        return known
    return tuple(command for command in known if _fits(command, wanted, words))


def named_like(name: str, text: str) -> bool:
    """Say whether a name, its pinyin initials or its first letters hold the text."""
    wanted = "".join(text.lower().split())
    letters = "".join(part[0] for part in name.lower().split())
    plain = "".join(name.lower().split())
    return wanted in plain or wanted in initials(name).lower() or letters.startswith(wanted)


def _fits(command: Command, wanted: str, words: Texts) -> bool:
    return wanted == command.key.lower() or named_like(words.t(f"command.{command.name}"), wanted)
