"""A window's own share at the centre: kept as it came, read back, handed on."""

import asyncio
import errno
import hashlib
import os

import pytest

from sync.protocol.backup_messages import BackupKept, BackupsAnswer
from sync.protocol.limits import BACKUP_MAX
from sync.protocol.messages import Empty
from sync.server.cli.backups import KeepingCommands
from sync.server.files import SealedFiles
from sync.server.jobs.backups import BackupsJob
from sync.texts import texts
from tests.helpers.hand_window import HandWindow, Refusal, read_answer

SEALED = b"hall-backup/v1\n" + bytes(range(256)) * 8


def send(window, n, data, *, path=None, size=None):
    path = path or f"/v1/backups/{n}"
    window.send("GET", "/v1/hello")
    headers = window.proof_headers("PUT", path, data, token=window.token)
    if size is not None:
        headers["Content-Length"] = str(size)
    return read_answer(window.send("PUT", path, data, headers), BackupKept)


def fetch(window, inc, n):
    path = f"/v1/backups/{inc}/{n}"
    headers = window.proof_headers("GET", path, b"", token=window.token)
    return window.send("GET", path, b"", headers)


def kept(window):
    answer = window.ask("POST", "/v1/backups/look", BackupsAnswer, Empty())
    return [(head.inc, head.n, head.damaged) for head in answer.kept]


def code(call, *args, **how):
    with pytest.raises(Refusal) as caught:
        call(*args, **how)
    return caught.value.status, caught.value.code


@pytest.fixture
def window(windows):
    made = windows()
    made.log_in("clerk")
    return made


def files(centre):
    return [path for path in centre.settings.window_backups.rglob("*") if path.is_file()]


def look_again(centre):
    asyncio.run(BackupsJob(centre.desk).look())


def test_a_backup_lies_as_it_came_and_the_answer_says_what_was_read_back(centre, window):
    answer = send(window, 1, SEALED)
    assert (answer.n, answer.size) == (1, len(SEALED))
    assert answer.sha256 == hashlib.sha256(SEALED).hexdigest()
    assert fetch(window, 1, 1).content == SEALED
    assert kept(window) == [(1, 1, False)]
    (file,) = files(centre)
    assert SEALED[:64] not in file.read_bytes()  # sealed once more under the centre's own key


def test_the_same_again_is_the_same_and_other_bytes_under_a_number_are_refused(centre, window):
    first = send(window, 2, SEALED)
    assert send(window, 2, SEALED).sha256 == first.sha256  # its answer was lost
    assert code(send, window, 2, SEALED + b"x") == (409, "wire.backup_old")
    assert code(send, window, 1, SEALED) == (409, "wire.backup_old")
    assert fetch(window, 1, 2).content == SEALED
    assert len(files(centre)) == 1


def test_too_much_and_nonsense_are_refused(window):
    big = bytes(BACKUP_MAX + 1)
    assert code(send, window, 1, big) == (413, "wire.too_large")
    for path in ("/v1/backups/0", "/v1/backups/x", f"/v1/backups/{'9' * 40}"):
        assert code(send, window, 1, SEALED, path=path) == (400, "wire.malformed")
    assert kept(window) == []


def test_a_window_that_sends_without_end_is_held_up(window):
    for n in range(1, 7):
        send(window, n, SEALED + bytes([n]))
    assert code(send, window, 7, SEALED) == (429, "wire.rate_limited")


def test_of_each_of_seven_days_the_last_one_stays(centre, window):
    n = 0
    for _day in range(9):
        for _each in range(2):
            n += 1
            send(window, n, SEALED + n.to_bytes(2))
        centre.clock.advance(days=1)
        window.log_in("clerk")
    assert [number for _, number, _ in kept(window)] == [18, 16, 14, 12, 10, 8, 6]
    assert len(files(centre)) == 7


def test_another_window_sees_and_fetches_nothing(centre, window, windows):
    send(window, 1, SEALED)
    other = windows("d-339901-04")
    other.log_in("reception")
    assert kept(other) == []
    answer = fetch(other, 1, 1)
    assert (answer.status_code, answer.json()["code"]) == (404, "wire.backup_missing")


def test_the_next_incarnation_is_handed_what_the_lost_one_left(centre, window):
    send(window, 3, SEALED)
    following = HandWindow(centre, window.dev, enrol=False)
    following.inc = 2
    following.enrol(centre.invite(window.dev, inc=2))
    try:
        following.log_in("clerk")
        assert kept(following) == [(1, 3, False)]
        assert fetch(following, 1, 3).content == SEALED
        send(following, 1, SEALED + b"2")
        assert kept(following) == [(2, 1, False), (1, 3, False)]
    finally:
        following.close()


