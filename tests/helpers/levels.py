"""Centres of three levels for tests: county, city, province, each with keys and policy of its own.

The county is the sample; the other two are made out of the same authority's folder under another
name, with other keys: their people are the same invented ones.
"""

from __future__ import annotations

import json
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from installer.demo.authority import authority_in
from sync.domain.ids import make_case_number
from sync.proof.keys import SoftwareKey
from sync.protocol.messages import LoginAnswer
from sync.server.bootstrap import open_centre
from sync.server.cli.levels import LevelCommands
from sync.server.keys import USES
from sync.server.settings import Settings
from sync.texts import texts
from sync.uplink.__main__ import key_of
from sync.uplink.fetching import Fetching
from sync.uplink.reporter import Reporter
from sync.uplink.upper import Upper
from tests.helpers import case_steps as say
from tests.helpers.centre import NOW, HandClock, RunningCentre, load_sample, workshop
from tests.helpers.hand_window import HandWindow

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def level(
    folder: Path, aud: str, name: str, clock: HandClock | None = None, *, tls: bool = False
) -> Iterator[RunningCentre]:
    """Serve a centre of its own name and keys."""
    authority = folder / "authority"
    shutil.copytree(workshop() / "authority", authority)
    roster = json.loads((authority / "roster.json").read_text())
    (authority / "roster.json").write_text(json.dumps({**roster, "centre": aud, "name": name}))
    for use in USES:
        (authority / "keys" / f"{use}.pem").write_bytes(SoftwareKey.generate().to_pkcs8())
    clock = clock or HandClock(NOW)
    load_sample(folder / "data", authority_in(authority), clock)
    running = RunningCentre(
        folder=folder,
        authority=authority_in(authority),
        clock=clock,
        settings=Settings(data=folder / "data"),
    )
    running.start(tls=tls)
    try:
        yield running
    finally:
        running.stop()


def introduction(lower: RunningCentre) -> dict:
    """Return what a lower centre says of itself to the upper one's administrators."""
    return LevelCommands(texts("en")).introduce(lower.settings)


@contextmanager
def uplink(lower: RunningCentre, upper: RunningCentre, **how: int) -> Iterator[Reporter]:
    """Report from one centre to another; a reporter that dies has written nothing down."""
    trust = upper.tls_context() if upper.origin.startswith("https") else None
    with Upper(upper.origin, key_of(lower.settings.keys), trust) as line:
        yield Reporter(lower.desk.outgoing, lower.read, line, **how)


@contextmanager
def fetching(lower: RunningCentre, upper: RunningCentre) -> Iterator[Fetching]:
    """Stand where the lower centre's operator does: it does not serve, and fetches what it lost."""
    centre = open_centre(lower.settings, lower.clock)
    try:
        with Upper(upper.origin, key_of(lower.settings.keys)) as line:
            yield Fetching(centre.desk.getting_back, centre.ledger, line)
    finally:
        centre.close()


def township_case(county: RunningCentre) -> str:
    """Have the township's window register a case; returns its number."""
    window = HandWindow(county, enrol=False)
    window.dev = "d-339911-01"
    window.enrol(county.invite(window.dev, hall="339911"))
    scopes = ["hall/339911", "339911/sqb"]
    card, key = county.card("township"), SoftwareKey.generate()
    login, request = window.login_request(card, key, scopes=scopes)
    answer = window.plain("/v1/login", LoginAnswer, request)
    window.key, window.kid, window.token, window.card = key, answer.dlg, answer.token, card
    opened = window.event("session.open", login.body(), scope="hall/339911")
    window.accepted(window.push(opened))
    window.borrow()
    number = make_case_number(county.clock.now().date(), "339911", window.serials.pop(0))
    body = say.preregister(item="sqb-01", item_version=1)
    step = window.event("preregister", body, case=number, scope="339911/sqb")
    window.accepted(window.push(step))
    window.close()
    return number
