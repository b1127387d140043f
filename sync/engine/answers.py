"""What came back: read up to its limit, unpacked, and a refusal turned into what it means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sync.engine import faults, packing
from sync.engine.faults import Fault, LineFailure
from sync.protocol import messages
from sync.protocol.codec import read_message
from sync.protocol.errors import WireError

if TYPE_CHECKING:
    import httpx

ANSWER_MAX = 64 << 20  # a page of the largest bodies; anything more is no answer
_CODE = re.compile(r"[a-z_]{1,32}(\.[a-z0-9_]{1,48}){1,3}\Z")
_SECONDS = re.compile(r"[0-9]{1,6}\Z")


async def read_answer(response: httpx.Response, limit: int) -> bytes:
    """Return an answer's bytes, unpacked.

    Raises:
        LineFailure: line.nonsense for more than the limit, or bytes that do not unpack.
    """
    parts, size = [], 0
    async for chunk in response.aiter_raw():
        size += len(chunk)
        if size > limit:
            raise LineFailure(faults.NONSENSE, Fault.UNABLE, details={"limit": limit})
        parts.append(chunk)
    encoding = response.headers.get("Content-Encoding", "")
    return packing.unpack(b"".join(parts), encoding, limit)


def refusal_of(response: httpx.Response, data: bytes) -> LineFailure:
    """Turn an answer that is not 200 into what it means for the engine."""
    status: int = response.status_code
    fallback = faults.SERVER if status >= 500 else faults.NONSENSE
    fault = Fault.REFUSED if 400 <= status < 500 else Fault.UNABLE
    hold_ms = None
    if status == 401:
        fault = Fault.ACCESS
    elif status in {429, 503}:
        fault, fallback = Fault.BUSY, faults.BUSY
        after = response.headers.get("Retry-After", "")
        hold_ms = int(after) * 1000 if _SECONDS.match(after) else None
    try:
        problem = read_message(data, messages.Problem, ANSWER_MAX)
    except WireError:
        return LineFailure(fallback, fault, hold_ms, {"status": status})
    code = problem.code if _CODE.match(problem.code) else fallback
    wait = problem.details.get("wait_ms")
    if fault is Fault.BUSY and code == faults.CROWDED and isinstance(wait, int):
        fault, hold_ms = Fault.LATER, max(0, wait)
    return LineFailure(code, fault, hold_ms, problem.details)
