"""`show --cite`: from the article to the record that proves it, with nothing taken on trust."""

import json
import subprocess
from pathlib import Path

import pytest

from archive.citation import citation
from archive.commands import show
from archive.database.articles import at_version, stored_article
from archive.database.named_articles import article_named
from archive.database.reading import reading
from archive.errors import ArchiveDamagedError
from archive.layout import Layout
from tests.archive.building import PORTAL, ArchiveBuilder, members, warc_path
from tests.archive.test_commands import run


def cited(layout: Layout, name: str, version: int | None = None) -> dict[str, object]:
    with reading(layout) as connection:
        stored = stored_article(connection, article_named(connection, name))
        if version is not None:
            stored = at_version(connection, stored, version)
        return citation(layout, connection, stored)


def test_a_citation_leads_to_the_record_that_it_names(good: Layout) -> None:
    said = cited(good, f"{PORTAL}/100")
    start = int(str(said["warc_offset"]))
    data = (good.folder / str(said["warc_file"])).read_bytes()
    (record,) = members(data[start : start + int(str(said["warc_length"]))])
    assert str(said["record_id"]).encode() in record
    assert f"WARC-Block-Digest: {said['block_digest']}".encode() in record
    assert f"WARC-Payload-Digest: {said['payload_digest']}".encode() in record


def test_an_earlier_version_is_cited_with_its_own_record(tmp_path: Path) -> None:
    builder = ArchiveBuilder(tmp_path)
    builder.article("1", "Tin cũ")
    builder.article("1", "Tin mới")
    layout = builder.close()
    old, new = cited(layout, f"{PORTAL}/1", 1), cited(layout, f"{PORTAL}/1")
    assert (old["title"], old["version"]) == ("Tin cũ", 1)
    assert (new["title"], new["version"]) == ("Tin mới", 2)
    assert old["record_id"] != new["record_id"]


def test_a_citation_can_be_copied(good: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(show, good, f"{PORTAL}/100", "--cite") == 0
    shown = capsys.readouterr().out
    said = cited(good, f"{PORTAL}/100")
    for column in ("url", "warc_file", "record_id", "payload_digest", "block_digest"):
        assert str(said[column]) in shown.split()
    assert "Kim Chi. “Chuyển đổi số ở Thủ đô”. Sở Thông tin" in shown
    assert all(len(line) <= 80 for line in shown.splitlines() if " " in line.strip()[12:])


@pytest.mark.parametrize("width", ["40", "80", ""])
def test_no_address_path_or_id_of_a_citation_is_broken(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    width: str,
) -> None:
    monkeypatch.setenv("COLUMNS", width)
    key = "mot-bai-viet-" * 12
    builder = ArchiveBuilder(tmp_path)
    builder.article(key, "Ủy ban")
    layout = builder.close()
    assert run(show, layout, f"{PORTAL}/{key}", "--cite") == 0
    words = capsys.readouterr().out.split()
    said = cited(layout, f"{PORTAL}/{key}")
    assert words.count(str(said["url"])) == 2
    for column in ("warc_file", "record_id", "payload_digest", "block_digest"):
        assert str(said[column]) in words


@pytest.mark.parametrize(
    ("title", "quoted"),
    [
        ("Thi “Thời số”: “Chuyện nhà”", "“Thi ‘Thời số’: ‘Chuyện nhà’”. "),
        ('"Thời số" và màn hình 55"', '“‘Thời số’ và màn hình 55"”. '),
        ("“Thời số”", "“‘Thời số’”. "),
        ("Xã Đăk’rơ", "“Xã Đăk’rơ”. "),
    ],
)
def test_quotes_within_a_quoted_title_are_single(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], title: str, quoted: str
) -> None:
    builder = ArchiveBuilder(tmp_path)
    builder.article("1", title)
    assert run(show, builder.close(), f"{PORTAL}/1", "--cite") == 0
    shown = capsys.readouterr().out
    assert shown.startswith(quoted)
    assert f"title       {title}\n" in shown


def test_a_citation_as_json(good: Layout, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(show, good, f"{PORTAL}/100", "--cite", "--json") == 0
    assert json.loads(capsys.readouterr().out) == cited(good, f"{PORTAL}/100")


def test_a_record_that_was_changed_is_not_cited(copy: Layout) -> None:
    path = warc_path(copy)
    start = int(str(cited(copy, f"{PORTAL}/100")["warc_offset"]))
    data = path.read_bytes()
    length = int(str(cited(copy, f"{PORTAL}/100")["warc_length"]))
    (record,) = members(data[start : start + length])
    forged = record.replace("Chuyển".encode(), "chuyển".encode())
    packed = subprocess.run(["gzip", "-9"], input=forged, capture_output=True, check=True).stdout
    path.write_bytes(data[:start] + packed + data[start + length :])
    with pytest.raises(ArchiveDamagedError, match="Digest"):
        cited(copy, f"{PORTAL}/100")


def test_a_record_that_is_not_there_is_not_cited(copy: Layout) -> None:
    warc_path(copy).write_bytes(b"")
    with pytest.raises(ArchiveDamagedError, match="does not hold"):
        cited(copy, f"{PORTAL}/100")
