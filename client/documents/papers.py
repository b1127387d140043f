"""The papers of a case as frozen values, and the one function that turns any of them into a PDF.

Sources: 行政许可法 Arts. 32, 37, 38, 42, 44, 45; rules.md §6. Words and layout stand in
resources/templates and the catalogues; here stands what each paper must know.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from client.documents.compose import compose_with_seal
from client.documents.frame import Frame, Matter, Paper
from client.documents.wording import Wording, masked_id

if TYPE_CHECKING:
    from datetime import datetime


class PaperKind(StrEnum):
    """The kinds as they stand in events; the template of the same name makes them."""

    SLIP = "slip"  # 办件预登记单
    RECEIPT = "receipt"  # 收件凭证
    CORRECTION = "correction"  # 补正告知书
    ACCEPTANCE = "acceptance"  # 受理通知书
    REFUSAL = "refusal"  # 不予受理决定书
    NOT_REQUIRED = "not_required"  # 不需要取得行政许可告知书
    SUSPENSION = "suspension"  # 特别程序告知书
    EXTENSION = "extension"  # 延期决定通知书
    GRANT = "grant"  # 准予行政许可决定书
    DENIAL = "denial"  # 不予行政许可决定书
    REVOCATION = "revocation"  # 撤回文书通知书
    DELIVERY = "delivery"  # 领证签收单
    SERVICE = "service"  # 送达回证
    CERTIFICATE = "certificate"  # 证照


class PaperData(Protocol):
    """What every paper's data offers."""

    @property
    def kind(self) -> str:
        """Return the kind as it stands in events."""

    @property
    def frame(self) -> Frame:
        """Return head and foot."""

    @property
    def template(self) -> str:
        """Return the template's name for `compose`."""

    def values(self, words: Wording) -> dict[str, Any]:
        """Return the template's own values, formatted."""


def compose_paper(data: PaperData) -> Paper:
    """Make a paper.

    Crunch lane. Equal data give equal bytes.

    Raises:
        DocumentFailure: as `compose`; document.qr_too_long; for certificates also
            document.field_missing, document.field_unknown, document.template_version.
    """
    frame = data.frame
    values = frame.values() | data.values(Wording(frame.language))
    pdf, seal = compose_with_seal(data.template, values, frame.language)
    return Paper(data.kind, frame.no, pdf, hashlib.sha256(pdf).hexdigest(), seal)


@dataclass(frozen=True, slots=True)
class Listed:
    """A material on the slip's checklist; `owed`: may follow later (容缺)."""

    name: str
    required: bool = True
    owed: bool = False


@dataclass(frozen=True, slots=True)
class Handed:
    """A material as handed in."""

    name: str
    pages: int
    original: bool = False
    electronic: bool = False


@dataclass(frozen=True, slots=True)
class Missing:
    """A material to be corrected: what is wrong, what is wanted."""

    name: str
    reason: str
    wanted: str


@dataclass(frozen=True, slots=True)
class Remedies:
    """Where the applicant may turn: names of the two bodies, as printed."""

    reconsideration: str
    court: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """A document handed over."""

    name: str
    serial: str
    copies: int = 1


@dataclass(frozen=True, slots=True)
class _OfCase(ABC):
    """What all papers of a case share."""

    _kind: ClassVar[PaperKind]
    frame: Frame
    matter: Matter

    @property
    def kind(self) -> str:
        """Return the kind as it stands in events."""
        return str(self._kind)

    @property
    def template(self) -> str:
        """Return the template's name for `compose`."""
        return f"papers/{self.kind}"

    def values(self, words: Wording) -> dict[str, Any]:
        """Return the template's own values, formatted."""
        return self.matter.values(words) | self._own(words)

    @abstractmethod
    def _own(self, words: Wording) -> dict[str, Any]:
        """Return what this kind of paper says of its own."""


@dataclass(frozen=True, slots=True)
class SlipData(_OfCase):
    """办件预登记单: the number, where to go, what to have ready."""

    _kind: ClassVar[PaperKind] = PaperKind.SLIP
    registered_at: datetime
    go_to: str = ""
    materials: tuple[Listed, ...] = ()
    fast_track: bool = False

    def _own(self, words: Wording) -> dict[str, Any]:
        def need(row: Listed) -> str:
            return "owed" if row.owed else "yes" if row.required else "no"

        return {
            "registered_at": words.moment(self.registered_at),
            "go_to": self.go_to,
            "fast_track": words.t("slip.fast_track_yes") if self.fast_track else "",
            "materials": [
                {"name": row.name, "required": words.t(f"required.{need(row)}")}
                for row in self.materials
            ],
        }


