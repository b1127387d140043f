"""The first events of a real centre: who it is, whose certificates count, what law gives.

Data in, bodies out, as in sample. A founding file names the centre, the authorities whose cards
count, and two administrators or more with their cards' certificates; everything after that is put
in force by the commands of every day.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from sync.domain.failures import Failure
from sync.protocol.codec import b64u_encode
from sync.server.sample import jwk_members, shipped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sync.server.sample import Event
    from sync.server.services.record.keys import ServerKeys

_SLOTS = ("9A", "9C", "9D")
_LEAST = 2


def founding(file: Mapping[str, Any], folder: Path, keys: ServerKeys) -> list[Event]:
    """Return the events that found a centre.

    Args:
        file: {"centre", "name", "authorities": [PEM file], "administrators": [{"person", "name",
            "certificates": {"9A", "9C", "9D": PEM file}}]}; files beside it.
        folder: where those files lie.
        keys: the centre's own.

    Raises:
        Failure: centre.founding when a member is missing or there are fewer than two
            administrators; centre.certificate_file.
    """
    try:
        people = [_person(entry, folder) for entry in file["administrators"]]
        genesis = {
            "aud": str(file["centre"]),
            "name": str(file["name"]),
            "cas": [_certificate(folder / str(name)) for name in file["authorities"]],
            "admins": people,
            "keys": jwk_members(keys),
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise Failure("centre.founding") from error
    if len({entry["person"] for entry in people}) < _LEAST or not genesis["cas"]:
        raise Failure("centre.founding")
    recovery = [entry["certs"]["9D"] for entry in people]
    rosters: list[Event] = [("roster", entry) for entry in people]
    return [("genesis", genesis), *rosters, ("recovery", {"certs": recovery}), *_of_law()]


def _of_law() -> Iterator[Event]:
    for body in shipped("calendars"):
        yield "calendar", body
    for shelf in shipped("schemes"):
        for body in shelf["schemes"]:
            yield "scheme", body


def _person(entry: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    certificates = entry["certificates"]
    return {
        "person": str(entry["person"]),
        "name": str(entry["name"]),
        "certs": {slot: _certificate(folder / str(certificates[slot])) for slot in _SLOTS},
    }


def _certificate(path: Path) -> str:
    try:
        found = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise Failure("centre.certificate_file", file=path.name) from error
    return b64u_encode(found.public_bytes(serialization.Encoding.DER))
