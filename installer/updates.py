"""The publisher's end of updates: a channel that windows believe, made of files (TUF).

    python -m installer.updates key FILE                 a key; its passphrase is asked for
    python -m installer.updates found CHANNEL --root FILE FILE FILE --targets FILE --online FILE
    python -m installer.updates add CHANNEL PACKAGE.deb --share 10 --notes NOTES.json …
    python -m installer.updates share CHANNEL VERSION 100 …      the roll-out goes on
    python -m installer.updates withdraw CHANNEL VERSION …
    python -m installer.updates refresh CHANNEL --online FILE    daily
    python -m installer.updates succeed CHANNEL --root FILE FILE --next FILE FILE FILE

Three root keys lie apart, offline, with three people; any two make a root. The key of the targets
says which files are releases; it is offline too. The online key dates the state: a window that is
given a state past its date knows that somebody holds newer ones back. CHANNEL is then served as it
is, over https, or carried on a stick.
"""

from __future__ import annotations

import argparse
import getpass
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.serialization.json import JSONSerializer

from client.store.migrations import MIGRATIONS
from client.updates.failures import UpdateFailure
from client.updates.offer import CHANNEL, Channel, Reads, Release, order, read_channel
from sync.protocol.version import CURRENT, OLDEST

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT_THRESHOLD = 2
_ENVIRONMENT = "CHUANGKOU_KEY_PASSPHRASE"
_DAYS: Mapping[str, int] = {"root": 730, "targets": 365, "snapshot": 14, "timestamp": 3}

S = TypeVar("S", Root, Snapshot, Targets, Timestamp)


