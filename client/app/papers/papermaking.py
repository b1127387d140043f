"""Which words and numbers go onto which paper: from a case and its step to the paper's data.

What a paper looks like is client.documents' business; that it says what the event says is ours.
A paper carries the device's chain as it stood before its own event: the applicant is a witness
(proof.md §7).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

from client.documents.frame import ChainMark, Frame, Matter, Office, Party, PublicCheck
from sync.domain.calendar import CHINA
from sync.proof.checkcode import check_code
from sync.proof.events import read_body
from sync.protocol.codec import b64u_decode

if TYPE_CHECKING:
    from datetime import datetime

    from client.app.ports.store import CaseStore
    from client.app.rows.session import SessionView
    from sync.domain.catalogue import Item

NUMBERED = {
    "slip": "D",
    "receipt": "S",
    "correction": "B",
    "acceptance": "A",
    "refusal": "R",
    "not_required": "N",
    "grant": "G",
    "denial": "J",
    "revocation": "C",
    "delivery": "L",
    "service": "H",
    "promise": "P",
    "lapse": "LA",
    "prolongation": "SP",
    "resumption": "SR",
    "suspension": "SS",
    "extension": "EX",
    "survey": "K",
    "opinion_request": "Q",
    "not_at_once": "NA",
    "hearing_right": "HR",
    "hearing_notice": "HN",
    "hearing_record": "HL",
    "forward": "F",
    "termination": "T",
    "corrected": "CP",
    "withdrawal": "W",
    "fee_notice": "FN",
    "fee_receipt": "FR",
    "refund": "RF",
    "archive": "AR",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """The case that a paper is about, known or about to be."""

    number: str
    item: Item
    name: str
    id_no: str
    agent: str = ""
    agent_id_no: str = ""
    project: str = ""
    papers: int = 0


class Papermaker:
    """Frames papers for one session. Store lane: it reads the chain, the lease and the policy.

    Args:
        store: the open store.
        session: who speaks.
        public: base address of the public pages.
        language: of papers: always the applicant's, Chinese unless asked otherwise.
    """

    def __init__(
        self, store: CaseStore, session: SessionView, public: str, language: str = "zh_CN"
    ) -> None:
        self._store = store
        self._session = session
        self.public = public.rstrip("/")
        self.language = language

    def frame(self, kind: str, subject: Subject, now: datetime) -> Frame:
        """Return head and foot of a numbered paper."""
        local = now.astimezone(CHINA)
        head = self._store.head()
        return Frame(
            office=self.office(subject.item),
            dated=local.date(),
            made_at=now,
            no=f"{subject.number}-{NUMBERED[kind]}{subject.papers + 1}",
            check=self.public_check(subject.number),
            mark=ChainMark(head.seq, _witness(head.hash)) if head else None,
            licensing=subject.item.category == "licence",
            language=self.language,
        )

    def office(self, item: Item) -> Office:
        """Return who speaks: hall, deciding department, counter, clerk."""
        book = self._store.policy_book()
        department = book.departments.get(item.department)
        return Office(
            hall=self._session.hall_name,
            department=department.name if department else item.department,
            counter=self._session.counter,
            clerk=self._session.name,
        )

    def matter(self, subject: Subject) -> Matter:
        """Return the rows that name person, item and case."""
        return Matter(
            Party(subject.name, subject.id_no, subject.agent, subject.agent_id_no),
            subject.item.name.of(self.language),
            subject.number,
            subject.project,
        )

    def public_check(self, number: str) -> PublicCheck | None:
        """Return the public query's address with the check code after "#".

        The code is by the key of the block that the number was drawn from (proof.md §7): the
        window that draws the number writes the code into the case's first event, and every later
        paper, of whatever window, bears the same. None where that window wrote none.
        """
        code = self.check_code(number)
        if code is None:
            return None
        return PublicCheck(f"{self.public}/public/status?no={number}#{code}", number, code)

    def check_code(self, number: str) -> str | None:
        """Return a case's check code; of a number that is just being drawn, by the lease's key."""
        events = self._store.events_of(number)
        if events:
            code = read_body(events[0].record.body.encode()).get("check")
            return code if isinstance(code, str) else None
        lease = self._store.lease()
        return None if lease is None else check_code(lease[1], number)


def _witness(head: str) -> str:
    return base64.b32encode(b64u_decode(head)).decode()[:16]
