"""Many decisions, one PIN: what waits is listed, looked at, included, and signed one by one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from client.app.rows.session import CardPresence
from client.app.rows.words import Words
from sync.domain.failures import Failure
from ui.presenters.flow import DraftKeeper
from ui.values import BatchForm, BatchLine, Problem, Route

if TYPE_CHECKING:
    from client.app.rows.batch import BatchCase, BatchEnd, BatchRound
    from client.app.rows.session import CardView
    from client.app.rows.steps import SigningSheet
    from sync.domain.secret import Secret
    from sync.engine.ports import ChangeSet
    from ui.presenters.desk import Desk
    from ui.presenters.flow import Flow

_WIDTH = 1000


class BatchScreen(Protocol):
    """What the view of a batch can do."""

    def show_lines(self, lines: tuple[BatchLine, ...]) -> None:
        """Show every case with where it stands; the chosen one stays chosen."""

    def show_form(self, form: BatchForm) -> None:
        """Fill in the words that all of them get."""

    def show_chosen(self, case: BatchCase | None, sheet: SigningSheet | None) -> None:
        """Show the case that is looked at, and exactly what will be signed for it, once known."""

    def show_document(self, sha256: str, picture: tuple[int, int, bytes]) -> None:
        """Show the decision of the case that is looked at."""

    def show_card(self, name: str, tries_left: int | None, *, ready: bool) -> None:
        """Show whose card signs, and whether it is there."""

    def show_failure(self, problem: Problem | None) -> None:
        """Show what went wrong with the whole; None clears it."""

    def show_told(self, words: Words | None) -> None:
        """Say how far it is, or what came of it."""

    def set_busy(self, *, busy: bool) -> None:
        """Show that the card works."""

    def clear_pin(self) -> None:
        """Forget what was typed."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One case: its sheet once prepared, and where it stands (BatchLine.state)."""

    case: BatchCase
    state: str
    sheet: SigningSheet | None = None
    problem: Problem | None = None


