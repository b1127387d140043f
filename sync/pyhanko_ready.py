"""pyHanko and asn1crypto, loaded whole and made ready by whichever thread needs them first.

Whatever imports one of them imports this before (a rule of the house sees to it). The import system
lets one thread run a module and has the others wait, and that is all the locking there is:

* Modules of pyHanko import each other in circles. Two threads that came in at two ends met in the
  middle, and one of them got a module without what it was asked for (ImportError, measured).
* asn1crypto (1.5) fills a class's tables at the first value of it, and begins anew where another
  thread is not through. Two first values at once left a table with every line twice, and from then
  on no certificate could be read: each seal counted as broken until the next start (measured).
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pyhanko.pdf_utils.content
import pyhanko.pdf_utils.embed
import pyhanko.pdf_utils.images
import pyhanko.pdf_utils.incremental_writer
import pyhanko.pdf_utils.layout
import pyhanko.pdf_utils.reader
import pyhanko.sign.signers
import pyhanko.sign.timestamps.common_utils
import pyhanko.sign.validation
import pyhanko.stamp  # noqa: F401
from asn1crypto import core, tsp  # type: ignore[import-untyped]  # noqa: F401

if TYPE_CHECKING:
    from collections.abc import Iterator


def kinds(above: type = core.Asn1Value) -> Iterator[type]:
    """Yield every class of values that there is."""
    below: list[type] = above.__subclasses__()
    for kind in below:
        yield kind
        yield from kinds(kind)


def _make_ready() -> None:
    """Have every class fill its tables: it does so before it says that a value is missing."""
    for kind in kinds():
        with suppress(TypeError, ValueError):
            kind()


_make_ready()
