"""The calm line, the commands, codes into words, and what is looked at before Qt starts."""

import dataclasses
from datetime import timedelta

import pytest

from client.app.rows.session import LinePhase, LineView
from client.app.rows.words import Words
from client.host.typing import input_module
from sync.domain.failures import Failure, FailureKind
from sync.domain.violations import SEVERITY, Severity
from sync.texts import texts
from tests.helpers.gallery_cases import COMPLETE, RECEIVED, REGISTERED, WAITING
from tests.helpers.scripted_cases import NOW
from ui.error_text import code_text
from ui.presenters.frame import COMMANDS, banner, commands, fitting, step_of, urged
from ui.startup import UnfitPythonError, prepare, refuse_unfit
from ui.values import CorrectionForm, MaterialTick, Problem, ReceiveForm

ZH, EN = texts("zh_CN"), texts("en")


def line(phase=LinePhase.SYNCED, **changes):
    return LineView(phase, last_ok=NOW, **changes)


def test_nothing_is_said_when_all_is_well():
    assert banner(line(lease_until=NOW + timedelta(hours=1)), NOW) is None


def test_offline_says_how_long_and_what_waits():
    face = banner(line(LinePhase.OFFLINE, pending=2, uploads=1), NOW + timedelta(minutes=12))

    assert face.face == "calm"
    assert face.words == Words("banner.offline", {"minutes": 12, "waiting": 3})


def test_offline_from_the_beginning_names_no_time():
    face = banner(LineView(LinePhase.OFFLINE), NOW)

    assert face.words.key == "banner.offline_never"


def test_the_first_minute_offline_is_not_counted():
    face = banner(line(LinePhase.OFFLINE), NOW + timedelta(seconds=59))

    assert face.words.key == "banner.offline_never"


def test_an_ended_lease_comes_first():
    face = banner(line(LinePhase.OFFLINE, lease_until=NOW), NOW)

    assert face.words.key == "banner.lease_over"


@pytest.mark.parametrize(("seconds", "said"), [(120, False), (-121, True), (600, True)])
def test_a_wrong_clock_is_said_beyond_two_minutes(seconds, said):
    face = banner(line(clock_offset_s=seconds), NOW)

    assert (face is not None) is said


def test_a_problem_of_the_line_is_said_in_its_words():
    assert banner(line(problem=Words("error.app.no_lease")), NOW).words.key == "error.app.no_lease"


def test_every_command_has_its_words_in_both_languages():
    for command in COMMANDS:
        assert ZH.has(f"command.{command.name}")
        assert EN.has(f"command.{command.name}")


@pytest.mark.parametrize(
    ("typed", "words", "found"),
    [
        ("xbj", ZH, "new_case"),
        ("XBJ", ZH, "new_case"),
        ("补正", ZH, "notify_correction"),
        ("sp", ZH, "lock"),
        ("f12", ZH, "lock"),
        ("new", EN, "new_case"),
        ("nc", EN, "new_case"),
    ],
)
def test_commands_are_found_by_name_initials_and_key(typed, words, found):
    assert found in [command.name for command in fitting(COMMANDS, typed, words)]


def test_everything_fits_nothing_typed_and_nothing_fits_nonsense():
    assert fitting(COMMANDS, " ", ZH) == COMMANDS
    assert fitting(COMMANDS, "qqq", ZH) == ()


@pytest.mark.asyncio
async def test_acts_on_a_case_follow_its_options(desk, enter):
    session = await enter("clerk")

    def blocked(number):
        detail = desk.world[number].detail(session)
        return {c.name: c.blocked.key for c in commands(session, detail) if c.blocked}

    assert blocked(COMPLETE) == {"receive": "command.not_now"}
    assert blocked(RECEIVED)["accept"] == "violation.materials_incomplete"
    assert "receive" not in blocked(WAITING)
    assert blocked(REGISTERED)["accept"] == "command.not_now"
    closed = {c.blocked.key for c in commands(session, None) if c.blocked}
    assert closed == {"command.no_case"}


@pytest.mark.asyncio
async def test_f7_corrects_where_a_notice_is_open(desk, enter):
    session = await enter("clerk")

    assert step_of("receive", desk.world[WAITING].detail(session)) == "correct"
    assert step_of("receive", desk.world[REGISTERED].detail(session)) == "receive"


@pytest.mark.asyncio
async def test_only_who_may_look_at_supervision_has_the_console(desk, enter):
    clerk, supervisor = await enter("clerk"), await enter("supervisor")
    head = dataclasses.replace(clerk, roles=("department_leader",))
    assert "console" in [command.name for command in commands(head, None)]

    assert not [known.name for known in commands(clerk, None) if "console" in known.name]
    assert "console" in [command.name for command in commands(supervisor, None)]
    assert "console_address" in [command.name for command in commands(supervisor, None)]


