"""Who comes to the scripted desk: cards, the door, a new window, a lost place. PIN 123456."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from client.app.access.colleagues import Colleague
from client.app.access.enrolment import PROGRESS, Asked, Enrolled, read_invited
from client.app.access.recovery import RecoveryView
from client.app.rows.changes import CardChanged, SessionClosed, SessionLocked, SessionOpened
from client.app.rows.session import CardPresence, CardView, SessionView
from client.app.rows.words import Words
from sync.domain.failures import Failure, FailureKind
from tests.helpers.scripted_cases import NOW
from tests.helpers.scripted_part import ScriptedPart
from tests.helpers.scripted_setup import TRIED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from client.app.access.trying import LineTried
    from sync.domain.secret import Secret
    from tests.helpers.scripted_desk import ScriptedDesk


PIN = "123456"
PUK = "12345678"
PEOPLE = {
    "reception": ("p0101", "苏晓棠", "reception_clerk"),
    "clerk": ("p0102", "林知夏", "window_clerk"),
    "handler": ("p0103", "周远舟", "handler"),
    "reviewer": ("p0104", "沈慕白", "reviewer"),
    "chief": ("p0105", "秦望舒", "chief_representative"),
    "supervisor": ("p0106", "顾清源", "supervisor"),
    "admin1": ("p0107", "许砚秋", "system_administrator"),
    "cashier": ("p0115", "贺小满", "cashier"),
    "blocked": ("p0110", "叶南星", "window_clerk"),
}


@dataclass(frozen=True)
class ScriptedCard:
    name: str
    label: str
    role_key: str
    inserted: bool


class ScriptedDoor(ScriptedPart):
    def __init__(self, desk: ScriptedDesk) -> None:
        super().__init__(desk)
        self.card = CardView(CardPresence.EMPTY, "模拟读卡器")
        self.session: SessionView | None = None
        self.role = ""
        self.tries = 3

    def place(self) -> SessionView:
        if self.session is None:
            raise Failure("app.locked", FailureKind.RETRIABLE)
        return self.session

    def show(self, card: CardView, role: str = "") -> None:
        self.card, self.role = card, role
        self.desk.tell(CardChanged(card))

    async def log_in(self, pin: Secret[str]) -> SessionView:
        if pin.reveal() != PIN:
            self.tries -= 1
            if self.tries == 0:
                raise Failure("card.pin_blocked")
            raise Failure("card.pin_wrong", FailureKind.RETRIABLE, tries_left=self.tries)
        self.tries = 3
        person, name, role = PEOPLE[self.role]
        self.session = SessionView(
            person,
            name,
            "339901",
            "云岭县政务服务中心",
            "scjg",
            "市场监督管理局",
            "3号窗口",
            (role,),
            (),
            NOW,
            online=True,
        )
        self.desk.tell(SessionOpened(self.session))
        return self.session

    async def lock(self, reason: str = "manual") -> None:
        self.lock_now(reason)

    def lock_now(self, reason: str) -> None:
        if self.session is not None:
            self.session = None
            self.desk.tell(SessionLocked(reason))
            self.desk.tell(SessionClosed(self.desk.line.view.pending))

    async def console_address(self) -> str:
        return "https://localhost/console/enter#once"


class ScriptedDeck:
    """Cards that put themselves into the scripted reader."""

    def __init__(self, desk: ScriptedDesk) -> None:
        self._desk = desk
        self._inside = ""

    def cards(self) -> tuple[ScriptedCard, ...]:
        return tuple(
            ScriptedCard(key, name, role, key == self._inside)
            for key, (_person, name, role) in PEOPLE.items()
        )

    def insert(self, name: str) -> None:
        self.pull()
        self._inside = name
        person, holder, _role = PEOPLE[name]
        if name == "blocked":
            words = Words("error.card.pin_blocked")
            view = CardView(CardPresence.UNUSABLE, "模拟读卡器", holder, person, 0, None, words)
        elif name in self._desk.without_place:
            words = Words("error.vault.no_slot")
            view = CardView(
                CardPresence.UNUSABLE,
                "模拟读卡器",
                holder,
                person,
                3,
                problem=words,
                has_no_place=True,
            )
        else:
            view = CardView(CardPresence.READY, "模拟读卡器", holder, person, self._desk.door.tries)
        self._desk.door.show(view, name)

    def pull(self) -> None:
        if self._inside:
            self._inside = ""
            self._desk.door.lock_now("card_removed")
            self._desk.door.show(CardView(CardPresence.EMPTY, "模拟读卡器"))


class ScriptedEnrolment(ScriptedPart):
    needed = False
    tried: LineTried | Failure = TRIED

    async def invited(self, path: Path) -> dict[str, str]:
        return read_invited(path, path.parent)

    async def try_line(self, centre: str, roots: Path) -> LineTried:
        self.desk.asked.append(("try", centre, roots))
        if isinstance(self.tried, Failure):
            raise self.tried
        return self.tried

    async def enrol(self, asked: Asked, pin: Secret[str], tell: Callable[[str], None]) -> Enrolled:
        self.desk.asked.append(("enrol", asked))
        for name in PROGRESS:
            tell(name)
        if self.desk.fail is not None:
            failure, self.desk.fail = self.desk.fail, None
            raise failure
        self.needed = False
        return Enrolled("云岭县政务服务中心", "3号窗口", 3)


class ScriptedCardPins(ScriptedPart):
    """The card in the reader; what it was given last is in `pin`."""

    def __init__(self, desk: ScriptedDesk) -> None:
        super().__init__(desk)
        self.pin = PIN
        self.puk_tries = 3
        self.fail: Failure | None = None

    async def change(self, old: Secret[str], new: Secret[str]) -> None:
        door = self.desk.door
        self._fails()
        if old.reveal() != self.pin:
            door.tries -= 1
            self._tries()
            if door.tries == 0:
                raise Failure("card.pin_blocked")
            raise Failure("card.pin_wrong", FailureKind.RETRIABLE, tries_left=door.tries)
        self._given(new)

    async def unblock(self, puk: Secret[str], new: Secret[str]) -> None:
        self._fails()
        if puk.reveal() != PUK:
            self.puk_tries -= 1
            if self.puk_tries == 0:
                raise Failure("card.puk_blocked")
            raise Failure("card.puk_wrong", FailureKind.RETRIABLE, tries_left=self.puk_tries)
        self._given(new)

    def _given(self, new: Secret[str]) -> None:
        self.pin, self.desk.door.tries, self.puk_tries = new.reveal(), 3, 3
        self._tries()

    def _tries(self) -> None:
        """Have the card read anew, as the door does after each try."""
        door = self.desk.door
        locked = door.tries == 0
        presence = CardPresence.UNUSABLE if locked else CardPresence.READY
        words = Words("error.card.pin_blocked") if locked else None
        door.show(
            replace(door.card, tries_left=door.tries, presence=presence, problem=words), door.role
        )

    def _fails(self) -> None:
        failure, self.fail = self.fail, None
        if failure is not None:
            raise failure


class ScriptedColleagues(ScriptedPart):
    def __init__(self, desk: ScriptedDesk) -> None:
        super().__init__(desk)
        self.people = [
            Colleague("p0103", "周远舟", "市场监督管理局"),
            Colleague("p0104", "沈慕白", "市场监督管理局"),
            Colleague("p0105", "秦望舒", "市场监督管理局"),
        ]

    async def missing(self) -> tuple[Colleague, ...]:
        return tuple(self.people)

    async def add(self, person: str, opener: Secret[str]) -> None:
        if opener.reveal() != PIN:
            raise Failure("card.pin_wrong", FailureKind.RETRIABLE, tries_left=2)
        self.people = [each for each in self.people if each.person != person]


class ScriptedRecovery(ScriptedPart):
    view = RecoveryView("d-339901-03", 1, "kR3n1w0y8Jx2bq5PzVd7Lh4TfYc9MsA6GeUoKiQtXrE")

    async def begin(self) -> RecoveryView:
        return self.view

    async def hand_over(self, pin: Secret[str]) -> RecoveryView:
        if pin.reveal() != PIN:
            raise Failure("card.pin_wrong", FailureKind.RETRIABLE, tries_left=2)
        self.view = replace(self.view, shares=self.view.shares + 1)
        return self.view

    async def finish(self) -> str:
        if self.desk.fail is not None:
            failure, self.desk.fail = self.desk.fail, None
            raise failure
        return "周远舟"

    def end(self) -> None:
        self.view = replace(self.view, shares=0)
