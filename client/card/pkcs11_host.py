"""A maker's PKCS#11 library in a process of its own, one order a line; alone knows python-pkcs11.

    python -m client.card.pkcs11_host /path/of/library.so

Such a library may crash, hang, write where it likes and read what is in memory; here it does so
away from the window's keys, and the window ends it by ending this process (the adapter is
client.card.pkcs11_line). Orders and answers are JSON, bytes in hex:

    <- {"library": {...}}                           loaded; or {"broken": "<class of the error>"}
    -> {"do": "tokens"}                             <- {"slots": [...], "tokens": [...]}
    -> {"do": "open", "slot": 3}                    <- {"certificates": [...]}
    -> {"do": "login", "pin": "…"}                  <- {}
    -> {"do": "change", "pin": "…", "new": "…"}      <- {}
    -> {"do": "sign", "key": {...}, "how": "ECDSA", "data": "…", "pin": "…"}   <- {"made": "…"}
    -> {"do": "derive" | "decipher", "key": {...}, "data": "…"}               <- {"made": "…"}
    -> {"do": "flags"} | {"do": "close"}
    <- {"error": "<class>", "gone": true | false, "flags": …}    whatever did not work

One token is open at a time. The PIN is in memory for one order; nothing is logged.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

import pkcs11
from pkcs11 import KDF, Attribute, KeyType, Mechanism, ObjectClass, TokenFlag

if TYPE_CHECKING:
    from pkcs11 import Session, Slot, Token

_LEAVING_S = 1.0  # a service that polls its readers tells of a card that left after 400 ms
_LOOK_S = 0.05
_DER_OCTETS = 0x04

# These alone say that the token has left, at once or while it was away.
_GONE = (
    pkcs11.DeviceRemoved,
    pkcs11.TokenNotPresent,
    pkcs11.SessionHandleInvalid,
    pkcs11.SessionClosed,
    pkcs11.SlotIDInvalid,
)
# These say what they mean: the token need not be looked for.
_PLAIN = (
    pkcs11.PinIncorrect,
    pkcs11.PinLocked,
    pkcs11.PinLenRange,
    pkcs11.PinInvalid,
    pkcs11.PinExpired,
    pkcs11.NoSuchKey,
    pkcs11.MechanismInvalid,
    pkcs11.TokenNotRecognised,
)


class Host:
    """Carries out one order after the other.

    Args:
        path: the library.
    """

    def __init__(self, path: str) -> None:
        self._library = pkcs11.lib(path)
        self._token: Token | None = None
        self._session: Session | None = None
        self._logged_in = False
        self._littered = False  # a failed login leaves a session behind that only an end clears

    def facts(self) -> dict[str, Any]:
        """Return what the library says of itself."""
        return {
            "description": self._library.library_description,
            "maker": self._library.manufacturer_id,
            "version": ".".join(map(str, self._library.library_version)),
            "cryptoki": ".".join(map(str, self._library.cryptoki_version)),
        }

    def carry_out(self, order: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to an order, failures included."""
        try:
            made: dict[str, Any] = getattr(self, f"do_{order['do']}")(order)
        except pkcs11.PKCS11Error as error:
            gone = self._gone(error)
            return {"error": type(error).__name__, "gone": gone, "flags": self._flags(gone=gone)}
        return made

    # ------------------------------------------------------------ orders

    def do_tokens(self, order: dict[str, Any]) -> dict[str, Any]:
        """List slots and the tokens in them; `afresh` where a library never looks again itself."""
        if order.get("afresh") and self._token is None:
            self._library.reinitialize()
        slots = self._library.get_slots()
        return {
            "slots": [slot.slot_description.strip() for slot in slots],
            "tokens": [found for slot in slots if (found := _described(slot)) is not None],
        }

    def do_open(self, order: dict[str, Any]) -> dict[str, Any]:
        """Take a token and read its certificates."""
        self._token = self._slot(order["slot"]).get_token()
        session = self._talk()
        found = []
        for thing in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}):
            value = _read(thing, Attribute.VALUE)
            if value:
                label = _read(thing, Attribute.LABEL) or ""
                entry = {"id": (_read(thing, Attribute.ID) or b"").hex(), "label": label}
                found.append({**entry, "der": value.hex()})
        return {"certificates": found}

    def do_login(self, order: dict[str, Any]) -> dict[str, Any]:
        """Verify the PIN, also where one was verified before: each verification is a real one."""
        self._hang_up()
        if self._token is None:
            raise pkcs11.SessionClosed
        self._littered = True
        self._session = self._token.open(user_pin=order["pin"])
        self._littered = False
        self._logged_in = True
        return {}

    def do_change(self, order: dict[str, Any]) -> dict[str, Any]:
        """Set a new PIN; whoever was logged in is so no more."""
        self._hang_up()
        if self._token is None:
            raise pkcs11.SessionClosed
        session = self._token.open(rw=True)
        try:
            session.set_pin(order["pin"], order["new"])
        finally:
            with suppress(pkcs11.PKCS11Error):
                session.close()
        return {}

    def do_sign(self, order: dict[str, Any]) -> dict[str, Any]:
        """Sign; a key that always wants the PIN gets it between the mechanism and the data."""
        key = self._key(order["key"])
        pin = self._for_key(key, order)
        mechanism = Mechanism[order["how"]]
        made = key.sign(bytes.fromhex(order["data"]), mechanism=mechanism, pin=pin)
        return {"made": made.hex()}

    def do_decipher(self, order: dict[str, Any]) -> dict[str, Any]:
        """Do the raw RSA operation."""
        key = self._key(order["key"])
        pin = self._for_key(key, order)
        block = bytes.fromhex(order["data"])
        made = key.decrypt(block, mechanism=Mechanism.RSA_X_509, pin=pin)
        return {"made": made.hex()}

    def do_derive(self, order: dict[str, Any]) -> dict[str, Any]:
        """Agree on an ECDH secret, 32 bytes; libraries differ in how they want the point."""
        key = self._key(order["key"])
        point = bytes.fromhex(order["data"])
        wrapped = bytes((_DER_OCTETS, len(point))) + point
        try:
            secret = self._derived(key, point)
        except (pkcs11.MechanismParamInvalid, pkcs11.ArgumentsBad, pkcs11.DomainParamsInvalid):
            secret = self._derived(key, wrapped)
        return {"made": secret[Attribute.VALUE].hex()}

    def do_flags(self, _order: dict[str, Any]) -> dict[str, Any]:
        """Return what the token says of its PIN."""
        if self._token is None:
            raise pkcs11.SessionClosed
        return {"flags": int(self._token.slot.get_token().flags)}

    def do_close(self, _order: dict[str, Any]) -> dict[str, Any]:
        """Log out and let the token go."""
        self._hang_up()
        self._token = None
        if self._littered:
            self._littered = False
            self._library.reinitialize()
        return {}

    # ------------------------------------------------------------ inside

    def _slot(self, number: int) -> Slot:
        for slot in self._library.get_slots(token_present=True):
            if slot.slot_id == number:
                return slot
        raise pkcs11.TokenNotPresent

    def _talk(self) -> Session:
        if self._token is None:
            raise pkcs11.SessionClosed
        if self._session is None:
            self._session = self._token.open()
        return self._session

    def _hang_up(self) -> None:
        session, self._session, self._logged_in = self._session, None, False
        if session is not None:
            try:
                session.close()
            except pkcs11.PKCS11Error:
                self._littered = True

    def _key(self, wanted: dict[str, str]) -> Any:
        """Return the private key that goes with a certificate: same id, or the same label."""
        if not self._logged_in:
            raise pkcs11.UserNotLoggedIn
        ways: list[dict[Attribute, Any]] = [{Attribute.ID: bytes.fromhex(wanted["id"])}]
        if wanted["label"]:
            ways.append({Attribute.LABEL: wanted["label"]})
        for way in ways:
            # To the end: a search that is left open stops the next one.
            found = list(
                self._talk().get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, **way})
            )
            if found:
                return found[0]
        raise pkcs11.NoSuchKey

    def _for_key(self, key: Any, order: dict[str, Any]) -> str | None:
        """Return the PIN for a key that always wants it, None for one that does not."""
        if not _read(key, Attribute.ALWAYS_AUTHENTICATE):
            return None
        pin: str | None = order.get("pin")
        if pin is None:
            raise pkcs11.UserNotLoggedIn
        return pin

    def _derived(self, key: Any, point: bytes) -> Any:
        return key.derive_key(
            KeyType.GENERIC_SECRET,
            256,
            mechanism=Mechanism.ECDH1_DERIVE,
            mechanism_param=(KDF.NULL, None, point),
            template={Attribute.SENSITIVE: False, Attribute.EXTRACTABLE: True},
        )

    def _gone(self, error: pkcs11.PKCS11Error) -> bool:
        """Say whether the token has left; some libraries learn of it after the call that failed."""
        if isinstance(error, _GONE):
            return True
        if self._token is None or isinstance(error, _PLAIN):
            return False
        if isinstance(error, pkcs11.UserNotLoggedIn) and not self._logged_in:
            return False
        waited, waiting = 0.0, threading.Event()
        while waited < _LEAVING_S:
            if not self._is_there():
                return True
            waiting.wait(_LOOK_S)
            waited += _LOOK_S
        return False

    def _is_there(self) -> bool:
        if self._token is None:
            return False
        try:
            found = self._slot(self._token.slot.slot_id).get_token()
        except pkcs11.PKCS11Error:
            return False
        return bool(found.serial == self._token.serial)

    def _flags(self, *, gone: bool) -> int:
        """Return the token's flags after a failure, 0 where they cannot be had."""
        if gone or self._token is None:
            return 0
        with suppress(pkcs11.PKCS11Error):
            return int(self._token.slot.get_token().flags)
        return 0


