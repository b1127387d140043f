"""Short messages written to a file instead of sent: for demonstrations and for halls without SMS.

Nothing here reaches a telephone, and every line says so. See services.ports.messages.Gateway.
"""

from __future__ import annotations

import errno
import json
import os
from typing import TYPE_CHECKING

from sync.server.services.ports.messages import Carried

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sync.server.services.rows.messages import MessageRow

NAME = "messages.jsonl"
PLAINLY = "仅写入本文件，未发送到任何手机 / written to this file, sent to no telephone"


class Spool:
    """Appends one JSON line a message, durable before it counts as gone.

    Args:
        folder: made at the first message, for the centre's user alone.
    """

    name = "spool"
    knows_ids = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: MessageRow) -> Carried:
        """Append the message; raises OSError where that fails."""
        self.send_together((message,))
        return Carried()

    def close(self) -> None:
        """Do nothing: the file is open only while it is written."""

    def send_together(self, messages: Sequence[MessageRow]) -> None:
        """Append messages with one fsync: all of them, or none where there is no room.

        Raises:
            OSError: nothing stands there.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lines = "".join(map(_line, messages)).encode()
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        path = os.open(self._folder / NAME, flags, 0o600)
        with os.fdopen(path, "ab", buffering=0) as file:
            written = file.write(lines)
            if written < len(lines):
                end = file.tell()
                if os.fstat(path).st_size == end:  # no other process has written behind it
                    file.truncate(end - written)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(path)


def _line(message: MessageRow) -> str:
    said = {
        "at": message.at,
        "id": message.id,
        "case": message.case_no,
        "to": message.address,
        "text": message.text,
        "note": PLAINLY,
    }
    return f"{json.dumps(said, ensure_ascii=False)}\n"
