"""What lies in the program's folder on Windows: interpreter, locked wheels, our code, launchers.

    python      CPython, as its publisher signed it; absent where nobody has supplied it
    lib         the wheels of installer/locks/windows-<tag>.txt, less what the window never loads
    app         our rooms, and the paper that says our version
    bin         launchers, which the installer copies to the top folder
    SHA256SUMS  of every file above

Byte code is made here, by content and not by date: the folder cannot be written where it runs.
Standard library only.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from installer.shipping import freeze
from installer.shipping.window import PACKAGE
from installer.windows import manifest, vendor

if TYPE_CHECKING:
    from pathlib import Path

PLACES = ("..\\lib", "..\\app")
# Of Qt: what our code imports, and the plugins that a window on Windows needs. All else that lies
# in the wheel (QML, Designer, SQL, network, its tools and its headers) stays out.
_QT_MODULES = ("Core", "Gui", "Widgets", "Svg", "PrintSupport")
_QT_PLUGINS = (
    "platforms/qwindows",
    "platforms/qoffscreen",
    "styles/qmodernwindowsstyle",
    "iconengines/qsvgicon",
    "imageformats/qico",
    "imageformats/qjpeg",
    "imageformats/qsvg",
)
_QT_KEPT = re.compile(
    r"PySide6/("
    rf"Qt6?({'|'.join(_QT_MODULES)})\.(pyd|dll)"
    r"|(__init__|_config|_git_pyside_version)\.py|support/(__init__|deprecated)\.py"
    r"|(pyside6\.abi3|msvcp140\w*|vcruntime140\w*|concrt140)\.dll"
    rf"|plugins/({'|'.join(_QT_PLUGINS)})\.dll"
    r"|translations/qt(base)?_(zh_CN|en)\.qm"
    r")"
)
# Never asked for by our code: other ways of our libraries to do what we do ourselves (the same as
# on Linux, installer/shipping/window.spec), and what only developers of theirs use.
_LEFT_OUT = re.compile(
    r"(bin|share|lxml)(-[\d.]+\.dist-info)?/"
    r"|.*\.dist-info/(RECORD|INSTALLER|REQUESTED|direct_url\.json|entry_points\.txt)$"
    r"|.*\.(pyi|lib|h|hpp|c|pxd|pyx|pdb|obj)$"
    r"|(.*/)?(tests?|include)/"
    r"|shiboken6/v(camp|ccorlib|comp)140\.dll"
    r"|PIL/_avif\.|pypdfium2_cli/|cffi/_\w+\.h|cffi/gen_src"
)
_SYSTEM_DLLS = re.compile(
    r"(api-ms-win-|ext-ms-win-).*|(advapi32|authz|bcrypt|bcryptprimitives|combase|comctl32|comdlg32"
    r"|credui|crypt32|cryptbase|d2d1|d3d(9|11|12)|dcomp|dbghelp|dnsapi|dwmapi|dwrite|dxgi|gdi32|icuuc|imm32"
    r"|iphlpapi|kernel32|mpr|msvcrt|ncrypt|netapi32|normaliz|ntdll|ole32|oleaut32|powrprof|propsys"
    r"|psapi|rpcrt4|runtimeobject|secur32|setupapi|shcore|shell32|shlwapi|ucrtbase|uiautomationcore"
    r"|user32|userenv|usp10|uxtheme|version|winmm|winscard|winspool|ws2_32|wtsapi32)\.(dll|drv)"
)
_METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
# %~dp0 is the folder that the file lies in; -X utf8: libraries read texts as we wrote them.
_COMMAND = (
    '@"%~dp0{folder}\\python\\python.exe" -X utf8 -c'
    ' "import sys; from {module} import main; sys.exit(main())" %*\r\n'
)
COMMANDS = {
    "chuangkou-doctor.cmd": "client.doctor",
    "chuangkou-sign.cmd": "client.administrator",
}


class PayloadError(Exception):
    """The folder would not run on Windows; says why."""


def program_folder(version: str) -> str:
    """Return the name of the folder that one version lies in; no two versions share a file."""
    return f"chuangkou-{version}"


def lock_of(tag: str) -> Path:
    """Return the lock file for a version of Python.

    Raises:
        PayloadError: there is none.
    """
    lock = freeze.LOCKS / f"windows-{tag}.txt"
    if not lock.exists():
        raise PayloadError(f"no {lock.name}: name it in installer/locks/resolve.py and resolve")
    return lock


def lay(pip: Path, tag: str, python: Path | None, folder: Path) -> None:
    """Lay out the program's folder, without its launchers and its manifest.

    Args:
        pip: an interpreter with pip, of the version that `tag` names: it makes the byte code.
        tag: cp311.
        python: the embeddable archive; None leaves the interpreter out.
        folder: made anew.

    Raises:
        PayloadError: a library asks for one that is neither in the folder nor Windows' own.
        subprocess.CalledProcessError: a locked part has no wheel for Windows, or another hash.
    """
    shutil.rmtree(folder, ignore_errors=True)
    lib, app = folder / "lib", folder / "app"
    lib.mkdir(parents=True)
    _wheels(pip, tag, lib)
    trim(lib)
    app.mkdir()
    freeze.copy_source(app)
    for name in ("shipping", "pyproject.toml", "README.md"):
        path = app / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    paper = app / f"{PACKAGE}-{freeze.version()}.dist-info"
    paper.mkdir()
    said = _METADATA.format(name=PACKAGE, version=freeze.version())
    (paper / "METADATA").write_text(said, "utf-8")
    _compile(pip, tag, folder)
    if python is not None:
        vendor.unpack(python, tag, folder / "python", PLACES)
    if unmet := wanting(folder, tag):
        raise PayloadError("libraries that nothing brings: " + "; ".join(unmet))


def commands(folder: Path, version: str) -> None:
    """Write the launchers of the programs without a window.

    Args:
        folder: the program's folder.
        version: the one that they start.
    """
    place = folder / "bin"
    place.mkdir(exist_ok=True)
    for name, module in COMMANDS.items():
        line = _COMMAND.format(folder=program_folder(version), module=module)
        (place / name).write_text(line, "ascii", newline="")


def trim(lib: Path) -> None:
    """Take away what the window never loads, and folders that are empty then."""
    for name, path in manifest.files_of(lib).items():
        qt = name.startswith("PySide6/")
        if (qt and not _QT_KEPT.fullmatch(name)) or (not qt and _LEFT_OUT.match(name)):
            path.unlink()
    for path in sorted(lib.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def wanting(folder: Path, tag: str) -> list[str]:
    """Return what libraries ask for that neither the folder nor Windows holds; by objdump."""
    libraries = [path for path in folder.rglob("*") if path.suffix.lower() in {".dll", ".pyd"}]
    have = {path.name.lower() for path in libraries}
    have |= {"python3.dll", f"python{tag.removeprefix('cp')}.dll"}  # the interpreter's own
    have |= {"vcruntime140.dll", "vcruntime140_1.dll"}  # come with it
    unmet = []
    for path in sorted(libraries):
        said = subprocess.run(
            ["objdump", "-p", str(path)], capture_output=True, text=True, check=True
        ).stdout
        names = [line.split()[-1].lower() for line in said.splitlines() if "DLL Name:" in line]
        unmet += [
            f"{path.relative_to(folder).as_posix()}: {name}"
            for name in names
            if name not in have and not _SYSTEM_DLLS.fullmatch(name)
        ]
    return unmet


def date(folder: Path, moment: int) -> None:
    """Set every date in a folder to one moment."""
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (moment, moment))


def _wheels(pip: Path, tag: str, lib: Path) -> None:
    command: list[str | Path] = [pip, "-m", "pip", "install", "--quiet", "--no-compile"]
    command += ["--disable-pip-version-check", "--no-deps", "--require-hashes"]
    command += ["--platform", "win_amd64", "--only-binary", ":all:"]
    command += ["--python-version", f"3.{tag.removeprefix('cp3')}"]
    subprocess.run([*command, "--target", lib, "-r", lock_of(tag)], check=True)


def _compile(python: Path, tag: str, folder: Path) -> None:
    asked = subprocess.run(
        [python, "-c", "import sys; print('cp%d%d' % sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    if asked != tag:
        raise PayloadError(f"byte code for {tag} is made by that version; this is {asked}")
    command: list[str | Path] = [python, "-m", "compileall", "-q", "-j", "1"]
    command += ["--invalidation-mode", "unchecked-hash", "-s", folder, "-p", PACKAGE]
    subprocess.run(
        [*command, folder / "lib", folder / "app"], env=freeze.same_everywhere(), check=True
    )
