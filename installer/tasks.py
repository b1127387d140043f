"""The door of the project: `python3 installer/tasks.py demo | test | check | …`.

Standard library only, because it runs before anything is installed. Every task first sees to it
that what it needs is there: system packages (Debian 12; root or sudo), the virtual environment,
and the locked Python packages, each with its hash.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "installer" / "locks"

# What Qt's offscreen and X platforms load; the card service with readers that need no hardware,
# and what pyscard is built with; the tools that check what we make.
SYSTEM_PACKAGES = {
    "run": [
        "libglib2.0-0",
        "libegl1",
        "libgl1",
        "libfontconfig1",
        "libdbus-1-3",
        "libxkbcommon0",
        "libxcb-cursor0",
        "libxcb-icccm4",
        "libxcb-keysyms1",
        "libxcb-shape0",
        "libxkbcommon-x11-0",
        "python3-venv",
    ],
    "card": [
        "pcscd",
        "libpcsclite1",
        "vsmartcard-vpcd",
        "opensc-pkcs11",
        "libpcsclite-dev",
        "gcc",
        "libc6-dev",
        "python3-dev",
    ],
    "test": [
        "opensc",
        "softhsm2",
        "yubico-piv-tool",
        "openssl",
        "poppler-utils",
        "qpdf",
        "libnss3-tools",
        "xvfb",
        "xauth",
        "xdotool",
        "dbus",
        "fcitx5",
        "fcitx5-pinyin",
        "ibus",
        "ibus-libpinyin",
        "chromium",
        "nodejs",
        "sane-utils",
        "postgresql-15",
        "patroni",
        "etcd-server",
        "haproxy",
        "faketime",
    ],
    "dist": [
        "binutils",
        "libpython3.11",
        "libpcsclite-dev",
        "gcc",
        "libc6-dev",
        "python3-dev",
        "xz-utils",
        "debootstrap",
        "systemd-container",
    ],
    "windows": ["binutils", "nsis", "osslsigncode", "openssl", "p7zip-full", "gpgv"],
    "wine": ["wine", "wine64"],
}


def say(text: str) -> None:
    """Tell the person at the terminal what is going on; results go to stdout, this does not."""
    print(f"── {text}", file=sys.stderr, flush=True)


def run(
    command: Sequence[str | Path], *, check: bool = True, env: dict[str, str] | None = None
) -> int:
    """Run a command in the project's root; end with its code when it fails and `check` is set."""
    code = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=env, check=False
    ).returncode
    if check and code:
        sys.exit(code)
    return code


def become(command: Sequence[str | Path]) -> None:
    """Let a command take this process's place, so that signals reach it and nothing is orphaned.

    Windows knows no such thing: there the command is run, and its code handed on.
    """
    words = [str(part) for part in command]
    if sys.platform == "win32":
        run(words)
        return
    os.chdir(ROOT)
    os.execv(words[0], words)  # noqa: S606  our own interpreter, no shell


# ---------------------------------------------------------------- setting up


def missing_packages(names: Sequence[str]) -> list[str]:
    """Return which Debian packages are not installed; none where dpkg is unknown."""
    if not shutil.which("dpkg-query"):
        return []
    answer = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Abbrev}\n", *names],
        capture_output=True,
        text=True,
        check=False,
    )
    present = {line.split()[0] for line in answer.stdout.splitlines() if line.split()[1:] == ["ii"]}
    return [name for name in names if name not in present]


def install_packages(names: Sequence[str]) -> None:
    """Install what is missing by apt, as root or through sudo; say it plainly if neither works."""
    wanted = missing_packages(names)
    if not wanted:
        return
    say(f"installing system packages: {' '.join(wanted)}")
    prefix: list[str] = []
    if os.geteuid() != 0:
        if not shutil.which("sudo"):
            sys.exit(f"Missing system packages: {' '.join(wanted)}. Run as root, or install sudo.")
        prefix = ["sudo"]
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "Dpkg::Use-Pty=0"]
    run([*prefix, *quiet, "update"], check=False)
    run([*prefix, *quiet, "install", "-y", "--no-install-recommends", *wanted])


