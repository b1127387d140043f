"""Who can open the store, and what is noticed: the attacks that proof.md §8 answers."""

from __future__ import annotations

import errno
import hashlib
import hmac
import json
import os
import stat
from dataclasses import fields, replace

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from hypothesis import given
from hypothesis import strategies as st

from client.vault.failures import VaultFailure, VaultProblem
from client.vault.keys import StoreKeys, derive
from client.vault.slots import Slots, decoded
from client.vault.vault import Vault
from sync.domain.failures import Failure
from sync.protocol.codec import b64u_decode, b64u_encode
from tests.helpers.keycards import SoftCard, certificate_for


def problem(call, *args) -> VaultProblem:
    with pytest.raises(VaultFailure) as caught:
        call(*args)
    return caught.value.what


def rewrite(window, change) -> None:
    """Change the file as somebody without the key would: the mac stays what it was."""
    content = json.loads(window.path.read_text())
    change(content)
    window.path.write_text(json.dumps(content, separators=(",", ":")))


def flip(text: str) -> str:
    data = bytearray(b64u_decode(text))
    data[-1] ^= 1
    return b64u_encode(bytes(data))


# ---------------------------------------------------------------- opening


def test_the_enrolled_card_opens_what_was_made(window, clerk):
    assert window.vault.device() is None
    keys = window.enrol(clerk)
    assert window.vault.device() == "d-339901-03"
    assert window.vault.generation() == 1
    assert window.vault.people() == ("p0102",)
    assert window.vault.open(clerk) == keys


def test_a_card_without_a_slot_is_told_so(window, clerk, handler):
    assert problem(window.vault.open, clerk) is VaultProblem.MISSING
    window.enrol(clerk)
    assert problem(window.vault.open, handler) is VaultProblem.NO_SLOT
    assert handler.asked == []


def test_same_person_with_a_new_certificate_has_no_slot(window, clerk):
    window.enrol(clerk)
    assert problem(window.vault.open, SoftCard("p0102", clerk.key)) is VaultProblem.NO_SLOT


def test_the_stores_folder_is_made_with_the_first_slot(tmp_path, clerk):
    vault = Vault(tmp_path / "window" / "store", fits=lambda _keys: True)
    assert vault.device() is None
    keys = vault.create("d-339901-03", "p0102", clerk.certificate("9D"), "by-hash")
    assert vault.open(clerk) == keys


def test_a_second_root_is_never_made_over_the_first(window, clerk):
    window.enrol(clerk)
    assert problem(window.enrol, clerk) is VaultProblem.EXISTS


def test_a_colleague_added_opens_the_same_store(window, clerk, handler):
    keys = window.enrol(clerk)
    window.add(clerk, handler)
    assert window.vault.people() == ("p0102", "p0103")
    assert window.vault.open(handler) == keys
    assert window.vault.open(clerk) == keys
    assert problem(window.add, clerk, handler) is VaultProblem.SLOT_TAKEN


def test_an_rsa_card_opens_too(window, clerk):
    keys = window.enrol(clerk)
    old = SoftCard("p0111", rsa.generate_private_key(65537, 2048))
    window.add(clerk, old)
    assert window.vault.open(old) == keys
    rewrite(window, lambda c: c["slots"][1].update(ct=b64u_encode(b"\0" * 255)))
    assert problem(window.vault.open, old) is VaultProblem.SLOT_ALTERED
    assert len(old.asked) == 1


def test_keys_of_other_kinds_get_no_slot(window, clerk):
    window.enrol(clerk)
    unsuitable = [
        certificate_for(ec.generate_private_key(ec.SECP384R1()), "p0112"),
        certificate_for(rsa.generate_private_key(65537, 1024), "p0112"),  # noqa: S505 - the point
        certificate_for(ed25519.Ed25519PrivateKey.generate(), "p0112"),
        b"no certificate",
    ]
    for certificate in unsuitable:
        asked = (clerk, "p0112", certificate, "by")
        assert problem(window.vault.add, *asked) is VaultProblem.KEY_UNSUITABLE


