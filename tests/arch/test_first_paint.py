"""Nothing heavy is loaded before the door is painted, and the loop that paints it (fresh process).

Each name here costs more than 5 ms to import or drags one along that does; what the door needs of
the use cases stands in `client.app.rows.words`.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = (
    "PIL",
    "anyio",
    "client.app.rows.cases",
    "client.app.rows.changes",
    "client.app.rows.steps",
    "client.bootstrap",
    "client.card",
    "client.documents",
    "client.host",
    "client.store",
    "client.vault",
    "cryptography",
    "fontTools",
    "h11",
    "httpcore",
    "httpx",
    "lxml",
    "msgspec",
    "platformdirs",
    "pyhanko",
    "pypdfium2",
    "pypinyin",
    "segno",
    "smartcard",
    "sqlcipher3",
    "stdnum",
    "structlog",
    "sync.domain.case",
    "sync.domain.workflow",
    "sync.engine",
    "sync.proof",
    "sync.protocol",
    "typer",
    "typst",
    "ui.presenters",
    "ui.shell.work",
    "ui.values",
    "ui.widgets.bars",
    "zstandard",
)
LIGHT = {"client.host", "client.host.typing"}  # asked before Qt starts: two small pure functions
PROBE = """
import sys
from ui import __main__ as entry

async def live(window, *_rest):
    from ui import loop
    assert window.door.isVisible()
    await loop.turned(2)
    print("\\n".join(sorted(sys.modules)))
    import linecache
    read = [name for name in linecache.cache if name.endswith("door.py")]
    assert not read, "PySide6 reads the source of what is imported"
    return 0

entry._live = live
sys.exit(entry.main(["--data", sys.argv[1]]))
"""


@pytest.mark.slow
def test_nothing_heavy_is_loaded_before_the_door_is_painted(tmp_path):
    answer = subprocess.run(
        [sys.executable, "-c", PROBE, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    loaded = set(answer.stdout.split())
    assert "ui.views.door" in loaded
    assert "qasync" in loaded
    heavy = {name for name in loaded if any(f"{name}.".startswith(f"{no}.") for no in FORBIDDEN)}
    assert not heavy - LIGHT
