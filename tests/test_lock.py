"""requirements.lock: all of it installs on the oldest Python that docs/OPERATING.md promises."""

import re
from importlib.metadata import metadata

from packaging.specifiers import SpecifierSet

from tests.support.crawls import ROOT

DEBIAN_12 = "3.11.2"


def test_every_locked_package_takes_the_python_of_debian_12() -> None:
    locked = re.findall(
        r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE
    )
    asked = {
        f"{name}=={version}": metadata(name).get("Requires-Python", "")
        for name, version in locked
        if metadata(name)["Version"] == version
    }
    assert len(asked) > 100
    assert {
        pinned: python
        for pinned, python in asked.items()
        if not SpecifierSet(python).contains(DEBIAN_12)
    } == {}
