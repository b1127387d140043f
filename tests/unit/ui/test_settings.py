"""The settings' presenter: kept at once, wrong values held once, devices tried and let go."""

from dataclasses import replace

import pytest

from client.app.ports.counter import CounterFailure, IdCard
from sync.domain.failures import Failure, FailureKind
from ui.presenters.settings import SettingsPresenter

pytestmark = pytest.mark.asyncio


class OwnWindow:
    def __init__(self):
        self.looks = {"language": "zh_CN", "text_size": "normal", "mode": "auto"}
        self.started = 0

    def set_look(self, name, code):
        self.looks[name] = code

    def can_start_again(self):
        return True

    def start_again(self):
        self.started += 1

    def shows_notices(self):
        return False


@pytest.fixture
def window():
    return OwnWindow()


@pytest.fixture
def left():
    return []


@pytest.fixture
def presenter(desk, screen, window, left):
    return SettingsPresenter(desk, window, screen, lambda: left.append("gone"))


async def test_at_the_door_all_but_ones_own_sound_is_shown(desk, screen, presenter):
    await presenter.open()
    assert screen.last("show_settings") == desk.machine.settings
    kwargs = [kwargs for name, _, kwargs in screen.calls if name == "show_notices"]
    assert kwargs == [{"desktop": False, "sound": None}]
    assert [args[0] for args in screen.told("show_found")] == [None, desk.machine.has]


async def test_looks_that_somebody_else_changed_are_shown(screen, window, presenter):
    window.looks["text_size"] = "largest"
    presenter.show_looks()
    assert screen.last("show_looks")["text_size"] == "largest"


async def test_looks_change_the_window_and_texts_the_machine(desk, screen, window, presenter):
    assert await presenter.change("mode", "dark")
    assert window.looks["mode"] == "dark"
    assert await presenter.change("id_reader", " /dev/ttyUSB1 ")
    assert desk.machine.settings.id_reader == "/dev/ttyUSB1"
    assert screen.told("show_kept") == [("mode", "dark"), ("id_reader", "/dev/ttyUSB1")]
    await presenter.change("token_library", "/usr/lib/key.so")
    assert screen.last("show_waiting") == ("token_library",)
    presenter.start_again()
    assert window.started == 1


async def test_a_wrong_value_is_told_and_holds_whoever_leaves_once(screen, presenter, left):
    assert not await presenter.change("id_reader", "a port")
    assert screen.told("show_wrong")[0][1].code == "settings.not_a_line"
    await presenter.leave({"id_reader": "a port"})
    assert (left, len(screen.told("show_unkept"))) == ([], 1)
    await presenter.leave({"id_reader": "a port"})
    assert left == ["gone"]


async def test_what_is_typed_and_right_is_kept_on_the_way_out(desk, presenter, left):
    await presenter.leave({"camera_folder": "/scans"})
    assert (desk.machine.settings.camera_folder, left) == ("/scans", ["gone"])


async def test_notices_are_the_machines_and_the_sound_ones_own(desk, screen, presenter):
    await presenter.set_notice("desktop", on=False)
    assert desk.machine.settings.desktop_notice is False
    await presenter.set_notice("sound", on=True)
    assert await desk.messages.sound()
    assert screen.told("show_kept") == [("desktop", ""), ("sound", "")]


async def test_a_notice_that_cannot_be_kept_is_told(desk, screen, presenter, monkeypatch):
    async def refuse(**_on):
        raise Failure("settings.unwritten")

    monkeypatch.setattr(desk.machine, "set_desktop_notice", refuse)
    await presenter.set_notice("desktop", on=False)
    assert screen.last("show_wrong") == "desktop"


async def test_trying_shows_what_comes_and_little_of_a_person(desk, screen, presenter):
    presenter.turn_trying()
    desk.at_counter.read("9\x001")
    desk.at_counter.read("x" * 100)
    desk.at_counter.read(IdCard("339901199003072581", "林知夏", "云岭县", None))
    words = [args[0] for args in screen.told("show_trying")]
    assert words[0] is None
    assert dict(words[1].args) == {"code": "9�1", "count": 3}
    assert len(words[2].args["code"]) == 61
    assert dict(words[3].args) == {"name": "林", "number": "339901********2581"}
    desk.at_counter._fail(CounterFailure("counter.gone", FailureKind.RETRIABLE, port="/dev/x"))
    assert screen.told("show_trying")[-1][0].code == "counter.gone"
    presenter.turn_trying()
    assert not desk.at_counter.knows("anything")
    presenter.turn_trying()
    presenter.end_trying()
    presenter.end_trying()
    assert not desk.at_counter.knows("anything")


async def test_a_machine_without_anything_is_shown_as_it_is(desk, screen, presenter):
    desk.machine.has = replace(desk.machine.has, printers=None, lines=(), scanners=())
    await presenter.open()
    assert screen.last("show_found").printers is None
