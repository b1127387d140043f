"""Everything that strangers may bring or ask besides a case's status, in one value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.server.services.public.evaluations import Evaluations
    from sync.server.services.public.filing import FilingDesk
    from sync.server.services.public.inbound import Inbound
    from sync.server.services.public.letters import LetterDesk
    from sync.server.services.public.phones import PhoneCodes
    from sync.server.services.public.public import Tries


@dataclass(frozen=True, slots=True)
class Strangers:
    """The desks that strangers come to; `guesses` counts failed check codes."""

    phones: PhoneCodes
    filing: FilingDesk
    letters: LetterDesk
    evaluations: Evaluations
    inbound: Inbound
    guesses: Tries


@dataclass(frozen=True, slots=True)
class Signed:
    """One signature in a file: whose, whether the signed bytes are whole, who vouches for him.

    `changed`: something was added after it that is more than stamps and further signatures.
    """

    name: str
    whole: bool
    trusted: bool
    changed: bool
