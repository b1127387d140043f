"""The line to a time stamp authority: what does not answer as one is no answer, and in time."""

from __future__ import annotations

import socket
import threading

import pytest

from sync.server.tsa import TimeStampLine
from tests.helpers.waiting import until

REPLY = b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n"


class Oracle:
    """Answers each connection with the same pieces, then waits for the other end to go."""

    def __init__(self, *pieces: bytes, hold: bool = False) -> None:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listening.getsockname()[1]}/tsa?x=1"
        self.heard = b""
        self._pieces, self._hold = pieces, hold
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        line, _ = self.listening.accept()
        with line:
            while b"asked" not in self.heard:
                self.heard += line.recv(4096)
            for piece in self._pieces:
                line.sendall(piece)
            while self._hold and line.recv(4096):
                continue

    def close(self) -> None:
        self._thread.join(60)
        self.listening.close()
        assert not self._thread.is_alive()


@pytest.fixture
def oracle():
    made: list[Oracle] = []

    def make(*pieces: bytes, **how) -> Oracle:
        made.append(Oracle(*pieces, **how))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_a_question_and_its_answer(oracle):
    there = oracle(REPLY + b"Content-Length: 4\r\n\r\n", b"to", b"ld")
    assert TimeStampLine(there.url).ask(b"asked") == b"told"
    assert there.heard.startswith(b"POST /tsa?x=1 HTTP/1.1\r\n")
    assert b"Content-Type: application/timestamp-query\r\n" in there.heard


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nno",
        REPLY + b"Content-Length: 9\r\n\r\nshort",
        REPLY + b"Content-Length: 99999\r\n\r\n" + bytes(99_999),
        b"no HTTP at all\r\n\r\n",
        b"",
    ],
    ids=["500", "redirect", "a page", "cut", "too much", "another protocol", "hung up"],
)
def test_what_is_no_answer(oracle, said):
    there = oracle(said)
    with pytest.raises(OSError, match=r".*"):
        TimeStampLine(there.url).ask(b"asked")


def test_silence_ends(oracle):
    there = oracle(hold=True)
    with pytest.raises(TimeoutError):
        TimeStampLine(there.url, patience_s=0.2).ask(b"asked")


def test_a_question_is_broken_off_when_the_centre_ends(oracle):
    there = oracle(hold=True)
    line = TimeStampLine(there.url)
    ended: list[str] = []

    def ask() -> None:
        try:
            line.ask(b"asked")
        except OSError as error:
            ended.append(type(error).__name__)

    asking = threading.Thread(target=ask)
    asking.start()
    until(lambda: b"asked" in there.heard)
    line.hang_up()
    asking.join(60)
    assert len(ended) == 1


def test_nobody_there():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(OSError, match=r".*"):
        TimeStampLine(f"http://127.0.0.1:{port}").ask(b"asked")
