"""The documents lead where they say, and the README in Vietnamese is that in English."""

import re
from pathlib import Path

import pytest

from tests.support.crawls import ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
COMMAND = re.compile(r"^(?:git|make|export|\.venv/bin/\S+) [^#\n]+", re.MULTILINE)
"""A line of a block, without the comment behind it."""


def anchors(text: str) -> set[str]:
    """What a heading is called in a link, as repositories' web pages do it."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_of_a_document_leads_to_a_file_and_a_heading(path: Path) -> None:
    for name, anchor in LINK.findall(path.read_text("utf-8")):
        target = path.parent / name if name else path
        assert target.exists(), name
        if anchor:
            assert anchor in anchors(target.read_text("utf-8")), f"{name}#{anchor}"


def test_both_readmes_name_the_same_commands_portals_and_documents() -> None:
    english = (ROOT / "README.md").read_text("utf-8")
    vietnamese = (ROOT / "README.vi.md").read_text("utf-8")
    commands = [found.strip() for found in COMMAND.findall(english)]
    assert len(commands) > 10
    assert [found.strip() for found in COMMAND.findall(vietnamese)] == commands
    for part in (r"`[\w/. -]+`", r"\]\((docs/[^)#]+)"):
        assert set(re.findall(part, vietnamese)) == set(re.findall(part, english))
