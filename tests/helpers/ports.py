"""Ports whose server may go away for a moment: none but this process of the tests takes them then.

What the system gives to whoever asks for any port lies above; another process of the tests, which
asks all the time, would get one that is just being started again.
"""

from __future__ import annotations

import os
import secrets
import socket
from itertools import count

_FIRST, _EACH = 20_000, 1_500
_SLICES = 8  # up to 32_000; the system's own begin at 32_768
_OURS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw7").removeprefix("gw")) % _SLICES
_turns = count(secrets.randbelow(_EACH))


def free_port() -> int:
    """Return a port of this machine that nobody listens on, another one at each call."""
    for _ in range(_EACH):
        port = _FIRST + _OURS * _EACH + next(_turns) % _EACH
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise RuntimeError("no port is free")
