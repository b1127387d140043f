"""Short messages that come in (CH08): "CX number code" asks, "PJ number grade reason" evaluates.

Each is answered once by its id, to the telephone that it came from. Telephones are rationed, and
a check code is guessed no faster here than on the page.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sync.domain.calendar import CHINA
from sync.domain.fields import moment_of
from sync.protocol.errors import WireError
from sync.server.services.channels.outbox import CHINESE, Telling
from sync.server.services.public.evaluations import Verdict, owns
from sync.server.services.public.phones import mobile
from sync.texts import texts

if TYPE_CHECKING:
    from sync.server.clock import Clock
    from sync.server.services.channels.outbox import Outbox
    from sync.server.services.entry.rates import RateLimit
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.public.evaluations import Evaluations
    from sync.server.services.public.public import Asked, PublicDesk

PER_MINUTE = 3
_TEXT_MOST = 300
_REPLIES = {
    Verdict.KEPT: "sms_thanks",
    Verdict.TWICE: "sms_twice",
    Verdict.REASON: "sms_reason",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as it came; `asked` where it asks about a case, with its try counted."""

    id: str
    phone: str
    words: tuple[str, ...]
    asked: Asked | None = None


class Inbound:
    """Answers short messages."""

    def __init__(
        self,
        public: PublicDesk,
        evaluations: Evaluations,
        outbox: Outbox,
        tries: RateLimit,
        clock: Clock,
    ) -> None:
        self._public = public
        self._evaluations = evaluations
        self._outbox = outbox
        self._tries = tries
        self._clock = clock

    def hear(self, id_: str, phone: str, text: str) -> Heard | None:
        """Read a message; on the loop. None: no telephone that could be answered, or no more now.

        Args:
            id_: the gateway's, the same for the same message.
            phone: from which it came.
            text: as written.
        """
        caller = mobile(phone)
        if not caller or not id_:
            return None
        words = tuple(text[:_TEXT_MOST].replace(",", " ").replace("，", " ").split())
        try:
            self._tries.take(f"sms {caller}", PER_MINUTE)
            asks = len(words) == 3 and words[0].upper() == "CX"
            asked = self._public.ask(words[1], words[2], f"sms {caller}") if asks else None
        except WireError:
            return None
        return Heard(id_[:64], caller, words, asked)

    def answer(self, tx: Transaction, heard: Heard) -> bool:
        """Answer a message, once; say whether its question was a right one."""
        template, args = self._said(tx, heard)
        now = self._clock.now_ms()
        telling = Telling(f"in/{heard.id}", template, args, phone=heard.phone)
        if tx.messages.get(f"in/{heard.id}/sms") is None:
            self._outbox.tell(tx, telling, now)
        return template == "status"

    def settled(self, heard: Heard) -> None:
        """Give the try back to whoever had the right code; on the loop."""
        if heard.asked is not None:
            self._public.settled(heard.asked)

    def _said(self, tx: Transaction, heard: Heard) -> tuple[str, dict[str, object]]:
        if heard.asked is not None:
            return self._status(tx, heard.asked)
        words = heard.words
        if len(words) < 3 or words[0].upper() != "PJ" or words[2] not in {"1", "2", "3", "4", "5"}:
            return "sms_unknown", {}
        row = tx.cases.get(words[1])
        if row is None or not owns(row, heard.phone):
            return "sms_unknown", {}
        text = " ".join(words[3:])
        given = self._evaluations.give(tx, row.number, int(words[2]), (), text, "sms")
        return _REPLIES.get(given, "sms_unknown"), {"case": row.number}

    def _status(self, tx: Transaction, asked: Asked) -> tuple[str, dict[str, object]]:
        found = self._public.status(tx, asked)
        if found is None:
            return "sms_unknown", {}
        said = texts(CHINESE)
        due = ""
        if found.due_ms is not None:
            at = moment_of(found.due_ms).astimezone(CHINA)
            due = said.t("public.sms.due", day=f"{at:%Y-%m-%d}")
        state = said.t(f"public.state.{found.state}")
        return "status", {"case": found.number, "state": state, "due": due}