def test_an_urge_leads_to_the_messages(desk):
    face = urged(desk.rows[0])

    assert (face.act, face.words.key) == ("messages", "message.urge.red")


# ---------------------------------------------------------------- codes into words


def test_a_code_has_its_sentence_its_remedy_and_itself():
    told = code_text("card.pin_wrong", {"tries_left": 2}, ZH)

    assert "2" in told.what
    assert told.remedy
    assert told.code == "card.pin_wrong"


def test_a_rule_s_violation_is_found_under_its_own_name():
    told = code_text("materials_incomplete", {"material": "申请表"}, ZH)

    assert "申请表" in told.what


def test_an_unknown_code_is_shown_with_itself():
    told = code_text("new.thing", {}, EN)

    assert "new.thing" in told.what
    assert told.remedy == EN.t("error.unknown.do")


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh_CN", "en"])
def test_a_rule_s_refusal_without_particulars_has_a_sentence_of_its_own(words):
    codes = [code for code, severity in SEVERITY.items() if severity is Severity.REFUSED]
    assert [code for code in codes if "…" in code_text(code, {}, words).what] == []
    assert "申请表" in code_text("materials_incomplete", {"material": "申请表"}, words).what


def test_a_sentence_whose_argument_is_missing_is_still_a_sentence():
    told = code_text("card.pin_wrong", {}, ZH)

    assert told.what == ZH.t("error.card.pin_wrong", tries_left="…")
    assert told.remedy == ZH.t("error.card.pin_wrong.do")


def test_a_defect_never_shows_its_message():
    problem = Problem.of(ValueError("11010519491231002X"))
    told = code_text(problem.code, dict(problem.details), ZH)

    assert "1101" not in told.what + told.remedy + told.code


def test_problems_keep_what_a_screen_needs():
    problem = Problem.of(Failure("card.pin_wrong", FailureKind.RETRIABLE, tries_left=1))

    assert problem.again
    assert problem.detail("tries_left") == 1
    assert problem.detail("other") is None
    assert Problem.of(KeyError("x")).broken


def test_a_new_material_is_added_to_the_checklist():
    form = ReceiveForm().with_tick(MaterialTick("m1", given=True))

    assert form.tick("m1").given
    assert form.with_tick(MaterialTick("m1")).tick("m1") == MaterialTick("m1")
    assert CorrectionForm().complete is False


# ---------------------------------------------------------------- before Qt starts


@pytest.mark.parametrize(
    ("pyside", "python", "fit"),
    [
        ((6, 12, 0), (3, 11, 7), False),
        ((6, 13, 0), (3, 10, 1), False),
        ((6, 12, 0), (3, 12, 0), True),
        ((6, 11, 3), (3, 11, 7), True),
        ((6, 8, 0), (3, 11, 0), True),
    ],
)
def test_a_pair_that_aborts_is_refused(pyside, python, fit):
    if fit:
        refuse_unfit(pyside, python)
    else:
        with pytest.raises(UnfitPythonError, match=r"6\.1[23]"):
            refuse_unfit(pyside, python)


@pytest.mark.parametrize(
    ("wanted", "platform", "became"),
    [
        ("fcitx", "linux", "ibus"),
        ("fcitx5", "linux", "ibus"),
        ("ibus", "linux", None),
        ("fcitx;ibus", "linux", None),
        ("compose", "linux", None),
        ("none", "linux", None),
        ("", "linux", None),
        (None, "linux", None),
        ("fcitx", "win32", None),
    ],
)
def test_chinese_can_be_typed_whatever_the_desktop_asks_for(wanted, platform, became):
    bundled = [
        "libcomposeplatforminputcontextplugin",
        "libibusplatforminputcontextplugin",
        "libqtvirtualkeyboardplugin",
    ]

    assert input_module(wanted, bundled, platform) == became


def test_a_bundled_fcitx_is_left_alone():
    assert input_module("fcitx", ["libfcitxplatforminputcontextplugin"], "linux") is None


def test_this_installation_falls_back_to_ibus():
    assert prepare({"QT_IM_MODULE": "fcitx"}) == {"QT_IM_MODULE": "ibus"}
    assert prepare({}) == {}


@pytest.mark.parametrize("method", ["fcitx", "fcitx5", "ibus"])
def test_a_method_named_to_x_alone_is_found(method):
    """Qt asks no method at all where QT_IM_MODULE is silent; a compositor has its own way."""
    named = {"XMODIFIERS": f"@im={method}"}
    assert prepare(named) == {"QT_IM_MODULE": "ibus"}
    assert prepare({**named, "WAYLAND_DISPLAY": "wayland-0"}) == {}
    assert prepare({"XMODIFIERS": "@im=none"}) == {}
