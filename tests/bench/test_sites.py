"""A site that is lost, and a moment that is brought back: PL17, by hand before a release.

The result stands in docs/OPERATIONS.md, "A second site".
"""

import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

import pytest
from pydantic import SecretStr

from tests.faults.centre.fatal import TRIES, events_of
from tests.helpers import pg
from tests.helpers.case_walk import walk_to
from tests.helpers.centre import running_centre
from tests.helpers.centre_process import Served, check_whole, hashes, until_answered
from tests.helpers.hand_window import HandWindow
from tests.helpers.sites import REPLICATING, Archive, Sites
from tests.helpers.waiting import until
from tests.integration.server import test_attachments as pages

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]
WINDOWS = 3
PART = 20
TURNS = 20_000


@dataclass
class Pushing:
    """Windows that push until it is enough; what was acknowledged, and when (s, monotonic)."""

    windows: list
    told: list = field(default_factory=list)  # (hash, moment)
    other: list = field(default_factory=list)  # answers that were none
    enough: threading.Event = field(default_factory=threading.Event)

    def __enter__(self):
        for window in self.windows:
            window.borrow()
        self._threads = [threading.Thread(target=self._push, args=(w,)) for w in self.windows]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.enough.set()
        for thread in self._threads:
            thread.join()

    def wait(self, count):
        """Return when so many more were acknowledged: how many that was a second."""
        began, had = time.monotonic(), len(self.told)
        goal = had + count
        until(lambda: len(self.told) >= goal or self.other != [], TURNS)
        assert len(self.told) >= goal, self.other[:3]
        return (len(self.told) - had) / (time.monotonic() - began)

    def _push(self, window):
        while not self.enough.is_set():
            records = events_of(window, PART)
            answer = until_answered(lambda records=records: window.push(*records), TRIES)
            wrong = [r for r in answer.results if r.verdict not in {"accepted", "duplicate"}]
            if wrong:
                self.other.extend(wrong)
                return
            now = time.monotonic()
            self.told.extend((each, now) for each in hashes(records))


def lines_of(cluster, url):
    with cluster.connect(pg.name_of(url)) as connection:
        return {row[0] for row in connection.execute("SELECT hash FROM log").fetchall()}


def until_settled(pushing, missing):
    """Wait until each window whose steps were lost has heard of it."""
    until(lambda: not missing or pushing.other != [], TURNS)


