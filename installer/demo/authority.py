"""Make the demonstration's authority in a folder: CA, cards, server keys, seals, roster.

    FOLDER/ca.pem ca.key.pem ca.crl.pem     the authority that windows and centre trust
           foreign-ca.pem                   another one, which they do not
           tls/centre.pem centre.key.pem    the centre's certificate for 127.0.0.1 and localhost
           tls/tsa.pem tsa.key.pem          the time stamp authority's (RFC 3161)
           keys/{log,anchor,lease,event}.pem
           cards/<name>.json                see client.card.cardfile
           cards/deck.json                  the order in which the demonstration shows them
           seals/<department>.png
           roster.json                      halls, departments, people, grants, seal holders

    python -m installer.demo.authority FOLDER

Everything in it is readable by whoever reads the folder: fit for a demonstration, for nothing
else. The keys of a real authority are born on cards and never leave them.
"""

from __future__ import annotations

import base64
import json
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from client.card.cardfile import SLOTS, CardFile, SlotFile
from client.practice.issuer import (
    DAY,
    TWO_YEARS,
    Holder,
    Issuer,
    Key,
    cert_pem,
    key_pem,
    new_key,
    usage,
)
from client.practice.seals import draw_seal
from installer.demo import people

if TYPE_CHECKING:
    from collections.abc import Mapping

SERVER_KEYS = ("log", "anchor", "lease", "event")
PIN = "123456"
PUK = "12345678"
FONT = Path(__file__).parents[2] / "resources" / "fonts" / "NotoSansSC-Regular.ttf"

_ORGANISATION = "云岭县政务服务(演示)"


@dataclass(frozen=True, slots=True)
class Authority:
    """Where everything lies; names of cards and departments as in installer.demo.people.

    `refused_cards` are those that a window must turn away, each for a reason of its own:
    expired, revoked, foreign (another CA), blocked (no tries left), bus (not our kind of card).
    """

    folder: Path
    ca: Path
    ca_key: Path
    crl: Path
    tls_certificate: Path
    tls_key: Path
    tsa_certificate: Path
    tsa_key: Path
    server_keys: Mapping[str, Path]
    cards: Mapping[str, Path]
    deck: Path
    refused_cards: Mapping[str, Path]
    seals: Mapping[str, Path]
    roster: Path


# Name, and the role under which it is shown.
_REFUSED = {
    "expired": "window_clerk",
    "revoked": "window_clerk",
    "foreign": "window_clerk",
    "blocked": "window_clerk",
    "bus": "applicant",
}


def authority_in(folder: Path) -> Authority:
    """Name the files of an authority that make_authority made in this folder; reads nothing."""
    cards = folder / "cards"
    return Authority(
        folder=folder,
        ca=folder / "ca.pem",
        ca_key=folder / "ca.key.pem",
        crl=folder / "ca.crl.pem",
        tls_certificate=folder / "tls" / "centre.pem",
        tls_key=folder / "tls" / "centre.key.pem",
        tsa_certificate=folder / "tls" / "tsa.pem",
        tsa_key=folder / "tls" / "tsa.key.pem",
        server_keys={use: folder / "keys" / f"{use}.pem" for use in SERVER_KEYS},
        cards={w.card: cards / f"{w.card}.json" for w in people.PEOPLE if w.card not in _REFUSED},
        deck=cards / "deck.json",
        refused_cards={name: cards / f"{name}.json" for name in _REFUSED},
        seals={d.code: folder / "seals" / f"{d.code}.png" for d in people.DEPARTMENTS if d.decides},
        roster=folder / "roster.json",
    )


def make_authority(folder: Path, now: datetime) -> Authority:
    """Make everything anew; what lay there before is replaced.

    Args:
        folder: made if missing.
        now: aware; certificates hold from the day before to two years after.
    """
    authority = authority_in(folder)
    for sub in ("tls", "keys", "cards", "seals"):
        (folder / sub).mkdir(parents=True, exist_ok=True)
    issuer = _Issuer("云岭县演示证书机构", now)
    stranger = _Issuer("邻县演示证书机构", now)
    certs = {worker.card: _make_card(authority, issuer, worker) for worker in people.PEOPLE}
    _make_strangers(authority, stranger)
    _write(authority.ca, cert_pem(issuer.certificate))
    _write(authority.ca_key, key_pem(issuer.key))
    _write(authority.crl, issuer.crlkey_pem())
    _write(folder / "foreign-ca.pem", cert_pem(stranger.certificate))
    for path in authority.server_keys.values():
        _write(path, key_pem(new_key()))
    key = new_key()
    _write(authority.tls_certificate, cert_pem(issuer.server_certificate(key)))
    _write(authority.tls_key, key_pem(key))
    key = new_key()
    _write(authority.tsa_certificate, cert_pem(issuer.tsa_certificate(key)))
    _write(authority.tsa_key, key_pem(key))
    _draw_seals(authority)
    _write(authority.roster, _roster(certs, now))
    _write(authority.deck, _deck())
    return authority


