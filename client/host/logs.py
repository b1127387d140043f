"""Logs with one redactor at the root: what is secret or a citizen's never reaches a file.

Every record passes `redact`, those of libraries included, and the text of exceptions too. The
redactor has two nets: names of values that are never printed, and shapes that look like an
identity number, a telephone number, a key, a signed token. It would rather hide too much.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, Any

import structlog

from sync.domain.secret import Secret

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from pathlib import Path

STARS = "***"
LARGEST, KEPT = 5_000_000, 5
"""Bytes of one file of a log, and how many full ones are kept beside it: 30 MB in all."""

SECRET_NAMES = frozenset(
    (
        *("pin", "puk", "key", "keys", "secret", "token", "password", "authorization", "dpop"),
        *("lease", "kcc", "nonce", "body", "jws", "act", "delegation", "apdu"),
        *("name", "applicant", "agent", "id_no", "phone", "address", "text", "data", "query"),
        "draft",
    )
)
"""Names whose values are never printed; also as the last part of a longer name (`card_pin`)."""

_CHATTY = ("httpx",)
"""Libraries that tell of each request: it cost time with each page, and pushed what counts out."""

_SHAPES = re.compile(
    r"-----BEGIN [^-]+-----.*?(?:-----END [^-]+-----|\Z)"  # PEM
    r"|[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]*"  # a signed token
    r"|(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{40,}={0,2}(?![A-Za-z0-9_-])"  # a key or hash, base64url
    r"|(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{40,}={0,2}"  # the same, base64
    r"|(?<![0-9A-Fa-f])[0-9A-Fa-f]{32,}"  # the same, hexadecimal
    r"|(?<!\d)\d{17}[\dXx](?!\d)"  # GB 11643
    # GB 32100
    r"|(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Za-z])"
    r"|(?<!\d)1[3-9]\d{9}(?!\d)"  # a mobile telephone
    r"|(?<=[?&#])(?:code|token)=[^&\s]+",
    re.DOTALL,
)


def redact(value: object) -> object:
    """Return the value with whatever must not be printed replaced by stars, at any depth."""
    if isinstance(value, Mapping):
        return {
            str(name): STARS if _is_secret(str(name)) else redact(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [redact(inner) for inner in value]
    return _redact_one(value)


def _redact_one(value: object) -> object:
    if isinstance(value, bytes | bytearray | memoryview):
        return f"<{len(value)} bytes>"
    if value is None or isinstance(value, bool | int | float):
        # An identity or telephone number may come as a number as well.
        return STARS if _SHAPES.search(str(value)) else value
    return STARS if isinstance(value, Secret) else _SHAPES.sub(STARS, str(value))


def _is_secret(name: str) -> bool:
    lowered = name.lower()
    return lowered in SECRET_NAMES or lowered.rsplit("_", 1)[-1] in SECRET_NAMES


def _redact_event(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Redact one record, the sentence and the trace included, as the last step but writing."""
    kept = {"event", "level", "timestamp", "logger", "lane"}
    return {
        name: redact(value) if name in kept or not _is_secret(name) else STARS
        for name, value in event.items()
    }


class Logs:
    """The log of one process, from `start_logs` until `close`."""

    def __init__(self, handler: logging.Handler) -> None:
        self._handler = handler
        self._root = logging.getLogger()
        self._level_before = self._root.level
        self._root.addHandler(handler)
        self._root.setLevel(logging.INFO)
        self._chatty = {name: logging.getLogger(name).level for name in _CHATTY}
        for name in _CHATTY:
            logging.getLogger(name).setLevel(logging.WARNING)

    def close(self) -> None:
        """Stop writing and let go of the file."""
        self._root.removeHandler(self._handler)
        self._root.setLevel(self._level_before)
        for name, level in self._chatty.items():
            logging.getLogger(name).setLevel(level)
        self._handler.close()


def start_logs(folder: Path, name: str = "window") -> Logs:
    """Send every log of this process, libraries included, to one rotating file of JSON lines.

    Args:
        folder: where the file `<name>.log` goes; see LARGEST and KEPT.
        name: stem of the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = RotatingFileHandler(
        folder / f"{name}.log", maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", delay=True
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                _redact_event,
                structlog.processors.JSONRenderer(ensure_ascii=False, sort_keys=True),
            ],
        )
    )
    return Logs(handler)
