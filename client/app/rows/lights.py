"""A light as a screen shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from client.app.rows.words import Words
    from sync.domain.lights import Light


@dataclass(frozen=True, slots=True)
class LightView:
    """A light with the words that always stand beside its shape."""

    light: Light
    statutory_passed: bool
    remaining: Words | None
    due_at: datetime | None
    provisional: bool = False