def verified(data, url):
    """Have the centre's own command read the whole log."""
    done = subprocess.run(
        [sys.executable, "-m", "sync.server", "verify", "--data", data],
        env={**os.environ, "CHUANGKOU_DATABASE_URL": url},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def test_a_moment_is_brought_back_beside_a_centre_that_goes_on(tmp_path, monkeypatch):
    cluster = pg.Cluster(**REPLICATING, archive_mode="on")
    monkeypatch.setattr(pg, "cluster", lambda: cluster)
    restored = None
    try:
        archive = Archive(cluster)
        with running_centre(tmp_path, store="postgresql", block_sizes={"case": 5000}) as centre:
            windows = [HandWindow(centre, f"d-339901-{n + 20}") for n in range(WINDOWS + 1)]
            for window in windows:
                window.log_in("clerk")
            *busy, last = windows
            with Pushing(busy) as pushing:
                pushing.wait(200)
                began = time.monotonic()
                archive("--type=full", "backup")
                full = time.monotonic() - began
                pushing.wait(200)
                began = time.monotonic()
                archive("--type=incr", "backup")
                incremental = time.monotonic() - began
                pushing.wait(200)
                before = {each for each, _ in pushing.told}
                with cluster.connect() as connection:
                    at = connection.execute("SELECT clock_timestamp()").fetchone()[0]
                last.borrow()
                after = events_of(last, PART)
                last.push(*after)
                pushing.wait(200)
                with cluster.connect() as connection:
                    connection.execute("SELECT pg_switch_wal()")
                archive("check")
                began = time.monotonic()
                restored = archive.restored(at)
                taken = time.monotonic() - began
            assert pushing.other == []
            name = pg.name_of(centre.url)
            there = lines_of(restored, restored.url(name))
            said = verified(centre.settings.data, restored.url(name))
            check_whole(centre)  # the one that went on
            for window in windows:
                window.close()
        assert before <= there
        assert not set(hashes(after)) & there
        print(
            f"\nfull backup {full:.1f} s, incremental {incremental:.1f} s, restored {taken:.1f} s: "
            f"{len(before):,} events acknowledged before the moment are there, {len(after)} of "
            f"after it are not; {said}"
        )
    finally:
        if restored is not None:
            restored.remove()
        cluster.remove()


@pytest.mark.parametrize(
    ("synchronous", "delay_ms", "alone"),
    [(True, 0, 0), (True, 10, 0), (False, 10, 0), (False, 10, 100)],
    ids=["acknowledged on both", "the same over 20 ms", "acknowledged on one", "cut off before"],
)
def test_a_site_is_destroyed(tmp_path, monkeypatch, synchronous, delay_ms, alone):
    """`alone`: how many events the first still acknowledges after the line is cut."""
    sites = Sites(delay_ms)
    monkeypatch.setattr(pg, "cluster", lambda: sites)
    try:
        with running_centre(tmp_path, store="postgresql", block_sizes={"case": 5000}) as centre:
            sites.follow(synchronous=synchronous)
            served = Served(centre, "one")
            windows = [HandWindow(served, f"d-339901-{n + 20}") for n in range(WINDOWS)]
            for window in windows:
                window.log_in("clerk")
            case = walk_to(windows[0], "received")
            pages.put(windows[0], pages.announce(windows[0], case, pages.JPEG), pages.JPEG)
            centre.stop()  # it was for the invitations; from here on there is one process
            second = tmp_path / "second"
            shutil.copytree(centre.settings.data, second)  # keys, lists, files: rsync in earnest
            with Pushing(windows) as pushing:
                rate, lag = pushing.wait(1000), sites.lag_bytes()
                sites.cut()
                pushing.wait(alone)
                lost = time.monotonic()
                sites.first.stop("kill")
                served.kill()
                shutil.rmtree(centre.settings.data)
                sites.destroy()
                led = time.monotonic() - lost
                at_loss = dict(pushing.told)
                url = sites.url(pg.name_of(centre.url))
                there = lines_of(sites, url)
                missing = [each for each in at_loss if each not in there]
                said = verified(second, url)
                told = {"data": second, "database_url": SecretStr(url)}
                centre.settings = centre.settings.model_copy(update=told)
                began = time.monotonic()
                served.start()  # under the name that windows know
                started = time.monotonic() - began
                if not missing:
                    pushing.wait(100)
                until_settled(pushing, missing)
            newest = max(at_loss.values())
            span = newest - min((at_loss[each] for each in missing), default=newest)
            way = "synchronous" if synchronous else "asynchronous"
            otherwise = sorted({(r.verdict, r.code) for r in pushing.other}, key=str)
            print(
                f"\n{way}, {2 * delay_ms} ms there and back, {alone} events after the cut: "
                f"{rate:,.0f} events a second, the second {lag:,} bytes behind; {len(at_loss):,} "
                f"acknowledged, {len(missing)} of them lost, of the last {1000 * span:.0f} ms; the "
                f"second led after {led:.1f} s, its centre started in {started:.1f} s; {said}; "
                f"told otherwise: {otherwise}"
            )
            if synchronous:
                assert missing == []
                assert pushing.other == []
                seen = check_whole(centre)
                assert {seen[each] for each, _ in pushing.told} == {1}
            assert pages.get(windows[0], case, pages.sha(pages.JPEG)).content == pages.JPEG
            for window in windows:
                window.close()
            served.stop()
            centre.start()
    finally:
        sites.remove()