# ---------------------------------------------------------------- keys and form


def test_every_key_is_derived_apart_as_the_page_says(window, clerk):
    root, store = bytes(range(32)), bytes(range(16))
    keys = derive(root, store)
    values = [getattr(keys, key.name) for key in fields(StoreKeys)]
    assert len(set(values)) == 6
    prk = hmac.digest(store, root, "sha256")  # HKDF by hand: extract, then one block of expand
    assert keys.db == hmac.digest(prk, b"hall/db/v1\x01", "sha256")
    assert keys.mark == hmac.digest(prk, b"hall/mark/v1\x01", "sha256")


def test_no_key_is_ever_printed(window, clerk):
    keys = window.enrol(clerk)
    shown = repr(keys) + str(keys)
    assert keys.db.hex() not in shown
    assert repr(keys.db) not in shown


def test_the_file_has_the_form_of_the_page(window, clerk, administrators):
    keys = window.enrol(clerk)
    certificates = tuple(card.certificate("9D") for card in administrators)
    window.vault.add_recovery(clerk, certificates)
    raw = window.path.read_bytes()
    content = json.loads(raw)
    assert list(content) == ["v", "store", "dev", "gen", "slots", "mac"]
    assert content["v"] == 1
    assert len(b64u_decode(content["store"])) == 16
    card, *recovery = content["slots"]
    assert list(card) == ["id", "kind", "suite", "person", "cert", "by", "ct"]
    assert (card["kind"], card["suite"]) == ("card", "HPKE-0010-0001-0002")
    assert len(b64u_decode(card["ct"])) == 65 + 32 + 16
    assert [slot["kind"] for slot in recovery] == ["rec"] * 3
    body = raw[: raw.index(b',"mac"')]
    assert b64u_decode(content["mac"]) == hmac.digest(keys.mac, body, "sha256")


def test_the_slot_is_what_the_page_says_to_anyone_with_the_key(window, clerk):
    keys = window.enrol(clerk)
    content = json.loads(window.path.read_text())
    store = b64u_decode(content["store"])
    kind, cert = hashlib.sha256(b"card").digest(), hashlib.sha256(clerk.certificate("9D")).digest()
    info = b"hall-slot-v1\0" + store + b"\0\0\0\1" + kind + cert
    suite = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
    root = suite.decrypt(b64u_decode(content["slots"][0]["ct"]), clerk.key, info)
    assert derive(root, store) == keys


def test_nobody_else_on_the_machine_reads_the_file(window, clerk):
    window.enrol(clerk)
    assert stat.S_IMODE(window.path.stat().st_mode) == 0o600
    assert sorted(path.name for path in window.folder.iterdir()) == ["slots.json"]


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    assert problem(decoded, data) is VaultProblem.MALFORMED


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.update(v=2),
        lambda c: c.update(gen=0),
        lambda c: c.update(gen=True),
        lambda c: c.update(gen=2**32),
        lambda c: c.update(store="AAAA"),
        lambda c: c.update(dev=7),
        lambda c: c.pop("slots"),
        lambda c: c.update(slots=7),
        lambda c: c["slots"][0].update(kind="other"),
        lambda c: c["slots"][0].update(suite="none"),
        lambda c: c["slots"][0].pop("person"),
        lambda c: c["slots"][0].update(cert="!"),
        lambda c: c.pop("mac"),
        lambda c: c.update(mac="short"),
    ],
)
def test_other_forms_are_malformed(window, clerk, change):
    window.enrol(clerk)
    rewrite(window, change)
    assert problem(window.vault.open, clerk) is VaultProblem.MALFORMED


# ---------------------------------------------------------------- attacks


def test_swapped_certificate_is_noticed(window, clerk, handler):
    """Somebody puts his own certificate where another's was, to open with his card."""
    window.enrol(clerk)
    mine = b64u_encode(handler.certificate("9D"))
    rewrite(window, lambda c: c["slots"][0].update(cert=mine, person="p0103"))
    assert problem(window.vault.open, handler) is VaultProblem.SLOT_ALTERED


