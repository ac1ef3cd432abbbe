"""Other people's tools, each in an environment of its own that is made once below .bench/."""

import hashlib
import re
import shutil
import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".bench"
INSTALL_S = 600
"""The time after which an installation counts as failed, in seconds."""


REASON_CHARACTERS = 70


class UnavailableError(Exception):
    """Why a peer cannot be measured here, in one short line."""


@dataclass(frozen=True, slots=True)
class Package:
    """A distribution, in the versions of its lock."""

    name: str

    @property
    def lock(self) -> Path:
        """The versions and hashes of it and of all that it needs."""
        return Path(__file__).with_name(f"requirements-{self.name}.lock")

    def locked_version(self, name: str) -> str:
        """The version of a distribution that the lock names."""
        found = re.search(rf"^{re.escape(name)}==(\S+)", self.lock.read_text(), re.MULTILINE)
        if found is None:
            raise ValueError(f"{self.lock} does not name {name}")
        return found[1]

    @property
    def version(self) -> str:
        """Its own version."""
        return self.locked_version(self.name)

    def python(self) -> Path:
        """The interpreter of its environment, which is made where it is not there.

        Raises UnavailableError.
        """
        folder = ENVIRONMENTS / self.name
        done, digest = folder / "installed", hashlib.sha256(self.lock.read_bytes()).hexdigest()
        if not done.exists() or done.read_text() != digest:
            shutil.rmtree(folder, ignore_errors=True)
            _install(self.lock, folder)
            done.write_text(digest)
        return folder / "bin" / "python"


def reason(stderr: str) -> str:
    """The last line that pip calls an error, cut to the width of a table's cell."""
    lines = [line for line in stderr.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return (errors or lines or ["no reason given"])[-1][:REASON_CHARACTERS]


def _install(lock: Path, folder: Path) -> None:
    try:
        venv.create(folder, with_pip=True)
        command = [
            str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input",
            "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r", str(lock),
        ]  # fmt: skip
        subprocess.run(
            command, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=INSTALL_S,
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        raise UnavailableError(f"not installed: {reason(error.stderr or '')}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(f"not installed: {error}") from error
