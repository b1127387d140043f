"""PouchDB replicating to express-pouchdb: the peer that the line is measured against.

Installed by npm into a cache folder, by a lock of names, versions and hashes without addresses.
"""

import hashlib
import json
import os
import shutil
import subprocess
from contextlib import contextmanager
from pathlib import Path

from platformdirs import user_cache_path

HERE = Path(__file__).parent / "pouch"
FILES = ("package.json", "package-lock.json", "server.cjs", "replicate.cjs")


def installed():
    """Return the folder of the installed peer; made at the first call for a lock."""
    digest = hashlib.sha256(b"".join((HERE / name).read_bytes() for name in FILES)).hexdigest()
    folder = user_cache_path("chuangkou-bench") / f"pouch-{digest[:16]}"
    if (folder / "whole").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in FILES:
        shutil.copy(HERE / name, folder / name)
    npm = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
    subprocess.run(npm, cwd=folder, check=True)
    (folder / "whole").touch()
    return folder


@contextmanager
def served(folder):
    """Run the server with its data in a folder; yields its address."""
    program = installed() / "server.cjs"
    process = subprocess.Popen(
        ["node", program, folder],
        stdout=subprocess.PIPE,
        env={**os.environ, "NODE_ENV": "production"},
    )
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.communicate(timeout=20)


def measured(folder, count, size, live):
    """Return the peer's figures: events a second, milliseconds."""
    for name in ("server", "client"):
        (folder / name).mkdir(parents=True)
    with served(folder / "server") as url:
        command = [
            "node", installed() / "replicate.cjs", url, folder / "client",
            str(count), str(size), str(live),
        ]  # fmt: skip
        answer = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=300)
    return json.loads(answer.stdout)
