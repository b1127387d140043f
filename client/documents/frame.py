"""What stands on every paper: the office, the person, number, day, and how to check it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from client.documents.qr import qr_svg
from client.documents.wording import Wording, masked_id

if TYPE_CHECKING:
    from datetime import date, datetime

    from client.documents.compose import SealBox


@dataclass(frozen=True, slots=True)
class Office:
    """Who speaks: names as printed, never codes."""

    hall: str
    department: str
    counter: str = ""
    clerk: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Who is spoken to. `id_no` as entered: notices and slips mask it, certificates do not."""

    name: str
    id_no: str
    agent: str = ""
    agent_id_no: str = ""


@dataclass(frozen=True, slots=True)
class PublicCheck:
    """How anyone checks the paper: `url` goes into the QR code as given (check code after "#")."""

    url: str
    number: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class ChainMark:
    """The device's chain as the applicant witnesses it: seq, first 16 base32 of the head."""

    seq: int
    head: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The edges of a paper.

    `no` None makes a draft: no number, no QR code, no check code, 草稿 across (a number is printed
    only after its event is durable). `made_at` is the document's date inside the PDF and `dated`
    the one on the page; both are given, so that equal data give equal bytes. `licensing` False for
    public services and registrations, where the words must not cite the licensing law.
    """

    office: Office
    dated: date
    made_at: datetime
    no: str | None = None
    check: PublicCheck | None = None
    mark: ChainMark | None = None
    licensing: bool = True
    language: str = "zh_CN"

    def values(self) -> dict[str, Any]:
        """Return what look.typ reads for head and foot."""
        words = Wording(self.language)
        seen: dict[str, Any] = {
            "hall": self.office.hall,
            "department": self.office.department,
            "counter": self.office.counter,
            "clerk": self.office.clerk,
            "phone": self.office.phone,
            "address": self.office.address,
            "dated": words.day(self.dated),
            "made_at": int(self.made_at.timestamp() * 1000),
            "licensing": "yes" if self.licensing else "",
        }
        if self.no is None:
            return seen
        seen["no"] = self.no
        if self.check is not None:
            seen["qr"] = qr_svg(self.check.url).decode()
            seen["check_number"] = self.check.number
            seen["check_code"] = self.check.code
        if self.mark is not None:
            seen["mark"] = words.t("mark", seq=self.mark.seq, head=_grouped(self.mark.head))
        return seen


def _grouped(head: str) -> str:
    return "-".join(head[at : at + 4] for at in range(0, len(head), 4))


@dataclass(frozen=True, slots=True)
class Matter:
    """The case a paper is about: person, item, number (empty before there is one)."""

    applicant: Party
    item: str
    case_no: str
    project: str = ""

    def values(self, words: Wording) -> dict[str, Any]:
        """Return the applicant's and the item's rows, identities masked."""
        party = self.applicant
        agent = party.agent
        if agent and party.agent_id_no:
            agent = words.t("agent_line", name=agent, id_no=masked_id(party.agent_id_no))
        return {
            "applicant": party.name,
            "id_no": masked_id(party.id_no),
            "agent": agent,
            "item": self.item,
            "project": self.project,
            "case_no": self.case_no,
        }


@dataclass(frozen=True, slots=True)
class Paper:
    """A finished paper: these bytes are shown, signed, hashed, printed and kept; no others."""

    kind: str
    no: str | None
    pdf: bytes
    sha256: str  # hex
    seal: SealBox | None

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        return len(self.pdf)
