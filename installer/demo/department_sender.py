"""A department's own system that sends its steps: a sample, written from docs/DEPARTMENTS.md alone.

Nothing of the product is imported, so that it can be taken along: `cryptography` for ES256 and
`httpx` for HTTPS are all that it needs. What it may send, and in what form, the page says.

    python -m installer.demo.department_sender ORIGIN CA.pem KEY.pem < steps.jsonl

One JSON object a line: {"kind", "by", "case"?, "body"?, "at"?}; a step without `case` opens a case
under a fresh number. The answer to each is one line of JSON.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import httpx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

if TYPE_CHECKING:
    from collections.abc import Callable

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_TRIES = 5
_SOON = (408, 429, 503)


class Refused(Exception):  # noqa: N818  # what the centre said, by its code
    """An answer that is not 2xx."""

    def __init__(self, status: int, code: str, details: dict[str, Any]) -> None:
        super().__init__(f"{status} {code} {details}")
        self.code, self.details = code, details


class Sender:
    """One system: its key, its chain, the newest nonce.

    Args:
        origin: the centre's public origin, e.g. "https://centre.example".
        key: P-256, of the certificate that policy names.
        trust: what the centre's certificate must lead to; None for plain HTTP on loopback.
    """

    def __init__(
        self, origin: str, key: ec.EllipticCurvePrivateKey, trust: ssl.SSLContext | None = None
    ) -> None:
        self._origin = origin.rstrip("/")
        self._key = key
        numbers = key.public_key().public_numbers()
        point = {"x": b64u(numbers.x.to_bytes(32, "big")), "y": b64u(numbers.y.to_bytes(32, "big"))}
        self._jwk = {"kty": "EC", "crv": "P-256", **point}
        # RFC 7638: members in the alphabet's order, no blanks.
        ordered = json.dumps(self._jwk, separators=(",", ":"), sort_keys=True)
        self.kid = digest(ordered.encode())
        self._nonce = ""
        own = True if trust is None else trust
        self._http = httpx.Client(verify=own, trust_env=False, timeout=30)
        self.chain: dict[str, Any] = {}
        try:
            self.aud = self._say("GET", "hello")["aud"]
            self.chain = self.ask("head", {})
        except BaseException:
            self._http.close()
            raise

    def __enter__(self) -> Self:
        """Return the sender itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()

    # ------------------------------------------------------------ asking

    def ask(self, route: str, body: dict[str, Any]) -> dict[str, Any]:
        """Ask with proof; a nonce that ran out is mended, a busy centre asked again.

        Raises:
            Refused: whatever else the centre would not do.
        """
        for tried in range(_TRIES):
            try:
                return self._say("POST", route, json.dumps(body, ensure_ascii=False).encode())
            except Refused as refused:
                if tried == _TRIES - 1 or not self._mended(refused):
                    raise
        raise AssertionError

    @staticmethod
    def _mended(refused: Refused) -> bool:
        if refused.code == "wire.rate_limited":
            time.sleep(min(int(refused.details.get("retry_after", 1)), 60))
            return True
        return refused.code == "wire.use_dpop_nonce"  # the fresh one came along

    def _say(self, method: str, route: str, body: bytes = b"") -> dict[str, Any]:
        url = f"{self._origin}/departments/v1/{route}"
        headers = {"Content-Type": "application/json"}
        if method == "POST":
            headers["DPoP"] = self._proof(method, url, body)
        answer = self._http.request(method, url, content=body, headers=headers)
        self._nonce = answer.headers.get("DPoP-Nonce", self._nonce)
        said: dict[str, Any] = answer.json()
        if not answer.is_success:
            raise Refused(answer.status_code, said["code"], said["details"])
        return said

    def _proof(self, method: str, url: str, body: bytes) -> str:
        header = {"alg": "ES256", "typ": "dpop+jwt", "jwk": self._jwk}
        said: dict[str, Any] = {"htm": method, "htu": url, "jti": b64u(secrets.token_bytes(16))}
        said |= {"iat": int(time.time()), "nonce": self._nonce, "bh": digest(body)}
        return self._signed(header, said)

    # ------------------------------------------------------------ steps

    def number(self) -> str:
        """Draw a number for a case that the department opens itself."""
        numbers: list[str] = self.ask("numbers", {"kind": "case", "count": 1})["numbers"]
        return numbers[0]

    def case(self, number: str) -> dict[str, Any]:
        """Return how a case stands; its `last` is the `cprev` of the next step."""
        return self.ask("case", {"case": number})

    def step(  # noqa: PLR0913  # what a step consists of
        self,
        kind: str,
        by: str,
        body: dict[str, Any],
        *,
        case: str,
        at: int,
        cprev: str | None = None,
        act: Callable[[dict[str, Any], str], str] | None = None,
    ) -> dict[str, Any]:
        """Make one signed step that follows the newest one of the chain.

        Keep it until it is answered: the same one again gets the same answer.

        Args:
            kind: as in docs/STEPS.md.
            by: roster id of whoever made it.
            body: the step's members.
            case: its case.
            at: when it was made, ms UTC.
            cprev: hash of the case's newest step, None where it opens the case.
            act: has the person's card sign over core and body text, for decisions; the body then
                holds `shown`, what he saw.
        """
        salted = {"salt": b64u(secrets.token_bytes(16)), "by": by, **body}
        text = json.dumps(salted, ensure_ascii=False, separators=(",", ":"))
        core: dict[str, Any] = {
            "v": 1,
            "aud": self.aud,
            "id": uuid7(at),
            "dev": self.chain["dev"],
            "inc": self.chain["inc"],
            "seq": self.chain["seq"] + 1,
            "prev": self.chain["hash"],
            "scope": self.chain["scope"],
            "case": case,
            "cprev": cprev,
            "kind": kind,
            "body": digest(text.encode()),
            "act": None,
            "anc": None,
            "dt": None,
            "boot": "",
            "at": at,
            "late": None,
            "crit": [],
        }
        signed = None if act is None else act(core, text)
        core["act"] = None if signed is None else digest(signed.encode())
        jws = self._signed({"alg": "ES256", "typ": "hall-event+jws", "kid": self.kid}, core)
        self.chain["seq"] += 1
        self.chain["hash"] = digest(jws.rpartition(".")[0].encode())
        return {"jws": jws, "body": text, "act": signed}

    def send(self, *steps: dict[str, Any]) -> list[dict[str, Any]]:
        """Send steps in the chain's order; return what became of each.

        A step that was rejected got no number: the chain is asked for again, and whatever followed
        it must be made anew.
        """
        results: list[dict[str, Any]] = self.ask("steps", {"steps": list(steps)})["results"]
        if any(result["verdict"] == "rejected" for result in results):
            self.chain = self.ask("head", {})
        return results

    def _signed(self, header: dict[str, Any], payload: dict[str, Any]) -> str:
        parts = (json.dumps(each, ensure_ascii=False).encode() for each in (header, payload))
        spoken = ".".join(map(b64u, parts))
        r, s = decode_dss_signature(self._key.sign(spoken.encode(), ec.ECDSA(hashes.SHA256())))
        low = min(s, _ORDER - s)
        return f"{spoken}.{b64u(r.to_bytes(32, 'big') + low.to_bytes(32, 'big'))}"


