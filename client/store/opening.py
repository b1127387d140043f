"""The parts of an open store, its beginning and its end, and the change of its keys.

folder/store.db          SQLCipher, raw key K_db
folder/store.check       marks of the key or, while it is being changed, of both keys
folder/store.mark        how far the log had come
folder/standing.json     for who changes versions: the tables' number, how many events wait
folder/store.lock        held by the one process that has the store open
folder/attachments/ab/…  sealed files
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from client.host.wiping import wipe
from client.store.attachments import Attachments
from client.store.bank_lines import BankLines
from client.store.bookkeeping import Drafts, Numbers, Scopes, State
from client.store.connection import PAGE_BYTES, Database
from client.store.failures import StoreFailure, translated
from client.store.files import FolderLock
from client.store.keycheck import mark_of, read_marks, write_marks
from client.store.log import Log
from client.store.mark import HighWaterMark
from client.store.migrations import MIGRATIONS, migrate
from client.store.own_rows import OwnRows
from client.store.projecting import Projections
from client.store.rebuilding import Rebuilder
from client.store.verifying import Verifier
from client.updates.standing import Standing, note
from sync.protocol import version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from client.app.ports.card import StoreKeys
    from client.host.clock import Clock

FILE, CHECK, MARK, LOCK = "store.db", "store.check", "store.mark", "store.lock"
ATTACHMENTS = "attachments"
_REKEY, _MARKED = "rekey", "marked"
_LET_IN = nullcontext()


class OpenStore:
    """An open store's parts.

    Args:
        folder: made if absent; one without a store gets an empty one.
        keys: K_db, K_att, K_name, K_mark, K_backup: 32 bytes each; taken over:
            `close` fills them with zeros.
        clock: for when drafts were saved.

    Raises:
        StoreFailure: see `client.store.store.open_store`.
    """

    def __init__(self, folder: Path, keys: StoreKeys, clock: Clock) -> None:
        with translated():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._keys = keys
        self._clock = clock
        self._closed = False
        self._lock = FolderLock(folder / LOCK)
        self._mark = self._mark_under(keys)
        try:
            _check_key(folder, keys.db)
            self._as_closed = self._mark.unseal()
            self._db = _open_database(folder, keys.db)
        except BaseException:
            self._lock.release()
            raise
        try:
            self._begin()
        except BaseException:
            self._mark.abandon()
            self._db.close()
            self._lock.release()
            raise

    def _begin(self) -> None:
        migrate(self._db)
        self._check_size()
        self._state = State(self._db)
        self._log = Log(self._db)
        self._drafts = Drafts(self._db)
        self._bank_lines = BankLines(self._db)
        self._scopes = Scopes(self._db)
        self._own_rows = OwnRows(self._db, self._state)
        self._numbers = Numbers(self._db, self._state)
        self._projections = Projections(self._db)
        self._attachments = Attachments(self._db, self._folder / ATTACHMENTS, self._keys)
        self._verifier = Verifier(self._db, self._log)
        self._rebuilder = Rebuilder(self._db, self._scopes, self._state, self._projections)
        self._end_rekey()
        self._verifier.follow_chain()
        self._check_mark()
        if not self._rebuilder.current():
            self._rebuilder.rebuild()
        # A window that dies says no more how many wait: while it is open it is one at least.
        self._note_waiting(max(1, self._log.outbox_size()))

    def _note_waiting(self, waiting: int) -> None:
        note(self._folder, Standing(len(MIGRATIONS), version.CURRENT, waiting))

    def close(self) -> None:
        """Close the file; further calls raise store.closed. The key goes with it."""
        if self._closed:
            return
        self._closed = True
        try:
            # The chain held at open, and nobody but this process has written since. A damaged file
            # takes no mark any more; it must close all the same.
            with suppress(StoreFailure):
                self._verifier.set_checkpoint()
                self._note_waiting(self._log.outbox_size())
        finally:
            self._projections.forget()
            with ExitStack() as rest:
                rest.callback(self._lock.release)
                rest.callback(self._forget_keys)
                rest.callback(self._mark.close)  # after the file, whose hash it keeps
                rest.callback(self._db.close)

    def _forget_keys(self) -> None:
        """Leave the lock screen's process no key of ours."""
        keys = self._keys
        wipe(keys.db, keys.att, keys.name, keys.mark, keys.backup)
        del self._keys, self._attachments.keys, self._mark

    def _open(self) -> AbstractContextManager[None]:
        """Let a call in while the store is open."""
        if self._closed:
            raise StoreFailure("store.closed")
        return _LET_IN

    @contextmanager
    def _change(self) -> Iterator[None]:
        """Run a call as one durable transaction; what memory held of a failed one is dropped."""
        with self._open():
            try:
                with self._db.write():
                    yield
            except BaseException:
                self._projections.forget()
                self._log.take_growth()
                raise
            end = self._log.take_growth()
            if end is not None:
                self._mark.reach(end)

    # ------------------------------------------------------------ proof

    def rebuild(self) -> bool:
        """Drop and rebuild projections and search from the log; True if they were the same."""
        with self._open():
            return self._rebuilder.rebuild()

    def verify(self) -> None:
        """Verify everything: pages, chain, records, trees, projections; sweep lost files.

        Raises:
            StoreFailure: store.damaged, store.chain_broken. Projections that were not the log's are
                so afterwards.
        """
        with self._open():
            self._verifier.check_all()
            self._verifier.set_checkpoint()
            if not self._rebuilder.rebuild():
                raise StoreFailure("store.damaged")
            self._attachments.sweep()

    # ------------------------------------------------------------ keys

    def rekey(self, new: StoreKeys) -> None:
        """Put the store under other keys: file, wrapped attachment keys, attachment names.

        A crash at any point leaves a store that opens with exactly one of the two sets; the caller
        tries both (proof.md §8) and calls this again if it was the old one.
        """
        with self._open():
            write_marks(self._folder / CHECK, [self._keys.db, new.db])
            with self._db.write():
                self._attachments.prepare_rekey(new)
                self._state.put(_REKEY, mark_of(new.db).encode())
            self._db.rekey(new.db)
            self._mark.abandon()
            self._mark = self._mark_under(new)
            self._keys = new
            self._attachments.keys = new
            self._end_rekey()
            self._mark.start(self._log.end())

    def _end_rekey(self) -> None:
        """Finish a change of keys, or drop one that never came into force."""
        wanted = self._state.get(_REKEY)
        mine = mark_of(self._keys.db)
        if wanted is not None:
            if wanted.decode() == mine:
                self._attachments.finish_rekey()
                # The mark is still under the former key, or half of it is.
                self._mark.begin(self._log.end())
            else:
                self._attachments.forget_rekey()
            self._state.drop(_REKEY)
        if read_marks(self._folder / CHECK) != [mine]:
            write_marks(self._folder / CHECK, [self._keys.db])

    def _check_mark(self) -> None:
        """Notice a store that is not as far as it was, or not as it was closed."""
        end = self._log.end()
        if self._state.get(_MARKED) is None:
            self._mark.begin(end)
            self._state.put(_MARKED, b"1")
        self._mark.check(end, self._log.hash_at)
        if not self._as_closed:
            # Where a page is spoilt this says so; where all are in order some of them are old.
            self._verifier.check_all()
            raise StoreFailure("store.changed_outside")
        self._mark.start(end)

    def _mark_under(self, keys: StoreKeys) -> HighWaterMark:
        return HighWaterMark(self._folder / MARK, keys.mark, self._folder / FILE)

    def _check_size(self) -> None:
        """Notice a file that was cut short, which SQLite does only when it reads there."""
        self._db.empty_wal()
        with translated():
            size = (self._folder / FILE).stat().st_size
        if size != self._db.value("PRAGMA page_count") * PAGE_BYTES:
            raise StoreFailure("store.damaged", size=size)


def _check_key(folder: Path, key: bytes) -> None:
    """Tell a wrong key, and a file that is gone, by the marks of the keys."""
    marks = read_marks(folder / CHECK)
    path = folder / FILE
    with translated():
        size = path.stat().st_size if path.exists() else None
    if marks is not None and mark_of(key) not in marks:
        raise StoreFailure("store.wrong_key")
    if marks is not None and not size:
        raise StoreFailure("store.missing" if size is None else "store.damaged")


def _open_database(folder: Path, key: bytes) -> Database:
    marks = read_marks(folder / CHECK)
    try:
        return Database(folder / FILE, key)
    except StoreFailure as failure:
        # Without a mark nobody can tell; with two the file is under the other key.
        if failure.code == "store.damaged" and (marks is None or len(marks) > 1):
            raise StoreFailure("store.wrong_key") from failure
        raise
