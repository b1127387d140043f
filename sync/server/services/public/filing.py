"""Online filing by the applicant: begun with a telephone code, changed and sent with a check code.

What the window does with it stands in services.hall.filings (IN10, IN16, IN17; docs/adr/020).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sync.domain import identity
from sync.domain.calendar import CHINA, china_day
from sync.domain.fields import moment_of
from sync.domain.filings import OPEN_TO_APPLICANT, FilingFailure, FilingState, due_of
from sync.domain.violations import Violation
from sync.proof.checkcode import crockford, normalise
from sync.proof.keys import new_bytes
from sync.server.services.cases.attaching import TYPES, kind_of
from sync.server.services.channels.outbox import Telling
from sync.server.services.rows.strangers import FilingFileRow, FilingRow

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sync.domain.catalogue import Item
    from sync.server.clock import Clock
    from sync.server.services.channels.outbox import Outbox
    from sync.server.services.ports.files import FileVault
    from sync.server.services.ports.ledger import Transaction
    from sync.server.services.record.policy import Policy

FILES_MOST = 40
#: What units that write a filing name among their scopes: numbers and states are given one by one.
LOCK = ("filings",)
_CODE_BYTES = 6
_NAME_MOST = 80
_DRAFT_MS, _KEPT_MS = 86_400_000, 180 * 86_400_000


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that came with the form, for one material."""

    material: str
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Stands:
    """A filing as its applicant sees it.

    `problems` by field: the violation, None where a material's file is missing.
    """

    row: FilingRow
    item: Item | None
    files: tuple[FilingFileRow, ...]
    problems: Mapping[str, Violation | None]

    @property
    def applicant(self) -> Mapping[str, str]:
        """Return the applicant's data."""
        found: Mapping[str, str] = json.loads(self.row.applicant)
        return found

    @property
    def lacks(self) -> tuple[Mapping[str, str], ...]:
        """Return what the window said is missing: material and reason."""
        return tuple(json.loads(self.row.lacks))


