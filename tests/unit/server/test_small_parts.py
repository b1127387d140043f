"""The small parts of the centre, each by itself."""

import errno
import json
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.domain.failures import Failure
from sync.protocol.codec import read_message
from sync.protocol.errors import WireError
from sync.protocol.messages import Poke
from sync.server.clock import DemoClock, SystemClock, milliseconds, moment
from sync.server.files import SealedFiles
from sync.server.keys import load_keys, make_keys
from sync.server.lists import RevocationLists
from sync.server.logs import redact
from sync.server.services.cases.attaching import kind_of
from sync.server.services.entry.rates import RateLimit
from sync.server.services.line.live import LiveHub
from sync.server.services.rows.log import Grown, LogRow, ScopeHead
from sync.server.settings import Settings
from tests.helpers.centre import HandClock


class TestClock:
    @given(st.integers(0, 7_258_118_399_999))
    def test_milliseconds_come_back_exactly(self, ms):
        assert milliseconds(moment(ms)) == ms

    def test_what_lies_beyond_the_calendar_becomes_its_end(self):
        assert moment(2**53 - 1).year == 9999

    def test_a_demonstrations_clock_follows_its_file(self, tmp_path):
        file = tmp_path / "clock.json"
        clock, plain = DemoClock(file), SystemClock()
        assert abs(clock.now_ms() - plain.now_ms()) < 1000
        file.write_text(json.dumps({"offset_ms": 86_400_000}))
        assert abs(clock.now_ms() - plain.now_ms() - 86_400_000) < 1000
        for half in ("", '{"offset_ms": 8', '{"other": 1}', '{"offset_ms": null}'):
            file.write_text(half)  # half written: the last one known holds
            assert abs(clock.now_ms() - plain.now_ms() - 86_400_000) < 1000
        assert clock.now().tzinfo is UTC


class TestRates:
    def test_a_bucket_empties_and_fills(self):
        clock = HandClock()
        limit = RateLimit(clock)
        for _ in range(3):
            limit.take("a", 3)
        with pytest.raises(WireError) as caught:
            limit.take("a", 3)
        assert caught.value.details["retry_after"] >= 20
        limit.take("b", 3)  # another's tries are his own
        clock.advance(seconds=20)
        limit.take("a", 3)
        with pytest.raises(WireError):
            limit.take("a", 3)

    def test_strangers_do_not_fill_the_memory(self):
        clock = HandClock()
        limit = RateLimit(clock)
        for n in range(10_050):
            limit.take(str(n), 3)
        assert len(limit._left) <= 10_000

    def test_a_clock_set_back_locks_nobody_out(self):
        clock = HandClock()
        limit = RateLimit(clock)
        limit.take("a", 1)
        clock.advance(hours=-1)
        with pytest.raises(WireError):
            limit.take("a", 1)
        clock.advance(hours=1, minutes=1)
        limit.take("a", 1)


class TestKeys:
    @pytest.fixture
    def made(self, tmp_path):
        make_keys(tmp_path / "keys")
        load_keys(tmp_path / "keys", [tmp_path / "sealed"])
        return tmp_path

    def test_a_new_centres_secrets_are_made_once(self, made):
        first = load_keys(made / "keys")
        again = load_keys(made / "keys", [made / "sealed"])
        assert (first.vault, first.check) == (again.vault, again.check)

    def test_no_other_secret_is_made_where_files_are_sealed_under_the_lost_one(self, made):
        keys = load_keys(made / "keys")
        SealedFiles(made / "sealed", keys.vault).keep("ab" * 32, b"x")
        (made / "keys" / "vault.key").rename(made / "elsewhere")
        with pytest.raises(Failure, match="secret_missing"):
            load_keys(made / "keys", [made / "sealed"])
        assert not (made / "keys" / "vault.key").exists()

    def test_no_other_secret_is_made_where_slips_carry_codes_by_the_lost_one(self, made):
        (made / "keys" / "check.key").unlink()
        with pytest.raises(Failure, match="secret_missing"):
            load_keys(made / "keys")

    def test_a_first_start_that_was_cut_off_is_gone_on_with(self, made):
        (made / "keys" / "vault.key").unlink()  # the second to be made
        assert len(load_keys(made / "keys", [made / "sealed"]).vault) == 32


class TestSealedFiles:
    def test_a_disk_that_takes_no_more_is_left_with_nothing_of_it(self, tmp_path, monkeypatch):
        def full(handle):
            if stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError(errno.ENOSPC, "full")

        files = SealedFiles(tmp_path, bytes(32))
        files.keep("cd" * 32, b"x")
        before = sorted(path for path in tmp_path.rglob("*") if path.is_file())
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="full"):
            files.keep("ab" * 32, b"y")
        assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == before

    def test_a_files_name_is_on_the_disk_when_it_is_told(self, tmp_path, monkeypatch):
        synced, plain = [], os.fsync

        def fsync(handle):
            plain(handle)
            synced.append(Path(f"/proc/self/fd/{handle}").resolve())

        monkeypatch.setattr(os, "fsync", fsync)
        files = SealedFiles(tmp_path, bytes(32))
        name = files.keep("ab" * 32, b"x")
        # The folder's own name, the bytes under the name that they had first, the last name.
        assert [each.name.partition(".")[0] for each in synced[1:]] == [name, name[:2]]
        assert synced[0] == tmp_path

    def test_bytes_come_back_and_lie_sealed(self, tmp_path):
        files = SealedFiles(tmp_path / "a", bytes(32))
        name = files.keep("ab" * 32, b"secret bytes")
        assert files.keep("ab" * 32, b"secret bytes") == name
        assert files.fetch(name, "ab" * 32) == b"secret bytes"
        (lies,) = (p for p in (tmp_path / "a").rglob("*") if p.is_file())
        assert b"secret" not in lies.read_bytes()

    def test_another_key_another_name_or_another_hash_opens_nothing(self, tmp_path):
        files = SealedFiles(tmp_path, bytes(32))
        name = files.keep("ab" * 32, b"x")
        other = SealedFiles(tmp_path, bytes(31) + b"1")
        for opener, path, digest in (
            (other, name, "ab" * 32),
            (files, name, "cd" * 32),
            (files, "0" * 64, "ab" * 32),
        ):
            with pytest.raises(WireError):
                opener.fetch(path, digest)


