"""Hatchling's hook for the sdist: it holds the files that git tracks, and no other.

By itself Hatchling takes all that .gitignore does not name: archives, saved pages, notes.
"""

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class TrackedFiles(BuildHookInterface):
    """Called by Hatchling before it builds an sdist, as pyproject.toml says."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files. A folder that is no checkout is an unpacked sdist: all of it counts."""
        del version, build_data
        if not (Path(self.root) / ".git").exists():
            return
        listed = subprocess.run(
            ["git", "-C", self.root, "ls-files", "-z"],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        names = listed.stdout.split("\0")
        self.build_config.target_config["only-include"] = [name for name in names if name]