class BatchPresenter:
    """The page of waiting decisions; sheets are prepared in turn, what is looked at first.

    Nothing is included by itself: each case is included by a key press, after which its sheet
    stands as it was shown; a case that moves, or other words, take it out again.
    """

    def __init__(self, desk: Desk, screen: BatchScreen, flow: Flow) -> None:
        self._desk = desk
        self._screen = screen
        self._flow = flow
        self._entries: dict[str, _Entry] = {}
        self._keeper: DraftKeeper[BatchForm] = DraftKeeper(desk.drafts, "batch", BatchForm)
        self._form = BatchForm()
        self._looked = ""
        self._preparing = False
        self._busy = False
        self._cancelled = False
        self._moved = False
        self.current: BatchCase | None = None

    # ------------------------------------------------------------ reading

    async def open(self) -> None:
        """Show the words and what waits."""
        self.card_changed(self._desk.door.card)
        self._form = await self._keeper.load() or self._form
        self._screen.show_form(self._form)
        await self.read()

    async def read(self) -> None:
        """Read what waits; what has not moved keeps its sheet, what was signed stays in sight."""
        try:
            waiting = await self._desk.batch.waiting()
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        before, self._entries = self._entries, {}
        for case in waiting:
            old = before.get(case.detail.row.number)
            same = old is not None and _stands(old.case, case)
            self._put(old if old is not None and same else _fresh(case))
        for number, old in before.items():
            if number not in self._entries and old.state in {"signed", "failed"}:
                self._put(old)
        if self._looked not in self._entries:
            self._looked = next(iter(self._entries), "")
        self._show()
        await self.look_at(self._looked)

    async def prepare(self) -> None:
        """Prepare the sheets that are missing, the one that is looked at first."""
        if self._preparing:
            return
        self._preparing = True
        try:
            while (number := self._next()) is not None:
                await self._prepare(number)
        finally:
            self._preparing = False

    async def look_at(self, number: str) -> None:
        """Show a case and its sheet."""
        self._looked = number
        entry = self._entries.get(number)
        self.current = None if entry is None else entry.case
        self._screen.show_chosen(self.current, None if entry is None else entry.sheet)
        if entry is None or entry.sheet is None or not entry.sheet.documents:
            return
        paper = entry.sheet.documents[0]
        try:
            picture = await self._desk.papers.image(paper.sha256, 0, _WIDTH)
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
            return
        if number == self._looked:
            self._screen.show_document(paper.sha256, picture)

    async def changed(self, change: ChangeSet) -> None:
        """Read anew what others did; what this batch does itself is told case by case."""
        if self._busy:
            self._moved = True
        elif change.cases or change.policy:
            await self.read()
            await self.prepare()

    def card_changed(self, card: CardView) -> None:
        """Follow the reader."""
        ready = card.presence is CardPresence.READY
        self._screen.show_card(card.holder or "", card.tries_left, ready=ready)

    # ------------------------------------------------------------ choosing

    def edited(self, form: BatchForm) -> None:
        """Remember the words; what was included was included with others."""
        self._keeper.note(form)
        if form == self._form:
            return
        self._form = form
        for number, entry in self._entries.items():
            if entry.case.blocked is None and entry.state not in {"signed", "failed"}:
                # A new value also where a sheet with the words of before is still being drawn up.
                self._entries[number] = _fresh(entry.case)
        self._show()

    async def save_draft(self) -> None:
        """Keep the words."""
        await self._keeper.save()

    def toggle(self, number: str) -> None:
        """Include a case, or take it out."""
        entry = self._entries.get(number)
        if entry is None or self._busy or entry.state not in {"ready", "included"}:
            return
        state = "ready" if entry.state == "included" else "included"
        self._put(replace(entry, state=state))
        self._show()

    def open_case(self) -> None:
        """Go to the case that is looked at."""
        if self._looked and not self._busy:
            self._flow.go(Route("case", self._looked))

    # ------------------------------------------------------------ signing

    @property
    def making(self) -> bool:
        """Whether the card signs now: the page must not be left."""
        return self._busy

    async def sign(self, pin: Secret[str]) -> None:
        """Sign what is included; a second press while the card works does nothing."""
        chosen = [entry for entry in self._entries.values() if entry.state == "included"]
        sheets = [entry.sheet for entry in chosen if entry.sheet is not None]
        if self._busy or not sheets:
            return
        self._busy, self._cancelled, total = True, False, len(sheets)
        self._screen.show_failure(None)
        self._screen.set_busy(busy=True)
        self._progress(0, total)
        ended: list[str] = []

        def tell(end: BatchEnd) -> None:
            ended.append(end.case)
            self._end(end)
            self._progress(len(ended), total)

        try:
            self._over(await self._desk.batch.sign(sheets, pin, tell))
        except Failure as failure:
            self._screen.show_failure(Problem.of(failure))
        finally:
            self._busy = False
            self._screen.clear_pin()
            self._screen.set_busy(busy=False)
        if self._moved and self._desk.door.session is not None:
            self._moved = False
            await self.read()
            await self.prepare()

    async def leave(self) -> None:
        """Stop after the signature that is being made; else keep the words and go back."""
        if self._busy:
            self._cancelled = True
            self._desk.batch.cancel()
            self._screen.show_told(Words("batch.stopping"))
            return
        await self._keeper.save()
        self._flow.leave()

    # ------------------------------------------------------------ inside

    def _end(self, end: BatchEnd) -> None:
        entry = self._entries.get(end.case)
        if entry is None:
            return  # it went elsewhere meanwhile, and is no longer on the list
        if end.failure is None:
            self._put(replace(entry, state="signed", problem=None))
        else:
            self._put(replace(entry, state="failed", problem=Problem.of(end.failure)))
        self._show()

    def _over(self, round_: BatchRound) -> None:
        """Say what came of one PIN."""
        signed = sum(end.failure is None for end in round_.ends)
        counts = {"signed": signed, "failed": len(round_.ends) - signed, "left": len(round_.left)}
        if round_.stopped is not None:
            self._screen.show_told(Words("batch.stopped", counts) if round_.ends else None)
            self._screen.show_failure(Problem.of(round_.stopped))
        elif round_.left:
            key = "batch.cancelled" if self._cancelled else "batch.pin_again"
            self._screen.show_told(Words(key, counts))
        else:
            self._screen.show_told(Words("batch.done", counts))

    def _progress(self, ended: int, total: int) -> None:
        if ended < total and not self._cancelled:
            self._screen.show_told(Words("batch.signing", {"at": ended + 1, "total": total}))

    def _next(self) -> str | None:
        missing = [n for n, entry in self._entries.items() if entry.state == "preparing"]
        if self._looked in missing:
            return self._looked
        return missing[0] if missing else None

    async def _prepare(self, number: str) -> None:
        entry, form = self._entries[number], self._form
        try:
            sheet = await self._desk.batch.prepare(entry.case, form.text.strip())
            made = replace(entry, state="ready", sheet=sheet)
        except Failure as failure:
            made = replace(entry, state="blocked", problem=Problem.of(failure))
        if self._entries.get(number) is not entry:
            return  # it moved, or the words did, while its sheet was drawn up
        self._put(made)
        self._show()
        if number == self._looked:
            await self.look_at(number)

    def _put(self, entry: _Entry) -> None:
        self._entries[entry.case.detail.row.number] = entry

    def _show(self) -> None:
        self._screen.show_lines(tuple(map(_line, self._entries.values())))


def _fresh(case: BatchCase) -> _Entry:
    return _Entry(case, "preparing" if case.blocked is None else "blocked")


def _stands(old: BatchCase, new: BatchCase) -> bool:
    """Say whether nothing was done to a case since its sheet was drawn up."""
    events = [[row.event for row in case.detail.timeline] for case in (old, new)]
    return events[0] == events[1] and old.blocked == new.blocked


def _line(entry: _Entry) -> BatchLine:
    return BatchLine(
        entry.case.detail.row, entry.case.kind, entry.state, entry.case.blocked, entry.problem
    )
