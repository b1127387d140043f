"""One window for one folder: the second hands over what it should open; a killed one holds none."""

import asyncio
import subprocess
import sys
from pathlib import Path

from ui import loop
from ui.single import Single, whole

HOLD = """
import sys
from pathlib import Path
from ui.single import Single
single = Single(Path(sys.argv[1]))
print(single.take(), flush=True)
sys.stdin.read()
"""


def test_the_second_hands_over_and_the_first_hears_of_it(application, tmp_path):
    first, second = Single(tmp_path / "own"), Single(tmp_path / "own")
    assert first.take()
    assert not second.take()
    file = tmp_path / "邀请 1.chuangkou"
    assert second.hand_over([str(file)])  # before anybody listens
    heard = []
    first.wanted.connect(heard.append)

    async def listen():
        first.listen()
        assert second.hand_over([])
        while len(heard) < 2:
            await loop.turned()

    with asyncio.Runner(loop_factory=lambda: loop.make_loop(application)) as runner:
        runner.run(asyncio.wait_for(listen(), 30))
    assert heard == [(file,), ()]
    assert not any((tmp_path / "own" / "handed").iterdir())
    first.release()
    assert second.take()
    second.release()


def test_a_note_that_is_none_asks_for_nothing(application, tmp_path):
    single = Single(tmp_path)
    handed = tmp_path / "handed"
    handed.mkdir()
    (handed / "a.json").write_text("{")
    (handed / "b.json").write_text('["relative", 1, "/whole"]')
    heard = []
    single.wanted.connect(heard.append)
    single.listen()
    assert heard == [(), (Path("/whole"),)]
    single.release()
    assert whole(["a"]) == (Path.cwd() / "a",)


def test_a_killed_window_holds_nobody_back_and_a_living_one_does(application, tmp_path):
    held = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    single = Single(tmp_path)
    try:
        assert held.stdout.readline() == "True\n"
        assert not single.take()
    finally:
        held.kill()
        held.communicate()
    assert single.take()
    single.release()


def test_a_folder_that_takes_no_lock_holds_nobody_back(application, tmp_path):
    (tmp_path / "file").write_text("")
    single = Single(tmp_path / "file")
    assert single.take()
    assert not single.hand_over([])
    single.listen()
    assert single._watch is None
