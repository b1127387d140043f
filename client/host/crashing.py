"""What a report says of a fault: what is chosen goes in, nothing is left to be taken out.

Of an error its class, a failure's code and its places go in, never its sentence, which may hold
anybody's name. Places are modules and functions, so they are the same in a frozen program. Lines of
the log pass the net of the support bundle, what a person wrote passes the redactor of the logs and
one that is stricter about numbers.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import traceback
from typing import TYPE_CHECKING

from client.host.bundle import STARS, plain, scrubbed
from client.host.logs import redact
from client.host.machine import versions
from client.host.program import version
from sync.domain.failures import Failure
from sync.protocol.crash_messages import (
    LINE_MAX,
    LINES_MOST,
    NOTE_MAX,
    PLACES_MOST,
    RAISED_MOST,
    Raised,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_WORD = re.compile(r"[A-Za-z0-9_.:/<>()+ -]{1,160}")
_CODE = re.compile(r"[a-z_]{1,32}(?:\.[a-z0-9_]{1,48}){0,3}")
_LINE_NUMBER = re.compile(r":\d+ ")
_NUMBER = re.compile(r"[0-9０-９][0-9０-９Xx\s./-]{3,}[0-9０-９Xx]")
_UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+"
)
_QT_NAME = re.compile(r"Q[A-Z][A-Za-z]{1,40}(?:::[~A-Za-z]{1,40})?(?:\(\))?[:,.]?")
_TAIL_BYTES = 64 * 1024
_FRAMES_DEEP = 8


def chain_of(error: BaseException) -> list[Raised]:
    """Return an error and what led to it, the error itself first; bounded."""
    found: list[Raised] = []
    met: set[int] = set()
    here: BaseException | None = error
    while here is not None and len(found) < RAISED_MOST and id(here) not in met:
        met.add(id(here))
        found.append(_raised(here))
        here = here.__cause__ or (None if here.__suppress_context__ else here.__context__)
    return found


def _raised(error: BaseException) -> Raised:
    kind = type(error)
    own = kind.__module__ == "builtins"
    name = kind.__qualname__ if own else f"{kind.__module__}.{kind.__qualname__}"
    code = error.code if isinstance(error, Failure) and _CODE.fullmatch(error.code) else ""
    frames = list(traceback.walk_tb(error.__traceback__))[-PLACES_MOST:]
    places = [
        _word(f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}")
        for frame, line in reversed(frames)
    ]
    return Raised(name=_word(name), code=code, places=places)


def died_at(places: Iterable[str], cause: str) -> list[Raised]:
    """Return where a process died, as far as anybody wrote it down."""
    known = [_word(place) for place in places][:PLACES_MOST]
    return [Raised(name=_word(cause or "killed"), places=known)]


def fingerprint_of(kind: str, raised: Sequence[Raised], said: str) -> str:
    """Return what names a fault: the same after lines moved, another when the way there differs."""
    parts = [kind, said]
    for each in raised:
        parts += [each.name, each.code]
        parts += [_LINE_NUMBER.sub(" ", place) for place in each.places[:_FRAMES_DEEP]]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def qt_words(text: str) -> str:
    """Return a sentence of Qt's with every word starred that is neither plain nor Qt's own name."""
    words = [w if _QT_NAME.fullmatch(w) else plain(w) for w in text.split()[:40]]
    return " ".join(words)[:LINE_MAX]


def note_of(typed: str) -> str:
    """Return what a person wrote as it may go: one line, no number that is longer than a year."""
    line = " ".join(_UNSEEN.sub(" ", typed).split())
    return _NUMBER.sub(STARS, str(redact(line)))[:NOTE_MAX]


def newest_lines(logs: Path) -> list[str]:
    """Return the newest lines of the window's log as they may go, oldest first; [] where none."""
    text = ""
    for name in ("window.log", "window.log.1"):
        text = _tail(logs / name) + text
        if text.count("\n") > LINES_MOST:
            break
    return [_told(line) for line in scrubbed(text.splitlines()[-LINES_MOST:])]


def known_versions() -> dict[str, str]:
    """Return what runs here, as a report names it."""
    found = {_word(name): _word(said) for name, said in versions().items() if said}
    return found | {"chuangkou": _word(version())}


def build() -> str:
    """Return how this program was put together."""
    return "package" if getattr(sys, "frozen", False) else "source"


def _told(scrubbed_line: str) -> str:
    """Return a scrubbed line as people read it."""
    record = json.loads(scrubbed_line)
    parts = [record.get(name, "") for name in ("timestamp", "level", "logger", "code", "event")]
    parts += record.get("raised", [])
    parts += [place.replace("\\", "/") for place in record.get("places", [])[-2:]]
    line = " ".join(part for part in parts if part)
    return line.encode("ascii", "replace").decode("ascii")[:LINE_MAX]


def _word(text: str) -> str:
    """Return a name of the program's own as the wire takes it."""
    kept = text[:160]
    return kept if _WORD.fullmatch(kept) else re.sub(r"[^A-Za-z0-9_.:/<>()+ -]", "_", kept)


def _tail(log: Path) -> str:
    try:
        with log.open("rb") as stream:
            stream.seek(0, 2)
            stream.seek(max(0, stream.tell() - _TAIL_BYTES))
            return stream.read(_TAIL_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
