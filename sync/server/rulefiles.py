"""Rule files of scoring: those that ship with the program, and the operator's own beside them.

A file is never changed in place: another version is another file, so that a month of the past
keeps its rules. What a run was made by is kept with the run besides.
"""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from typing import TYPE_CHECKING

from sync.domain.failures import Failure, FailureKind
from sync.domain.fields import DataFailure
from sync.domain.figures.scoring_rules import rules_of
from sync.server.services.evaluation.scoring import RuleFile

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

_SIZE_MAX = 256 * 1024


def rule_files(own: Path | None = None) -> tuple[RuleFile, ...]:
    """Return every rule file, by code and version; the operator's folder may add to ours.

    Raises:
        Failure: centre.scoring_rules: a file cannot be read, or a version stands twice.
    """
    folders: list[Traversable] = [files("resources") / "scoring"]
    if own is not None and own.is_dir():
        folders.append(own)
    found: dict[tuple[str, int], RuleFile] = {}
    for folder in folders:
        for path in sorted(folder.iterdir(), key=lambda each: each.name):
            if path.name.endswith(".json"):
                file = _read(path)
                key = (file.rules.code, file.rules.version)
                if found.get(key, file).digest != file.digest:
                    raise _broken(path)
                found[key] = file
    return tuple(found[key] for key in sorted(found))


def _read(path: Traversable) -> RuleFile:
    data = path.read_bytes()
    try:
        if len(data) > _SIZE_MAX:
            raise _broken(path)
        rules = rules_of(json.loads(data))
    except (ValueError, DataFailure) as error:
        raise _broken(path) from error
    return RuleFile(rules, data.decode("utf-8"), hashlib.sha256(data).hexdigest())


def _broken(path: Traversable) -> Failure:
    return Failure("centre.scoring_rules", FailureKind.BROKEN, file=path.name)