class Publisher:
    """A channel's folder.

    Args:
        folder: holds metadata/ and targets/.
        now: tells the moment, UTC.
    """

    def __init__(
        self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._metadata = folder / "metadata"
        self._files = folder / "targets"
        self._now = now

    def found(
        self, roots: Sequence[CryptoSigner], targets: CryptoSigner, online: CryptoSigner
    ) -> Path:
        """Make an empty channel; return its first root, which goes into the packages.

        Args:
            roots: at least two; any two of them may make the next root.
            targets: says which files are releases.
            online: dates the state.
        """
        self._metadata.mkdir(parents=True)
        self._files.mkdir()
        root = Root(consistent_snapshot=True)
        _entrust(root, "root", roots, ROOT_THRESHOLD)
        for role, key in (("targets", targets), ("snapshot", online), ("timestamp", online)):
            _entrust(root, role, [key], 1)
        self._write("root", root, roots)
        self._write("snapshot", Snapshot(), [online])
        self._write("timestamp", Timestamp(), [online])
        self._write("targets", Targets(), [targets])
        self._offer((), {}, targets, online)
        return self._metadata / "1.root.json"

    def releases(self) -> tuple[Release, ...]:
        """Return what is on offer."""
        target = self._newest("targets", Targets).targets[CHANNEL]
        return read_channel((self._files / _stored(target)).read_bytes()).releases

    def add(
        self, package: Path, release: Release, targets: CryptoSigner, online: CryptoSigner
    ) -> None:
        """Put a package on offer, in the place of any other of its version."""
        others = [each for each in self.releases() if each.version != release.version]
        content = {release.package: package.read_bytes()}
        self._offer((*others, release), content, targets, online)

    def roll_out(
        self, version: str, share: int, targets: CryptoSigner, online: CryptoSigner
    ) -> None:
        """Let so many of a hundred machines have a version.

        Raises:
            LookupError: it is not on offer.
        """
        self._known(version)
        changed = [
            msgspec.structs.replace(each, share=share) if each.version == version else each
            for each in self.releases()
        ]
        self._offer(changed, {}, targets, online)

    def withdraw(self, version: str, targets: CryptoSigner, online: CryptoSigner) -> None:
        """Offer a version no more; machines that have it keep it.

        Raises:
            LookupError: it is not on offer: whoever mistyped one would think it withdrawn.
        """
        self._known(version)
        kept = [each for each in self.releases() if each.version != version]
        self._offer(kept, {}, targets, online)

    def refresh(self, online: CryptoSigner) -> None:
        """Date the state anew."""
        snapshot = self._newest("snapshot", Snapshot)
        snapshot.meta["targets.json"].version = self._newest("targets", Targets).version
        self._put("snapshot", snapshot, [online])
        timestamp = self._newest("timestamp", Timestamp)
        timestamp.snapshot_meta.version = snapshot.version
        self._put("timestamp", timestamp, [online])

    def succeed(self, old: Sequence[CryptoSigner], new: Sequence[CryptoSigner]) -> None:
        """Put other root keys in the place of those there are; windows ask for both signatures."""
        root = self._newest("root", Root)
        for keyid in tuple(root.roles["root"].keyids):
            root.revoke_key(keyid, "root")
        _entrust(root, "root", new, ROOT_THRESHOLD)
        self._put("root", root, [*old, *new])

    def _known(self, version: str) -> None:
        offered = [each.version for each in self.releases()]
        if version not in offered:
            raise LookupError(f"{version} is not on offer; what is: {', '.join(offered) or '–'}")

    def _offer(
        self,
        releases: Sequence[Release],
        packages: Mapping[str, bytes],
        signer: CryptoSigner,
        online: CryptoSigner,
    ) -> None:
        inorder = sorted(releases, key=lambda release: order(release.version))
        said = msgspec.json.format(msgspec.json.encode(Channel(tuple(inorder))))
        read_channel(said)  # a share of 150, a line too long: what no window reads is not signed
        targets = self._newest("targets", Targets)
        wanted = {CHANNEL, *(release.package for release in inorder)}
        targets.targets = {name: kept for name, kept in targets.targets.items() if name in wanted}
        for name, content in {CHANNEL: said, **packages}.items():
            target = TargetFile.from_data(name, content, ["sha256"])
            _put_whole(self._files / _stored(target), content)
            targets.targets[name] = target
        self._put("targets", targets, [signer])
        self.refresh(online)

    def _newest(self, role: str, kind: type[S]) -> S:
        if role == "timestamp":
            file = self._metadata / "timestamp.json"
        else:
            files = self._metadata.glob(f"*.{role}.json")
            file = max(files, key=lambda path: int(path.name.partition(".")[0]))
        signed = Metadata.from_file(str(file)).signed
        assert isinstance(signed, kind)  # noqa: S101  (the file's name says so; for mypy)
        return signed

    def _put(self, role: str, signed: S, signers: Sequence[CryptoSigner]) -> None:
        signed.version += 1
        self._write(role, signed, signers)

    def _write(self, role: str, signed: S, signers: Sequence[CryptoSigner]) -> None:
        signed.expires = self._now().replace(microsecond=0) + timedelta(days=_DAYS[role])
        metadata = Metadata(signed)
        for signer in signers:
            metadata.sign(signer, append=True)
        name = f"{role}.json" if role == "timestamp" else f"{signed.version}.{role}.json"
        part = self._metadata / f"{name}.part"
        metadata.to_file(str(part), JSONSerializer(compact=False))
        part.replace(self._metadata / name)


def release_of(package: Path, share: int, notes: Mapping[str, str]) -> Release:
    """Describe a package as built from this very source: its version is what dpkg reads in it."""
    asked = ["dpkg-deb", "--field", str(package), "Version"]
    version = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()
    reads = Reads(store=len(MIGRATIONS), oldest=OLDEST, newest=CURRENT)
    made = Release(version, package.name, share, reads, dict(notes))
    return msgspec.convert(msgspec.to_builtins(made), Release)  # holds the bounds too


def new_key() -> CryptoSigner:
    """Make a key: P-256, as everywhere in this house."""
    return CryptoSigner.generate_ecdsa()


def save_key(signer: CryptoSigner, file: Path, passphrase: str) -> None:
    """Write a key where there is none yet, readable by its owner alone.

    Raises:
        FileExistsError: another key lies there.
    """
    key = serialization.load_pem_private_key(signer.private_bytes, None)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode())
        if passphrase
        else serialization.NoEncryption(),
    )
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(pem)


