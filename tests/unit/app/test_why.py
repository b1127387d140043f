"""Whatever the rules say no to, a reader hears it in words: no code, no member, no fen."""

import ast
import re
from pathlib import Path

import pytest

from client.app.cases.why import Why
from client.app.failures import AppFailure
from client.app.session.recorder import Recorder
from sync.domain.hall_steps import CANCEL_REASONS, HALL_TABLE
from sync.domain.law import REFUSAL_REASONS, TERMINATION_GROUNDS
from sync.domain.shapes import BODIES
from sync.domain.violations import SEVERITY, Violation
from sync.texts import LANGUAGES, texts
from ui.error_text import code_text

DOMAIN = Path(__file__).resolve().parents[3] / "sync" / "domain"
CODES = {"part", "field", "reason", "manner", "kind", "what"}
"""Arguments whose values are codes of the product: a sentence may only say them by their words."""
SAID_AS_THEY_ARE = {
    ("unknown_kind", "kind"),  # a newer version's step: there are no words for it here
    ("late_record", "reason"),  # what the person wrote
}


def raised():
    """Yield (file, code, {argument: its literal or None}) of each violation the domain makes."""
    for path in sorted(DOMAIN.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            made = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "violation"
            if made and node.args and isinstance(node.args[0], ast.Constant):
                yield (
                    path.name,
                    node.args[0].value,
                    {
                        word.arg: getattr(word.value, "value", None)
                        for word in node.keywords
                        if word.arg is not None
                    },
                )


def members():
    rows = [*BODIES.values(), *(row.members for row in HALL_TABLE)]
    yield from (member.name for row in rows for member in row)
    for _file, code, args in raised():
        for name in ("part", "field"):
            if code != "amend_forbidden" and isinstance(args.get(name), str):
                yield args[name]


def test_what_the_domain_raises_is_what_is_walked():
    """The walk below finds the rules: it is no list beside them."""
    codes = {code for _file, code, _args in raised()}
    assert codes <= set(SEVERITY)
    assert {"legal_part_missing", "reason_unknown", "fee_amount_wrong", "till_differs"} <= codes
    assert len(codes) > 90


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence_that_every_rule_can_fill(language):
    words = texts(language)
    assert {code for code in SEVERITY if not words.has(f"violation.{code}")} == set()
    short = {
        (file, code): sorted(words.arguments(f"violation.{code}") - args.keys())
        for file, code, args in raised()
        if code != "receipts_differ" and not words.arguments(f"violation.{code}") <= args.keys()
    }
    assert short == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_says_a_code_of_the_product_as_it_comes(language):
    words = texts(language)
    bare = {
        (code, name)
        for code in SEVERITY
        for name in words.arguments(f"violation.{code}") & CODES
        if name not in words.calls(f"violation.{code}")
    }
    assert bare == SAID_AS_THEY_ARE


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_sentence_says_fen(language):
    words = texts(language)
    bare = {
        (key, name)
        for key in words.keys()  # noqa: SIM118  (its own method)
        for name in words.arguments(key)
        if name.endswith("_fen") and words.calls(key).get(name) != ("yuan",)
    }
    assert bare == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_member_of_every_step_has_a_name(language):
    words = texts(language)
    assert {name for name in members() if not words.has(f"member.{name}")} == set()
    debts = ("serve", "fee", "explain", "reply", "cure")
    assert all(words.has(f"debt.{kind}") for kind in debts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("message", ["message.urge.breach", "message.finding.said"])
def test_no_message_names_a_breach_by_its_code(language, message):
    words = texts(language)
    for code in SEVERITY:
        told = words.t(message, case="20261116-339901-00030-0", code=code)
        assert code not in told or "_" not in code
        assert re.findall(r"[{}…]|。）|\.\)", told) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_are_said_in_words(language):
    words = texts(language)
    for reason in (*REFUSAL_REASONS, *TERMINATION_GROUNDS, *CANCEL_REASONS):
        told = code_text("reason_unknown", {"reason": reason}, words).what
        assert reason == "other" or reason not in told
        known = (f"{family}.{reason}" for family in ("reason", "form.ground", "stock.reason"))
        assert any(words.has(key) and words.t(key) in told for key in known)


@pytest.mark.parametrize(
    ("code", "args", "chinese", "english"),
    [
        (
            "legal_part_missing",
            {"part": "right_office"},
            "缺少法定内容：有权办理的机关。",
            "A part required by law is missing: the office that has the power.",
        ),
        (
            "fee_amount_wrong",
            {"amount_fen": 123456},
            "收费标准为 1,234.56 元。",
            "The lawful fee is ¥1,234.56.",
        ),
        (
            "till_short",
            {"what": "cash", "off_fen": 5, "booked_fen": 1005, "counted_fen": 1000},
            "现金：短款 0.05 元（账面 10.05 元，实点 10.00 元）。",
            "Cash: ¥0.05 short (booked ¥10.05, counted ¥10.00).",
        ),
        (
            "debts_open",
            {"kind": "serve", "ref": "e-1"},
            "还有未了事项（文书送达），不能归档。",
            "Something is still owed (a paper to be served); the file cannot be archived.",
        ),
        (  # a newer centre's code is at least read out
            "suspension_kind_unlawful",
            {"kind": "holidays"},
            "“holidays”不是法定可以扣除时间的情形。",
            "“holidays” is not a procedure whose time the law leaves out.",
        ),
        ("legal_part_missing", {}, "缺少法定内容。", "A part required by law is missing."),
    ],
)
def test_a_refusal_is_said_in_the_words_of_the_trade(code, args, chinese, english):
    assert code_text(code, dict(args), texts("zh_CN")).what == chinese
    assert code_text(code, dict(args), texts("en")).what == english


def test_what_the_policy_knows_by_code_is_named(book):
    person, known = next(iter(book.roster.items()))
    item = next(iter(book.catalogue.items.values()))
    office = book.departments[item.department]
    why = Why(book, "zh_CN")

    assert why.named(Violation("recused", {"person": person})).args == {"person": known.name}
    assert why.named(Violation("item_retired", {"item": item.code})).args["item"] == item.name.zh
    scope = why.named(Violation("item_elsewhere", {"scope": item.scope})).args["scope"]
    assert office.name in scope
    assert item.scope not in scope
    english = Why(book, "en").named(Violation("no_tariff", {"item": item.code}))
    assert english.args == {"item": item.name.en}
    stranger = Violation("not_holder", {"holder": "p-of-elsewhere"})
    assert why.named(stranger) == stranger


def test_a_refusal_and_a_finding_of_an_own_step_come_with_names(book):
    person, known = next(iter(book.roster.items()))
    why = Why(book, "zh_CN")
    recorder = Recorder(store=None, clock=None, mandate=None, leave=None, named=why.named)
    finding = Violation("deputy_not_declared", {"person": person})

    (found,) = recorder._found([finding], None)
    assert found.args == {"person": known.name}
    with pytest.raises(AppFailure) as told:
        recorder._found([finding, Violation("recused", {"person": person})], None)
    assert (told.value.code, dict(told.value.details)) == ("recused", {"person": known.name})
