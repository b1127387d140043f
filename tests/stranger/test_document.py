"""The protocol's page says what the golden file holds, and names every route that there is."""

import base64
import hashlib
import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "PROTOCOL.md").read_text(encoding="utf-8")
GOLDEN = json.loads((ROOT / "tests" / "golden" / "wire" / "2026-11-22.json").read_text("utf-8"))


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def digest(text):
    return b64u(hashlib.sha256(text.encode()).digest())


def parts(jws):
    header, payload, signature = jws.split(".")
    texts = [base64.urlsafe_b64decode(part + "===").decode() for part in (header, payload)]
    return [*texts, f"{header}.{payload}", signature]


def test_the_worked_examples_are_the_golden_files():
    jws, body, _ = GOLDEN["session"]["events"][1]["record"]
    act = GOLDEN["session"]["events"][2]["record"][2]
    receipt, proof = GOLDEN["scope"]["receipt"], GOLDEN["request"]["proof"]
    header, payload, signed, signature = parts(jws)
    leaf = hashlib.sha256(b"\0" + receipt["outcome"].encode()).digest()
    expected = {
        "header": header,
        "payload": payload,
        "signed": signed,
        "sig": signature,
        "bodytext": body,
        "body": digest(body),
        "hash": digest(signed),
        "raw": digest(jws),
        "actheader": parts(act)[0],
        "actpayload": parts(act)[1],
        "sum": digest(GOLDEN["session"]["shown"]),
        "actraw": digest(act),
        "outcome": receipt["outcome"],
        "leaf": b64u(leaf),
        "path0": receipt["path"][0],
        "path1": receipt["path"][1],
        "head": parts(receipt["sth"])[1],
        "dpopheader": parts(proof)[0],
        "dpoppayload": parts(proof)[1],
        "bh": digest(GOLDEN["request"]["body"]),
        "ath": digest(GOLDEN["request"]["token"]),
    }
    section = PAGE.partition("## 15. Worked examples")[2]
    blocks = re.findall(r"```text\n(.*?)```", section, re.DOTALL)
    lines = [line.split(maxsplit=1) for block in blocks for line in block.splitlines()]
    assert dict(lines) == expected
    assert f"`{GOLDEN['time']['check_code']}`" in section
    assert json.loads(payload)["body"] == expected["body"]
    assert json.loads(parts(act)[1])["sum"] == expected["sum"]


def test_every_route_stands_in_its_page():
    published = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    routes = {
        (method.upper(), path.replace("{number}", "{case}"))
        for path, methods in published["paths"].items()
        for method in methods
    }
    departments = (ROOT / "docs" / "DEPARTMENTS.md").read_text(encoding="utf-8")
    told = r"^\| (GET|POST|PUT) ((?:/departments|/levels)?/v1/\S+) \|"
    pages = (PAGE + departments).replace("{number}", "{case}")
    assert set(re.findall(told, pages, re.MULTILINE)) == routes
