"""Online filings at the window: seen by the hall that owes the answer, taken up, answered.

A filing becomes a case by the window's own pre-registration; that case is checked here against the
filing, so that no filing ends with a case of somebody else (IN10, IN16; docs/adr/020). Each act is
written down with window, clerk and time, once by its id.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sync.domain.filings import OWED_BY_HALL, FilingFailure, FilingState
from sync.protocol.errors import WireError
from sync.protocol.filing_messages import Filing, FilingAnswer, FilingFile, FilingsAnswer
from sync.server.services.cases.folded import read_case
from sync.server.services.channels.outbox import Telling
from sync.server.services.rows.hall import HallActRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sync.protocol.filing_messages import FilingCall
    from sync.server.clock import Clock
    from sync.server.services.channels.outbox import Outbox
    from sync.server.services.entry.callers import Caller
    from sync.server.services.hall.queues import Queues
    from sync.server.services.ports.files import FileVault
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.rows.strangers import FilingFileRow, FilingRow


class Filings:
    """A hall's filings, for its windows.

    Args:
        queues: knows who works at a window of the hall, and whom he may serve.
        clock: the centre's.
        outbox: tells the applicant.
        vault: where files lie.
    """

    def __init__(self, queues: Queues, clock: Clock, outbox: Outbox, vault: FileVault) -> None:
        self._queues = queues
        self._clock = clock
        self._outbox = outbox
        self._vault = vault

    def look(self, tx: Transaction, caller: Caller) -> FilingsAnswer:
        """Return the filings that this window may take up, the oldest first.

        Raises:
            WireError: forbidden.
        """
        served = self._queues.hand(caller).departments
        rows = tx.filings.open_of(caller.hall, served)
        return FilingsAnswer(filings=[_told(tx, row) for row in rows], t=self._clock.now_ms())

    def act(self, tx: Transaction, caller: Caller, call: FilingCall) -> FilingAnswer:
        """Do one act; one that was done before is answered with how the filing stands now.

        Raises:
            WireError: forbidden. FilingFailure: filing.unknown, filing.other_state,
                filing.lacks.
        """
        row = self._own(tx, caller, call.number)
        if tx.queue.act(caller.hall, call.id) is None:
            if row.state not in OWED_BY_HALL:
                raise FilingFailure("filing.other_state", number=row.number)
            row = self._after(tx, caller, call, row)
            tx.filings.save(row)
            now = self._clock.now_ms()
            kind = f"filing.{call.act}"
            tx.queue.keep_act(
                HallActRow(caller.hall, call.id, now, kind, row.number, caller.dev, caller.person)
            )
        return FilingAnswer(filing=_told(tx, row))

    def file(self, tx: Transaction, caller: Caller, number: str, sha256: str) -> FilingFileRow:
        """Return where a file of a filing lies.

        Raises:
            WireError: forbidden, attachment_missing. FilingFailure: filing.unknown.
        """
        row = self._own(tx, caller, number)
        found = [each for each in tx.filings.files(row.number) if each.sha256 == sha256]
        if not found:
            raise WireError("wire.attachment_missing")
        return found[0]

    def fetch(self, row: FilingFileRow) -> bytes:
        """Open a file; touches no row.

        Raises:
            WireError: attachment_missing.
        """
        return self._vault.fetch(row.file, row.sha256)

    # ------------------------------------------------------------ inside

    def _own(self, tx: Transaction, caller: Caller, number: str) -> FilingRow:
        served = self._queues.hand(caller).departments
        row = tx.filings.get(number)
        if row is None or row.hall != caller.hall or row.state == FilingState.DRAFT:
            raise FilingFailure("filing.unknown")
        if served is not None and row.department not in served:
            raise FilingFailure("filing.unknown")
        return row

    def _after(
        self, tx: Transaction, caller: Caller, call: FilingCall, row: FilingRow
    ) -> FilingRow:
        now = self._clock.now_ms()
        if call.act == "release":
            return replace(row, state=FilingState.FILED.value, taken=0, person="", dev="")
        taken = replace(row, taken=row.taken or now, person=caller.person, dev=caller.dev)
        if call.act == "take":
            return replace(taken, state=FilingState.TAKEN.value)
        if call.act == "lacks":
            return self._lacking(tx, taken, call, now)
        return self._registered(tx, taken, call, now)

    def _lacking(self, tx: Transaction, row: FilingRow, call: FilingCall, now: int) -> FilingRow:
        reasons = [
            {"material": each.material, "reason": each.reason.strip()}
            for each in call.lacks
            if each.reason.strip()
        ]
        if not reasons and not call.text.strip():
            raise FilingFailure("filing.lacks")
        self._tell(tx, row, "filing_lacks", {"number": row.number}, now)
        return replace(
            row,
            state=FilingState.LACKING.value,
            lacks=json.dumps(reasons, ensure_ascii=False),
            answer=call.text.strip(),
            answered=now,
        )

    def _registered(self, tx: Transaction, row: FilingRow, call: FilingCall, now: int) -> FilingRow:
        """Tie a filing to its case: of its item, of its applicant, and known to the centre."""
        case_row = tx.cases.get(call.case or "")
        case = None if case_row is None else read_case(case_row)
        asks = json.loads(row.applicant)
        if case is None or case.item != row.item or case.applicant.id_no != asks.get("id_no"):
            raise FilingFailure("filing.unknown")
        told = {"number": row.number, "case": case.number}
        self._tell(tx, row, "filing_registered", told, now)
        return replace(row, state=FilingState.REGISTERED.value, case_no=case.number, answered=now)

    def _tell(
        self, tx: Transaction, row: FilingRow, template: str, args: Mapping[str, object], now: int
    ) -> None:
        name = f"filing/{row.number}/{template}/{now}"
        telling = Telling(
            name,
            template,
            args,
            phone=row.phone,
            lang=row.lang,
            scope=f"{row.hall}/{row.department}",
            case_no=str(args.get("case", "")),
        )
        self._outbox.tell(tx, telling, now)


def _told(tx: Transaction, row: FilingRow) -> Filing:
    asks = json.loads(row.applicant)
    return Filing(
        number=row.number,
        state=row.state,
        item=row.item,
        item_version=row.item_version,
        department=row.department,
        applicant_kind=asks.get("kind", ""),
        id_kind=asks.get("id_kind", ""),
        id_no=asks.get("id_no", ""),
        name=asks.get("name", ""),
        phone=row.phone,
        filed=row.filed,
        due=row.due,
        files=[
            FilingFile(
                material=each.material,
                sha256=each.sha256,
                name=each.name,
                size=each.size,
                type=each.type,
            )
            for each in tx.filings.files(row.number)
        ],
        person=row.person,
        case=row.case_no,
    )
