"""The install guide and the trial of the packages say the same commands."""

import tomllib
from pathlib import Path

from installer.shipping import trial
from installer.shipping.manual import INSTALL, commands

ROOT = Path(__file__).resolve().parents[3]
#: Not typed by the trial: it has no newer release at hand but in a channel, and settings are
#: edited by hand.
BY_HAND = {
    "apt install ./chuangkou_0.2.0_amd64.deb",
    "cat /etc/chuangkou/update.json",
    "editor /etc/chuangkou/centre.env",
}


def told(heading):
    return [each for each in commands(INSTALL.read_text("utf-8"), heading) if each not in BY_HAND]


def test_the_trial_types_what_the_guide_says_in_its_order():
    assert told("## A window on Linux") == [*trial.WINDOW, trial.GOING]
    publishers = [each for each in told("### Updates") if each.startswith("python -m ")]
    assert [each for each in told("### Updates") if each not in publishers] == [*trial.UPDATES]
    assert told("## A centre on Debian 12") == [*trial.CENTRE]


def test_what_is_done_by_hand_stands_in_the_guide():
    text = INSTALL.read_text("utf-8")
    assert all(any(each in line for line in text.splitlines()) for each in BY_HAND)


def test_the_guide_names_this_version():
    with (ROOT / "pyproject.toml").open("rb") as file:
        version = tomllib.load(file)["project"]["version"]
    assert f"./chuangkou_{version}_amd64.deb" in trial.WINDOW[0]
    assert f"./chuangkou-centre_{version}_amd64.deb" in trial.CENTRE[0]


def test_only_commands_of_the_section_are_read():
    text = (
        "## A\n```console\n# one  # why\nsaid\n```\n```sh\n# no\n```\n### B\n```console\n$ two\n```"
    )
    assert commands(text, "## A") == ["one"]
    assert commands(text, "### B") == ["two"]
