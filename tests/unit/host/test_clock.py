"""The window's clocks, and the demonstration's shift of both."""

from datetime import timedelta

from client.host.clock import SystemClock


def test_wall_clock_is_aware():
    assert SystemClock().wall().utcoffset() == timedelta(0)


def test_boot_clock_goes_on_and_the_boot_keeps_its_name():
    clock = SystemClock()
    first = clock.boot_ms()
    assert 0 < first <= clock.boot_ms()
    assert clock.boot_id() == SystemClock().boot_id() != ""


def test_offset_file_shifts_both_clocks_by_the_same_amount(tmp_path):
    plain, shifted = SystemClock(), SystemClock(tmp_path / "offset.json")
    (tmp_path / "offset.json").write_text('{"offset_ms": 86400000}')
    day = timedelta(days=1)
    slack = timedelta(seconds=30)
    assert day - slack < shifted.wall() - plain.wall() < day + slack
    assert abs(shifted.boot_ms() - plain.boot_ms() - 86_400_000) < 30_000


def test_offset_is_read_again_at_each_call(tmp_path):
    file = tmp_path / "offset.json"
    clock = SystemClock(file)
    before = clock.boot_ms()
    file.write_text('{"offset_ms": 3600000}')
    assert clock.boot_ms() - before >= 3_600_000


def test_offset_file_absent_or_spoilt_shifts_nothing(tmp_path):
    file = tmp_path / "offset.json"
    clock = SystemClock(file)
    for spoilt in (None, b"", b"{", b"[]", b'{"offset_ms": "1"}', b"\xff\xfe"):
        if spoilt is not None:
            file.write_bytes(spoilt)
        assert abs(clock.boot_ms() - SystemClock().boot_ms()) < 30_000
