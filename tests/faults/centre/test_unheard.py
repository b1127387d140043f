"""The centre dies after its commit and before its answer is heard, whatever the moment.

A proxy hands the request on, waits until the centre has answered, kills it, and relays nothing: so
the commit is there and nobody was told. After the restart each event stands in the log once, and
whoever asks again gets the answer of then.
"""

import contextlib
import socket
import threading

import httpx
import pytest

from tests.faults.centre.fatal import PART, events_of
from tests.helpers.centre import running_centre
from tests.helpers.centre_process import Served, check_whole, hashes, places
from tests.helpers.hand_window import HandWindow

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
ROUNDS = 3


class DeadEnd:
    """A TCP relay that, once armed, kills the centre on its next good answer and relays none."""

    def __init__(self, served):
        self._served = served
        self._armed = False
        self.killed = threading.Event()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def arm(self):
        self._armed = True
        self.killed.clear()

    def close(self):
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join(60)

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                line, _ = self._listening.accept()
                there = socket.create_connection(("127.0.0.1", self._served.port))
                for work in (self._up, self._down):
                    thread = threading.Thread(target=work, args=(line, there))
                    self._threads.append(thread)
                    thread.start()

    @staticmethod
    def _up(line, there):
        with contextlib.suppress(OSError):
            while data := line.recv(65536):
                there.sendall(data)
            there.shutdown(socket.SHUT_WR)

    def _down(self, line, there):
        with contextlib.suppress(OSError), line, there:
            while data := there.recv(65536):
                if self._armed and data.startswith(b"HTTP/1.1 200 "):
                    self._armed = False
                    self._served.kill()
                    self.killed.set()
                    line.shutdown(socket.SHUT_RDWR)  # closed alone, `_up` would keep it open
                    return
                line.sendall(data)


class Process(Served):
    """A served process whose port is known."""

    @property
    def port(self):
        return self._port


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_an_answer_that_nobody_hears_is_given_again_and_each_event_stands_once(tmp_path, store):
    with running_centre(tmp_path, store=store, block_sizes={"case": 5000}) as centre:
        served = Process(centre, "one")
        window = HandWindow(served, "d-339901-21")
        window.log_in("clerk")
        window.borrow()
        dead_end = DeadEnd(served)
        direct, window.http = window.http, httpx.Client(base_url=dead_end.url, timeout=60)
        pushed = []
        for _ in range(ROUNDS):
            records = events_of(window, PART)
            pushed += hashes(records)
            dead_end.arm()
            with pytest.raises(httpx.TransportError):
                window.push(*records)
            assert dead_end.killed.is_set()
            assert all(check_whole(centre)[each] == 1 for each in pushed)  # the commit is there
            served.start()
            again = window.push(*records)
            assert {result.verdict for result in again.results} == {"duplicate"}
            assert len(set(places(again))) == PART
        seen = check_whole(centre)
        assert {seen[each] for each in pushed} == {1}
        window.close()
        direct.close()
        dead_end.close()
        served.stop()
