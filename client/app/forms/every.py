"""Every page of the table by its step's code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.forms.ends import ENDS
from client.app.forms.follow_up import FOLLOW_UP
from client.app.forms.handling import HANDLING
from client.app.forms.hearing import HEARING
from client.app.forms.intake import INTAKE
from client.app.forms.money import MONEY
from client.app.forms.table import PaperForm
from client.app.forms.timing import TIMING
from client.app.forms.upper import UPPER
from sync.domain.events import Kind
from sync.domain.transitions import TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from client.app.forms.table import Form
    from sync.domain.catalogue import Item

FORMS: Mapping[str, Form] = {
    str(form.kind): form
    for form in (*INTAKE, *HANDLING, *HEARING, *TIMING, *UPPER, *ENDS, *MONEY, *FOLLOW_UP)
}
BLANKS: Mapping[str, PaperForm] = {
    **{kind: form.blank for kind, form in FORMS.items() if form.blank is not None},
    **{f"{kind}.record": form.record for kind, form in FORMS.items() if form.record is not None},
    str(Kind.WITHDRAW): PaperForm("withdrawal", lambda _filled, _facts, _words: {}),
}
"""Forms to be signed by hand before a step, by its code; a second one under `<code>.record`."""
_SIGNED_BY_CARD = frozenset(str(row.kind) for row in TABLE if row.act)


def by_card(kind: str, item: Item | None) -> bool:
    """Say whether the card itself signs a step: always, or because its item asks for it."""
    return kind in _SIGNED_BY_CARD or (item is not None and kind in item.acts)
