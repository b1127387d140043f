"""The install guide and the trial of the packages say the same commands."""

import tomllib
from pathlib import Path

import pytest

from installer.shipping import trial
from installer.shipping.manual import INSTALL, commands

ROOT = Path(__file__).resolve().parents[3]


def told(heading):
    return commands(INSTALL.read_text("utf-8"), heading)


@pytest.mark.parametrize(
    ("heading", "typed"),
    [
        ("## A window on Linux", (*trial.WINDOW, trial.GOING)),
        ("### Updates", trial.UPDATES),
        ("## A centre on Debian 12", trial.CENTRE),
    ],
)
def test_what_the_trial_types_stands_in_the_guide_in_its_order(heading, typed):
    """What the guide says besides is for people: settings edited, invitations, later versions."""
    assert [each for each in told(heading) if each in typed] == list(typed)


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
