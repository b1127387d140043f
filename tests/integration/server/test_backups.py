"""Backups: made while the centre serves, checked, brought back whole; the record verified."""

import hashlib
import shutil

import pytest
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from sync.domain.failures import Failure
from sync.protocol import messages
from sync.server import backups
from sync.server.bootstrap import open_centre, prepare
from sync.server.cli.backups import KeepingCommands
from sync.server.files import SealedFiles
from sync.server.services.record.whole import Fault, faults
from sync.server.settings import Settings
from sync.texts import texts
from tests.helpers import pg
from tests.helpers.case_walk import walk_to
from tests.helpers.hand_window import read_answer

JPEG = b"\xff\xd8\xff\xe0" + bytes(2000)
DIGEST = hashlib.sha256(JPEG).hexdigest()


ONE = pytest.mark.parametrize("store", ["sqlite"], indirect=True)  # nothing in it asks the other


@pytest.fixture
def case(window):
    """A case with a page, at a centre that goes on serving."""
    number = walk_to(window, "received")
    request = messages.UploadRequest(case=number, sha256=DIGEST, size=len(JPEG), type="image/jpeg")
    upload = window.ask("POST", "/v1/attachments", messages.UploadAnswer, request).upload
    path = f"/v1/attachments/{upload}"
    window.send("GET", "/v1/hello")
    headers = window.proof_headers("PUT", path, JPEG, token=window.token)
    read_answer(window.send("PUT", path, JPEG, headers), messages.UploadedAnswer)
    return number


def made(centre, place, **how):
    return backups.make(centre.settings, place, centre.clock.now_ms(), **how)


@pytest.fixture
def elsewhere(centre, tmp_path):
    """Settings of a place that holds nothing, with a database of the same kind."""
    url = pg.cluster().create() if centre.url else ""
    yield Settings(data=tmp_path / "elsewhere", database_url=SecretStr(url))
    if url:
        pg.cluster().drop(url)


def test_a_backup_comes_back_with_every_line_and_every_page(
    centre, window, case, elsewhere, tmp_path, capsys
):
    folder = made(centre, tmp_path / "backups", keys=True)
    window.step("withdraw", {"reason": "材料另行准备"}, case=case)  # it goes on serving
    assert backups.check(folder) == []
    backups.restore(folder, elsewhere)
    prepare(elsewhere)
    restored = open_centre(elsewhere, centre.clock)
    try:
        whole = restored.ledger.read_now(lambda tx: list(faults(tx)))
        row = restored.ledger.read_now(lambda tx: tx.cases.get(case))
        kept = restored.ledger.read_now(lambda tx: tx.files.get(case, DIGEST))
        page = SealedFiles(elsewhere.attachments, restored.keys.vault).fetch(kept.file, DIGEST)
    finally:
        restored.close()
    assert whole == []
    assert row.number == case
    assert page == JPEG
    verify = KeepingCommands(texts("en")).verify
    verify(elsewhere)
    (elsewhere.attachments / kept.file[:2] / kept.file).unlink()
    with pytest.raises(Failure) as refused:
        verify(elsewhere)
    assert (refused.value.code, refused.value.details["count"]) == ("centre.files_lost", 1)
    assert f"! {case}: " in capsys.readouterr().out


@ONE
def test_a_second_backup_copies_no_page_again(centre, window, case, tmp_path):
    place = tmp_path / "backups"
    first = made(centre, place)
    pages = {path: path.stat().st_mtime_ns for path in (place / "attachments").rglob("?" * 64)}
    centre.clock.advance(seconds=60)
    second = made(centre, place)
    assert first != second
    assert pages == {
        path: path.stat().st_mtime_ns for path in (place / "attachments").rglob("?" * 64)
    }
    assert len(pages) == 1
    assert not (second / "keys").exists()


