"""Started by test_painted in a process of its own: the product's window, worked by keys, timed.

    python -m tests.bench.painted FOLDER CARD PIN

FOLDER is the data folder of an enrolled window whose centre is running and whose store is full. It
is opened by the product's own entry point. One JSON object is printed: milliseconds from the key
to the end of the paint that shows what was asked, and this process's memory. A key's time begins
before Qt is given it and ends a turn of the loop after the paint.
"""

# ruff: noqa: N802, PLC0415  Qt's names; the platform is chosen before Qt is imported

import asyncio
import json
import os
import sys
import time
import traceback
from pathlib import Path

TIMES = 40
QUIET_S = 8  # the collector gives back what a quiet window does not need
SCROLLED = 60  # pixels, as one notch of a wheel
SEARCHED = (
    "王芳",
    "李伟",
    "张",
    "刘强",
    "陈",
    "杨静",
    "云岭",
    "2026",
    "2025",
    "王建国",
    "赵",
    "黄丽",
)
PLAIN = (
    "SELECT number, applicant, item, state, due_ms, warn_ms, holder, updated_ms FROM case_line"
    " WHERE closed = 0 ORDER BY due_key, updated_ms DESC, number LIMIT 101"
)


def memory_mb(name):
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024


class Eyes:
    """Sees what a window has painted: told at the end of each of its paints."""

    def __init__(self, window):
        from PySide6.QtCore import QEvent, QObject

        from ui.loop import Later

        eyes = self

        class Watch(QObject):
            def eventFilter(self, watched, event):
                if event.type() == QEvent.Type.UpdateRequest and eyes._holds():
                    eyes._holds = bool  # false
                    eyes._after.start()
                return False

        self._holds, self._seen = bool, None
        self._after = Later(window, 0, self._painted)
        self._watch = Watch(window)
        window.installEventFilter(self._watch)

    def _painted(self):
        if self._seen is not None and not self._seen.done():
            self._seen.set_result(time.perf_counter())

    def look(self, holds):
        """Look for the first paint that begins when `holds` is true; returns what to await."""
        self._seen, self._holds = asyncio.get_running_loop().create_future(), holds
        return asyncio.wait_for(self._seen, 20)


def bare_list(window):
    """Return a plain list over a plain model, as big as ours."""
    from PySide6.QtCore import QAbstractTableModel
    from PySide6.QtWidgets import QTableView

    class Model(QAbstractTableModel):
        rows = ()

        def rowCount(self, parent=None):
            return len(self.rows)

        def columnCount(self, parent=None):
            return 8

        def data(self, index, role=0):
            return self.rows[index.row()][index.column()] if role == 0 else None

        def show(self, rows):
            self.beginResetModel()
            self.rows = [tuple(str(cell) for cell in row) for row in rows]
            self.endResetModel()

    view = QTableView()
    view.setModel(Model(view))
    view.verticalHeader().hide()
    view.resize(window.size())
    view.show()
    return view