def test_lists_are_read_when_they_change(tmp_path):
    lists = RevocationLists(tmp_path / "crl")
    assert (lists.stamp(), lists.read()) == ((), [])
    (tmp_path / "crl").mkdir()
    (tmp_path / "crl" / "a.der").write_bytes(b"\x30\x00")
    assert lists.stamp() == ()
    lists.look()
    assert lists.stamp()
    assert lists.read() == [b"\x30\x00"]


@pytest.mark.parametrize(
    ("event", "shown"),
    [
        ({"token": "abc"}, {"token": "***"}),
        ({"code_plain": "K"}, {"code_plain": "***"}),
        ({"path": "/x", "n": 5}, {"path": "/x", "n": 5}),
        ({"said": "id 110105199001010010 there"}, {"said": "id *** there"}),
        ({"said": f"jws {'a' * 20}.{'b' * 20}.{'c' * 20}"}, {"said": "jws ***"}),
    ],
)
def test_secrets_do_not_reach_the_log(event, shown):
    assert redact(None, "info", dict(event)) == shown


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe1", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\nxx", "image/png"),
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04", None),
        (b"", None),
    ],
)
def test_first_bytes_say_what_a_file_is(data, kind):
    assert kind_of(data) == kind


def grown(scope, n):
    """Return a commit of one line."""
    said = dict.fromkeys(("event", "dev", "hash", "kind", "person", "body", "outcome"), "{}")
    said |= {"jws": "a.b.c", "verdict": "accepted"}
    row = LogRow(scope=scope, n=n, inc=0, seq=n, case_no=None, act=None, code=None, recv=0, **said)
    return Grown(ScopeHead(scope, n, b"", "a.b.c"), (row,))


class TestLive:
    @pytest.mark.asyncio
    async def test_news_are_the_newest_of_each_scope(self):
        hub = LiveHub()
        stream = hub.subscribe(["a", "b"], "dlg")
        hub.tell({"a": 1, "c": 9})
        hub.tell({"a": 3, "b": 2})
        hub.tell({"a": 2})
        assert await stream.next(1) == {"a": 3, "b": 2}
        assert await stream.next(0.01) == {}

    @pytest.mark.asyncio
    async def test_pages_go_with_news_until_there_are_too_many(self):
        hub = LiveHub()
        plain, asks = hub.subscribe(["a"], "dlg"), hub.subscribe(["a", "b"], "dlg", pages=True)
        hub.tell({"a": 1, "b": 5}, [grown("a", 1)])
        assert await asks.next(1) == await plain.next(1) | {"b": 5}
        (line,) = asks.lines("a")
        assert read_message(line, Poke, 4096).page.next == 1
        assert (asks.lines("a"), asks.lines("b"), plain.lines("a")) == ([], [], [])
        for n in range(2, 30):
            hub.tell({"a": n}, [grown("a", n)])
        assert len(asks.lines("a")) < 28
        hub.tell({"a": 30}, [grown("a", 30)])
        hub.tell({"a": 31})  # from another process of the centre
        assert asks.lines("a") == []

    @pytest.mark.asyncio
    async def test_many_streams_are_told_in_turns_and_a_burst_together(self):
        hub = LiveHub()
        streams = [hub.subscribe(["a", "b"], "dlg", pages=n % 2 == 0) for n in range(250)]
        hub.tell({"a": 1}, [grown("a", 1)])
        hub.tell({"a": 2}, [grown("a", 2)])
        hub.tell({"a": 3, "b": 1}, [grown("a", 3), grown("b", 1)])
        waiting = sum(1 for each in streams if not each._moved)
        assert 0 < waiting < len(streams)
        assert [await each.next(5) for each in streams] == [{"a": 1}] * 250
        assert all(len(each.lines("a")) == each.pages for each in streams)
        assert [await each.next(5) for each in streams] == [{"a": 3, "b": 1}] * 250
        assert all(len(each.lines("a")) == 2 * each.pages for each in streams)
        assert await streams[0].next(0.01) == {}

    @pytest.mark.asyncio
    async def test_streams_end_with_their_session_or_the_centre(self):
        hub = LiveHub()
        mine, other = hub.subscribe(["a"], "mine"), hub.subscribe(["a"], "other")
        hub.drop("mine")
        assert (mine.ended, other.ended) == (True, False)
        hub.close()
        assert other.ended
        assert hub.subscribe(["a"], "late").ended
        hub.leave(mine)
        hub.leave(mine)
        assert len(hub) == 2


def test_settings_come_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.setenv("CHUANGKOU_DATA", str(tmp_path))
    monkeypatch.setenv("CHUANGKOU_LEASE_HOURS", "6")
    settings = Settings()
    assert (settings.data, settings.lease_hours) == (tmp_path, 6)
    assert settings.database.parent == tmp_path


def test_a_hand_clock_is_a_clock():
    clock = HandClock(datetime(2026, 3, 3, tzinfo=UTC))
    clock.advance(days=1)
    assert clock.now() == datetime(2026, 3, 3, tzinfo=UTC) + timedelta(days=1)
