"""Attachments at rest: sealed files beside the store, their keys and duties inside it.

The file is durable before the row that gives its key; a file without a row can be read by nobody
and is swept. Existence is a matter of the row alone.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from client.store.failures import StoreFailure, translated
from client.store.files import sync_folder, write_whole
from client.store.sealing import NONCE_BYTES, file_name, new_file_key, seal, unseal, unwrap, wrap

if TYPE_CHECKING:
    from pathlib import Path

    from client.app.ports.card import StoreKeys
    from client.store.connection import Database


class Attachments:
    """The attachments of one open store.

    Args:
        db: the open database.
        folder: where the sealed files are; made if absent.
        keys: K_att and K_name.
    """

    def __init__(self, db: Database, folder: Path, keys: StoreKeys) -> None:
        self._db = db
        self._folder = folder
        self.keys = keys
        with translated():
            folder.mkdir(mode=0o700, exist_ok=True)

    def put(self, data: bytes, type_: str, case: str | None) -> str:
        """Keep bytes; return their SHA-256 in hexadecimal.

        The same bytes again cost nothing, but for the case that they are bound to.
        """
        digest = hashlib.sha256(data).digest()
        sha256 = digest.hex()
        self._write(digest, data, type_)
        if case is not None:
            self.bind(sha256, type_, case)
        return sha256

    def bind(self, sha256: str, type_: str, case: str) -> None:
        """Say which case an attachment belongs to: from then on it is to be uploaded.

        Raises:
            StoreFailure: store.attachment_missing.
        """
        if self._db.one("SELECT 1 FROM attachment WHERE sha256 = ?", sha256) is None:
            raise StoreFailure("store.attachment_missing")
        self._db.run(
            "INSERT INTO upload (case_no, sha256, type) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            *(case, sha256, type_),
        )

    def forget(self, sha256: str) -> Path | None:
        """Drop the key of bytes that no case was given; return the file, which nobody can read now.

        None where nothing is dropped: what belongs to a case stays.
        """
        row = self._db.one(
            "SELECT file FROM attachment WHERE sha256 = ?"
            " AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.sha256 = attachment.sha256)",
            sha256,
        )
        if row is None:
            return None
        self._db.run("DELETE FROM attachment WHERE sha256 = ?", sha256)
        return self._path(row[0])

    def get(self, sha256: str) -> bytes:
        """Return the bytes of a hash.

        Raises:
            StoreFailure: store.attachment_missing, store.attachment_damaged.
        """
        row = self._db.one("SELECT file, wrapped FROM attachment WHERE sha256 = ?", sha256)
        if row is None:
            raise StoreFailure("store.attachment_missing")
        file, wrapped = row
        with translated():
            try:
                sealed = self._path(file).read_bytes()
            except FileNotFoundError as failure:
                raise StoreFailure("store.attachment_missing") from failure
        data = unseal(unwrap(self.keys.att, wrapped, bytes.fromhex(sha256)), sealed)
        if hashlib.sha256(data).hexdigest() != sha256:
            raise StoreFailure("store.attachment_damaged")
        return data

    def place(self, sha256: str, file: str, wrapped: bytes) -> tuple[str, bytes]:
        """Return where a sealed file lies and its own key, for who opens it off this lane.

        Raises:
            StoreFailure: store.attachment_damaged.
        """
        key = unwrap(self.keys.att, wrapped, bytes.fromhex(sha256))
        return str(self._path(file)), key

    def uploads(self, limit: int, *, unsent: bool) -> list[tuple[str, str, int, str]]:
        """Return (case, sha256, size, type) of what the centre lacks, in the order of binding.

        A case whose opening was refused is none: its slip goes nowhere.

        Args:
            limit: at most so many.
            unsent: also those of cases with own events to send, which have to go first.
        """
        return [
            (case, sha256, size, type_)
            for case, sha256, size, type_ in self._db.rows(
                "SELECT u.case_no, u.sha256, a.size, u.type FROM upload u JOIN attachment a"
                " USING (sha256) WHERE u.done = 0"
                " AND EXISTS (SELECT 1 FROM case_line c WHERE c.number = u.case_no)"
                " AND (? OR NOT EXISTS (SELECT 1 FROM event e JOIN outbox USING (pos)"
                " WHERE e.case_no = u.case_no)) ORDER BY u.rowid LIMIT ?",
                *(int(unsent), limit),
            )
        ]

    def offer_again(self, scope: str, after: int) -> None:
        """Offer what belongs to the cases of a scope's lines after a number again."""
        self._db.run(
            "UPDATE upload SET done = 0 WHERE case_no IN (SELECT e.case_no FROM event e"
            " JOIN answer a USING (pos) WHERE a.scope = ? AND a.n > ?)",
            *(scope, after),
        )

    def uploaded(self, case: str, sha256: str) -> None:
        """Mark one as with the centre."""
        self._db.run("UPDATE upload SET done = 1 WHERE case_no = ? AND sha256 = ?", case, sha256)

    def sweep(self) -> int:
        """Remove files that no row knows: left by a crash, readable by nobody; return how many."""
        known = {row[0] for row in self._db.stream("SELECT file FROM attachment")}
        removed = 0
        with translated():
            for path in self._folder.glob("*/*"):
                if path.name not in known:
                    path.unlink()
                    removed += 1
        return removed

    # ------------------------------------------------------------ change of keys

    def prepare_rekey(self, new: StoreKeys) -> None:
        """Put each key's new wrapping and each file's new name beside the present ones."""
        with self._db.write():
            for sha256, wrapped in self._db.rows("SELECT sha256, wrapped FROM attachment"):
                digest = bytes.fromhex(sha256)
                key = unwrap(self.keys.att, wrapped, digest)
                self._db.run(
                    "UPDATE attachment SET next_file = ?, next_wrapped = ? WHERE sha256 = ?",
                    file_name(new.name, digest),
                    wrap(new.att, key, digest, os.urandom(NONCE_BYTES)),
                    sha256,
                )

    def finish_rekey(self) -> None:
        """Rename the files and let the new wrappings hold; goes on where a crash broke it off."""
        moves = self._db.rows("SELECT file, next_file FROM attachment WHERE next_file IS NOT NULL")
        with translated():
            for old, new in moves:
                target = self._path(new)
                target.parent.mkdir(mode=0o700, exist_ok=True)
                if self._path(old).exists():
                    self._path(old).replace(target)
            for folder in {self._path(new).parent for _, new in moves}:
                sync_folder(folder)
        with self._db.write():
            self._db.run(
                "UPDATE attachment SET file = next_file, wrapped = next_wrapped,"
                " next_file = NULL, next_wrapped = NULL WHERE next_file IS NOT NULL"
            )

    def forget_rekey(self) -> None:
        """Drop what was prepared for keys that never came into force."""
        self._db.run(
            "UPDATE attachment SET next_file = NULL, next_wrapped = NULL"
            " WHERE next_file IS NOT NULL"
        )

    # ------------------------------------------------------------ inside

    def _write(self, digest: bytes, data: bytes, type_: str) -> None:
        row = self._db.one("SELECT file, wrapped FROM attachment WHERE sha256 = ?", digest.hex())
        if row is not None and self._path(row[0]).exists():
            return
        # A row whose file is gone keeps its key: a crash between file and row must not leave the
        # one under another key than the other says.
        key = new_file_key() if row is None else unwrap(self.keys.att, row[1], digest)
        name = file_name(self.keys.name, digest) if row is None else row[0]
        path = self._path(name)
        with translated():
            if not path.parent.exists():
                path.parent.mkdir(mode=0o700)
                sync_folder(self._folder)
            write_whole(path, seal(key, data))
        if row is None:
            self._db.run(
                "INSERT INTO attachment (sha256, size, type, file, wrapped) VALUES (?, ?, ?, ?, ?)",
                *(digest.hex(), len(data), type_, name),
                wrap(self.keys.att, key, digest, os.urandom(NONCE_BYTES)),
            )

    def _path(self, name: str) -> Path:
        # Two characters as a folder: some file systems slow down with many names in one.
        return self._folder / name[:2] / name
