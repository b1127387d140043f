"""What freezing costs a start: as packaged, from source, and a bare frozen window.

By hand; builds two programs as `tasks.py dist` does (minutes), in the environment that it left.
The three take turns, so that whatever else the machine does hurts all.
"""

import os
import statistics
import subprocess
import time
from pathlib import Path

import pytest

from installer.shipping import freeze

pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]
ROOT = Path(__file__).resolve().parents[2]
ROUNDS = int(os.environ.get("CHUANGKOU_BENCH_STARTS", "15"))
STARTS = ROOT / "tests" / "bench" / "starts.py"


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The environment's interpreter and the folder of the two frozen programs."""
    work = ROOT / "build" / "shipping"
    inside = freeze.environment(freeze.NEUTRAL, work / "one" / "environment", freeze.PARTS)
    source = tmp_path_factory.mktemp("frozen") / "source"
    freeze.copy_source(source)
    programs, spec = source / "shipping" / "programs", source / "shipping" / "window.spec"
    starts = STARTS.read_text("utf-8")
    (programs / "chuangkou.py").write_text(starts, "utf-8")
    before, _, behind = starts.partition("def ours(folder):")
    bare = before + "if __name__" + behind.partition("if __name__")[2]
    (programs / "bare.py").write_text(bare.replace("else ours(sys.argv[2])", "else None"), "utf-8")
    text, named = spec.read_text("utf-8"), 'PROGRAMS = ("chuangkou", '
    rest = text.partition(named)[2].partition("\n")[2]
    spec.write_text(text.partition(named)[0] + named + '"bare")\n' + rest, "utf-8")
    freeze.bring(inside, source)
    return inside, freeze.freeze(inside, source, source.parent / "work")


def test_start_of_the_package_against_source_and_a_bare_frozen_window(tmp_path, built):
    inside, frozen = built
    env = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
    env |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": str(tmp_path / "pyc")}
    ways = {
        "frozen": [frozen / "chuangkou", "ours", tmp_path],
        "source": [inside, STARTS, "ours", tmp_path],
        "bare": [frozen / "bare", "bare"],
        "bare from source": [inside, STARTS, "bare"],
    }

    def start(command):
        began = time.monotonic_ns() / 1e6
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, check=True)
        painted, cpu = map(float, done.stdout.decode().split())
        return painted - began, cpu

    for command in ways.values():
        start(command)  # compiles, and fills the page cache
    rounds = [{name: start(command) for name, command in ways.items()} for _ in range(ROUNDS)]
    told = {
        name: [statistics.median(each[name][kind] for each in rounds) for kind in (0, 1)]
        for name in ways
    }
    print(f"\n{ROUNDS} rounds, load {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores")
    for name, (clock, cpu) in told.items():
        print(f"{name}: {clock:.0f} ms to the paint, {cpu:.0f} of the processor")
    for other, most in (("source", 1.2), ("bare", 1.6)):
        clock, cpu = (told["frozen"][kind] / told[other][kind] for kind in (0, 1))
        print(f"frozen to {other}: {clock:.2f}, of the processor {cpu:.2f} (target ≤ {most})")
