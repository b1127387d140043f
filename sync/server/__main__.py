"""Entry point of `chuangkou-centre`."""

from __future__ import annotations

import sys

import typer

from sync.domain.failures import Failure
from sync.server.collector import look_seldom


def main() -> None:
    """Run the command line; failures end it with their sentence and status 1."""
    look_seldom()  # before nearly everything is loaded
    from sync.server.cli.app import build  # noqa: PLC0415
    from sync.server.cli.words import words  # noqa: PLC0415

    spoken = words(sys.argv[1:])
    try:
        build(spoken)()
    except Failure as failure:
        key = f"error.{failure.code}"
        said = spoken.t(key, **failure.details) if spoken.has(key) else str(failure)
        typer.echo(said, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