def b64u(data: bytes) -> str:
    """Return bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def digest(data: bytes) -> str:
    """Return H of bytes as it stands on the wire."""
    return b64u(hashlib.sha256(data).digest())


def uuid7(at: int) -> str:
    """Return a UUIDv7 (RFC 9562) of a moment in ms."""
    value = (at & (1 << 48) - 1) << 80 | 7 << 76 | secrets.randbits(12) << 64
    text = f"{value | 2 << 62 | secrets.randbits(62):032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def key_in(path: Path) -> ec.EllipticCurvePrivateKey:
    """Read a P-256 key, PKCS #8 PEM.

    Raises:
        TypeError: another kind of key.
    """
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(path)
    return key


def main(arguments: list[str]) -> None:
    """Send what stands on standard input, line by line."""
    origin, ca, key = arguments
    trust = ssl.create_default_context(cafile=ca) if origin.startswith("https") else None
    with Sender(origin, key_in(Path(key)), trust) as sender:
        for line in sys.stdin:
            said = json.loads(line)
            opens = "case" not in said
            case = sender.number() if opens else said["case"]
            step = sender.step(
                said["kind"],
                said["by"],
                said.get("body", {}),
                case=case,
                at=said.get("at", int(time.time() * 1000)),
                cprev=None if opens else sender.case(case)["last"],
            )
            (result,) = sender.send(step)
            print(json.dumps({"case": case, **result}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
