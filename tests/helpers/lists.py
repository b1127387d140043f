"""Lists of revoked certificates of a test's authority, and a server on loopback offering them."""

import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from sync.proof.keys import SoftwareKey


def signed_list(folder, revoked, issued, *, days=30, number=None):
    """Return a list of the authority in a folder, PEM; its number follows its time."""
    ca = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
    key = SoftwareKey.from_pkcs8((folder / "ca.key.pem").read_bytes())
    building = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(ca.subject)
        .last_update(issued)
        .next_update(issued + timedelta(days=days))
    )
    counted = int(issued.timestamp()) if number is None else number
    building = building.add_extension(x509.CRLNumber(counted), critical=False)
    for certificate in revoked:
        building = building.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(certificate.serial_number)
            .revocation_date(issued)
            .build()
        )
    signed = building.sign(key.private, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


class ListServer:
    """Offers one file; what it answers may be changed at any time.

    `content` None answers 404; `way` "moved" sends elsewhere, "drip" sends a byte now and then,
    "cut" promises more than it sends.
    """

    def __init__(self):
        self.content, self.way, self.asked = None, "", 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                server.asked += 1
                server._answer(self)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        self._over = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_address[1]}/ca.crl"

    def close(self):
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def _answer(self, handler):
        if self.way == "moved":
            handler.send_response(302)
            handler.send_header("Location", self.url)
            handler.end_headers()
            return
        if self.content is None:
            handler.send_error(404)
            return
        handler.send_response(200)
        more = 100 if self.way == "cut" else 0
        handler.send_header("Content-Length", str(len(self.content) + more))
        handler.end_headers()
        if self.way != "drip":
            handler.wfile.write(self.content)
            return
        end = time.monotonic() + 30
        for byte in self.content:
            if self._over.wait(0.05) or time.monotonic() > end:
                return
            try:
                handler.wfile.write(bytes([byte]))
            except OSError:
                return