class FilingDesk:
    """Takes filings of strangers.

    Args:
        policy: items, halls, calendars in force.
        clock: the centre's.
        outbox: tells the applicant.
        vault: where files lie.
        limit: bytes of one file; of all files of a filing.
    """

    def __init__(
        self, policy: Policy, clock: Clock, outbox: Outbox, vault: FileVault, limit: tuple[int, int]
    ) -> None:
        self._policy = policy
        self._clock = clock
        self._outbox = outbox
        self._vault = vault
        self._one, self._all = limit

    def begin(self, tx: Transaction, code: str, phone: str, lang: str) -> FilingRow:
        """Open a draft for whoever has the telephone.

        Raises:
            FilingFailure: filing.item.
        """
        item = self._policy.book.catalogue.item(code)
        if item is None or item.retired:
            raise FilingFailure("filing.item")
        now = self._clock.now_ms()
        head = f"W{china_day(moment_of(now)):%y%m%d}-"
        serial = tx.filings.last_number(head) + 1
        row = FilingRow(
            number=f"{head}{serial:05d}",
            hall=item.hall,
            department=item.department,
            item=item.code,
            item_version=item.version,
            state=FilingState.DRAFT.value,
            code=crockford(new_bytes(_CODE_BYTES)),
            phone=phone,
            applicant="{}",
            lang=lang,
            made=now,
        )
        tx.filings.save(row)
        return row

    def of(self, tx: Transaction, number: str, code: str) -> Stands:
        """Return the filing of whoever has its check code.

        Raises:
            FilingFailure: filing.unknown, whether the number or the code is wrong.
        """
        row = tx.filings.get(number.strip().upper()[:32])
        given = normalise(code[:32]).encode("utf-8", "replace")
        if row is None or not row.code or not hmac.compare_digest(row.code.encode(), given):
            raise FilingFailure("filing.unknown")
        return self._stands(tx, row)

    def keep_files(
        self, tx: Transaction, stands: Stands, brought: Sequence[Brought]
    ) -> list[tuple[Brought, str]]:
        """Say which files may be sealed, each with its type.

        Raises:
            FilingFailure: filing.other_state, filing.full, filing.type, filing.incomplete.
        """
        if not brought:
            return []
        row = self._open(tx, stands.row)
        held = tx.filings.files(row.number)
        size = sum(each.size for each in held) + sum(len(each.data) for each in brought)
        if len(held) + len(brought) > FILES_MOST or size > self._all:
            raise FilingFailure("filing.full", files=FILES_MOST, mb=self._all // 2**20)
        asked = {each.code for each in (() if stands.item is None else stands.item.materials)}
        found = []
        for each in brought:
            kind = kind_of(each.data)
            if each.material not in asked:
                raise FilingFailure("filing.incomplete")
            if len(each.data) > self._one:
                raise FilingFailure("filing.full", files=FILES_MOST, mb=self._one // 2**20)
            if kind not in TYPES:
                raise FilingFailure("filing.type", name=_plain_name(each.name))
            found.append((each, kind))
        return found

    def seal(self, allowed: Sequence[tuple[Brought, str]], number: str) -> list[FilingFileRow]:
        """Seal files; touches no row."""
        now, rows = self._clock.now_ms(), []
        for each, kind in allowed:
            sha256 = hashlib.sha256(each.data).hexdigest()
            file = self._vault.keep(sha256, each.data)
            name = _plain_name(each.name)
            rows.append(
                FilingFileRow(number, each.material, sha256, name, len(each.data), kind, file, now)
            )
        return rows

    def save(
        self,
        tx: Transaction,
        row: FilingRow,
        fields: Mapping[str, str],
        files: Sequence[FilingFileRow] = (),
    ) -> Stands:
        """Keep what was typed and brought, right or wrong.

        Raises:
            FilingFailure: filing.other_state.
        """
        row = self._open(tx, row)
        for each in files:
            tx.filings.add_file(each)
        row = replace(row, applicant=json.dumps(_applicant(fields, row.phone), ensure_ascii=False))
        tx.filings.save(row)
        return self._stands(tx, row)

    def drop(self, tx: Transaction, row: FilingRow, material: str) -> Stands:
        """Take a material's files back.

        Raises:
            FilingFailure: filing.other_state.
        """
        row = self._open(tx, row)
        tx.filings.drop_files(row.number, material)
        return self._stands(tx, row)

    def send(self, tx: Transaction, row: FilingRow) -> Stands:
        """Send it to the hall, the first time or with what was missing.

        Raises:
            FilingFailure: filing.other_state, filing.incomplete.
        """
        stands = self._stands(tx, self._open(tx, row))
        if stands.problems:
            raise FilingFailure("filing.incomplete")
        now = self._clock.now_ms()
        calendar = self._policy.rules().calendars.of_hall(row.hall)
        sent = replace(
            stands.row,
            state=FilingState.FILED.value,
            filed=stands.row.filed or now,
            due=due_of(calendar, now),
            taken=0,
            person="",
            dev="",
        )
        tx.filings.save(sent)
        day = moment_of(sent.due).astimezone(CHINA).date().isoformat()
        told = {"number": sent.number, "code": sent.code, "day": day}
        telling = Telling(
            f"filing/{sent.number}/{now}", "filed", told, phone=sent.phone, lang=sent.lang
        )
        self._outbox.tell(tx, telling, now)
        return self._stands(tx, sent)

    def withdraw(self, tx: Transaction, row: FilingRow) -> Stands:
        """Take the filing back, as long as it is no case.

        Raises:
            FilingFailure: filing.other_state.
        """
        now = tx.filings.get(row.number)
        if now is None or now.state == FilingState.REGISTERED:
            raise FilingFailure("filing.other_state")
        gone = replace(now, state=FilingState.WITHDRAWN.value)
        tx.filings.save(gone)
        return self._stands(tx, gone)

    def forget(self, tx: Transaction) -> list[str]:
        """Drop old drafts, empty what ended long ago; return sealed files to destroy."""
        now = self._clock.now_ms()
        return tx.filings.forget(now - _DRAFT_MS, now - _KEPT_MS)

    def destroy(self, files: Sequence[str]) -> None:
        """Destroy sealed files that no row names any more; touches no row."""
        for name in files:
            self._vault.destroy(name)

    # ------------------------------------------------------------ inside

    @staticmethod
    def _open(tx: Transaction, row: FilingRow) -> FilingRow:
        now = tx.filings.get(row.number)
        if now is None or now.state not in OPEN_TO_APPLICANT:
            raise FilingFailure("filing.other_state")
        return now

    def _stands(self, tx: Transaction, row: FilingRow) -> Stands:
        item = self._policy.rules().item_of(row.item, row.item_version)
        files = tuple(tx.filings.files(row.number))
        problems: dict[str, Violation | None] = {}
        if row.state in OPEN_TO_APPLICANT:
            problems = _problems(row, item, files)
        return Stands(row, item, files, problems)


def _applicant(fields: Mapping[str, str], phone: str) -> dict[str, str]:
    """Return the applicant's data, normalised where it is right, as typed where it is not."""
    org = fields.get("kind") == "org"
    number = fields.get("id_no", "")[:64]
    right = identity.credit_code(number) if org else identity.resident_id(number)
    name = identity.person_name(fields.get("name", "")[:200])
    return {
        "kind": "org" if org else "person",
        "id_kind": "credit_code" if org else "resident_id",
        "id_no": right if isinstance(right, str) else number,
        "name": name if isinstance(name, str) else fields.get("name", "")[:200],
        "phone": phone,
    }


def _problems(
    row: FilingRow, item: Item | None, files: Sequence[FilingFileRow]
) -> dict[str, Violation | None]:
    """Return what is missing or wrong: the applicant's fields, and every required material."""
    applicant = json.loads(row.applicant)
    number = identity.credit_code if applicant.get("kind") == "org" else identity.resident_id
    found = {
        "id_no": number(applicant.get("id_no", "")),
        "name": identity.person_name(applicant.get("name", "")),
    }
    problems: dict[str, Violation | None] = {
        field: each for field, each in found.items() if isinstance(each, Violation)
    }
    here = {each.material for each in files}
    for material in () if item is None else item.materials:
        asked = material.required and not material.minor and not material.condition
        if asked and not material.paper_only and material.code not in here:
            problems[f"file.{material.code}"] = None
    return problems


def _plain_name(name: str) -> str:
    """Return a file's name as it may be shown: no folders, no control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(char for char in last if char.isprintable())[:_NAME_MOST]
