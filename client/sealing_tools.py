"""What backups are made and read with, put together for `client.bootstrap` (docs/adr/037)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from client.app.machine.backups import BackupTools
from client.app.machine.settings import BROUGHT
from client.host.settings import load_settings
from client.store import own_share
from client.vault.in_hand import VaultInHand
from sync.domain.failures import Failure

if TYPE_CHECKING:
    from pathlib import Path


def backup_tools(folder: Path) -> BackupTools:
    """Return the sealed form of a window's backups, and what of its folder goes along."""
    return BackupTools(
        seal=own_share.sealed_share,
        open=own_share.opened_share,
        head=own_share.read_head,
        page=own_share.opened_page,
        named=own_share.pages_named,
        digest=own_share.digest_of,
        settings=lambda: _own_settings(folder),
        former=VaultInHand,
        key_of=own_share.backup_key,
    )


def _own_settings(folder: Path) -> dict[str, str]:
    """Return what this machine itself says of its devices; not what its hall says for all.

    A file that cannot be read says nothing: what was typed is backed up all the same.
    """
    try:
        said = load_settings(folder, folder / "none")
    except (Failure, OSError):
        return {}
    return {name: getattr(said, name) for name in BROUGHT if getattr(said, name)}