def test_a_flipped_bit_is_found_told_and_mended_by_the_next(centre, window):
    send(window, 1, SEALED)
    (file,) = files(centre)
    data = bytearray(file.read_bytes())
    data[40] ^= 1
    file.write_bytes(data)
    assert fetch(window, 1, 1).json()["code"] == "wire.backup_missing"
    look_again(centre)
    assert kept(window) == [(1, 1, False)]  # read when it came: not due before a day
    centre.clock.advance(hours=25)
    window.log_in("clerk")
    look_again(centre)
    assert kept(window) == [(1, 1, True)]
    assert [each.code for each in centre.desk.health.notices() if "backups" in each.code]
    assert send(window, 1, SEALED).n == 1  # the same bytes take the damaged file's place
    assert kept(window) == [(1, 1, False)]
    assert fetch(window, 1, 1).content == SEALED
    look_again(centre)
    assert not [each.code for each in centre.desk.health.notices() if "backups" in each.code]


def test_what_came_again_while_it_was_read_is_not_told_to_be_damaged(centre, window):
    send(window, 1, SEALED)
    centre.clock.advance(days=1, minutes=1)
    (file,) = files(centre)
    whole = file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    service = centre.desk.window_backups
    (row,) = centre.read(service.due)
    found = service.read_again(row)
    assert found.damaged
    window.log_in("clerk")
    send(window, 1, SEALED)  # the window was quicker than the look
    centre.centre.ledger.write_now(lambda tx: service.note(tx, [found]))
    assert kept(window) == [(1, 1, False)]


def test_a_full_disk_refuses_for_now_and_the_old_backup_stays(centre, window, monkeypatch):
    send(window, 1, SEALED)

    def full(_self, _name, _data):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as context:
        context.setattr(SealedFiles, "keep", full)
        assert code(send, window, 2, SEALED + b"2") == (503, "wire.unavailable")
    assert fetch(window, 1, 1).content == SEALED
    assert send(window, 2, SEALED + b"2").n == 2


def test_what_a_disk_gives_back_otherwise_is_not_said_to_be_kept(centre, window, monkeypatch):
    monkeypatch.setattr(SealedFiles, "fetch", lambda _self, _name, _seed: SEALED[:-1])
    assert code(send, window, 1, SEALED) == (503, "wire.unavailable")
    assert kept(window) == []
    assert files(centre) == []


def test_what_no_window_can_write_any_more_goes_after_its_term(centre, window):
    send(window, 1, SEALED)
    centre.clock.advance(days=91)
    look_again(centre)
    assert len(files(centre)) == 1  # its window was in a cupboard, and may come back
    centre.enact("device.close", {"dev": window.dev, "inc": 1})
    look_again(centre)
    assert files(centre) == []


def test_those_that_stay_do_not_hide_those_that_go(centre, window, windows):
    """More old ones of living windows than are looked through at once; the others lie behind."""
    for n in range(1, 6):
        send(window, n, SEALED + bytes([n]))
        centre.clock.advance(days=1)
        window.log_in("clerk")
    closed = windows("d-339901-04")
    closed.log_in("reception")
    send(closed, 1, SEALED)
    centre.clock.advance(days=91)
    centre.enact("device.close", {"dev": closed.dev, "inc": 1})
    asyncio.run(BackupsJob(centre.desk, at_once=2).look())
    assert centre.read(lambda tx: [row.dev for row in tx.backups.every()]) == [window.dev] * 5
    assert len(files(centre)) == 5


def test_files_that_no_row_knows_go_after_a_day(centre, window):
    send(window, 1, SEALED)
    stray = SealedFiles(centre.settings.window_backups, bytes(32)).keep("stray", b"x")
    look_again(centre)
    assert len(files(centre)) == 2  # it may be on its way
    path = next(path for path in files(centre) if path.name == stray)
    os.utime(path, (0, 0))
    look_again(centre)
    assert [path.name == stray for path in files(centre)] == [False]


def test_whoever_runs_the_centre_sees_whose_there_are_and_which_are_damaged(
    centre, window, windows, capsys
):
    send(window, 4, SEALED)
    centre.clock.advance(hours=2)
    other = windows("d-339901-04")
    other.log_in("reception")
    send(other, 1, SEALED + b"4")
    found = centre.centre.ledger.read_now(lambda tx: tx.backups.newest())
    assert found == (2, centre.clock.now_ms() - 2 * 3_600_000)
    service = centre.desk.window_backups
    (row,) = centre.centre.ledger.read_now(lambda tx: tx.backups.of(window.dev, 1))
    service.destroy([row])
    KeepingCommands(texts("en")).windows(centre.settings)
    first, second = capsys.readouterr().out.splitlines()
    assert ("d-339901-03" in first, "DAMAGED" in first, "no. 4" in first) == (True, True, True)
    assert ("d-339901-04" in second, "whole" in second) == (True, True)
