"""`tasks.py dist --windows`: the window's installer for Windows, into dist/.

    --without-python     build it without CPython, named and marked incomplete: for trying
    --vendor FILE        another manifest than installer/windows/vendor.json
    --certificate FILE --key FILE [--passphrase-file FILE] [--roots FILE] [--timestamp URL]
                         sign with these (PEM); without them a certificate of the spot signs
    --twice              build it a second time elsewhere: every byte must be the same
    --quick              pack fast and large, for trying
    --try                install, upgrade and remove it under wine; write down what ran

Standard library only.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from installer.shipping import evidence, freeze
from installer.windows import manifest, nsis, payload, sign, trial, vendor

WORK = freeze.ROOT / "build" / "windows"
OUT = freeze.ROOT / "dist"
PARTS = ".cdx.json"  # the list of parts, beside the installer
INSTALLED_MAX = 330 * 2**20
SETUP_MAX = 125 * 2**20  # not of one that was packed quickly


def main(arguments: list[str] | None = None) -> int:
    """Build the installer; returns the exit code."""
    options = _parser().parse_args(arguments)
    version = vendor.version_in(options.vendor)
    tag = vendor.tag_of(version)
    archive = None
    if not options.without_python:
        try:
            archive = vendor.fetch(vendor.read(options.vendor), WORK / "vendor")
        except vendor.VendorError as error:
            _say(f"CPython {version} for Windows is missing: {error}")
            _say("fill that in, or build with --without-python for trying")
            return 2
    OUT.mkdir(exist_ok=True)
    WORK.mkdir(parents=True, exist_ok=True)
    # Byte code is of one version: its own interpreter makes it (payload.lay refuses another).
    named = shutil.which(f"python3.{tag.removeprefix('cp3')}", path="/usr/bin")
    pip = freeze.environment(named or sys.executable, WORK / f"environment-{tag}", ())
    signer = _signer(options)
    product = nsis.Product(
        freeze.version(), freeze.moment(), complete=archive is not None, quick=options.quick
    )
    made = build(pip, tag, archive, product, signer, WORK / "one")
    bill = _parts(WORK / "one" / "program" / "lib")
    setup = OUT / product.setup
    shutil.copy2(made, setup)
    setup.with_suffix(PARTS).write_text(bill, "utf-8")
    _papers(setup, product, tag, version, spot=options.certificate is None)
    if options.twice and not _same(pip, tag, archive, product, signer, made):
        return 1
    if options.attempt:
        _attempt(product, signer)
    return 0


def build(
    pip: Path,
    tag: str,
    archive: Path | None,
    product: nsis.Product,
    signer: sign.Signer,
    work: Path,
) -> Path:
    """Build from nothing, sign, and verify what came of it; return the installer.

    Args:
        pip: an interpreter with pip, of the version that `tag` names.
        tag: cp311.
        archive: CPython's embeddable archive; None leaves it out.
        product: what the installer says of itself.
        signer: whose signature is put on.
        work: where to build; what lies there of an earlier build is thrown away.
    """
    _say(f"laying out the program's folder with the wheels of {payload.lock_of(tag).name}")
    folder = work / "program"
    payload.lay(pip, tag, archive, folder)
    return pack(product, signer, folder, work)


def pack(product: nsis.Product, signer: sign.Signer, folder: Path, work: Path) -> Path:
    """Make, sign and verify the installer of a program's folder; return it."""
    payload.commands(folder, product.version)
    program = folder / "bin" / "chuangkou.exe"
    nsis.launcher(product, program)
    signer.sign(program)
    manifest.write(folder)
    payload.date(folder, product.moment)
    _say("packing (minutes)")
    made = work / product.setup
    signed = replace(product, signer=signer.command(work / "sign.sh"))
    nsis.setup(signed, folder, work, made)
    signer.sign(made)
    signer.verify(made)
    unpacked = work / "unpacked"
    shutil.rmtree(unpacked, ignore_errors=True)
    count = manifest.check(nsis.unpack(made, product, unpacked))
    _say(f"signed; unpacked by 7z, all {count} files are what the manifest says")
    return made


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tasks.py dist --windows",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--windows", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--without-python", action="store_true")
    parser.add_argument("--vendor", type=Path, default=vendor.MANIFEST)
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--key", type=Path)
    parser.add_argument("--passphrase-file", type=Path)
    parser.add_argument("--roots", type=Path)
    parser.add_argument("--timestamp", default="")
    parser.add_argument("--twice", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--try", action="store_true", dest="attempt")
    return parser


def _signer(options: argparse.Namespace) -> sign.Signer:
    if options.certificate is None:
        _say("signing with a certificate of the spot: trusted nowhere, for trying only")
        return sign.of_the_spot(WORK / "certificate", freeze.moment())
    return sign.Signer(
        options.certificate,
        options.key or options.certificate,
        freeze.moment(),
        options.roots or options.certificate,
        options.timestamp,
        options.passphrase_file,
    )


def _parts(wheels: Path) -> str:
    """Return the list of parts as CycloneDX; refuses what may not ship."""
    tools = freeze.environment(sys.executable, WORK / "evidence", ("evidence.txt",))
    bill = evidence.parts_list_for_windows(tools, wheels, WORK / "parts")
    evidence.judge(bill["components"])
    _say(f"{len(bill['components'])} parts, all licences allowed")
    return json.dumps(bill, indent=1, sort_keys=True) + "\n"


def _papers(setup: Path, product: nsis.Product, tag: str, version: str, *, spot: bool) -> None:
    """Write what the installer is beside it, and hold its sizes against their limits."""
    folder = WORK / "one" / "program"
    size = sum(path.stat().st_size for path in manifest.files_of(folder).values())
    packed = setup.stat().st_size
    lock = payload.lock_of(tag)
    commit = subprocess.run(
        ["git", "-C", freeze.ROOT, "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    said = {
        "version": product.version,
        "commit": commit.stdout.strip(),
        "source_date_epoch": product.moment,
        "complete": product.complete,
        "python": version if product.complete else None,
        "signed_by": "a certificate of the spot, trusted nowhere" if spot else "see the signature",
        "lock": {lock.name: _sha256(lock)},
        "files": len(manifest.files_of(folder)),
        "installed_bytes": size,
        "sha256": {path.name: _sha256(path) for path in (setup, setup.with_suffix(PARTS))},
        "manifest_sha256": _sha256(folder / manifest.NAME),
    }
    text = json.dumps(said, indent=1, sort_keys=True) + "\n"
    setup.with_suffix(".json").write_text(text, "utf-8")
    for what, is_, most in (("installed", size, INSTALLED_MAX), ("setup", packed, SETUP_MAX)):
        _say(f"for Windows, {what}: {is_ / 2**20:.0f} MB (at most {most / 2**20:.0f})")
    _say(f"{setup.name} in dist/" + ("" if product.complete else ": INCOMPLETE, it has no Python"))


def _same(
    pip: Path,
    tag: str,
    archive: Path | None,
    product: nsis.Product,
    signer: sign.Signer,
    made: Path,
) -> bool:
    other = build(pip, tag, archive, product, signer, WORK / "elsewhere" / "two")
    same = made.read_bytes() == other.read_bytes()
    _say("built twice: " + ("the same to the bit, signature too" if same else "NOT the same"))
    return same


def _attempt(product: nsis.Product, signer: sign.Signer) -> None:
    later = replace(product, version=f"{product.version}.1")
    work = WORK / "later"
    _say("a later version of the same, to upgrade to")
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(WORK / "one" / "program", work / "program")
    newer = pack(later, signer, work / "program", work)
    with (OUT / "TRIAL-WINDOWS.txt").open("w", encoding="utf-8") as file:

        def tell(text: str) -> None:
            _say(text)
            file.write(text + "\n")
            file.flush()

        trial.attempt(WORK / "wine", OUT / product.setup, newer, product, later, tell)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _say(text: str) -> None:
    print(f"   {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
