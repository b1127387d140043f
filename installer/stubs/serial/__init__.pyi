from types import TracebackType
from typing import Self

class SerialException(OSError): ...

class Serial:
    def __init__(
        self,
        port: str,
        baudrate: int = ...,
        *,
        timeout: float | None = ...,
        write_timeout: float | None = ...,
        exclusive: bool | None = ...,
    ) -> None: ...
    def read(self, size: int = ...) -> bytes: ...
    def read_until(self, expected: bytes = ..., size: int | None = ...) -> bytes: ...
    def write(self, data: bytes) -> int: ...
    @property
    def in_waiting(self) -> int: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