def test_a_slot_made_for_a_root_of_ones_own_is_noticed(window, clerk, handler):
    """Somebody seals a root that he knows: the store would be written under his key."""
    window.enrol(clerk)
    slots = decoded(window.path.read_bytes()).slots
    certificate = handler.certificate("9D")
    suite, ct = slots.sealed(bytes(32), "card", certificate)
    own = replace(slots.cards[0], cert=certificate, suite=suite, ct=ct)
    mac = json.loads(window.path.read_text())["mac"]
    forged = slots.with_card(own).encoded(bytes(32))
    window.path.write_bytes(forged[: forged.index(b',"mac"')] + f',"mac":"{mac}"}}'.encode())
    assert problem(window.vault.open, handler) is VaultProblem.ALTERED


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c["slots"][0].update(person="p0999"),
        lambda c: c["slots"][0].update(by="another event"),
        lambda c: c["slots"].append(dict(c["slots"][0], person="p0999")),
        lambda c: c.update(dev="d-339901-04"),
        lambda c: c.update(mac=flip(c["mac"])),
        lambda c: c.update(extra=1),
    ],
)
def test_altered_file_is_noticed_by_its_mac(window, clerk, change):
    window.enrol(clerk)

    def mac_last(content):
        change(content)
        content["mac"] = content.pop("mac")

    rewrite(window, mac_last)
    assert problem(window.vault.open, clerk) is VaultProblem.ALTERED


def test_white_space_alone_is_an_altered_file(window, clerk):
    window.enrol(clerk)
    window.path.write_bytes(b" " + window.path.read_bytes())
    assert problem(window.vault.open, clerk) is VaultProblem.ALTERED


def test_another_generation_in_the_file_is_noticed(window, clerk):
    window.enrol(clerk)
    rewrite(window, lambda c: c.update(gen=2))
    assert problem(window.vault.open, clerk) is VaultProblem.SLOT_ALTERED


def test_a_slot_of_the_old_generation_does_not_open_in_the_new_file(window, clerk, handler):
    window.enrol(clerk)
    window.add(clerk, handler)
    old = json.loads(window.path.read_text())["slots"][1]
    window.vault.remove(clerk, "p0103", window.store.rekey)
    rewrite(window, lambda c: c["slots"].append(old))
    assert problem(window.vault.open, handler) is VaultProblem.SLOT_ALTERED


def test_the_old_file_put_back_opens_no_store(window, clerk, handler):
    window.enrol(clerk)
    window.add(clerk, handler)
    old = window.path.read_bytes()
    window.vault.remove(clerk, "p0103", window.store.rekey)
    window.path.write_bytes(old)
    assert not window.store.fits(window.vault.open(handler))


def test_a_slot_moved_to_another_window_does_not_open(window, clerk, tmp_path_factory):
    window.enrol(clerk)
    slot = json.loads(window.path.read_text())["slots"][0]
    other = type(window)(tmp_path_factory.mktemp("other"))
    other.enrol(clerk)
    rewrite(other, lambda c: c.update(slots=[slot]))
    assert problem(other.vault.open, clerk) is VaultProblem.SLOT_ALTERED


def test_point_off_the_curve_in_a_slot_never_reaches_the_card(window, clerk):
    window.enrol(clerk)
    bad = b64u_encode(b"\x04" + b"\x01" * 64 + bytes(48))
    rewrite(window, lambda c: c["slots"][0].update(ct=bad))
    assert problem(window.vault.open, clerk) is VaultProblem.BAD_POINT
    assert clerk.asked == []


def test_a_recovery_share_does_not_pass_for_a_card_slot(window, clerk, administrators):
    window.enrol(clerk)
    window.vault.add_recovery(clerk, tuple(card.certificate("9D") for card in administrators))
    content = json.loads(window.path.read_text())
    share = next(slot for slot in content["slots"] if slot["kind"] == "rec")
    stolen = dict(content["slots"][0], cert=share["certs"][0], ct=share["ct"][0])
    rewrite(window, lambda c: c["slots"].append(stolen))
    assert problem(window.vault.open, administrators[0]) is VaultProblem.SLOT_ALTERED