class Clerk:
    """Works the window by keys and notes how long each took to be seen.

    Args:
        work: the product's own, attached to its painted door.
    """

    def __init__(self, work):
        from installer.demo.hands import Hands

        self.work, self.window, self.desk = work, work.window, work.desk
        self.window.resize(1366, 768)
        self.hands, self.eyes, self.told = Hands(self.window, None), Eyes(self.window), {}

    @property
    def page(self):
        """The name of the page that is shown, "" while it is being filled."""
        opened = self.work.ways.current
        shown = opened is not None and self.work.frame.stage.currentWidget() is opened.view
        return opened.route.page if shown else ""

    async def rest(self):
        """Wait until no page reads or writes; `work` itself never rests, it follows the card."""
        from ui import loop

        for _ in range(3):
            opened = self.work.ways.current
            for owner in (self.work.ways, self.work.frame, *([opened.view] if opened else [])):
                for task in loop.running(owner):
                    await loop.finished(task)
            await loop.turned(2)

    async def timed(self, name, holds, act, eyes=None):
        """Act, and note the time until a paint that begins when `holds`."""
        began, seen = time.perf_counter(), (eyes or self.eyes).look(holds)
        cpu = time.process_time()
        done = act()
        if asyncio.iscoroutine(done):
            await done
        self.told.setdefault(name, []).append((await seen - began) * 1000)
        spent = (time.process_time() - cpu) * 1000  # of all lanes: fair where others work too
        self.told.setdefault(f"{name}, processor", []).append(spent)
        await self.rest()

    # ------------------------------------------------------------ what is measured

    async def enter(self, card, pin):
        """Log in; returns the workbench."""
        from client.app.rows.session import CardPresence

        self.work.deck.insert(card)
        ready = CardPresence.READY
        await self.hands.until(lambda: self.desk.door.card.presence is ready, "card")
        await self.hands.write("login.pin", pin)
        await self.timed(
            "login", lambda: self.page == "workbench", lambda: self.hands.key("Return")
        )
        place = self.desk.door.place()
        counted = await place.on_store(place.store._db.rows, "SELECT count(*) FROM case_line")
        self.told["rows"] = counted[0][0]
        return self.work.ways.current.view

    async def list_cases(self, view):
        """Show the first page of all open cases, and the same rows in a bare list."""
        place, bare = self.desk.door.place(), bare_list(self.window)
        bare_eyes, model = Eyes(bare), bare.model()

        async def show_bare():
            model.show(await place.on_store(place.store._db.rows, PLAIN))

        for _ in range(TIMES):
            rows, plain = view.model._rows, model.rows
            await self.timed(
                "list",
                lambda rows=rows: view.model._rows is not rows,
                lambda: view.tab_picked.emit("all"),
            )
            await self.timed(
                "bare list", lambda plain=plain: model.rows is not plain, show_bare, bare_eyes
            )
        bare.close()

    async def scroll(self, view):
        """Move the list by one notch of a wheel."""
        bar = view.table.verticalScrollBar()
        for _ in range(2 * TIMES):
            await self.timed("scroll", lambda: True, lambda: bar.setValue(bar.value() + SCROLLED))
            if bar.value() == bar.maximum():
                bar.setValue(0)
                await self.rest()

    async def open_cases(self, view):
        """Open one case after the other."""
        for place in range(TIMES):
            view.table.selectRow(place)
            await self.rest()
            view.table.setFocus()
            await self.timed("open", lambda: self.page == "case", lambda: self.hands.key("Return"))
            await self.hands.key("Escape")
            await self.rest()

    async def search(self, view):
        """Search, key by key."""
        for words in SEARCHED:
            for end, char in enumerate(words, start=1):
                typed, rows = words[:end], view.model._rows
                await self.timed(
                    "search",
                    lambda typed=typed, rows=rows: (
                        view._text == typed and view.model._rows is not rows
                    ),
                    lambda char=char: self.hands.write("workbench.search", char),
                )
            view.search.clear()
            await self.rest()

    async def register(self):
        """Make a step: its slip made and kept, the event signed and durable, the result seen."""
        from client.app.rows.steps import PreregisterForm
        from ui.values import Route

        items = self.desk.catalogue.find("")
        for turn in range(TIMES):
            self.work.ways.go(Route("step", step="preregister"))
            await self.rest()
            form = PreregisterForm(
                applicant_kind="person",
                id_kind="resident_id",
                id_no="110105199001010010",
                name="王芳",
                phone="13900000000",
                item=items[turn % 3].code,
            )
            self.work.ways.current.view.show_form(form)
            await self.rest()
            await self.timed(
                "step", lambda: self.page == "result", lambda: self.hands.key("Ctrl+Return")
            )
            await self.hands.key("Escape")
            await self.rest()


async def measure(work, card, pin):
    clerk = Clerk(work)
    view = await clerk.enter(card, pin)
    await clerk.list_cases(view)
    await clerk.scroll(view)
    await clerk.open_cases(view)
    await clerk.search(view)
    clerk.told["memory"] = memory_mb("VmRSS")
    await clerk.register()
    clerk.told["memory with papers"] = memory_mb("VmRSS")
    await asyncio.sleep(QUIET_S)
    clerk.told["memory when quiet"] = memory_mb("VmRSS")
    print(json.dumps(clerk.told), flush=True)


def run(folder, working):
    """Open the product's window over a folder; when its door is painted, work in it and close it.

    Args:
        folder: of an enrolled window.
        working: a coroutine function that is given the work.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from ui import __main__ as entry
    from ui import loop

    def attached(*given, **looks):
        # Shown round, each paint of the window would draw the veil too; and these hands' keys are
        # no system's events: after ten minutes of them nobody seems to be there.
        work = attach(*given, **{**looks, "guide": False, "idle_minutes": 0})

        async def then():
            await working(work)
            work.window.close()

        loop.spawn(work.window, then(), broken)  # not the work's: it waits for its own to be quiet
        return work

    def broken(error):
        traceback.print_exception(error)
        os._exit(1)  # the desk may not be there to be ended

    attach, entry.attach, entry._broken = entry.attach, attached, broken
    sys.exit(entry.main(["--data", folder, "--lang", "zh_CN", "--theme", "light"]))


def main(folder, card, pin):
    run(folder, lambda work: measure(work, card, pin))


if __name__ == "__main__":
    main(*sys.argv[1:])
