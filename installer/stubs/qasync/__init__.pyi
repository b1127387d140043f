from asyncio import AbstractEventLoop
from typing import Any

def QEventLoop(app: Any = ..., set_running_loop: bool = ...) -> AbstractEventLoop: ...
