"""The demonstration's time stamp authority (RFC 3161), on a loopback port.

For a demonstration only: its key lies in a file. A centre in service names an authority of its own.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from asn1crypto import algos, cms, core, tsp, x509  # type: ignore[import-untyped]
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import load_pem_x509_certificate

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cryptography.x509 import Certificate

    from installer.demo.authority import Authority

POLICY = "1.3.6.1.4.1.99999.1"


class TimeAuthority:
    """Answers time stamp requests.

    Args:
        key: P-256.
        certificate: for `timeStamping` alone.
        now: the authority's own clock, aware.
    """

    def __init__(
        self, key: ec.EllipticCurvePrivateKey, certificate: Certificate, now: Callable[[], datetime]
    ) -> None:
        self._key = key
        self._certificate = x509.Certificate.load(
            certificate.public_bytes(serialization.Encoding.DER)
        )
        self._now = now

    @classmethod
    def of(cls, authority: Authority, now: Callable[[], datetime]) -> TimeAuthority:
        """Return the one of the demonstration's authority."""
        key = serialization.load_pem_private_key(authority.tsa_key.read_bytes(), None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(authority.tsa_key.name)
        return cls(key, load_pem_x509_certificate(authority.tsa_certificate.read_bytes()), now)

    def answer(self, request: bytes) -> bytes:
        """Return the DER TimeStampResp to a DER TimeStampReq.

        Raises:
            ValueError: it is none.
        """
        asked = tsp.TimeStampReq.load(request, strict=True)
        info = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": asked["message_imprint"],
            "serial_number": secrets.randbits(64),
            "gen_time": self._now().replace(microsecond=0),
        }
        if asked["nonce"].native is not None:
            info["nonce"] = asked["nonce"]
        granted = tsp.PKIStatusInfo({"status": "granted"})
        token = self._signed(tsp.TSTInfo(info).dump())
        return bytes(tsp.TimeStampResp({"status": granted, "time_stamp_token": token}).dump())

    def _signed(self, content: bytes) -> cms.ContentInfo:
        sha256 = algos.DigestAlgorithm({"algorithm": "sha256"})
        identified = tsp.ESSCertIDv2(
            {"cert_hash": hashlib.sha256(self._certificate.dump()).digest()}
        )
        attributes = cms.CMSAttributes(
            [
                cms.CMSAttribute({"type": "content_type", "values": ["tst_info"]}),
                cms.CMSAttribute(
                    {"type": "message_digest", "values": [hashlib.sha256(content).digest()]}
                ),
                cms.CMSAttribute(
                    {
                        "type": "signing_certificate_v2",
                        "values": [tsp.SigningCertificateV2({"certs": [identified]})],
                    }
                ),
            ]
        )
        issued = {
            "issuer": self._certificate.issuer,
            "serial_number": self._certificate.serial_number,
        }
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    {"issuer_and_serial_number": cms.IssuerAndSerialNumber(issued)}
                ),
                "digest_algorithm": sha256,
                "signed_attrs": attributes,
                "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
                "signature": self._key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256())),
            }
        )
        encapsulated = cms.EncapsulatedContentInfo(
            {"content_type": "tst_info", "content": core.ParsableOctetString(content)}
        )
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": cms.DigestAlgorithms((sha256,)),
                "encap_content_info": encapsulated,
                "certificates": [self._certificate],
                "signer_infos": [signer],
            }
        )
        return cms.ContentInfo({"content_type": "signed_data", "content": signed})


class TimeService:
    """An authority behind HTTP on a free loopback port (RFC 3161 §3.4); ends with `close`."""

    def __init__(self, authority: TimeAuthority) -> None:
        class Desk(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                """Answer one question."""
                asked = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                try:
                    said = authority.answer(asked)
                except ValueError:
                    self.send_error(400)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                self.wfile.write(said)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="tsa", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
