"""The packages that an operator installs: number, sizes, and the packages that require each.

Measured in a fresh environment of this Python, from requirements.lock, as in docs/OPERATING.md.
"""

import re
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
SHOWN_MB = 1.0
MB = 1e6


def installed(folder: Path) -> list[Distribution]:
    """The lock's packages in a new environment."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--require-hashes", "-r", LOCK],
        check=True, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    (packages,) = folder.glob("lib/*/site-packages")
    locked = set(re.findall(r"^([\w.-]+)==", LOCK.read_text("utf-8"), re.MULTILINE))
    found = [each for each in distributions(path=[str(packages)]) if normal(each.name) in locked]
    assert {normal(each.name) for each in found} == locked
    return found


def normal(name: str) -> str:
    """As the lock spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def size_mb(package: Distribution) -> float:
    """All files that it brought, compiled ones too."""
    paths = (Path(str(each.locate())) for each in package.files or ())
    return sum(path.stat().st_size for path in paths if path.is_file()) / MB


def asked_by(name: str) -> str:
    """Who wants it, as the lock's `# via` lines say."""
    text = LOCK.read_text("utf-8")
    (entry,) = re.findall(rf"^{re.escape(name)}==.*\n(?: +.*\n)*", text, re.MULTILINE)
    comments = re.findall(r"^ +#(?: +via)?(.*)$", entry, re.MULTILINE)
    wanting = [each.strip().removesuffix(" (pyproject.toml)") for each in comments]
    return ", ".join(each for each in wanting if each)


def lines(packages: Iterable[Distribution]) -> Iterable[str]:
    """The table, the largest first, the small ones summed up."""
    sizes = sorted(((size_mb(each), normal(each.name)) for each in packages), reverse=True)
    yield f"{len(sizes)} packages, {sum(size for size, _ in sizes):.0f} MB"
    for size, name in sizes:
        if size >= SHOWN_MB:
            yield f"{size:6.1f} MB  {name}  (for {asked_by(name)})"
    small = [size for size, _ in sizes if size < SHOWN_MB]
    yield f"{sum(small):6.1f} MB  {len(small)} others, each under {SHOWN_MB:.0f} MB"


def main() -> None:
    print(f"Python {sys.version.split()[0]}, {LOCK.name}")
    with tempfile.TemporaryDirectory() as folder:
        for line in lines(installed(Path(folder) / "environment")):
            print(line)


if __name__ == "__main__":
    main()
