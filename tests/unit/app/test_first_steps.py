"""A machine's first run: what is asked, on and back, and where a kill leaves it."""

import json
import stat

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from client.app.access.enrolment import read_invited
from client.app.failures import AppFailure
from client.app.machine.first_steps import (
    END,
    JOINING,
    STEPS,
    after,
    before,
    begun,
    joined,
    resumed,
)
from client.app.machine.settings import MachineParts
from client.app.machine.setup import Setup
from client.host.first_run import NAME, FirstRun, load_first_run
from client.host.lanes import Lanes
from client.host.settings import Settings
from tests.helpers.pki import Authority

ANSWERED = st.sets(st.sampled_from([*STEPS, "later"]))
NAMED = st.sets(st.sampled_from(["centre", "centre_ca", "printer_a4", "scanner", "language"]))
MOVES = st.lists(st.sampled_from(["done", "left", "back"]), max_size=20)


def moved(state, move, *, enrolled):
    return before(state, enrolled=enrolled) if move == "back" else after(state, done=move == "done")


@settings(max_examples=60)
@given(NAMED, ANSWERED, st.booleans(), MOVES)
def test_every_step_is_reached_and_what_was_left_is_known(named, answered, enrolled, moves):
    state = begun(named, answered, enrolled=enrolled)
    for move in moves:
        state = moved(state, move, enrolled=enrolled)
        assert state.place in {*state.steps, END}
        assert not set(state.done) & set(state.left)
        assert resumed(state, enrolled=enrolled).steps == state.steps
    for _ in STEPS:
        state = after(state, done=False)
    assert state.place == END
    assert set(state.done) | set(state.left) == set(state.steps)


def test_what_the_hall_answered_is_not_asked_but_who_it_belongs_to_is():
    assert begun((), (), enrolled=False).steps == STEPS
    assert begun((), STEPS, enrolled=False).steps == JOINING
    named = {"centre", "centre_ca", "printer_roll", "camera_folder"}
    assert begun(named, ("typing",), enrolled=False).steps == ("enrol", "check")
    assert begun({"centre"}, (), enrolled=False).place == "centre"  # whose roots are not known
    assert begun((), ("printer", "scanner", "typing", "check"), enrolled=True).place == END


def test_behind_the_enrolment_there_is_no_way_back_and_nothing_of_the_invitation():
    state = after(begun((), (), enrolled=False), done=True)
    made = joined(FirstRun(steps=state.steps, place="enrol", typed={"code": "7K2M9Q"}))
    assert (made.place, made.typed) == ("printer", {})
    assert before(made, enrolled=True) == made
    assert before(after(made, done=True), enrolled=True).place == "printer"


def test_a_kill_between_enrolment_and_its_note_goes_on_behind_it():
    cut = FirstRun(steps=STEPS, place="enrol", typed={"code": "7K2M9Q"})
    assert resumed(cut, enrolled=True) == joined(cut)
    assert resumed(cut, enrolled=False) == cut
    ended = FirstRun(steps=STEPS, place=END, left=("centre", "enrol"))
    assert resumed(ended, enrolled=False).place == "centre"  # it is no window yet: asked again
    assert (
        resumed(FirstRun(steps=("other", "check"), place="other"), enrolled=True).place == "check"
    )


# ---------------------------------------------------------------- kept


@pytest_asyncio.fixture
async def lanes():
    made = Lanes()
    yield made
    await made.close()


def setup(folder, lanes, enrolled=False, **settings):
    parts = MachineParts(folder, Settings(**settings), lambda _s: None, tuple, tuple)
    return Setup(parts, lanes, lambda: enrolled)


@pytest.mark.asyncio
async def test_a_start_after_a_kill_finds_step_and_what_was_typed(tmp_path, lanes):
    first = setup(tmp_path, lanes)
    assert first.needed
    assert not any(tmp_path.iterdir())  # looking leaves nothing
    await first.type({"centre": "https://centre.example", "roots": "/ca.pem", "pin": "123456"})
    await first.go_on(done=True)
    await first.type({"code": "7K2M9Q"})
    kept = tmp_path / NAME
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert b"123456" not in kept.read_bytes()

    again = setup(tmp_path, lanes)
    assert again.state == first.state
    assert again.state.place == "enrol"
    assert again.centre == ("https://centre.example", "/ca.pem")
    await again.joined()
    assert b"7K2M9Q" not in kept.read_bytes()

    window = setup(tmp_path, lanes, enrolled=True)
    assert window.needed
    assert window.state.place == "printer"
    await window.end()
    assert not kept.exists()
    assert not window.needed
    assert not setup(tmp_path, lanes, enrolled=True).needed


@pytest.mark.asyncio
async def test_an_invitations_file_is_taken_as_typed_but_the_halls_centre_stands(tmp_path, lanes):
    file, pem = tmp_path / "window.chuangkou", Authority().pem.decode()
    said = {"aud": "c", "genesis": "g", "dev": "d-1", "inc": 2, "code": "7K2M", "until": 1}
    more = {"centre": "https://file", "roots": pem}
    file.write_text(f"设备 d-1 的一次性登记码：7K2M\n{json.dumps(said | more)}\n")
    typed = read_invited(file, tmp_path / "own")
    laid = tmp_path / "own" / "invited-ca.pem"
    assert laid.read_text() == pem
    assert typed == {**{k: str(said[k]) for k in said if k != "until"}, "centre": "https://file",
                     "roots": str(laid)}  # fmt: skip
    free = setup(tmp_path / "free", lanes)
    await free.go_on(done=False)
    await free.invite(typed)
    assert (free.state.place, free.centre) == ("centre", ("https://file", str(laid)))
    hall = setup(tmp_path / "hall", lanes, centre="https://hall", centre_ca="/ca.pem")
    await hall.invite(typed)
    assert (hall.state.place, hall.centre) == ("enrol", ("https://hall", "/ca.pem"))
    assert hall.state.typed["code"] == "7K2M"

    for text, code in (("{}", "invitation"), (json.dumps(said | {"roots": "no"}), "roots")):
        file.write_text(text)
        with pytest.raises(AppFailure) as failure:
            read_invited(file, tmp_path / "own")
        assert failure.value.code == f"app.{code}_unreadable"
    with pytest.raises(AppFailure):
        read_invited(tmp_path / "none", tmp_path / "own")


@pytest.mark.asyncio
async def test_a_disk_that_takes_nothing_is_said_and_keeps_nobody(tmp_path, lanes):
    (tmp_path / "file").write_text("")
    state = setup(tmp_path / "file", lanes, centre="https://c", centre_ca="/ca.pem")
    assert state.state.place == "enrol"  # the command line named the centre
    with pytest.raises(AppFailure) as failure:
        await state.go_on(done=False)
    assert failure.value.code == "settings.unwritten"
    assert state.state.place == "printer"


def test_a_spoilt_note_is_asked_anew(tmp_path):
    for text in ("", "{", '{"steps": 1}', "\ud800"):
        (tmp_path / NAME).write_text(text, errors="surrogatepass")
        assert load_first_run(tmp_path) is None
