"""Entry point of `chuangkou-doctor`: examine this window on the command line, without a screen.

Loads neither Qt nor a session, so that it can say why a window does not come up. Prints what was
found, what it means and what to do; exits 0 when nothing hinders the work, else 1.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from client.app.doctor import Health
from client.app.rows.words import Words
from sync.domain.failures import Failure
from sync.texts import LANGUAGES, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from client.app.doctor import Finding
    from sync.texts import Texts

_SIGNS = {Health.GOOD: "✓", Health.NOTE: "!", Health.BAD: "✗", Health.UNKNOWN: "?"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Examine the window of a folder; returns the exit code.

    Args:
        arguments: the command line, without the program's name.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = "en" if os.environ.get("LANG", "").startswith("en") else "zh_CN"
    options = _parser(texts(language)).parse_args(given)
    said = texts(options.lang or language)
    folder = Path(options.data) if options.data else _own_folder()
    try:
        findings, size, report = asyncio.run(_examine(folder, options.bundle))
    except Failure as failure:
        for line in refused(failure, said):
            print(line, file=sys.stderr)  # noqa: T201
        return 2
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))  # noqa: T201
    else:
        for line in told(findings, said):
            print(line)  # noqa: T201
    if size is not None:
        print(said.t("doctor.bundled", name=options.bundle, size=size), file=sys.stderr)  # noqa: T201
    return int(any(finding.health is Health.BAD for finding in findings))


def told(findings: Sequence[Finding], said: Texts) -> list[str]:
    """Return the findings as lines: a sign, the part, what was found; what to do below it."""
    lines = []
    for finding in findings:
        name = said.t(f"doctor.part.{finding.part}")
        lines.append(f"{_SIGNS[finding.health]} {name}  {_say(finding.what, said)}")
        if finding.health in {Health.NOTE, Health.BAD}:
            below = (finding.means, finding.remedy)
            lines += [f"    {_say(words, said)}" for words in below if words is not None]
            lines.append(f"    [{finding.code}]")
    return lines


def refused(failure: Failure, said: Texts) -> list[str]:
    """Return why there was nothing to examine as lines: the code, what it means, what to do."""
    key = f"error.{failure.code}"
    words = [said.t(each, **failure.details) for each in (key, f"{key}.do") if said.has(each)]
    return [said.t("doctor.failed", code=failure.code), *(f"    {line}" for line in words)]


async def _examine(
    folder: Path, bundle: str | None
) -> tuple[tuple[Finding, ...], int | None, dict[str, object]]:
    from client.bootstrap import build_window  # noqa: PLC0415  (after the command line is read)
    from client.host.settings import load_settings  # noqa: PLC0415

    window = build_window(folder, load_settings(folder), _ignore)
    try:
        doctor = window.desk.doctor
        findings = await doctor.examine()
        size = await doctor.bundle(Path(bundle)) if bundle else None
        return findings, size, doctor.report(findings)
    finally:
        await window.close()


def _parser(words: Texts) -> argparse.ArgumentParser:
    t = words.t
    made = argparse.ArgumentParser("chuangkou-doctor", description=t("cli.doctor"), add_help=False)
    made.add_argument("-h", "--help", action="help", help=t("cli.help"))
    made.add_argument("--data", metavar="DIR", help=t("cli.data"))
    made.add_argument("--lang", choices=LANGUAGES, help=t("cli.lang"))
    made.add_argument("--json", action="store_true", help=t("cli.doctor.json"))
    made.add_argument("--bundle", metavar="FILE.zip", help=t("cli.doctor.bundle"))
    return made


def _say(words: Words, said: Texts) -> str:
    args = {
        name: _say(value, said) if isinstance(value, Words) else value
        for name, value in words.args.items()
    }
    return said.t(words.key, **args) if said.has(words.key) else words.key


def _own_folder() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415

    return user_data_path("chuangkou", appauthor=False)


def _ignore(_failure: Exception) -> None:
    """No screen listens here."""


if __name__ == "__main__":
    sys.exit(main())
