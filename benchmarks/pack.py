"""Reads the packs of saved portals: .tar.xz files with an INDEX.jsonl."""

import json
import tarfile
from pathlib import Path


def html_pages(pack: Path) -> dict[str, bytes]:
    """The bodies of all HTML pages by address."""
    with tarfile.open(pack) as tar:
        members = {
            member.name: file.read()
            for member in tar
            if (file := tar.extractfile(member)) is not None
        }
    rows = [json.loads(line) for line in members["INDEX.jsonl"].decode().splitlines()]
    return {
        row["url"]: members[row["member"]] for row in rows if row["type"].startswith("text/html")
    }


def article_pages(pack: Path) -> dict[str, bytes]:
    """The bodies of a Liferay portal's articles by address."""
    return {url: body for url, body in html_pages(pack).items() if "view_content" in url}
