"""Every key that the window says has words, in both languages; nobody says an untold one."""

import ast
import re
from pathlib import Path

import pytest

from client.app.forms.every import FORMS
from client.app.forms.table import Ask
from client.app.steps.form_steps import label_of
from client.documents.papers import PaperKind
from sync.domain.authority import Role
from sync.domain.case import Flag, State
from sync.domain.events import Kind
from sync.texts import LANGUAGES, texts
from ui.presenters.frame import COMMANDS
from ui.values import DECISION_REASONS, DECISIONS, MISSING_REASONS, RELATIONS
from ui.views.acts import ICONS
from ui.views.case_page import TABS
from ui.views.help import KEYS, LIGHTS
from ui.views.workbench import COLUMNS

UI = Path(__file__).resolve().parents[3] / "ui"
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_]+)+")
SAYING = {"t", "bind", "Words", "add_field", "make_field", "add_note", "StepPage", "button"}


def said():
    """Yield (file, key) for each literal key in a call that says it."""
    for path in sorted(UI.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            function = node.func
            name = (
                function.attr
                if isinstance(function, ast.Attribute)
                else getattr(function, "id", "")
            )
            if name not in SAYING:
                continue
            values = [*node.args, *(word.value for word in node.keywords)]
            for value in values:
                constant = isinstance(value, ast.Constant) and isinstance(value.value, str)
                if constant and KEY.fullmatch(value.value):
                    yield path.name, value.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_literal_key_has_words(language):
    words = texts(language)
    missing = {(file, key) for file, key in said() if not words.has(key)}

    assert missing == set()
    assert len(set(said())) > 150


def families():
    yield from (f"state.{state.value}" for state in State)
    yield from (f"step.{kind.value}" for kind in Kind)
    yield from (f"flag.{flag.value}" for flag in Flag)
    yield from (f"command.{command.name}" for command in COMMANDS)
    yield from (f"act.go.{kind}" for kind in ICONS)
    yield from (f"result.{kind}" for kind in (*ICONS, "preregister", "explain"))
    for form in FORMS.values():
        yield f"form.{form.kind}.rule"
        yield from (f"{field.words}.{code}" for field in form.fields for code in field.codes)
        yield from (f"paper.{made.kind}" for made in (form.paper, form.blank) if made)
        yield from (f"paper.{made.kind}.title" for made in (form.paper, form.blank) if made)
        if form.blank is not None:
            yield f"form.print.{form.blank.kind}"
    yield from (f"form.wrong.{ask}" for ask in Ask)
    yield from (f"missing.{code}" for code in MISSING_REASONS)
    yield from (f"reason.{code}" for codes in DECISION_REASONS.values() for code in codes)
    yield from (f"decision.{kind}{tail}" for kind in DECISIONS for tail in ("", ".do"))
    yield from (f"relation.{name}{tail}" for name in RELATIONS for tail in ("", ".do"))
    yield from (f"case.tab.{name}" for name in TABS)
    yield from (f"column.{column.name}" for column in COLUMNS)
    yield from (words for _keys, words in KEYS)
    yield from (f"help.light.{name}{tail}" for name in LIGHTS for tail in ("", ".do"))
    for name in ("mine", "soon", "overdue", "all", "closed"):
        yield from (f"tab.{name}", f"empty.{name}", f"empty.{name}.do")
    for name in ("messages", "exceptions"):
        yield from (f"page.{name}", f"page.{name}.do", f"empty.{name}", f"empty.{name}.do")
    yield from (f"lock.{reason}" for reason in ("manual", "card_removed", "idle", "closed"))
    yield from (f"card.{name}" for name in ("no_reader", "empty", "reading", "ready", "unusable"))
    yield from (f"line.{name}" for name in ("offline", "connecting", "syncing", "synced", "locked"))
    for kind in ("handle", "review", "send_back", "hear_party", "explain"):
        yield from (f"page.{kind}", f"act.{kind}", f"opinion.{kind}.text", f"opinion.{kind}.hint")
        yield f"opinion.{kind}.rule"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_a_family_has_words(language):
    words = texts(language)

    assert {key for key in families() if not words.has(key)} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_every_form_has_its_label(language):
    words = texts(language)
    labels = {
        label_of(form, field.name, words.has) for form in FORMS.values() for field in form.fields
    }

    assert {key for key in labels if not words.has(key)} == set()


def test_every_paper_and_role_has_its_name():
    for language in LANGUAGES:
        words = texts(language)
        assert {kind for kind in PaperKind if not words.has(f"paper.{kind.value}")} == set()
        assert {role for role in Role if not words.has(f"role.{role.value}")} == set()
