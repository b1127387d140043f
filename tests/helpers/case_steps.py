"""The main job as a hand-made window says it: one body for every step of a food licence."""

from __future__ import annotations

from typing import Any

ITEM = "scjg-02"
MATERIALS = ("application", "business_licence", "layout", "rules", "staff")
SHA = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def paper(kind: str, no: str = "1") -> dict[str, Any]:
    """Return a paper as a body names it."""
    return {"kind": kind, "no": no, "sha256": SHA, "size": 4096}


def preregister(**changes: Any) -> dict[str, Any]:
    """Return the registration of a food licence."""
    body: dict[str, Any] = {
        "applicant": {
            "kind": "person",
            "id_kind": "resident_id",
            "id_no": "110105199001010010",
            "name": "古丽·阿依",
            "phone": "13800000000",
        },
        "agent": None,
        "item": ITEM,
        "item_version": 1,
        "catalogue": "yunling-2026.1",
        "calendar": "2024-2026.1",
        "project": None,
        "fast_track": False,
    }
    return body | changes


def given(*codes: str) -> list[dict[str, Any]]:
    """Return materials handed in on paper."""
    return [{"code": code, "attachments": [], "original": True} for code in codes]


def receive(*codes: str) -> dict[str, Any]:
    """Return the receipt of materials; all of them by default."""
    return {
        "materials": given(*(codes or MATERIALS)),
        "channel": "window",
        "paper": paper("receipt"),
    }


def accept() -> dict[str, Any]:
    """Return the acceptance."""
    return {"paper": paper("acceptance")}


def handle() -> dict[str, Any]:
    """Return the handler's opinion."""
    return {"opinion": "agree", "text": "材料齐全,符合条件"}


def review() -> dict[str, Any]:
    """Return the reviewer's opinion."""
    return {"level": 1, "opinion": "agree", "text": "同意"}


def grant() -> dict[str, Any]:
    """Return the decision; it needs the card."""
    return {"text": "准予许可", "paper": paper("decision")}


def make(serial: str) -> dict[str, Any]:
    """Return the making of the certificate."""
    certificate = {"id": "AAAAAAAAAAAAAAAAAAAAAA", "template": "food-licence"}
    return {"serial": serial, "certificate": {**certificate, "template_version": "1"}}


def seal_intent(serial: str) -> dict[str, Any]:
    """Return the intent to seal; it needs the card."""
    return {"serial": serial, "digest": SHA, "seal": "seal-339901-scjg"}


def seal(serial: str) -> dict[str, Any]:
    """Return the sealing; it needs the card."""
    return {
        "serial": serial,
        "document": {"sha256": SHA, "size": 90_000, "type": "application/pdf"},
        "seal": {"id": "seal-339901-scjg", "counter": 1},
    }


def receiver() -> dict[str, Any]:
    """Return who takes the certificate."""
    return {"name": "古丽·阿依", "id_no": "110105199001010010", "relation": "self"}


def issue(serial: str) -> dict[str, Any]:
    """Return the issue."""
    return {"serial": serial, "receiver": receiver(), "paper": paper("delivery")}


def sign_for() -> dict[str, Any]:
    """Return the signature for it."""
    return {"receiver": receiver(), "proof": {"kind": "signature"}}
