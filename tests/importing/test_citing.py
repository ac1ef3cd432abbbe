"""`show --cite` of articles that others captured: sound records are proven, forged ones are not."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from portal_crawler.cli import main
from tests.importing.making import (
    Style,
    answer,
    article,
    chunks,
    imported,
    raw_record,
    write_arc,
    write_wacz,
    write_warc,
)
from tests.support.crawls import rows

PAGE = article("Tin")
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)


def cited(archive: Path) -> int:
    [[identifier], *_] = rows(archive, "SELECT id FROM articles")
    return main(["show", str(identifier), "--cite", "--archive", str(archive)])


def plain(folder: Path) -> Path:
    return write_warc(folder / "x.warc", [PAGE], Style(packed=False))


FORMS: dict[str, Callable[[Path], Path]] = {
    "packed": lambda folder: write_warc(folder / "x.warc.gz", [PAGE]),
    "plain": plain,
    "plain in a WACZ": lambda folder: write_wacz(
        folder / "x.wacz", plain(folder), stored=True, name="archive/data.warc"
    ),
    "packed in a WACZ": lambda folder: write_wacz(
        folder / "x.wacz", write_warc(folder / "x.warc.gz", [PAGE]), stored=True
    ),
    "compressed in a WACZ": lambda folder: write_wacz(
        folder / "x.wacz", plain(folder), stored=False
    ),
    "ARC": lambda folder: write_arc(folder / "x.arc", packed=False),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_sound_record_is_cited_whatever_holds_it(form: str, tmp_path: Path) -> None:
    imported(tmp_path / "archive", FORMS[form](tmp_path))
    assert cited(tmp_path / "archive") == 0


def digest(name: str, data: bytes, *, hexadecimal: bool) -> str:
    value = hashlib.new(name, data, usedforsecurity=False).digest()
    return f"{name}:{value.hex() if hexadecimal else base64.b32encode(value).decode()}"


@pytest.mark.parametrize("over_chunks", [True, False])
@pytest.mark.parametrize("name", ["sha1", "sha256", "md5"])
def test_a_digest_may_be_over_the_chunks_or_the_body(
    name: str, over_chunks: bool, tmp_path: Path
) -> None:
    body = chunks(PAGE.body) if over_chunks else PAGE.body
    record = raw_record(
        CHUNKED + chunks(PAGE.body), WARC_Payload_Digest=digest(name, body, hexadecimal=over_chunks)
    )
    path = tmp_path / "x.warc.gz"
    path.write_bytes(record)
    imported(tmp_path / "archive", path)
    assert cited(tmp_path / "archive") == 0


@pytest.mark.parametrize("packed", [True, False])
def test_a_page_that_was_changed_is_not_cited(packed: bool, tmp_path: Path) -> None:
    path = tmp_path / "x.warc"
    other = article("Tin", "Nội dung khác.")
    given = digest("sha1", other.body, hexadecimal=False)
    path.write_bytes(raw_record(answer(PAGE), member=packed, WARC_Payload_Digest=given))
    main(["import", str(path), "--archive", str(tmp_path / "archive"), "-q"])
    assert cited(tmp_path / "archive") == 4


def test_a_plain_record_whose_place_was_overwritten_is_not_cited(tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    imported(archive, plain(tmp_path))
    [kept] = archive.glob("warc/imported/*.warc")
    kept.write_bytes(b"\n" + kept.read_bytes())
    assert cited(archive) == 4