@dataclass(frozen=True, slots=True)
class ReceiptData(_OfCase):
    """收件凭证: what was handed in; `corrected` when it came as a correction."""

    _kind: ClassVar[PaperKind] = PaperKind.RECEIPT
    received_at: datetime
    materials: tuple[Handed, ...]
    missing: tuple[str, ...] = ()
    corrected: bool = False

    def _own(self, words: Wording) -> dict[str, Any]:
        def form(row: Handed) -> str:
            return "electronic" if row.electronic else "original" if row.original else "copy"

        return {
            "received_at": words.moment(self.received_at),
            "corrected": "yes" if self.corrected else "",
            "missing": words.t("list_comma").join(self.missing),
            "materials": [
                {"name": row.name, "form": words.t(form(row)), "pages": str(row.pages)}
                for row in self.materials
            ],
        }


@dataclass(frozen=True, slots=True)
class CorrectionData(_OfCase):
    """补正告知书: everything that is missing, once (Art. 32 (1) (4))."""

    _kind: ClassVar[PaperKind] = PaperKind.CORRECTION
    received_at: datetime
    missing: tuple[Missing, ...]
    served_at: datetime | None = None

    def _own(self, words: Wording) -> dict[str, Any]:
        return {
            "received_at": words.moment(self.received_at),
            "served_at": words.moment(self.served_at),
            "missing": [
                {"name": row.name, "reason": row.reason, "wanted": row.wanted}
                for row in self.missing
            ],
        }


@dataclass(frozen=True, slots=True)
class AcceptanceData(_OfCase):
    """受理通知书: the due time, both limits, and how the time was counted, line by line.

    `promised`, `statutory` and `explanation` are sentences in the paper's language. `due` None
    (decided at once) leaves out the box.
    """

    _kind: ClassVar[PaperKind] = PaperKind.ACCEPTANCE
    accepted_at: datetime
    due: datetime | None
    promised: str = ""
    statutory: str = ""
    explanation: tuple[str, ...] = ()
    pending: tuple[str, ...] = ()

    def _own(self, words: Wording) -> dict[str, Any]:
        return {
            "accepted_at": words.moment(self.accepted_at),
            "due": words.due(self.due),
            "promised": self.promised,
            "statutory": self.statutory,
            "explanation": list(self.explanation),
            "pending": words.t("list_comma").join(self.pending),
        }


@dataclass(frozen=True, slots=True)
class DecisionData(_OfCase):
    """准予 or 不予行政许可决定书 (Art. 38).

    `text` is the decision's own wording (granted) or its reason (denied); a denial must name the
    remedies. `certificate` is the name of the certificate that will be issued, if any.
    """

    granted: bool
    accepted_at: datetime
    text: str
    basis: str = ""
    certificate: str = ""
    remedies: Remedies | None = None

    @property
    def kind(self) -> str:
        """Return "grant" or "denial"."""
        return str(PaperKind.GRANT if self.granted else PaperKind.DENIAL)

    def _own(self, words: Wording) -> dict[str, Any]:
        remedies = self.remedies
        return {
            "accepted_at": words.day(self.accepted_at),
            "text": self.text,
            "reason": self.text,
            "basis": self.basis,
            "certificate": self.certificate,
            "reconsideration": remedies.reconsideration if remedies else "",
            "court": remedies.court if remedies else "",
        }


@dataclass(frozen=True, slots=True)
class RevocationData(_OfCase):
    """撤回文书通知书: a paper whose step was not accepted no longer holds; reason, remedies."""

    _kind: ClassVar[PaperKind] = PaperKind.REVOCATION
    former: str
    former_no: str
    former_at: datetime
    reason: str
    remedies: Remedies

    def _own(self, words: Wording) -> dict[str, Any]:
        return {
            "former": self.former,
            "former_no": self.former_no,
            "former_at": words.day(self.former_at),
            "reason": self.reason,
            "reconsideration": self.remedies.reconsideration,
            "court": self.remedies.court,
        }


@dataclass(frozen=True, slots=True)
class DeliveryData(_OfCase):
    """领证签收单: what went to whom."""

    _kind: ClassVar[PaperKind] = PaperKind.DELIVERY
    documents: tuple[Delivered, ...]
    receiver: str
    receiver_id_no: str
    relation: str
    manner: str
    handed_at: datetime | None = None

    def _own(self, words: Wording) -> dict[str, Any]:
        return {
            "documents": [
                {"name": row.name, "serial": row.serial, "copies": str(row.copies)}
                for row in self.documents
            ],
            "receiver": self.receiver,
            "receiver_id": masked_id(self.receiver_id_no),
            "relation": self.relation,
            "manner": self.manner,
            "handed_at": words.moment(self.handed_at),
        }
