"""The support bundle: what a window is and how it fares, for whoever mends it from afar.

It leaves the machine, so nothing of a citizen and nothing secret may be in it. What goes in is
chosen, never what is left out: settings by name, log lines through a net of their own. A word of a
log stays only if a logger of ours said it and it looks like a word of ours: lower case ASCII, or a
number shorter than any PIN. Names, sentences of libraries, paths, numbers of cases and people do
not; of a failure its class and its places in our own files stay.
"""

from __future__ import annotations

import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

STARS = "***"
LINES_MOST = 4000  # of each log: the newest
_LOGS_MOST = 6

_PLAIN = re.compile(r"[a-z][a-z_]{0,31}(?:[.:'-][a-z_]{1,31}){0,4}[.,:;]?|\d{1,5}|[-:;,.()/]")
_SPEAKERS = frozenset({"chuangkou", "client", "sync", "ui"})
_LEVELS = frozenset({"debug", "info", "warning", "error", "critical"})
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?")
_LOGGER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,31}(?:\.[A-Za-z0-9_]{1,31}){0,6}")
_FRAME = re.compile(r'File "(?P<path>[^"]+)", line (?P<line>\d+),? in (?P<name>\w+)')
_ROOMS = re.compile(r"(?:.*[/\\])?((?:client|ui|sync|resources)[/\\][\w/\\]+\.py)$")
_RAISED = re.compile(
    r"^(?P<name>[A-Za-z_][\w.]*(?:Error|Failure|Exception|Warning))\b", re.MULTILINE
)
_CODE = re.compile(r"[a-z_]{1,32}(?:\.[a-z0-9_]{1,48}){1,3}")


def write_bundle(path: Path, report: Mapping[str, Any], logs: Path) -> int:
    """Write the bundle whole or not at all; return its size in bytes. Crunch lane.

    Args:
        path: a .zip; what stands there is replaced.
        report: JSON-able, made by the doctor of values that may leave the machine.
        logs: the folder of this window's logs; may be missing.

    Raises:
        OSError: it cannot be written there.
    """
    part = path.with_name(path.name + ".part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as bundle:
            said = json.dumps(report, ensure_ascii=False, indent=1, sort_keys=True)
            bundle.writestr("report.json", said)
            for log in sorted(logs.glob("*.log*"))[:_LOGS_MOST]:
                newest = _tail(log)
                bundle.writestr(f"logs/{_safe(log.name)}", "\n".join(scrubbed(newest)))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return path.stat().st_size


def scrubbed(lines: Iterable[str]) -> Iterator[str]:
    """Yield log lines with what may leave the machine, as JSON; what is no log line is left out."""
    for line in lines:
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record, dict):
            yield json.dumps(_record(record), ensure_ascii=True, sort_keys=True)


def plain(text: str) -> str:
    """Return a sentence with every word starred that need not be one of ours."""
    return " ".join(word if _PLAIN.fullmatch(word) else STARS for word in text.split())


def _record(record: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, shape in (("timestamp", _TIME), ("logger", _LOGGER), ("code", _CODE)):
        value = record.get(name)
        if isinstance(value, str) and shape.fullmatch(value):
            kept[name] = value
    if record.get("level") in _LEVELS:
        kept["level"] = record["level"]
    event = record.get("event")
    if isinstance(event, str) and _is_ours(kept.get("logger", "")):
        kept["event"] = plain(event)
    trace = record.get("exception")
    if isinstance(trace, str):
        kept["places"] = places_in(trace)
        kept["raised"] = [found.group("name") for found in _RAISED.finditer(trace)]
    return kept


def places_in(trace: str) -> tuple[str, ...]:
    """Return where in our own files a trace goes, of an exception or of a process that died."""
    return tuple(place for frame in _FRAME.finditer(trace) if (place := _place(frame)))


def _is_ours(logger: str) -> bool:
    """Say whether one of our rooms speaks: its sentences hold no values but codes and figures."""
    return logger.partition(".")[0] in _SPEAKERS


def _place(frame: re.Match[str]) -> str:
    """Return where in our own files a frame stands; "" for any other file."""
    own = _ROOMS.match(frame.group("path"))
    if own is None:
        return ""
    where = own.group(1).replace("\\", "/")
    return f"{where}:{frame.group('line')} {frame.group('name')}"


def _tail(log: Path) -> list[str]:
    return log.read_text("utf-8", errors="replace").splitlines()[-LINES_MOST:]


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)
