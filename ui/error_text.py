"""From a failure's code to a sentence and a remedy: the only place where the two meet.

Qt-free. A code without words (a defect, or a newer centre's code) still gets a true sentence and
shows its code, so that it can be read out on the telephone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sync.texts import Texts

_OPEN = "…"


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What a person reads: what happened, what to do, and the code to quote."""

    what: str
    remedy: str
    code: str


def code_text(code: str, details: dict[str, object], words: Texts) -> ErrorText:
    """Put a code into words; unknown codes get the sentence of `error.unknown`.

    Where a detail did not come along, the sentence that does without it is taken; where there is
    none, the detail is left open.
    """
    bare = f"bare.{code}"
    for key in (f"error.{code}", f"violation.{code}"):  # a rule's codes have no prefix
        known = not words.has(key) or words.arguments(key) <= details.keys()
        what = _filled(key if known or not words.has(bare) else bare, details, words)
        if what is not None:
            return ErrorText(what, _filled(f"{key}.do", details, words) or "", code)
    return ErrorText(words.t("error.unknown", code=code), words.t("error.unknown.do"), code)


def _filled(key: str, details: dict[str, object], words: Texts) -> str | None:
    if not words.has(key):
        return None
    return words.t(key, **(dict.fromkeys(words.arguments(key), _OPEN) | details))
