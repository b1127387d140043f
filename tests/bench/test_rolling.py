"""A centre is upgraded while windows work: the program before the newest migration, and this one.

Two processes on one database; the one is replaced, then the other. By hand before a release.
"""

import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from installer.demo.authority import authority_in
from sync.server.keys import load_keys
from sync.server.settings import Settings
from tests.bench.test_sites import Pushing
from tests.helpers import pg
from tests.helpers.centre import HandClock, RunningCentre
from tests.helpers.centre_process import Served, check_whole
from tests.helpers.hand_window import HandWindow

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]
ROOT = Path(__file__).resolve().parents[2]
VERSIONS = "sync/server/db/migrations/versions"
WINDOWS = ("d-339901-20", "d-339901-21", "d-339901-22")
#: Founds a centre with the sample and invites windows, by the program in whose folder it runs.
FOUNDING = """
import json, sys
from pathlib import Path
from installer.demo.authority import make_authority
from sync.server.bootstrap import open_centre
from sync.server.settings import Settings
from tests.helpers.centre import NOW, HandClock, RunningCentre, load_sample

folder, url, *windows = sys.argv[1:]
authority = make_authority(Path(folder) / "authority", NOW)
load_sample(Path(folder) / "centre", authority, HandClock(NOW), url)
settings = Settings(data=Path(folder) / "centre", database_url=url)
made = RunningCentre(Path(folder), authority, HandClock(NOW), settings)
made.centre = open_centre(settings, made.clock)
print(json.dumps({dev: made.invite(dev) for dev in windows}))
made.centre.close()
"""


def git(*words):
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True).stdout


def run(*words, program, **env):
    done = subprocess.run(
        [sys.executable, *words], cwd=program, capture_output=True, text=True, check=False,
        env={**os.environ, **env},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def drift(centre):
    """Return the counters beside the cases that are not what they count: (scope, light, off by)."""
    with centre.sql() as connection:
        return connection.execute(
            "SELECT scope, light, sum(n) FROM (SELECT scope, light, n FROM case_lights UNION ALL"
            " SELECT scope, light, -count(*) FROM cases WHERE NOT closed GROUP BY 1, 2) each"
            " GROUP BY scope, light HAVING sum(n) <> 0"
        ).fetchall()


@pytest.fixture
def older(tmp_path):
    """The sources as they were before the newest migration came."""
    adding = git("log", "--diff-filter=A", "-1", "--format=%H", "--", VERSIONS).decode().strip()
    with tarfile.open(fileobj=io.BytesIO(git("archive", f"{adding}^"))) as sources:
        sources.extractall(tmp_path / "older", filter="data")
    return tmp_path / "older"


def test_windows_work_on_while_two_processes_are_replaced(tmp_path, older):
    url = pg.cluster().create()
    codes = json.loads(run("-c", FOUNDING, tmp_path, url, *WINDOWS, program=older).splitlines()[-1])
    settings = Settings(data=tmp_path / "centre", database_url=url)
    centre = RunningCentre(tmp_path, authority_in(tmp_path / "authority"), HandClock(), settings)
    centre.centre = SimpleNamespace(keys=load_keys(settings.keys))
    served = [Served(centre, name, older) for name in ("one", "two")]
    windows = [HandWindow(served[n % len(served)], dev, enrol=False) for n, dev in enumerate(codes)]
    for window in windows:
        window.enrol(codes[window.dev])
        window.log_in("clerk")
    with Pushing(windows) as pushing:
        pushing.wait(200)
        one, two = served
        run("-m", "sync.server", "migrate", "--data", settings.data, program=ROOT,
            CHUANGKOU_DATABASE_URL=url)  # fmt: skip
        on_the_new_schema = len(pushing.told)
        pushing.wait(200)  # two of the older program
        one.stop()
        one.program = None
        one.start()
        side_by_side = len(pushing.told)
        pushing.wait(200)  # one of each
        two.stop()
        two.program = None
        two.start()
        pushing.wait(200)
    assert pushing.other == []
    seen = check_whole(centre)
    assert {seen[each] for each, _ in pushing.told} == {1}
    assert drift(centre) == []
    print(
        f"\n{len(pushing.told):,} events acknowledged, each once: {on_the_new_schema} before the "
        f"migration, {side_by_side - on_the_new_schema} until the first was replaced"
    )
    for each in (*windows, *served):
        each.close() if isinstance(each, HandWindow) else each.stop()
    pg.cluster().drop(url)
