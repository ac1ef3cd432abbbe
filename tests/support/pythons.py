"""The Pythons of this machine."""

import os
import shutil
import subprocess


def interpreter(version: str) -> str | None:
    """A Python of that version that runs; None where the machine has none.

    pyenv's commands are on the PATH for all versions and run those that PYENV_VERSION names.
    """
    named = shutil.which(f"python{version}")
    if named is None:
        return None
    ended = subprocess.run(
        [named, "-c", "import sys; print(sys.executable)"], text=True, capture_output=True,
        env={**os.environ, "PYENV_VERSION": version}, check=False,
    )  # fmt: skip
    return ended.stdout.strip() or None
