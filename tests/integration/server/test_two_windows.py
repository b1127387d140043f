"""Two windows on one centre: what one does, the other learns."""

import socket
import threading

import httpx
import msgspec
import pytest

from sync.proof.events import read_logged_event
from sync.proof.receipts import read_entry
from sync.protocol import messages, version
from tests.helpers import case_steps as say
from tests.helpers.case_walk import walk_to
from tests.helpers.hand_window import SCOPE, Refusal
from tests.helpers.waiting import until


class Listener:
    """A live stream read by a thread."""

    def __init__(self, window, **asks):
        self.pokes, self.ended = [], threading.Event()
        self._client = httpx.Client(base_url=window.centre.origin, timeout=60)
        window.send("GET", "/v1/hello")
        self._headers = window.proof_headers("GET", "/v1/live", b"", token=window.token) | asks
        self.started = threading.Event()
        self._response = None
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        assert self.started.wait(60)

    def _run(self):
        try:
            with self._client.stream("GET", "/v1/live", headers=self._headers) as response:
                self._response, self.status = response, response.status_code
                for line in response.iter_lines():
                    self.started.set()
                    if line.startswith("data: "):
                        self.pokes.append(line.removeprefix("data: "))
        except httpx.HTTPError:
            pass
        finally:
            self.started.set()
            self.ended.set()

    def hang_up(self):
        """Go away as a window does whose machine is switched off."""
        stream = self._response.extensions["network_stream"]
        stream.get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self.close()

    def close(self):
        self._thread.join(60)
        self._client.close()
        assert not self._thread.is_alive()


def test_windows_pull_each_others_events(centre, windows):
    one, two = windows(), windows("d-339901-04")
    number = walk_to(one, "received")
    two.log_in("clerk")
    page = two.pull({SCOPE: 0}).scopes[SCOPE]
    kinds = []
    for n, entry in enumerate(page.entries, 1):
        event = read_entry(entry, "centre-339901", SCOPE, n).event()
        assert (event.core.dev, event.core.case) == (one.dev, number)
        kinds.append(event.core.kind)
    assert kinds == ["preregister", "receive"]
    two.cprev[number] = read_logged_event(page.entries[-1].record()).hash
    assert two.step("accept", say.accept(), case=number).code is None
    back = one.pull({SCOPE: 2}).scopes[SCOPE].entries
    assert [read_logged_event(e.record()).core.kind for e in back] == ["accept"]


def test_a_step_that_did_not_know_the_newest_is_found(centre, windows):
    one, two = windows(), windows("d-339901-04")
    number = walk_to(one, "received")
    two.log_in("clerk")
    two.cprev[number] = None
    result = two.step("accept", say.accept(), case=number)
    assert (result.verdict, result.code) == ("accepted", "stale_knowledge")


def test_a_poke_says_how_far_a_scope_is(centre, windows):
    one, two = windows(), windows("d-339901-04")
    two.log_in("clerk")
    listener = Listener(two)
    number = walk_to(one, "received")
    size = centre.read(lambda tx: tx.log.head(SCOPE)).size
    until(lambda: f'{{"s":"{SCOPE}","n":{size}}}' in listener.pokes)
    listener.hang_up()
    until(lambda: len(centre.desk.live) == 0)
    assert number


PAGES = {version.LIVE_HEADER: version.LIVE_PAGES}


def last_poke(listener, scope=SCOPE):
    """Return the newest poke of a scope."""
    read = [msgspec.json.decode(poke, type=messages.Poke) for poke in listener.pokes]
    return next((poke for poke in reversed(read) if poke.s == scope), None)


def heard(listener, n):
    """Wait until a stream has said that the scope has reached n; return that poke."""
    until(lambda: (poke := last_poke(listener)) is not None and poke.n == n)
    return last_poke(listener)


def test_a_poke_brings_its_page_to_who_asked_and_to_nobody_else(centre, windows):
    one, two = windows(), windows("d-339901-04")
    two.log_in("clerk")
    asked, plain = Listener(two, **PAGES), Listener(two)
    try:
        walk_to(one, "received")
        size = centre.read(lambda tx: tx.log.head(SCOPE)).size
        page = heard(asked, size).page
        pulled = two.pull({SCOPE: size - len(page.entries)}).scopes[SCOPE]
        assert page == pulled
        assert heard(plain, size).page is None
        one.push(one.event("note_late", {"what": "长" * 12_000}))  # refused, and too long
        assert heard(asked, size + 1).page is None
        one.push(one.event("note_late", {"what": "短"}))
        assert [entry.n for entry in heard(asked, size + 2).page.entries] == [size + 2]
    finally:
        asked.hang_up()
        plain.hang_up()


def test_who_may_no_longer_see_a_scope_gets_no_more_pages_of_it(centre, windows):
    one, two = windows(), windows("d-339901-04")
    one.log_in("clerk")
    two.log_in("handler")
    listener = Listener(two, **PAGES)
    try:
        one.push(one.event("note_late", {"what": "a"}))
        assert heard(listener, 1).page is not None
        centre.enact("grant.end", {"id": f"g-{two.card.person}-1"})
        one.push(one.event("note_late", {"what": "b"}))
        assert heard(listener, 2).page is None
    finally:
        listener.hang_up()


def test_logging_out_ends_the_stream(centre, window):
    window.log_in("clerk")
    listener = Listener(window)
    window.ask("POST", "/v1/logout", dict, None)
    assert listener.ended.wait(60)
    listener.close()


def test_the_end_of_the_centre_ends_the_stream(centre, window):
    window.log_in("clerk")
    listener = Listener(window)
    centre.restart()  # takes as long as uvicorn waits for open streams, if it has to
    assert listener.ended.wait(60)
    listener.close()


def test_nobody_pulls_what_he_may_not_see(centre, window):
    window.log_in("handler")
    for scope in ("339901/wjj", "hall/339911", "nowhere"):
        with pytest.raises(Refusal) as caught:
            window.pull({scope: 0})
        assert caught.value.code == "wire.scope_forbidden"


def test_a_cursor_beyond_the_end_is_told_and_the_centre_says_that_lines_are_missing(centre, window):
    window.log_in("clerk")
    assert "lines_missing" not in {found.code for found in centre.desk.health.notices()}
    with pytest.raises(Refusal) as caught:
        window.pull({"policy": 10_000})
    assert (caught.value.code, caught.value.details["size"]) == (
        "wire.cursor",
        centre.desk.policy.size,
    )
    gravest = centre.desk.health.notices()[0]
    said = {"windows": 1, "scope": "policy", "seen": 10_000, "here": centre.desk.policy.size}
    assert (gravest.code, gravest.args) == ("lines_missing", said)