def load_key(file: Path, passphrase: str) -> CryptoSigner:
    """Read a key."""
    key = serialization.load_pem_private_key(
        file.read_bytes(), passphrase.encode() if passphrase else None
    )
    assert isinstance(key, ec.EllipticCurvePrivateKey)  # noqa: S101
    return CryptoSigner(key)


def _entrust(root: Root, role: str, keys: Sequence[CryptoSigner], threshold: int) -> None:
    for key in keys:
        root.add_key(key.public_key, role)
    root.roles[role].threshold = threshold


def _put_whole(file: Path, content: bytes) -> None:
    """Write a file that may be served meanwhile, under the same name: whole, or not at all."""
    part = file.with_name(f"{file.name}.part")
    part.write_bytes(content)
    part.replace(file)


def _stored(target: TargetFile) -> str:
    return f"{target.hashes['sha256']}.{target.path}"


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.what == "key":
        save_key(new_key(), Path(options.file), _new_passphrase(parser, options.file))
        return 0
    for name in ("root", "next"):
        files = getattr(options, name, None)
        if files is not None and len({Path(each).resolve() for each in files}) < ROOT_THRESHOLD:
            parser.error(
                f"--{name}: {ROOT_THRESHOLD} keys at least, or no window believes the root"
            )
    publisher = Publisher(Path(options.channel))
    keys = {
        name: [
            load_key(Path(file), _passphrase(file)) for file in getattr(options, name, None) or ()
        ]
        for name in ("root", "next", "targets", "online")
    }
    if options.what == "found":
        print(publisher.found(keys["root"], keys["targets"][0], keys["online"][0]))
    elif options.what == "refresh":
        publisher.refresh(keys["online"][0])
    elif options.what == "succeed":
        publisher.succeed(keys["root"], keys["next"])
    else:
        hands = keys["targets"][0], keys["online"][0]
        try:
            _change(publisher, options, *hands)
        except (LookupError, msgspec.ValidationError, UpdateFailure) as error:
            parser.error(str(error))
    return 0


def _change(publisher: Publisher, options: argparse.Namespace, *hands: CryptoSigner) -> None:
    if options.what == "add":
        notes = json.loads(Path(options.notes).read_text("utf-8")) if options.notes else {}
        package = Path(options.package)
        publisher.add(package, release_of(package, options.share, notes), *hands)
    elif options.what == "share":
        publisher.roll_out(options.version, options.share, *hands)
    else:
        publisher.withdraw(options.version, *hands)


def _new_passphrase(parser: argparse.ArgumentParser, file: str) -> str:
    """Ask for a new key's passphrase twice: a slip would lock its owner out for good."""
    first = _passphrase(file)
    if _ENVIRONMENT not in os.environ and getpass.getpass(f"{file}, once more: ") != first:
        parser.error("the passphrases differ; no key was made")
    return first


def _passphrase(file: str) -> str:
    """Ask for a key's passphrase; a machine that refreshes daily has it in its environment."""
    named = os.environ.get(_ENVIRONMENT)
    return named if named is not None else getpass.getpass(f"{file}: ")


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="installer.updates",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = made.add_subparsers(dest="what", required=True)
    verbs.add_parser("key").add_argument("file")
    ways = {
        name: verbs.add_parser(name)
        for name in ("found", "add", "share", "withdraw", "refresh", "succeed")
    }
    for name, way in ways.items():
        way.add_argument("channel")
        if name in {"found", "succeed"}:
            way.add_argument("--root", nargs="+", required=True)
        if name in {"found", "add", "share", "withdraw"}:
            way.add_argument("--targets", nargs=1, required=True)
        if name != "succeed":
            way.add_argument("--online", nargs=1, required=True)
    ways["succeed"].add_argument("--next", nargs="+", required=True)
    ways["add"].add_argument("package")
    ways["add"].add_argument("--share", type=int, default=100)
    ways["add"].add_argument("--notes")
    for name in ("share", "withdraw"):
        ways[name].add_argument("version")
    ways["share"].add_argument("share", type=int)
    return made


if __name__ == "__main__":
    sys.exit(main())
