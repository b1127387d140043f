"""Chinese is typed into the product's field with the input methods that desktops have."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.mark.parametrize("method", ["fcitx5", "ibus"])
def test_pinyin_becomes_chinese(method, tmp_path):
    home = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / ".config")}
    wanted = {"QT_QPA_PLATFORM": "xcb", "QT_IM_MODULE": method[:5]}
    screen = ["xvfb-run", "-a", "dbus-run-session", "--"]
    typed = subprocess.run(
        [*screen, sys.executable, "-m", "tests.helpers.type_chinese", method],
        cwd=ROOT,
        env={**os.environ, **home, **wanted},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )

    assert typed.stdout.splitlines()[-1:] == ["typed 你好"], typed.stderr[-2000:]
