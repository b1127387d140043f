import pytest

from sync.engine import faults
from sync.engine.status import Phase
from sync.texts import LANGUAGES, texts

FALLBACKS = [faults.CENTRE_FORK, "wire.scope_forbidden", "wire.cursor", "reader.key_unknown"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_phase_and_every_trouble_of_the_line_has_words_and_a_remedy(language):
    words = texts(language)
    keys = [f"sync.{phase}" for phase in Phase]
    keys += [
        f"error.{code}{end}" for code in (*faults.LINE_CODES, *FALLBACKS) for end in ("", ".do")
    ]
    assert [key for key in keys if not words.has(key)] == []
    assert all(words.t(key) for key in keys)