def environment(python: str) -> Path:
    """Return the interpreter of the project's virtual environment, made and filled if need be."""
    version = subprocess.run(
        [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    folder = ROOT / (".venv" if version == own else f".venv-{version}")
    inside = folder / "bin" / "python"
    lock = LOCKS / "dev.txt"
    stamp = folder / "lock.sha256"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if inside.exists() and stamp.exists() and stamp.read_text() == wanted:
        return inside
    if not inside.exists():
        say(f"making {folder.name} with Python {version}")
        run([python, "-m", "venv", folder])
    say("installing the locked packages (a few minutes on a new machine)")
    pip: list[str | Path] = [
        inside,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-compile",  # see keep_compiled: what is never imported need not be compiled
    ]
    run([*pip, "--require-hashes", "--no-deps", "-r", lock])
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", "."])
    stamp.write_text(wanted)
    return inside


def card_driver(inside: Path) -> None:
    """Build pyscard into an environment: it is source-only, so its build tools are locked too."""
    locks = [LOCKS / "card-build.txt", LOCKS / "card.txt"]
    stamp = inside.parent.parent / "card.sha256"
    wanted = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("building the card reader's driver")
    tools = {**os.environ, "PATH": f"{inside.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    for lock in locks:
        run(
            [
                inside,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--no-compile",
                "--require-hashes",
                "--no-deps",
                "--no-build-isolation",
                "-r",
                lock,
            ],
            env=tools,
        )
    stamp.write_text(wanted)


def prepare(python: str, *, tests: bool = False, card: bool = False) -> Path:
    """See to system packages and environment; return the interpreter to run with.

    Args:
        python: the interpreter to make the environment with.
        tests: what tests need besides; they need real card readers, too.
        card: real card readers.
    """
    card = card or tests
    install_packages(
        SYSTEM_PACKAGES["run"]
        + (SYSTEM_PACKAGES["card"] if card else [])
        + (SYSTEM_PACKAGES["test"] if tests else [])
    )
    inside = environment(python)
    if card:
        card_driver(inside)
    keep_compiled(inside)
    return inside


def keep_compiled(inside: Path) -> None:
    """Let every Python started from here on keep what it compiled, inside the environment.

    Centre, window and tests are many processes: each compiles a second and more of source text
    where the machine forbids bytecode, as containers do, to keep folders clean. These stay clean.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(inside.parent.parent / "pycache")


# ---------------------------------------------------------------- tasks


def setup(options: argparse.Namespace) -> None:
    """Install everything and stop."""
    prepare(options.python, tests=True)


def demo(options: argparse.Namespace) -> None:
    """Run the main job: authority, centre and window; what follows goes to the demo itself."""
    python = prepare(
        options.python, card=any(word.endswith(("pcsc", "pkcs11")) for word in options.rest)
    )
    run([python, "-m", "installer.demo", *options.rest])


def check(options: argparse.Namespace) -> None:
    """Format, lint, types, import contracts, fast tests: what every commit must pass."""
    python = prepare(options.python, tests=True)
    tools = python.parent
    run([tools / "ruff", "format", "--check", "--quiet", "."])
    run([tools / "ruff", "check", "--quiet", "."])
    run([tools / "ast-grep", "test", "--skip-snapshot-tests"])
    run([tools / "ast-grep", "scan", "--error"])
    run([tools / "mypy"])
    run([tools / "lint-imports"])
    run([python, "-m", "pytest", "-q", "-n", "2", "-m", "not slow and not bench", *options.rest])


def test(options: argparse.Namespace) -> None:
    """Run all tests; the last lines are pytest's own summary.

    The window's widgets are tested first, in processes of their own: Qt's state is global, and
    what another test leaves in a process must not decide about them. A process of tests that dies
    is a failure and ends the run: nothing waits for tests that it took along. Widgets keep
    two cores busy; the others wait for servers, readers and kills a third of their time: three.
    """
    python = prepare(options.python, tests=True)
    pytest: list[str | Path] = [python, "-m", "pytest", "-m", "not bench"]
    pytest += ["--dist", "loadfile", "--no-loadscope-reorder", "--max-worker-restart", "0"]
    if options.rest:
        sys.exit(run([*pytest, "-n", "2", *options.rest], check=False))
    widgets = run([*pytest, "-n", "2", "tests/ui"], check=False)
    others = run([*pytest, "-n", "3", "--ignore", "tests/ui"], check=False)
    sys.exit(widgets or others)


def bench(options: argparse.Namespace) -> None:
    """Measure the figures of docs/BENCHMARKS.md, each beside its yardstick."""
    python = prepare(options.python, tests=True)
    if not shutil.which("npm"):  # for PouchDB, the peer; other packages of Node.js bring it along
        install_packages(["npm"])
    run(
        [
            python,
            "-m",
            "pytest",
            "-q",
            "-s",
            "-p",
            "no:randomly",
            "-m",
            "bench",
            "tests/bench",
            *options.rest,
        ]
    )


def fix(options: argparse.Namespace) -> None:
    """Put right what a machine can: format, simple lint, compiled message catalogues."""
    python = prepare(options.python, tests=True)
    tools = python.parent
    run([python, "-m", "installer.catalogues"])
    run([tools / "ruff", "check", "--fix", "--quiet", "."], check=False)
    run([tools / "ruff", "format", "--quiet", "."])


def pictures(options: argparse.Namespace) -> None:
    """Draw the window's pages: `pictures [every | FOLDER] [--scale 100 200] …`; see --help.

    Without a word the handbook's; `every` screen in both languages at three scales, with the page
    docs/pictures/README.md that leads to them.
    """
    python = prepare(options.python)
    named = bool(options.rest) and not options.rest[0].startswith("-")
    asked = options.rest if named else ["docs/pictures/pages", "--once", *options.rest]
    if options.rest[:1] == ["every"]:
        looks = ["--language", "zh_CN", "en", "--scale", "100", "150", "200"]
        asked = ["docs/pictures/screens", *looks, "--kind", "webp", "--index", *options.rest[1:]]
    run([python, "-m", "tests.helpers.gallery", *asked])


def dist(options: argparse.Namespace) -> None:
    """Build the packages into dist/; --twice: to the bit, --try: in a bare Debian; --windows."""
    if "--windows" in options.rest:
        install_packages(
            [
                "python3-venv",
                *SYSTEM_PACKAGES["windows"],
                *(SYSTEM_PACKAGES["wine"] if "--try" in options.rest else []),
            ]
        )
        run([options.python, "-m", "installer.windows.release", *options.rest])
        return
    install_packages([*SYSTEM_PACKAGES["run"], *SYSTEM_PACKAGES["dist"]])
    run([options.python, "-m", "installer.shipping.release", *options.rest])


def lock(options: argparse.Namespace) -> None:
    """Resolve the lock files anew from pyproject.toml (needs uv and a registry)."""
    python = prepare(options.python)
    run([python, "-m", "installer.locks.resolve", *options.rest])


TASKS: dict[str, Callable[[argparse.Namespace], None]] = {
    "setup": setup,
    "demo": demo,
    "check": check,
    "test": test,
    "bench": bench,
    "fix": fix,
    "pictures": pictures,
    "dist": dist,
    "lock": lock,
}


def main() -> None:
    """Read the task's name and hand it the rest of the line."""
    parser = argparse.ArgumentParser(
        description=__doc__,
        epilog="\n".join(f"{name:9} {task.__doc__}" for name, task in TASKS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--python", default=sys.executable, help="another interpreter to use")
    parser.add_argument("task", choices=TASKS)
    parser.add_argument("rest", nargs=argparse.REMAINDER, help="goes to the task")
    options = parser.parse_args()
    if options.rest[:1] == ["--python"]:
        options.python, options.rest = options.rest[1], options.rest[2:]
    TASKS[options.task](options)


if __name__ == "__main__":
    main()
