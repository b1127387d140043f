"""The commands that docs/INSTALL.md tells people to type: the trial types these and no others.

Standard library only.
"""

from __future__ import annotations

import re
from pathlib import Path

INSTALL = Path(__file__).resolve().parents[2] / "docs" / "INSTALL.md"
_SHELL = "```console"


def commands(text: str, heading: str) -> list[str]:
    """Return the commands of one section, as they are typed; pure.

    Args:
        text: the document, Markdown.
        heading: how the section's heading begins, with its signs: "## A centre". It ends with the
            next heading of any depth.
    """
    found, ours, shell = [], False, False
    for line in text.splitlines():
        if not shell and line.startswith("#"):
            ours = line.startswith(heading)
        elif line.startswith("```"):
            shell = line.startswith(_SHELL)
        elif ours and shell and line[:2] in {"# ", "$ "}:
            found.append(re.split(r"\s+# ", line[2:], maxsplit=1)[0].strip())
    return found
