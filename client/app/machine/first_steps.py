"""Which steps a new machine is asked, and where it goes on. Pure.

A hall that sets its machines alike answers by the settings' file: what it names is not asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from client.host.first_run import FirstRun

if TYPE_CHECKING:
    from collections.abc import Collection

STEPS: Final = ("centre", "enrol", "printer", "scanner", "typing", "check")
"""In their order; what comes after the last is the summary, END."""

END: Final = "end"
JOINING: Final = ("centre", "enrol")
"""What makes the machine a window."""

_ANSWERED_BY: Final = {
    "printer": ("printer_a4", "printer_roll"),
    "scanner": ("scanner", "camera_folder"),
}
_CENTRE: Final = ("centre", "centre_ca")
_MAY_BE_ANSWERED: Final = frozenset({"printer", "scanner", "typing", "check"})


def begun(named: Collection[str], answered: Collection[str], *, enrolled: bool) -> FirstRun:
    """Return a first run at its first step.

    Args:
        named: the settings that say something already.
        answered: steps that the hall has answered; who this machine belongs to is no such step.
        enrolled: it is a window already.
    """
    steps = tuple(
        step
        for step in STEPS
        if not (enrolled and step in JOINING)
        and not (step == "centre" and all(name in named for name in _CENTRE))
        and not any(name in named for name in _ANSWERED_BY.get(step, ()))
        and not (step in answered and step in _MAY_BE_ANSWERED)
    )
    return FirstRun(steps=steps, place=(*steps, END)[0])


def resumed(kept: FirstRun, *, enrolled: bool) -> FirstRun:
    """Return where a first run goes on that was cut off.

    A kill between the enrolment and the note of it is seen from the enrolment.
    """
    steps = tuple(step for step in kept.steps if step in STEPS)
    place = kept.place if kept.place in {*steps, END} else (*steps, END)[0]
    state = replace(kept, steps=steps, place=place)
    if enrolled and place in JOINING:
        return joined(state)
    if not enrolled and place == END and any(step in JOINING for step in steps):
        return replace(state, place=next(step for step in steps if step in JOINING))
    return state


def joined(state: FirstRun) -> FirstRun:
    """Return it after the enrolment: nothing of the invitation is kept, and it goes on."""
    steps = tuple(step for step in state.steps if step not in JOINING)
    done = tuple(dict.fromkeys((*state.done, *(s for s in state.steps if s in JOINING))))
    left = tuple(step for step in state.left if step not in JOINING)
    place = (*steps, END)[0]
    return replace(state, place=place, done=done, left=left, typed={})


def after(state: FirstRun, *, done: bool) -> FirstRun:
    """Return it a step on: the one that was shown is done, or left for later."""
    here = state.place
    if here == END:
        return state
    others = {
        "done": [s for s in state.done if s != here],
        "left": [s for s in state.left if s != here],
    }
    others["done" if done else "left"].append(here)
    following = (*state.steps, END)[state.steps.index(here) + 1]
    return replace(state, place=following, done=tuple(others["done"]), left=tuple(others["left"]))


def before(state: FirstRun, *, enrolled: bool) -> FirstRun:
    """Return it a step back; at the first, and behind an enrolment, it stays."""
    row = [*state.steps, END]
    back = row[: row.index(state.place)]
    if enrolled:
        back = [step for step in back if step not in JOINING]
    return replace(state, place=back[-1]) if back else state
