"""Codes of the queue and of appointments: words and remedies in both languages, in the document."""

import ast
from pathlib import Path

import pytest

from sync.domain.bookings import BOOKING_CODES
from sync.domain.queue_rule import QueueRule, explain
from sync.domain.tickets import QUEUE_CODES, Why
from sync.texts import texts

ROOT = Path(__file__).parents[3]
CODES = {*QUEUE_CODES, *BOOKING_CODES}


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_code_has_its_sentence_and_its_remedy(language):
    words = texts(language)
    for code in CODES:
        assert words.has(f"error.{code}")
        assert words.has(f"error.{code}.do")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_sentence_of_the_rule_can_be_read(language):
    words = texts(language)
    for name, args in explain(QueueRule()):
        assert words.t(f"queue.rule.{name}", **args)
    assert all(words.has(f"queue.rule.{why}") for why in Why)


def test_every_code_stands_in_the_document_and_is_raised_somewhere():
    text = (ROOT / "docs" / "PROTOCOL.md").read_text(encoding="utf-8")
    assert {code for code in CODES if f"`{code}`" not in text} == set()
    raised = set()
    for path in (ROOT / "sync").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "QueueFailure":
                raised.update(a.value for a in node.args if isinstance(a, ast.Constant))
    assert raised == CODES
