"""What the door pays for in advance: once a process, unseen, and nothing is left of it."""

import gc
from collections import Counter

from ui import loop
from ui.shell import warm


def test_each_kind_of_page_is_made_unseen_once_for_all_windows(application, tongue, monkeypatch):
    monkeypatch.setattr(warm, "_rehearsed", [])
    answers, there = [], []

    async def settled():
        await loop.turned(3)
        gc.collect()
        await loop.turned(3)
        there.append(Counter(type(each).__name__ for each in application.allWidgets()))

    async def main():
        await settled()
        answers.append(await warm.rehearse(tongue))
        made = application.allWidgets()
        answers.append(any(type(page).__name__ == "DecisionPage" for page in made))
        answers.append(any(page.isVisible() for page in made))
        del made
        await settled()
        answers.append(await warm.rehearse(tongue))
        return 0

    assert loop.run(application, main, answers.append) == 0
    assert answers == [True, True, False, False]
    assert not there[1] - there[0]  # what other tests left may have gone meanwhile