def _described(slot: Slot) -> dict[str, Any] | None:
    """Return what a slot holds, None for an empty one or one with nothing on it yet."""
    try:
        token = slot.get_token()
    except pkcs11.PKCS11Error:
        return None
    if not token.flags & TokenFlag.TOKEN_INITIALIZED:
        return None
    return {
        "slot": slot.slot_id,
        "place": slot.slot_description.strip(),
        "label": token.label.strip(),
        "model": token.model.strip(),
        "maker": token.manufacturer_id.strip(),
        "serial": bytes(token.serial).decode("ascii", "replace").strip(),
    }


def _read(thing: Any, what: Attribute) -> Any:
    """Return an attribute, None where the library does not know it."""
    try:
        return thing[what]
    except pkcs11.PKCS11Error:
        return None


def serve(path: str, orders: IO[str], answers: IO[str]) -> None:
    """Answer orders until the window hangs up.

    The lines are read by a thread of their own: this process ends with the window even while the
    library hangs.
    """

    def say(answer: dict[str, Any]) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()

    def listen() -> None:
        for line in orders:
            waiting.put(line)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    try:
        host = Host(path)
    except (pkcs11.PKCS11Error, OSError) as error:
        say({"broken": type(error).__name__})
        return
    say({"library": host.facts()})
    while True:
        say(host.carry_out(json.loads(waiting.get())))


def main() -> None:
    """Keep the line to the window away from the library, which may print: then serve."""
    orders = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    for channel in (0, 1, 2):
        os.dup2(nothing, channel)
    serve(sys.argv[1], orders, answers)


if __name__ == "__main__":
    main()
