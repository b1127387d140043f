"""Seals that several threads look at first at once: run as a program.

    python -m tests.faults.first_seals values|imports TURNS

Each turn is a process of its own, forked from one that has not begun yet. Ends with 0 once every
thread of every turn had what it asked for.
"""

import os
import random
import sys
from collections.abc import Callable
from importlib import import_module
from threading import Barrier, Event, Thread

from tests.unit.documents.authority import pki

ENDS = (  # the modules by which the window's lanes, and the centre's threads, come to pyHanko
    "client.documents.attaching",
    "client.documents.seals",
    "sync.server.services.cases.timestamp",
    "sync.server.services.public.signatures",
)
BESIDE = ("aiohttp", "asn1crypto.cms", "cryptography.x509", "PIL.Image", "sync.server.services")


def together(works: list[Callable[[], object]]) -> None:
    """Run all at the same instant; raises the first error of one of them."""
    gate, errors = Barrier(len(works)), []

    def run(work: Callable[[], object]) -> None:
        gate.wait()
        try:
            work()
        except Exception as error:  # noqa: BLE001  (told below)
            errors.append(error)

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def first_values(_turn: int) -> None:
    """Read one certificate on four threads, then once more alone: what is spoilt stays so."""
    from asn1crypto import x509  # noqa: PLC0415  (in a turn only)

    def read() -> str:
        return x509.Certificate.load(pki().root.der).subject.native["common_name"]

    try:
        together([read] * 4)
    finally:
        read()


def first_imports(turn: int) -> None:
    """Come to pyHanko at two ends, and let the other one in at any import."""
    chance, never = random.Random(turn), Event()  # noqa: S311  (the same each time)

    def yielding(event: str, told: tuple[object, ...]) -> None:
        if event == "import" and str(told[0]).startswith("pyhanko"):
            never.wait(chance.random() / 100)

    sys.addaudithook(yielding)
    ends = chance.sample(ENDS, 2)
    together([lambda end=end: import_module(end) for end in ends])


def turned(work: Callable[[int], None], turn: int) -> bool:
    """Do one turn in a process of its own; say whether it was well."""
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    try:
        work(turn)
    except BaseException as error:  # noqa: BLE001  (a fork must not go on with the parent's work)
        os.write(2, f"turn {turn}: {error!r}\n".encode())
        os._exit(1)
    os._exit(0)


def main(how: str, turns: int) -> int:
    """Do all turns; return how many were not well."""
    sys.setswitchinterval(1e-6)
    pki()
    for name in BESIDE:
        import_module(name)
    if how == "values":
        import_module("client.documents.seals")
    work = first_values if how == "values" else first_imports
    return min(sum(not turned(work, turn) for turn in range(turns)), 99)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
