"""Types that several threads read for the first time at once: run as a program.

    python -m tests.faults.first_reads HOW TURNS

Ends with 0 once every thread had its values; msgspec by itself ends with a null dereference.
"""

# The members' types are texts, which msgspec has Python evaluate: there another thread comes in.
from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from threading import Barrier, Thread
from typing import Annotated, Any

from msgspec import Meta, Struct, msgpack
from msgspec import json as written

from sync.typed import from_json, from_msgpack, from_plain, json_reader

THREADS = 4
PLAIN = {"a": "x", "b": 1, "c": {"a": "y"}, "d": [{"a": "z"}], "f": {"a": "w"}}

Text = Annotated[str, Meta(max_length=100)]
Number = Annotated[int, Meta(ge=0)]


def fresh() -> Any:
    """Make types that nobody has read yet."""

    class Inner(Struct):
        a: Text
        b: Text | None = None
        c: tuple[Text, ...] = ()

    @dataclass
    class Plain:
        a: Text
        b: dict[str, Number] | None = None

    globals().update(Inner=Inner, Plain=Plain)  # where msgspec looks for what the texts name

    class Outer(Struct):
        a: Text
        b: Number
        c: Inner
        f: Plain
        d: tuple[Inner, ...] = ()
        e: dict[str, Text] | None = None

    return Outer


READERS = {
    "json": lambda form: from_json(written.encode(PLAIN), form),
    "msgpack": lambda form: from_msgpack(msgpack.encode(PLAIN), form),
    "plain": lambda form: from_plain(PLAIN, form),
    "reader": lambda form: json_reader(form).decode(written.encode(PLAIN)),
}


def race(read: Any) -> None:
    """Let all threads read one fresh type at the same instant."""
    form, together = fresh(), Barrier(THREADS)
    found: list[object] = []

    def work(form: Any) -> None:
        together.wait()
        found.append(read(form).d[0].a)

    threads = [Thread(target=partial(work, form)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["z"] * THREADS


if __name__ == "__main__":
    sys.setswitchinterval(1e-6)
    for _ in range(int(sys.argv[2])):
        race(READERS[sys.argv[1]])
