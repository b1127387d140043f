"""Debian packages: the frame around a folder of files; same tree and moment, same bytes."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SMALLEST = 9  # its window finds what the programs share (92 MB for 126); unpacking takes 65 MB
UNPRESSED = 0  # for what is only tried
_CONTROL = """\
Package: {name}
Version: {version}
Architecture: amd64
Section: {section}
Priority: optional
Maintainer: Chuangkou <maintainer@example.invalid>
Installed-Size: {size}
Depends: {depends}
Recommends: {recommends}
Description: {description}
"""


@dataclass(frozen=True, slots=True)
class Control:
    """What a package says of itself.

    Attributes:
        name, version, section: as Debian policy means them.
        depends, recommends: other packages, with versions where they matter.
        description: the first line short; the others begin with a space.
        scripts: of the maintainer, by name (postinst, prerm, …).
        settings: files that stay as their owner changed them, absolute.
    """

    name: str
    version: str
    section: str
    depends: tuple[str, ...]
    recommends: tuple[str, ...]
    description: str
    scripts: Mapping[str, str] = field(default_factory=dict)
    settings: tuple[str, ...] = ()


def write(path: Path, text: str) -> None:
    """Write a text file into a tree, with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def build(
    tree: Path, control: Control, package: Path, moment: int, *, level: int = SMALLEST
) -> None:
    """Make a package of a tree.

    Args:
        tree: the package's root; its modes become 755 or 644, all its dates the moment.
        control: what it says of itself.
        package: the file to write.
        moment: seconds since 1970.
        level: how hard it is pressed, 1 to 9; UNPRESSED not at all.

    Raises:
        subprocess.CalledProcessError: when dpkg-deb refuses the tree.
    """
    size = sum(file.lstat().st_size for file in tree.rglob("*") if file.is_file()) // 1024
    said = _CONTROL.format(
        name=control.name,
        version=control.version,
        section=control.section,
        size=size,
        depends=", ".join(control.depends),
        recommends=", ".join(control.recommends),
        description=control.description,
    )
    write(tree / "DEBIAN" / "control", said)
    if control.settings:
        write(tree / "DEBIAN" / "conffiles", "".join(f"{name}\n" for name in control.settings))
    for name, script in control.scripts.items():
        write(tree / "DEBIAN" / name, script)
        (tree / "DEBIAN" / name).chmod(0o755)
    for path in (tree, *tree.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
        elif not path.is_symlink():
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
        os.utime(path, (moment, moment), follow_symlinks=False)
    fixed = {**os.environ, "SOURCE_DATE_EPOCH": str(moment)}
    pressed = ["-Zxz", f"-z{level}"] if level else ["-Znone"]
    # Several threads press blocks apart: how many they may be depends on the machine's cores and
    # memory, and so would the bytes of the package.
    command = ["dpkg-deb", "--root-owner-group", "--threads-max=1", *pressed, "--build"]
    subprocess.run([*command, tree, package], env=fixed, check=True, stdout=subprocess.DEVNULL)
