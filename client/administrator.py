"""Entry point of `chuangkou-sign`: an administrator's card signs a sheet of policy, at any window.

Shows what would come into force, asks for the PIN, has the card's 9C sign every event, and writes
the sheet back with the signatures added. The PIN is held no longer than that takes. Loads neither
Qt nor a session; the centre verifies it all when the sheet comes home.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from client.app.papers.saving import saved
from client.app.steps.signing import CardKeyOf
from sync.domain.failures import Failure
from sync.domain.secret import Secret
from sync.proof import sheets
from sync.proof.certificates import x5t_of
from sync.texts import LANGUAGES, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from client.app.ports.card import CardInHand
    from sync.proof.sheets import Sheet
    from sync.texts import Texts

_LONG = 600  # of one event's body as shown; a catalogue's is a book
_INDENT = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Sign the sheet that the command line names; returns the exit code.

    Args:
        arguments: the command line, without the program's name.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    language = "en" if os.environ.get("LANG", "").startswith("en") else "zh_CN"
    options = _parser(texts(language)).parse_args(given)
    said = texts(options.lang or language)
    file = Path(options.sheet)
    try:
        signed = _signed(file, options, said)
        if signed is not None:
            saved(file, sheets.write_sheet(signed))
    except Failure as failure:
        key = f"error.{failure.code}"
        known = said.t(key, **failure.details) if said.has(key) else said.t("sheet.failed")
        print(f"{known} [{failure.code}]", file=sys.stderr)  # noqa: T201
        return 2
    if signed is None:
        return 1
    print(said.t("sheet.done" if signed.complete else "sheet.one_more", file=file.name))  # noqa: T201
    return 0


def told(sheet: Sheet, said: Texts) -> list[str]:
    """Return what a sheet would put in force, as lines."""
    lines = [said.t("sheet.head", count=len(sheet.events), signed=len(sheet.hands))]
    for wanted in sheet.events:
        body = {name: value for name, value in wanted.content().items() if name != "salt"}
        text = json.dumps(body, ensure_ascii=False, indent=_INDENT)
        more = "" if len(text) <= _LONG else said.t("sheet.longer", count=len(text) - _LONG)
        lines += [f"── {wanted.kind}", text[:_LONG] + more]
    return lines


def sign_with(card: CardInHand, sheet: Sheet, pin: Secret[str]) -> Sheet:
    """Have the card in hand sign every event of a sheet.

    Raises:
        Failure: of the card, its PIN, or proof.policy_signers when it is not its turn.
    """
    x5t = x5t_of(card.certificate("9C"))
    return sheets.sign(sheet, x5t, CardKeyOf(card, "9C", pin))


def _signed(file: Path, options: argparse.Namespace, said: Texts) -> Sheet | None:
    """Return the signed sheet; None when the administrator would rather not."""
    from client.bootstrap import build_card  # noqa: PLC0415  (after the command line is read)
    from client.host.settings import load_settings  # noqa: PLC0415

    try:
        sheet = sheets.read_sheet(file.read_bytes())
    except OSError as error:
        raise Failure("sheet.file", file=file.name) from error
    for line in told(sheet, said):
        print(line)  # noqa: T201
    folder = Path(options.data) if options.data else _own_folder()
    card, deck = build_card(load_settings(folder))
    try:
        if deck is not None and options.card:
            deck.insert(options.card)
        facts = card.look()
        print(said.t("sheet.card", reader=facts.reader))  # noqa: T201
        pin = _asked(said.t("sheet.pin"), getpass.getpass)
        if not pin:
            return None
        with card.open() as hand:
            return sign_with(hand, sheet, Secret(pin))
    finally:
        card.close()


def _asked(question: str, ask: Callable[[str], str]) -> str:
    if sys.stdin.isatty():
        return ask(question + " ")
    return sys.stdin.readline().rstrip("\n")


def _parser(words: Texts) -> argparse.ArgumentParser:
    t = words.t
    made = argparse.ArgumentParser("chuangkou-sign", description=t("cli.sign"), add_help=False)
    made.add_argument("-h", "--help", action="help", help=t("cli.help"))
    made.add_argument("sheet", help=t("cli.sign.sheet"))
    made.add_argument("--data", metavar="DIR", help=t("cli.data"))
    made.add_argument("--lang", choices=LANGUAGES, help=t("cli.lang"))
    made.add_argument("--card", metavar="NAME", help=t("cli.sign.card"))
    return made


def _own_folder() -> Path:
    from platformdirs import user_data_path  # noqa: PLC0415

    return user_data_path("chuangkou", appauthor=False)


if __name__ == "__main__":
    sys.exit(main())