class _Issuer(Issuer):
    """A certificate authority that serves, tells the time and remembers what it revoked."""

    def __init__(self, name: str, now: datetime) -> None:
        super().__init__(name, _ORGANISATION, now)
        self._revoked: list[x509.RevokedCertificate] = []

    def server_certificate(self, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
        names = [x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))]
        # TLS is judged by the machine's own clock, from which a demonstration's may be years off.
        start, end = self.now - 4 * TWO_YEARS, self.now + 4 * TWO_YEARS
        return (
            self.builder(key, self.subject("localhost"), start, end)
            .add_extension(usage(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(self.key, hashes.SHA256())
        )

    def tsa_certificate(self, key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
        """Issue for a time stamp authority: for that alone (RFC 3161 §2.3)."""
        name = self.subject("云岭县演示时间戳")
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        return (
            self.builder(key, name, self.now - DAY, self.now + TWO_YEARS)
            .add_extension(usage(digital_signature=True), critical=True)
            .add_extension(purpose, critical=True)
            .sign(self.key, hashes.SHA256())
        )

    def revoke(self, certificate: x509.Certificate) -> None:
        self._revoked.append(
            x509.RevokedCertificateBuilder()
            .serial_number(certificate.serial_number)
            .revocation_date(self.now - timedelta(hours=1))
            .add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
            .build()
        )

    def crlkey_pem(self) -> str:
        """Sign the list; it holds for a year, for a demonstration may set its clock ahead."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(self.now - timedelta(hours=1))
            .next_update(self.now + timedelta(days=365))
            .add_extension(x509.CRLNumber(1), critical=False)
        )
        for entry in self._revoked:
            builder = builder.add_revoked_certificate(entry)
        signed = builder.sign(self.key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM).decode()


def _make_card(authority: Authority, issuer: _Issuer, worker: people.Worker) -> dict[str, str]:
    """Write one person's card; return its certificates as base64url DER for the roster."""
    keys: dict[str, Key] = {slot: new_key() for slot in SLOTS}
    if worker.card == "rsa":
        keys["9C"] = rsa.generate_private_key(65537, 2048)
    # Other tools judge by the machine's clock: a demonstration's day may lie beyond a holiday.
    start = issuer.now - 30 * DAY
    if worker.card == "expired":
        start -= TWO_YEARS
    certs = {
        s: issuer.card_certificate(key, s, _holder(worker), from_=start) for s, key in keys.items()
    }
    if worker.card == "revoked":
        for certificate in certs.values():
            issuer.revoke(certificate)
    path = {**authority.cards, **authority.refused_cards}[worker.card]
    _save_card(path, worker, keys, certs, pin_tries=0 if worker.card == "blocked" else 3)
    return {slot: _b64u(c.public_bytes(serialization.Encoding.DER)) for slot, c in certs.items()}


def _holder(worker: people.Worker) -> Holder:
    named = (d.name for d in people.DEPARTMENTS if d.code == worker.department)
    return Holder(worker.name, worker.person, next(named, None))


def _make_strangers(authority: Authority, stranger: _Issuer) -> None:
    """Write a card that another authority made for our clerk's name, and a bus card."""
    clerk = next(worker for worker in people.PEOPLE if worker.card == "clerk")
    keys: dict[str, Key] = {slot: new_key() for slot in SLOTS}
    certs = {
        slot: stranger.card_certificate(key, slot, _holder(clerk)) for slot, key in keys.items()
    }
    _save_card(authority.refused_cards["foreign"], clerk, keys, certs)
    CardFile("公交卡", "", "", "", {}, path=authority.refused_cards["bus"]).save()


def _save_card(
    path: Path,
    worker: people.Worker,
    keys: Mapping[str, Key],
    certs: Mapping[str, x509.Certificate],
    pin_tries: int = 3,
) -> None:
    slots = {slot: SlotFile(key_pem(key), cert_pem(certs[slot])) for slot, key in keys.items()}
    card = CardFile(worker.name, worker.person, PIN, PUK, slots, pin_tries=pin_tries, path=path)
    card.save()


def _draw_seals(authority: Authority) -> None:
    font = FONT if FONT.exists() else None
    for department in people.DEPARTMENTS:
        if department.decides:
            png = draw_seal(department.name, "行政审批专用章", font)
            authority.seals[department.code].write_bytes(png)


def _roster(certs: Mapping[str, Mapping[str, str]], now: datetime) -> str:
    """Return what load-sample turns into policy events; moments in ms UTC."""
    halls = {d.code: d.hall for d in people.DEPARTMENTS}
    content = {
        "centre": people.CENTRE,
        "name": people.CENTRE_NAME,
        "halls": [{"code": code, "name": name} for code, name in people.HALLS.items()],
        "departments": [asdict(d) for d in people.DEPARTMENTS],
        "administrators": [w.person for w in people.PEOPLE if w.card in people.ADMINISTRATORS],
        "seals": [
            {
                "id": f"seal-{d.hall}-{d.code}",
                "department": d.code,
                "file": f"seals/{d.code}.png",
                "holder": people.SEAL_HOLDERS.get(d.code),
            }
            for d in people.DEPARTMENTS
            if d.decides
        ],
        "grants_from": _ms(now - DAY),
        "grants_to": _ms(now + TWO_YEARS),
        "people": [
            {
                "card": w.card,
                "person": w.person,
                "name": w.name,
                "department": w.department,
                "hall": halls[w.department],
                "roles": list(w.roles),
                "scopes": list(w.scopes),
                "powers": list(w.powers),
                "items": "*",
                "certs": dict(certs[w.card]),
                "phone": w.phone,
            }
            for w in people.PEOPLE
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1)


def _deck() -> str:
    """Return the cards in the order of a case's way through the hall, the bad ones last."""
    good = [(w.card, w.roles[0]) for w in people.PEOPLE if w.card not in _REFUSED]
    order = [{"name": name, "role": role} for name, role in (*good, *_REFUSED.items())]
    return json.dumps(order, indent=1)


def _b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)


def main(arguments: list[str]) -> int:
    """Make an authority in the folder named on the command line, as of this moment."""
    if len(arguments) != 1:
        print("usage: python -m installer.demo.authority FOLDER", file=sys.stderr)
        return 2
    authority = make_authority(Path(arguments[0]), datetime.now(UTC))
    for name, path in {**authority.cards, **authority.refused_cards}.items():
        print(f"{name:11}{path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
