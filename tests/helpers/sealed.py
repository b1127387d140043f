"""A certificate sealed by a card of the demonstration, as a window seals it."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_private_key
from PIL import Image, ImageDraw

from client.documents.papers import compose_paper
from client.documents.sign import finish, prepare
from tests.unit.documents.samples import papers

if TYPE_CHECKING:
    from datetime import datetime

    from tests.helpers.centre import CardKeys


def seal_png() -> bytes:
    """Return a round seal."""
    image = Image.new("RGBA", (240, 240), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse((4, 4, 236, 236), outline=(200, 16, 24, 255), width=10)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def sealed_by(card: CardKeys, at: datetime) -> bytes:
    """Return the sample certificate with the seal by the card's 9C key."""
    paper = compose_paper(papers()["food"])
    assert paper.seal is not None
    prepared = prepare(paper.pdf, (card.certs["9C"],), seal_png(), paper.seal, "许可证", at)
    key = load_der_private_key(card.keys["9C"].to_pkcs8(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return finish(prepared, lambda data: key.sign(data, ec.ECDSA(hashes.SHA256())))
