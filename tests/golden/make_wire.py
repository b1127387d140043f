"""Write a golden file of the wire as it is today: `python -m tests.golden.make_wire`.

A file, once committed, is never written again: every later version must still read it. Make a new
one when `sync.protocol.version.CURRENT` is raised; the test reads all of them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sync.proof import anchors, checkcode
from sync.proof.acts import make_act
from sync.proof.events import make_event
from sync.proof.jws import body_hash, hash_text, raw_text
from sync.proof.keys import new_bytes
from sync.proof.lease import make_lease, seal_kcc
from sync.proof.outcomes import outcome_leaf, sign_tree_head, write_outcome
from sync.proof.tokens import Nonces, Request, make_proof
from sync.proof.tree import MemoryTree, consistency_proof, inclusion_proof
from sync.protocol.codec import b64u_encode, write_message
from sync.protocol.messages import PushAnswer, PushRequest, PushResult
from sync.protocol.records import (
    AnchorRequest,
    Block,
    LateClaim,
    Lease,
    LeasePerson,
    Maxima,
    Outcome,
    PolicySize,
    Receipt,
    Record,
    write_form,
)
from sync.protocol.version import CURRENT
from tests.helpers.pki import NOW
from tests.helpers.world import AUD, DEV, HOUR, SCOPE, World, ms, text32

FOLDER = Path(__file__).parent / "wire"


def triple(record: Record) -> list[str | None]:
    """Return a record as the file holds it."""
    return [record.jws, record.body, record.act]


def events(world: World) -> tuple[dict[str, Any], list[Record]]:
    """Return a session: its opening, a late step, a decision with the card's act."""
    login, key, opening = world.opened(world.clerk)
    kid = hash_text(login.dlg)
    late = LateClaim(ms(NOW) - HOUR, "line_down")
    claim = world.event(login, key, "claim", {"text": "𠮷野家·買買提", "fee": 12_050}, late=late)
    shown = "准予 食品经营许可"
    draft = world.draft("grant", {"text": "准予", "shown": shown}, cprev=hash_text(claim.jws))
    act = make_act(draft, kid, shown, world.clerk.x5t("9C"), world.clerk.keys["9C"])
    records = [opening, claim, make_event(draft, kid, key, act)]
    kept = [
        {"record": triple(record), "hash": hash_text(record.jws), "raw": raw_text(record.jws)}
        for record in records
    ]
    return {"kid": kid, "login": login.body(), "shown": shown, "events": kept}, records


def log(world: World, records: list[Record]) -> tuple[dict[str, Any], Receipt]:
    """Return a scope's outcomes with heads, a receipt and a proof of growth."""
    tree, key, outcomes = MemoryTree(), world.server["log"], []
    heads = []
    for n, record in enumerate(records, 1):
        outcome = Outcome(
            aud=AUD, scope=SCOPE, n=n, eh=hash_text(record.jws), er=raw_text(record.jws),
            body=body_hash(record.body), person="p0103",
            verdict="refused" if n == 2 else "accepted", code="late_record" if n == 2 else None,
            recv=ms(NOW) + n, lo=ms(NOW), hi=ms(NOW) + n, counted=ms(NOW) + n,
            due=ms(NOW) + HOUR, pol=world.trust.size,
        )  # fmt: skip
        outcomes.append(write_outcome(outcome))
        tree.append(outcome_leaf(outcomes[-1]))
        heads.append(sign_tree_head(tree.frontier, AUD, SCOPE, ms(NOW) + n, key, key.thumbprint))
    path = [b64u_encode(step) for step in inclusion_proof(tree.node, 1, 3)]
    growth = [b64u_encode(step) for step in consistency_proof(tree.node, 1, 3)]
    receipt = Receipt(outcomes[1], 1, path, heads[2])
    kept = {"outcomes": outcomes, "heads": heads, "receipt": write_form(receipt), "growth": growth}
    return kept, receipt


def time_and_lease(world: World, session_key_kid: str) -> dict[str, Any]:
    """Return an anchor with its request, and a lease that answers it."""
    place, device = world.place, world.device
    request = AnchorRequest(
        aud=AUD, n=b64u_encode(new_bytes(16)), dev=DEV, inc=0, seq=place.seq, head=place.hash,
        boot="b0075e55", dt=None,
    )  # fmt: skip
    anchor_key, lease_key, kcc = world.server["anchor"], world.server["lease"], new_bytes(32)
    name = "0193a8f0-0000-7000-8000-000000000001"
    clerk = LeasePerson(
        person="p0103", x5t=[world.clerk.x5t("9A")], roles=["window_clerk"], scopes=[SCOPE],
        items=["scjg-001"], until=ms(NOW) + 8 * HOUR,
    )  # fmt: skip
    lease = Lease(
        aud=AUD, id=name, prev=None, dev=DEV, inc=0, djk=device.thumbprint, seq=place.seq,
        head=place.hash, t=ms(NOW), nbf=ms(NOW), exp=ms(NOW) + 24 * HOUR, persons=[clerk],
        blocks=[Block("case", 1, 200)], max=Maxima(accept=50, decide=20, certificate=20),
        pol=PolicySize(world.trust.size, text32()), cat="2026.1", cal="2026", crl=[], revoked=[],
        kcc=seal_kcc(kcc, device.public, AUD, name, DEV), n=request.n,
    )  # fmt: skip
    return {
        "request": anchors.make_request(request, session_key_kid, device),
        "anchor": anchors.answer(request, ms(NOW), anchor_key, anchor_key.thumbprint),
        "lease": make_lease(lease, lease_key, lease_key.thumbprint),
        "device_key": b64u_encode(device.to_pkcs8()),
        "kcc": b64u_encode(kcc),
        "case": "20260303-339901-00001-5",
        "check_code": checkcode.check_code(kcc, "20260303-339901-00001-5"),
    }


def main() -> None:
    """Write today's file, unless it is there."""
    target = FOLDER / f"{CURRENT}.json"
    world = World()
    session, records = events(world)
    scope, receipt = log(world, records)
    secret, token = new_bytes(32), text32()
    body = write_message(PushRequest(events=records, heads={SCOPE: 1}))
    request = Request("POST", "https://centre.example/v1/push", body, token)
    nonce = Nonces(secret).make(ms(NOW))
    answer = PushAnswer(
        results=[
            PushResult(id=None, verdict="rejected", code="proof.chain_gap", expect=2),
            PushResult(id=None, verdict="refused", code="late_record", receipt=receipt),
        ]
    )
    content = {
        "wire": CURRENT,
        "now": ms(NOW),
        "genesis": world.trust.genesis,
        "policy": [triple(record) for record in world.log],
        "session": session,
        "scope": scope,
        "time": time_and_lease(world, world.device.thumbprint),
        "request": {
            "body": body.decode(),
            "answer": write_message(answer).decode(),
            "token": token,
            "secret": b64u_encode(secret),
            "proof": make_proof(request, nonce, "j" * 22, 1, world.device, world.device.jwk),
        },
    }
    with target.open("x", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
