"""What the rooms of the command line share: their words, and whose centre a command is about."""

from collections.abc import Callable
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any, Concatenate

import typer

from sync.server.settings import Settings
from sync.texts import Texts


class Commands:
    """A room of the command line: some commands, with their words."""

    def __init__(self, words: Texts) -> None:
        self._words = words

    def of_centre(self, command: Callable[Concatenate[Settings, ...], None]) -> Callable[..., None]:
        """Give a command the settings of the centre that `--data` and `--demo-clock` name.

        Use it below `@app.command(…)`. The command takes the settings first and by position; its
        own arguments and options follow, and Typer sees them as they are.
        """
        t = self._words.t
        data = Annotated[Path, typer.Option("--data", help=t("centre.cli.data"))]
        clock = Annotated[
            Path | None, typer.Option("--demo-clock", help=t("centre.cli.demo_clock"))
        ]
        _settings, *own = signature(command).parameters.values()

        def told(*, data: Path, demo_clock: Path | None, **own: Any) -> None:
            command(Settings(data=data, demo_clock=demo_clock), **own)

        # Typer reads a command's options off its signature: these two stand for the settings.
        told.__signature__ = Signature(  # type: ignore[attr-defined]
            [
                Parameter("data", Parameter.KEYWORD_ONLY, annotation=data),
                *(each.replace(kind=Parameter.KEYWORD_ONLY) for each in own),
                Parameter("demo_clock", Parameter.KEYWORD_ONLY, default=None, annotation=clock),
            ]
        )
        return told

    @property
    def authority(self) -> Any:
        """Return the option that says who signs: `Annotated[Path, self.authority]`."""
        return typer.Option("--authority", help=self._words.t("centre.cli.authority"))
