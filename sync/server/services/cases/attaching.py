"""Attachments: announced, uploaded whole, held for their case alone (architecture.md §8).

An upload's id is random and belongs to one session and one case. Whether an attachment exists is
told only to who may see its case, never to who knows its hash.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from sync.proof.keys import new_bytes
from sync.protocol.codec import b64u_encode
from sync.protocol.errors import WireError
from sync.server.services.cases.folded import read_case
from sync.server.services.rows.files import AttachmentRow, UploadRow

if TYPE_CHECKING:
    from sync.protocol.messages import UploadRequest
    from sync.server.clock import Clock
    from sync.server.services.entry.callers import Caller
    from sync.server.services.ports.files import FileVault
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy

_UPLOAD_MS = 3_600_000
TYPES = ("image/jpeg", "image/png", "application/pdf")


class Attaching:
    """Takes attachments in and hands them out.

    Args:
        policy: whose rights count.
        vault: where the bytes lie.
        clock: the centre's.
        limit: bytes of one attachment.
    """

    def __init__(self, policy: Policy, vault: FileVault, clock: Clock, limit: int) -> None:
        self._policy = policy
        self._vault = vault
        self._clock = clock
        self._limit = limit

    def announce(self, tx: Transaction, caller: Caller, request: UploadRequest) -> str | None:
        """Promise an upload; None when the case has these bytes already.

        Raises:
            WireError: case_forbidden, attachment_size, attachment_type.
        """
        self.require_sight(tx, caller, request.case)
        if request.size > self._limit:
            raise WireError("wire.attachment_size", limit=self._limit)
        if request.type not in TYPES:
            raise WireError("wire.attachment_type", type=request.type)
        if tx.files.get(request.case, request.sha256) is not None:
            return None
        name = b64u_encode(new_bytes(24))
        tx.files.add_upload(
            UploadRow(
                id=name,
                dlg=caller.dlg,
                dev=caller.dev,
                case_no=request.case,
                sha256=request.sha256,
                size=request.size,
                type=request.type,
                exp=self._clock.now_ms() + _UPLOAD_MS,
            )
        )
        return name

    def promised(self, tx: Transaction, caller: Caller, upload: str) -> UploadRow:
        """Return a promise made to this very session, before a byte is read.

        Raises:
            WireError: attachment_missing.
        """
        row = tx.files.upload(upload)
        if row is None or row.dlg != caller.dlg or row.exp < self._clock.now_ms():
            raise WireError("wire.attachment_missing")
        return row

    def keep(self, promised: UploadRow, data: bytes) -> str:
        """Check what came against what was promised, and seal it; touches no row.

        Raises:
            WireError: attachment_size, attachment_hash, attachment_type.
        """
        if len(data) != promised.size:
            raise WireError("wire.attachment_size", size=len(data))
        if hashlib.sha256(data).hexdigest() != promised.sha256:
            raise WireError("wire.attachment_hash")
        if kind_of(data) != promised.type:
            raise WireError("wire.attachment_type", type=promised.type)
        return self._vault.keep(promised.sha256, data)

    def settle(self, tx: Transaction, caller: Caller, promised: UploadRow, file: str) -> None:
        """Write down that a case has an attachment."""
        tx.files.add(
            AttachmentRow(
                case_no=promised.case_no,
                sha256=promised.sha256,
                size=promised.size,
                type=promised.type,
                person=caller.person,
                dev=caller.dev,
                at=self._clock.now_ms(),
                file=file,
            )
        )
        tx.files.drop_upload(promised.id)

    def find(self, tx: Transaction, caller: Caller, case_no: str, sha256: str) -> AttachmentRow:
        """Return where an attachment of a case lies.

        Raises:
            WireError: case_forbidden, attachment_missing.
        """
        self.require_sight(tx, caller, case_no)
        row = tx.files.get(case_no, sha256) or _of_lead(tx, case_no, sha256)
        if row is None:
            raise WireError("wire.attachment_missing")
        return row

    def fetch(self, row: AttachmentRow) -> bytes:
        """Open an attachment; touches no row.

        Raises:
            WireError: attachment_missing.
        """
        return self._vault.fetch(row.file, row.sha256)

    def require_sight(self, tx: Transaction, caller: Caller, case_no: str) -> None:
        """Refuse a case that the caller may not see, or that is none.

        Raises:
            WireError: case_forbidden.
        """
        case = tx.cases.get(case_no)
        device = self._policy.device(caller.dev, caller.inc)
        if case is None or case.scope not in self._policy.may_see(caller.person, device):
            raise WireError("wire.case_forbidden")


def _of_lead(tx: Transaction, case_no: str, sha256: str) -> AttachmentRow | None:
    """Return where a material lies that the lead of a joint case took for all departments.

    A child may read those that its own steps name, and no other paper of its parent.
    """
    row = tx.cases.get(case_no)
    case = None if row is None else read_case(row)
    if case is None or case.child is None:
        return None
    named = {page.sha256 for material in case.materials for page in material.attachments}
    return tx.files.get(case.child.parent, sha256) if sha256 in named else None


def kind_of(data: bytes) -> str | None:
    """Return the type that the first bytes say: a name proves nothing."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "application/pdf" if data.startswith(b"%PDF-") else None
