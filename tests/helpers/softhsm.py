"""SoftHSM tokens made from the demonstration's cards: USB keys without the USB.

    python -m tests.helpers.softhsm FOLDER CARD.json …

Each card becomes a token in FOLDER/tokens with the same keys, certificates and PIN; its path is
printed, one a line. FOLDER/softhsm2.conf is what SOFTHSM2_CONF has to name.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pkcs11 import Attribute
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.x509 import decode_x509_certificate

from client.card.cardfile import CardFile

CONFIG_VARIABLE = "SOFTHSM2_CONF"
LIBRARIES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib64/softhsm/libsofthsm.so"),
    Path("/usr/lib64/pkcs11/libsofthsm2.so"),
)
_IDS = {"9A": b"\x0a", "9C": b"\x0c", "9D": b"\x0d"}
_SIGN, _AGREE = "9C", "9D"


def library() -> Path:
    """Return SoftHSM's library on this machine.

    Raises:
        FileNotFoundError: it is not installed (Debian: softhsm2).
    """
    for path in LIBRARIES:
        if path.exists():
            return path
    raise FileNotFoundError(LIBRARIES[0])


def configured(folder: Path) -> Path:
    """Make an empty store of tokens; return its configuration's path."""
    tokens = folder / "tokens"
    tokens.mkdir(parents=True, exist_ok=True)
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n", "utf-8")
    return config


def make_tokens(folder: Path, cards: list[Path]) -> list[Path]:
    """Make a token of each card, in a process of its own; return the tokens' folders in order."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.softhsm", folder, *cards],
        env={**os.environ, CONFIG_VARIABLE: str(configured(folder))},
        capture_output=True,
        text=True,
        check=True,
    )
    return [Path(line) for line in done.stdout.splitlines()]


def _make(folder: Path, card: CardFile) -> Path:
    before = set((folder / "tokens").iterdir())
    label = f"{card.person} {len(before)}"
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", label,
         "--pin", card.pin, "--so-pin", card.puk],
        capture_output=True,
        check=True,
    )  # fmt: skip
    softhsm = pkcs11.lib(str(library()))
    softhsm.reinitialize()
    with softhsm.get_token(token_label=label).open(rw=True, user_pin=card.pin) as session:
        for slot, entry in card.keys.items():
            own = {Attribute.TOKEN: True, Attribute.ID: _IDS[slot], Attribute.LABEL: slot}
            session.create_object({**_key(entry.key, slot), **own})
            der = x509.load_pem_x509_certificate(entry.cert.encode()).public_bytes(Encoding.DER)
            session.create_object({**decode_x509_certificate(der), **own})
    (made,) = set((folder / "tokens").iterdir()) - before
    return made


def _key(pem: str, slot: str) -> dict[Attribute, object]:
    """Return a private key as the token takes it: 9D agrees or decrypts, the others sign."""
    key = load_pem_private_key(pem.encode(), None)
    der = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    curve = isinstance(key, ec.EllipticCurvePrivateKey)
    read = decode_ec_private_key(der) if curve else decode_rsa_private_key(der)
    agrees = slot == _AGREE
    return {
        **read,
        Attribute.PRIVATE: True,
        Attribute.SENSITIVE: True,
        Attribute.EXTRACTABLE: False,
        Attribute.SIGN: not agrees,
        Attribute.DERIVE: agrees and curve,
        Attribute.DECRYPT: agrees and not curve,
        Attribute.ALWAYS_AUTHENTICATE: slot == _SIGN,
    }


def main() -> None:
    """Make the tokens that the command line names."""
    folder = Path(sys.argv[1])
    for path in sys.argv[2:]:
        sys.stdout.write(f"{_make(folder, CardFile.load(Path(path)))}\n")


if __name__ == "__main__":
    main()
