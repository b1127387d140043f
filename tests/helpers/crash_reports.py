"""A report of a fault as a window would bring it, and the hand that brings it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sync.proof.keys import new_id
from sync.protocol.crash_messages import CrashAnswer, CrashReport, Raised

if TYPE_CHECKING:
    from tests.helpers.hand_window import HandWindow

MARK = "f417aefb485b05b4"


def report(**members: object) -> CrashReport:
    """Return one with a fresh id; what is named differs."""
    said = {
        "id": new_id(),
        "kind": "error",
        "fingerprint": MARK,
        "first": 1_772_501_400_000,
        "last": 1_772_501_460_000,
        "count": 5,
        "version": "0.1.0",
        "build": "package",
        "versions": {"python": "3.11.7"},
        "page": "step/accept",
        "raised": [Raised(name="KeyError", places=["ui.presenters.accept:64 prepare"])],
        "log": ["2026-03-03T02:24:33Z error chuangkou.ui unexpected failure"],
        "note": "受理时",
    }
    return CrashReport(**(said | members))


def send(window: HandWindow, message: CrashReport) -> CrashAnswer:
    """Send one over the window's session."""
    return window.ask("POST", "/v1/crashes", CrashAnswer, message)
