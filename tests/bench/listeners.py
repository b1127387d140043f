"""Light windows that only listen: many streams in one process, told by standard input and output.

    python -m tests.bench.listeners PORT      # then one request's head a line, base64, then "."

Says "ready" when every stream lives; for each "go" one line: when the first and the last of them
heard a poke, by the machine's monotonic clock.
"""

import asyncio
import base64
import sys
import time


class Listener(asyncio.Protocol):
    """One stream."""

    def __init__(self, request, hall):
        self.request, self.hall = request, hall
        self.lives = self.heard = False

    def connection_made(self, transport):
        transport.write(self.request)

    def data_received(self, data):
        if not self.lives and b": \n\n" in data:
            self.lives = True
            self.hall.one()
        if not self.heard and b"data: " in data:
            self.heard = True
            self.hall.one()


class Hall:
    """All of them."""

    def __init__(self, count):
        self.count = self.waited = count
        self.first = 0.0
        self.all = asyncio.Event()

    def one(self):
        if self.waited == self.count:
            self.first = time.monotonic()
        self.waited -= 1
        if not self.waited:
            self.last = time.monotonic()
            self.all.set()

    def again(self):
        self.waited = self.count
        self.all.clear()


async def listen(port, requests):
    loop, hall = asyncio.get_running_loop(), Hall(len(requests))
    listeners = []
    for request in requests:
        _, listener = await loop.create_connection(
            lambda r=request: Listener(r, hall), "127.0.0.1", port
        )
        listeners.append(listener)
    await asyncio.wait_for(hall.all.wait(), 300)
    while True:
        hall.again()
        for listener in listeners:
            listener.heard = False
        print("ready", flush=True)
        if not await loop.run_in_executor(None, sys.stdin.readline):
            return
        await asyncio.wait_for(hall.all.wait(), 120)
        print(hall.first, hall.last, flush=True)


if __name__ == "__main__":
    heads = []
    while (line := sys.stdin.readline().strip()) != ".":
        heads.append(base64.b64decode(line))
    asyncio.run(listen(int(sys.argv[1]), heads))
