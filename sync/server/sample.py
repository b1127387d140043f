"""The sample: what an authority's folder and the product's resources say, as policy events.

Data in, bodies out; administration signs and logs them.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from sync.domain.failures import Failure
from sync.protocol.codec import b64u_encode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sync.proof.keys import SoftwareKey
    from sync.server.services.record.keys import ServerKeys

Event = tuple[str, dict[str, Any]]


class Sample:
    """One authority's folder, as the demonstration makes it."""

    def __init__(self, folder: Path) -> None:
        """Read roster.json.

        Raises:
            Failure: centre.authority_missing.
        """
        self.folder = folder
        try:
            self._roster = json.loads((folder / "roster.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Failure("centre.authority_missing", folder=str(folder)) from error
        self._people = {entry["person"]: entry for entry in self._roster["people"]}

    @property
    def centre(self) -> str:
        """Return the centre's id."""
        return str(self._roster["centre"])

    def administrator_cards(self) -> tuple[Path, Path]:
        """Return the card files of the first two administrators."""
        first, second = (
            self.folder / "cards" / f"{self._people[person]['card']}.json"
            for person in self._roster["administrators"][:2]
        )
        return first, second

    def events(self, keys: ServerKeys) -> Iterator[Event]:
        """Yield every policy event of the sample, in order."""
        yield "genesis", self._genesis(keys)
        yield from self._offices()
        yield from self._persons()
        yield from self._rules()
        yield from self._seals()
        yield from self._systems()
        yield "recovery", {"certs": self._recovery()}

    def _genesis(self, keys: ServerKeys) -> dict[str, Any]:
        admins = [self._people[person] for person in self._roster["administrators"]]
        return {
            "aud": self.centre,
            "name": self._roster["name"],
            "cas": [_der_text((self.folder / "ca.pem").read_bytes())],
            "admins": [_person(entry) for entry in admins],
            "keys": jwk_members(keys),
        }

    def _offices(self) -> Iterator[Event]:
        offices = _resource("catalogue", "yunling-offices.json")
        for hall in offices["halls"]:
            yield "hall", hall
        known = {department["code"] for department in offices["departments"]}
        for department in offices["departments"]:
            yield "department", department
        for department in self._roster["departments"]:
            if department["code"] not in known:
                yield "department", {**department, "calendar": "cn"}

    def _persons(self) -> Iterator[Event]:
        for entry in self._people.values():
            yield "roster", _person(entry)
        for entry in self._people.values():
            yield (
                "grant",
                {
                    "id": f"g-{entry['person']}-1",
                    "person": entry["person"],
                    "roles": entry["roles"],
                    "scopes": entry["scopes"],
                    "powers": entry["powers"],
                    "items": entry["items"],
                    "from": self._roster["grants_from"],
                    "to": self._roster["grants_to"],
                },
            )

    def _rules(self) -> Iterator[Event]:
        for body in shipped("calendars"):
            yield "calendar", body
        for shelf in shipped("schemes"):
            for body in shelf["schemes"]:
                yield "scheme", body
        yield "catalogue", _resource("catalogue", "yunling.json")

    def _seals(self) -> Iterator[Event]:
        for seal in self._roster["seals"]:
            png = (self.folder / seal["file"]).read_bytes()
            yield (
                "seal",
                {
                    "id": seal["id"],
                    "department": seal["department"],
                    "png": b64u_encode(png),
                    "holder": seal["holder"] or "-",
                },
            )

    def _systems(self) -> Iterator[Event]:
        """Yield the departments' systems that lie beside the cards, if any do."""
        for path in sorted((self.folder / "systems").glob("*.json")):
            yield "system", json.loads(path.read_text("utf-8"))

    def _recovery(self) -> list[str]:
        return [self._people[p]["certs"]["9D"] for p in self._roster["administrators"]]


def _person(entry: dict[str, Any]) -> dict[str, Any]:
    known = ("person", "name", "department", "hall", "certs", "phone")
    return {name: entry[name] for name in known if entry.get(name)}


def jwk_members(keys: ServerKeys) -> dict[str, dict[str, str]]:
    """Return the centre's public keys by use, as its genesis names them."""
    uses = {"log": keys.log, "anchor": keys.anchor, "lease": keys.lease, "event": keys.event}
    return {use: _jwk(key) for use, key in uses.items()}


def _jwk(key: SoftwareKey) -> dict[str, str]:
    jwk = key.jwk
    return {"kty": jwk.kty, "crv": jwk.crv, "x": jwk.x, "y": jwk.y}


def _der_text(pem: bytes) -> str:
    certificate = x509.load_pem_x509_certificate(pem)
    der = certificate.public_bytes(serialization.Encoding.DER)
    return b64u_encode(der)


def _resource(folder: str, name: str) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((files("resources") / folder / name).read_bytes())
    return body


def shipped(folder: str) -> Iterator[dict[str, Any]]:
    """Yield what the product ships in a folder of its resources, by name."""
    entries = (files("resources") / folder).iterdir()
    for entry in sorted(entries, key=lambda each: each.name):
        if entry.name.endswith(".json"):
            yield _resource(folder, entry.name)
