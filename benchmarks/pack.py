"""Reads the packs of saved portals: .tar.xz files with an INDEX.jsonl."""

import json
import tarfile
from pathlib import Path


def article_pages(pack: Path) -> dict[str, bytes]:
    """The bodies of a Liferay portal's articles by address."""
    with tarfile.open(pack) as tar:
        members = {
            member.name: file.read()
            for member in tar
            if (file := tar.extractfile(member)) is not None
        }
    rows = [json.loads(line) for line in members["INDEX.jsonl"].decode().splitlines()]
    return {row["url"]: members[row["member"]] for row in rows if "view_content" in row["url"]}