@ONE
def test_a_disk_that_fills_leaves_no_half_database_and_no_other_s_writes_are_played_in(
    centre, elsewhere, tmp_path, monkeypatch
):
    folder = made(centre, tmp_path / "backups")
    whole = shutil.copyfile

    def full(source, target):
        if source.name == "centre.db":
            target.write_bytes(b"half")
            raise OSError(28, "No space left on device")
        return whole(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "copyfile", full)
        with pytest.raises(OSError, match="No space left"):
            backups.restore(folder, elsewhere)
    assert not elsewhere.database.exists()
    left = elsewhere.database.with_name("centre.db-wal")
    left.touch()
    with pytest.raises(Failure, match=r"centre\.restore_there"):
        backups.restore(folder, elsewhere)
    left.unlink()
    backups.restore(folder, elsewhere)
    assert elsewhere.database.read_bytes() == (folder / "centre.db").read_bytes()


def test_the_tools_ask_as_much_of_the_line_as_the_centre_does():
    url = "postgresql://clerk:secret@db.example:5433/centre?sslmode=verify-full&sslrootcert=/etc/ca"
    assert backups._environment(make_url(url)) == {
        "PGHOST": "db.example",
        "PGPORT": "5433",
        "PGUSER": "clerk",
        "PGPASSWORD": "secret",
        "PGDATABASE": "centre",
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": "/etc/ca",
    }
    several = make_url("postgresql:///centre?host=one&host=two")
    assert backups._environment(several)["PGHOST"] == "one,two"


@ONE
def test_what_is_damaged_is_named_and_not_brought_back(centre, case, elsewhere, tmp_path):
    folder = made(centre, tmp_path / "backups", keys=True)
    page = next((tmp_path / "backups" / "attachments").rglob("?" * 64))
    page.write_bytes(page.read_bytes()[:-1] + b"x")
    (folder / "keys" / "vault.key").unlink()
    assert backups.check(folder) == [
        f"{folder.name}/keys/vault.key",
        f"attachments/{page.name[:2]}/{page.name}",
    ]
    with pytest.raises(Failure) as refused:
        backups.restore(folder, elsewhere)
    assert refused.value.code == "centre.backup_damaged"
    assert not elsewhere.data.exists()


def test_nothing_that_is_there_is_overwritten(centre, case, tmp_path):
    folder = made(centre, tmp_path / "backups")
    with pytest.raises(Failure) as refused:
        backups.restore(folder, centre.settings)
    assert refused.value.code in {"centre.restore_there", "centre.backup_failed"}
    assert centre.centre.ledger.read_now(lambda tx: tx.cases.get(case)).number == case


@ONE
class TestTheRecordIsVerified:
    def found(self, centre):
        return centre.centre.ledger.read_now(lambda tx: list(faults(tx)))

    def spoilt(self, centre, line, statement):
        """Do to one line what the database itself refuses."""
        with centre.sql() as connection:
            for (trigger,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall():
                connection.execute(f"DROP TRIGGER {trigger}")
            connection.execute(f"{statement} WHERE scope = ? AND n = ?", (line.scope, line.n))

    def line(self, centre, case):
        """Return the case's first line: others follow it in its scope."""
        row = centre.centre.ledger.read_now(lambda tx: tx.cases.get(case))
        return centre.centre.ledger.read_now(lambda tx: tx.log.of_case(row.scope, case))[0]

    def test_untouched_it_is_whole(self, centre, case):
        assert self.found(centre) == []

    def test_another_body_under_a_signature_is_seen(self, centre, case):
        line = self.line(centre, case)
        self.spoilt(centre, line, "UPDATE log SET body = replace(body, '{', '{ ')")
        assert self.found(centre) == [Fault(line.scope, line.n, "text")]

    def test_another_verdict_is_seen_in_the_tree(self, centre, case):
        line = self.line(centre, case)
        changed = """UPDATE log SET outcome = replace(outcome, '"accepted"', '"refused"')"""
        self.spoilt(centre, line, changed)
        assert Fault(line.scope, centre_size(centre, line.scope), "tree") in self.found(centre)

    def test_a_line_that_was_taken_out_is_seen(self, centre, case):
        line = self.line(centre, case)
        self.spoilt(centre, line, "DELETE FROM log")
        assert Fault(line.scope, line.n, "gap") in self.found(centre)


def centre_size(centre, scope):
    return centre.centre.ledger.read_now(lambda tx: tx.log.head(scope)).size
