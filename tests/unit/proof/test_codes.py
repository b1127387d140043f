"""Codes: each has its words and its remedy in both languages, and stands in the document."""

from __future__ import annotations

import ast
from pathlib import Path

import polib
import pytest

from sync.proof.failures import CERTIFICATE_CODES, PROOF_CODES
from sync.protocol.errors import READER_CODES, WIRE_STATUS

ROOT = Path(__file__).parents[3]
CODES = {*READER_CODES, *WIRE_STATUS, *CERTIFICATE_CODES, *PROOF_CODES}
RAISERS = {"ReaderError", "WireError", "CertificateError", "ProofError"}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_code_has_its_sentence_and_its_remedy(language):
    folder = ROOT / "resources" / "i18n" / language / "LC_MESSAGES"
    words = {
        entry.msgid: entry.msgstr
        for path in folder.glob("*.po")
        for entry in polib.pofile(str(path))
    }
    wanted = {f"error.{code}{tail}" for code in CODES for tail in ("", ".do")}
    assert {name for name in wanted if not words.get(name)} == set()
    own = {entry.msgid for entry in polib.pofile(str(folder / "proof.po"))}
    assert own - wanted == set()


def test_every_code_stands_in_the_document():
    text = (ROOT / "docs" / "PROTOCOL.md").read_text(encoding="utf-8")
    assert {code for code in CODES if f"`{code}`" not in text} == set()


def test_every_code_that_is_raised_stands_in_a_table():
    raised = set()
    for room in ("protocol", "proof"):
        for path in (ROOT / "sync" / room).glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RAISERS:
                    raised.update(a.value for a in node.args if isinstance(a, ast.Constant))
    assert raised <= CODES
    assert {code for code in READER_CODES if code not in raised} == set()
    assert {code for code in CERTIFICATE_CODES if code not in raised} == set()
