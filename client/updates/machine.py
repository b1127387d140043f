"""The machine whose program is replaced: its package, open windows, its people's stores.

Linux with dpkg. Runs as root: it alone may change what stands under /opt.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from client.updates.failures import UpdateFailure
from client.updates.rule import Hindrance
from client.updates.standing import Standing, read
from sync.domain.failures import FailureKind

PACKAGE = "chuangkou"
PROGRAM = Path("/opt") / PACKAGE
STORE = Path(".local/share/chuangkou/store")  # in a home: what ui.__main__ opens there
_FIRST_PERSON = 1000
_PUT_S = 900.0
_TRY_S = 60.0


class Machine:
    """This machine.

    Args:
        dpkg: the command that changes packages, with options.
        program: folder that the package installs to.
        homes: the folders of its people; None for those that the system knows.
        identity: file that tells this machine from others.
    """

    def __init__(
        self,
        dpkg: tuple[str, ...] = ("dpkg",),
        program: Path = PROGRAM,
        homes: tuple[Path, ...] | None = None,
        identity: Path = Path("/etc/machine-id"),
    ) -> None:
        self._dpkg = dpkg
        self._program = program
        self._homes = homes
        self._identity = identity

    @property
    def identity(self) -> str:
        """Return what tells this machine from others; "" where nothing does."""
        try:
            return self._identity.read_text("ascii").strip()
        except OSError:
            return ""

    def present(self) -> str:
        """Return the version that is installed, "" for none; one that is on hold is.

        Raises:
            UpdateFailure: update.no_packages where there is no dpkg.
        """
        listed = self._run("--list", PACKAGE)
        rows = [line.split() for line in listed.stdout.splitlines()]
        ours = (row for row in rows if len(row) > 2 and row[1].split(":")[0] == PACKAGE)
        # The first letter is what somebody wants of it (h: hold), the second what it is.
        return next((row[2] for row in ours if row[0][1:2] == "i"), "")

    def put(self, package: Path, *, mending: bool = False) -> None:
        """Install a package over whatever version is there; what was cut short is finished.

        Args:
            package: its file.
            mending: whether what is there does not start: it is replaced whoever tries to run it.

        Raises:
            UpdateFailure: update.hindered, when a window was opened since somebody looked: the
                package's own script then begins nothing; update.not_put, with what dpkg said last.
        """
        own = {"CHUANGKOU_MENDING": "1"} if mending else {}
        done = self._run("--install", str(package), seconds=_PUT_S, **own)
        if done.returncode:
            if self.windows():
                what = Hindrance.WINDOW_OPEN.value
                raise UpdateFailure("update.hindered", FailureKind.RETRIABLE, what=what)
            said = (done.stderr or done.stdout).strip().splitlines()
            raise UpdateFailure(
                "update.not_put", FailureKind.BROKEN, said=said[-1][:200] if said else ""
            )

    def works(self) -> bool:
        """Say whether the program that is installed starts at all."""
        command = [str(self._program / "chuangkou-doctor"), "--help"]
        try:
            done = subprocess.run(  # noqa: S603  (our own program)
                command, capture_output=True, timeout=_TRY_S, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
        return done.returncode == 0

    def windows(self) -> int:
        """Return how many of the package's programs run now, this one and its children excepted."""
        return sum(
            self._is_ours(process)
            for process in Path("/proc").iterdir()
            if process.name.isdecimal()
        )

    def _is_ours(self, process: Path) -> bool:
        try:
            program = (process / "exe").readlink()
        except OSError:  # it has ended, or it is a thread of the kernel
            return False
        # The program that asks is one of the package's too.
        return program.is_relative_to(self._program) and program.name != "chuangkou-update"

    def standings(self) -> tuple[Standing, ...]:
        """Return what the stores of this machine's people say of themselves."""
        homes = self._homes
        if homes is None:
            homes = _homes_of_people()
        stores = (home / STORE for home in homes)
        return tuple(read(store) for store in stores if (store / "store.db").exists())

    def _run(
        self, *arguments: str, seconds: float = _TRY_S, **own: str
    ) -> subprocess.CompletedProcess[str]:
        try:
            return subprocess.run(  # noqa: S603  (our own words and a path that we made)
                [*self._dpkg, *arguments],
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", **own},
                stdin=subprocess.DEVNULL,
            )
        except FileNotFoundError as error:
            raise UpdateFailure("update.no_packages") from error
        except subprocess.TimeoutExpired as error:
            raise UpdateFailure("update.not_put", FailureKind.BROKEN, said="") from error


if sys.platform == "win32":

    def _homes_of_people() -> tuple[Path, ...]:
        """Return none: there each version is put in by hand."""
        return ()
else:
    import pwd

    def _homes_of_people() -> tuple[Path, ...]:
        people = (each for each in pwd.getpwall() if each.pw_uid >= _FIRST_PERSON)
        return tuple(Path(each.pw_dir) for each in people)
