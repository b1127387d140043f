"""A department's own system in the demonstration: introduced by the sample, sends one step.

The sender is `department_sender.py`, written from docs/DEPARTMENTS.md alone (ADR 024); here it gets
a key, a certificate of the demonstration's authority, and something to say.
"""

from __future__ import annotations

import json
import ssl
from datetime import timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from client.practice.issuer import usage
from installer.demo.department_sender import Sender, key_in
from sync.protocol.codec import b64u_encode
from sync.server.clock import milliseconds

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from installer.demo.authority import Authority

SYSTEM, OFFICER, CLERK = "scjg-1", "p0105", "p0101"
FOLDER = "systems"  # of the authority's: what the sample introduces besides
_APPLICANT = {
    "kind": "person",
    "id_kind": "resident_id",
    "id_no": "110105199001010010",
    "name": "古丽娜尔·艾山",
    "phone": "13800000000",
}


_VERSIONS = {
    "catalogue": ("catalogue", "yunling.json"),
    "calendar": ("calendars", "cn-2024-2026.json"),
}


def issue_system(
    authority: Authority, now: datetime, name: str, days: int = 365
) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """Have the demonstration's authority issue a certificate for a department's system."""
    ca = x509.load_pem_x509_certificate(authority.ca.read_bytes())
    ca_key = serialization.load_pem_private_key(authority.ca_key.read_bytes(), None)
    if not isinstance(ca_key, ec.EllipticCurvePrivateKey):
        raise TypeError(authority.ca_key)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, f"system {name}"),
            x509.NameAttribute(NameOID.SERIAL_NUMBER, name),
        ]
    )
    own = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    certificate = (
        x509.CertificateBuilder(ca.subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(own, critical=False)
        .add_extension(usage(digital_signature=True), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    return key, certificate


def introduce_system(authority: Authority, now: datetime) -> None:
    """Lay the system's key and what policy says of it beside the authority, before the sample."""
    key, certificate = issue_system(authority, now, SYSTEM)
    folder = authority.folder / FOLDER
    folder.mkdir(exist_ok=True)
    der = certificate.public_bytes(serialization.Encoding.DER)
    body = {
        "id": SYSTEM,
        "name": "市场监管业务系统",
        "hall": "339901",
        "department": "scjg",
        "officer": OFFICER,
        "cert": b64u_encode(der),
        "kinds": "*",
    }
    (folder / f"{SYSTEM}.json").write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _key_of(authority).write_bytes(pem)


def open_case(authority: Authority, origin: str, now: datetime) -> tuple[str, dict[str, Any]]:
    """Have the system open a case: one step; return the number and what the centre answered.

    Blocks: not for the screen's lane.

    Args:
        authority: whose key and trust.
        origin: the centre's.
        now: the demonstration's time.
    """
    trust = ssl.create_default_context(cafile=str(authority.ca))
    with Sender(origin, key_in(_key_of(authority)), trust) as sender:
        number = sender.number()
        body = {"applicant": _APPLICANT, "agent": None, "item": "scjg-02", "item_version": 1}
        body |= {name: _version(*file) for name, file in _VERSIONS.items()}
        body |= {"project": None, "fast_track": False}
        at = milliseconds(now)
        (result,) = sender.send(sender.step("preregister", CLERK, body, case=number, at=at))
    return number, result


def _key_of(authority: Authority) -> Path:
    return authority.folder / FOLDER / f"{SYSTEM}.key.pem"


def _version(folder: str, name: str) -> str:
    shelf = json.loads((files("resources") / folder / name).read_text("utf-8"))
    return str(shelf["version"])