# ---------------------------------------------------------------- removal and crashes


def test_removal_changes_every_key_and_shuts_the_person_out(window, clerk, handler, administrators):
    before = window.enrol(clerk)
    window.add(clerk, handler)
    window.vault.add_recovery(clerk, tuple(card.certificate("9D") for card in administrators))
    after = window.vault.remove(clerk, "p0103", window.store.rekey)
    assert window.store.rekeyed == [(before, after)]
    for key in fields(StoreKeys):
        assert getattr(before, key.name) != getattr(after, key.name)
    assert window.vault.generation() == 2
    assert window.vault.open(clerk) == after
    assert problem(window.vault.open, handler) is VaultProblem.NO_SLOT
    assert len(window.vault.recovery_slots()) == 3
    assert not window.next.exists()


def test_nobody_removes_himself_or_somebody_who_is_not_there(window, clerk, handler):
    window.enrol(clerk)
    window.add(clerk, handler)
    asked = (clerk, "p0102", window.store.rekey)
    assert problem(window.vault.remove, *asked) is VaultProblem.LAST_SLOT
    asked = (clerk, "p0999", window.store.rekey)
    assert problem(window.vault.remove, *asked) is VaultProblem.NO_SLOT


def crash(window, call, *args) -> None:
    with pytest.raises(OSError):  # noqa: PT011 - the store's own error, passed through
        call(*args)
    assert window.next.exists()


def test_crash_before_the_store_was_rekeyed_keeps_the_old_generation(window, clerk, handler):
    keys = window.enrol(clerk)
    window.add(clerk, handler)
    window.store.fail_before = True
    crash(window, window.vault.remove, clerk, "p0103", window.store.rekey)
    assert window.vault.open(handler) == keys
    assert not window.next.exists()
    assert window.vault.generation() == 1


def test_crash_after_the_store_was_rekeyed_goes_on_with_the_new_generation(window, clerk, handler):
    window.enrol(clerk)
    window.add(clerk, handler)
    window.store.fail_after = True
    crash(window, window.vault.remove, clerk, "p0103", window.store.rekey)
    assert problem(window.vault.open, handler) is VaultProblem.NO_SLOT
    assert window.store.fits(window.vault.open(clerk))
    assert not window.next.exists()
    assert window.vault.generation() == 2


def test_when_neither_generation_fits_the_store_it_is_said(window, clerk, handler):
    window.enrol(clerk)
    window.add(clerk, handler)
    window.store.fail_after = True
    crash(window, window.vault.remove, clerk, "p0103", window.store.rekey)
    window.store.db = b"another store's"
    assert problem(window.vault.open, clerk) is VaultProblem.NO_FIT


def test_an_altered_next_file_is_noticed(window, clerk, handler):
    window.enrol(clerk)
    window.add(clerk, handler)
    window.store.fail_after = True
    crash(window, window.vault.remove, clerk, "p0103", window.store.rekey)
    window.next.write_bytes(b"{}")
    assert problem(window.vault.open, clerk) is VaultProblem.MALFORMED


def test_generations_are_counted_without_end_of_their_field():
    assert Slots(bytes(16), "d", 2**32 - 1).info("card", b"")[29:33] == b"\xff" * 4


def test_a_disk_that_says_no_is_told_and_the_slots_stay(window, clerk, handler, monkeypatch):
    keys = window.enrol(clerk)

    def full(_handle):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(Failure, match=r"store\.disk_full"):
            window.add(clerk, handler)
    assert window.vault.open(clerk) == keys
    assert window.vault.people() == (clerk.person,)
    (window.folder / "slots.json").unlink()
    (window.folder / "slots.json").mkdir()
    with pytest.raises(Failure, match=r"store\.disk_error"):
        window.vault.certificates()
