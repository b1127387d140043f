"""Readers and scanners on real serial lines: heard once, lost and found again, never in the way."""

import asyncio
import contextlib
import queue
import threading
from datetime import date

import pytest

from client.app.people.at_counter import AtCounter
from client.app.ports.counter import CounterFailure, IdCard
from client.app.rows.changes import CounterHeard, CounterTrouble
from client.app.rows.scanned import ScannedCase, ScannedPerson
from client.counter.serial_devices import BarcodeScanner, IdCardReader, SerialCounter
from client.host.lanes import Lane
from sync.domain.identity import resident_check
from tests.helpers.id_reader import FarEnd, SimulatedReader, card_data

pytestmark = pytest.mark.slow

NUMBER = "33990119900307258"
NUMBER += resident_check(NUMBER)
CARD = card_data("林知夏", NUMBER, "云岭县滨河路12号", "20350101")
CASE = "20261013-339901-00001-0"


class Ears:
    """What was heard and what went wrong, in order."""

    def __init__(self):
        self.said = queue.Queue()

    def next(self):
        return self.said.get(timeout=60)

    def silent(self, seconds=1.0):
        try:
            return self.said.get(timeout=seconds)
        except queue.Empty:
            return None


@pytest.fixture
def ears():
    return Ears()


@pytest.fixture
def reader(tmp_path):
    reader = SimulatedReader(tmp_path / "reader")
    yield reader
    if reader.path.is_symlink():
        reader.unplug()


@pytest.fixture
def scanner(tmp_path):
    scanner = FarEnd(tmp_path / "scanner")
    yield scanner
    if scanner.path.is_symlink():
        scanner.unplug()


@pytest.fixture
def listening(ears):
    ends = []

    def listen(*devices):
        ends.append(SerialCounter(devices).listen(ears.said.put, ears.said.put))

    yield listen
    for end in ends:
        end()


def test_a_card_is_heard_once_and_again_when_it_is_laid_anew(reader, ears, listening):
    listening(IdCardReader(str(reader.path)))
    reader.lay(CARD)

    assert ears.next() == IdCard(NUMBER, "林知夏", "云岭县滨河路12号", date(2035, 1, 1))
    assert ears.silent() is None
    reader.lay(CARD)
    assert ears.next().number == NUMBER


def test_a_reader_that_is_unplugged_is_told_once_and_comes_back(reader, ears, listening):
    listening(IdCardReader(str(reader.path)))
    reader.lay(CARD)
    ears.next()
    reader.unplug()

    gone = ears.next()
    assert isinstance(gone, CounterFailure)
    assert gone.code == "counter.gone"
    assert ears.silent() is None
    reader.plug()
    reader.lay(CARD)
    assert ears.next().number == NUMBER


def test_a_reader_that_talks_rubbish_is_told_once_and_heard_when_it_talks_sense(
    reader, ears, listening
):
    reader.rubbish = True
    listening(IdCardReader(str(reader.path)))

    assert ears.next().code == "counter.rubbish"
    assert ears.silent() is None
    reader.rubbish = False
    reader.lay(CARD)
    assert ears.next().number == NUMBER


def test_a_code_in_pieces_is_one_and_what_is_no_text_is_told(scanner, ears, listening):
    listening(BarcodeScanner(str(scanner.path)))
    while ears.silent(0.2) is None:
        scanner.send(b"open?\r")  # what came before the line was open is not heard
    while ears.silent() is not None:
        pass
    scanner.send(CASE[:9].encode())
    assert ears.silent() is None
    scanner.send(CASE[9:].encode() + b"\r\n")

    assert ears.next() == CASE
    scanner.send(b"\xff\xfe\xff\r")
    assert ears.next().code == "counter.rubbish"
    scanner.send(b"x" * 700 + b"\r" + CASE.encode() + b"\r")
    while (heard := ears.next()) != CASE:
        assert heard != "x" * 700


def test_what_is_read_is_told_on_the_loop_and_nothing_is_left_behind(reader):
    reader.lay(CARD)
    before = set(threading.enumerate())
    told = []

    async def live():
        lane = Lane("store")
        came = asyncio.Event()

        def tell(news):
            told.append((news, threading.current_thread() is threading.main_thread()))
            came.set()

        counter = SerialCounter((IdCardReader(str(reader.path)),))
        at_counter = AtCounter(counter, lambda: date(2036, 1, 1), tell)
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(at_counter.run(lane))
            await asyncio.wait_for(came.wait(), 60)
            at_counter.read(CASE)
            running.cancel()
        await lane.close()

    asyncio.run(live())

    person = ScannedPerson("person", "resident_id", NUMBER, "林知夏")
    assert told == [
        (CounterHeard(person, date(2035, 1, 1)), True),
        (CounterHeard(ScannedCase(CASE)), True),
    ]
    assert set(threading.enumerate()) - before == set()
    assert not [news for news, _ in told if isinstance(news, CounterTrouble)]


def test_other_devices_are_listened_to_at_once_and_who_tries_them_hears_everything(reader, scanner):
    reader.lay(CARD)
    before = set(threading.enumerate())
    told, tried = [], []

    async def live():
        lane = Lane("store")
        came = asyncio.Event()

        def hear(into):
            def heard(what):
                into.append(what)
                came.set()

            return heard

        async def heard():
            await asyncio.wait_for(came.wait(), 60)
            came.clear()

        at_counter = AtCounter(None, lambda: date(2026, 1, 1), hear(told))
        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(at_counter.run(lane))
            at_counter.overhear(hear(tried))
            at_counter.use(SerialCounter((IdCardReader(str(reader.path)),)))
            await heard()
            at_counter.use(SerialCounter((BarcodeScanner(str(scanner.path)),)))
            while len(tried) < 2:  # what comes before the line is open is nobody's
                scanner.send(b"any text\r")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(came.wait(), 0.5)
            assert at_counter.knows("any text")
            scanner.unplug()
            while not isinstance(tried[-1], CounterFailure):
                await heard()
            at_counter.overhear(None)
            assert not at_counter.knows("any text")
            at_counter.read(CASE)
            running.cancel()
        await lane.close()

    asyncio.run(live())

    assert (tried[0].number, tried[1]) == (NUMBER, "any text")
    assert tried[-1].code == "counter.gone"
    assert told == [CounterHeard(ScannedCase(CASE))]
    assert set(threading.enumerate()) - before == set()
