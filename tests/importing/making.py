"""Makes archive files as other people's tools make them, out of the demo portals' pages."""

import base64
import contextlib
import gzip
import hashlib
import io
import json
import uuid
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from portal_crawler.cli import main
from portal_crawler.demo.server import DemoPage, demo_pages
from tests.support.tables import all_rows

HOST = "http://sotttt.demo-tinh.example"
PAGES = [page for page in demo_pages() if page.url.startswith(HOST)]
ARTICLES = 29
"""Of the demo's department; the others of its 31 addresses are dead or no article."""

URL = f"{HOST}/vi/tin-tuc-su-kien/-/view_content/2408433-dai-truyen-thanh.html"
"""Of an article that `article` writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How a file is written."""

    version: str = "1.1"
    packed: bool = True
    chunked: bool = False
    zipped: bool = False
    """The bodies, with Content-Encoding."""


def moment(day: int, number: int) -> str:
    """WARC-Date of the n-th page of a day."""
    return f"2024-03-{day:02d}T08:{number // 60:02d}:{number % 60:02d}Z"


def write_warc(
    path: Path, pages: Iterable[DemoPage] = PAGES, style: Style = Style(), day: int = 5
) -> Path:
    """A WARC of the pages by warcio."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=style.packed, warc_version=style.version)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "warcio"}))
        for number, page in enumerate(pages):
            add_response(writer, page, style, {"WARC-Date": moment(day, number)})
    return path


def add_response(
    writer: WARCWriter,
    page: DemoPage,
    style: Style = Style(),
    headers: dict[str, str] | None = None,
) -> Any:
    """One more response."""
    body, fields = page.body, [("Content-Type", page.content_type)]
    if style.zipped:
        body = gzip.compress(body)
        fields.append(("Content-Encoding", "gzip"))
    if style.chunked:
        body = chunks(body)
        fields.append(("Transfer-Encoding", "chunked"))
    else:
        fields.append(("Content-Length", str(len(body))))
    record = writer.create_warc_record(
        page.url,
        "response",
        payload=io.BytesIO(body),
        http_headers=StatusAndHeaders(f"{page.status} OK", fields, protocol="HTTP/1.1"),
        warc_headers_dict=headers or {"WARC-Date": moment(5, 0)},
    )
    writer.write_record(record)
    return record


def chunks(body: bytes) -> bytes:
    """The body, chunked."""
    pieces = (body[start : start + 1000] for start in range(0, len(body), 1000))
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def sha1(body: bytes) -> str:
    """As WARC-Payload-Digest."""
    return "sha1:" + base64.b32encode(hashlib.sha1(body).digest()).decode()


REFERS_TO = {
    "id": "WARC-Refers-To",
    "uri": "WARC-Refers-To-Target-URI",
    "moment": "WARC-Refers-To-Date",
}


def add_revisit(writer: WARCWriter, page: DemoPage, date: str, **said: str) -> None:
    """A revisit by digest; `said` are values of REFERS_TO."""
    headers = {
        "WARC-Date": date,
        "WARC-Payload-Digest": sha1(page.body),
        "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
        **{REFERS_TO[name]: value for name, value in said.items()},
    }
    fields = [("Content-Type", page.content_type)]
    record = writer.create_warc_record(
        page.url,
        "revisit",
        http_headers=StatusAndHeaders("200 OK", fields, protocol="HTTP/1.1"),
        warc_headers_dict=headers,
    )
    writer.write_record(record)


def write_arc(path: Path, *, packed: bool) -> Path:
    """An ARC file, version 1."""
    version = b"1 0 demo\nURL IP-address Archive-date Content-type Archive-length\n"
    parts = [
        b"filedesc://x.arc 0.0.0.0 20240305080000 text/plain %d\n" % len(version) + version + b"\n"
    ]
    for number, page in enumerate(PAGES):
        head = f"HTTP/1.1 {page.status} OK\r\nContent-Type: {page.content_type}\r\n\r\n"
        block = head.encode() + page.body
        date = moment(5, number).translate({ord(mark): None for mark in "-T:Z"})
        mime = page.content_type.partition(";")[0]
        line = f"{page.url} 127.0.0.1 {date} {mime} {len(block)}\n"
        parts.append(line.encode() + block + b"\n")
    path.write_bytes(b"".join(gzip.compress(part) if packed else part for part in parts))
    return path


def write_wacz(path: Path, warc: Path, *, stored: bool, name: str = "archive/data.warc.gz") -> Path:
    """A WACZ with one WARC."""
    how = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w", how) as zipped:
        zipped.writestr(name, warc.read_bytes())
        zipped.writestr("datapackage.json", "{}")
    return path


def article(title: str, body: str = "Nội dung của bài viết.", url: str = URL) -> DemoPage:
    """A page of the demo's department."""
    html = (
        '<html><head><meta charset="utf-8"></head><body><div class="asset-full-content-title">'
        f'{title}</div><div class="assetPublishDate block_timer">(05/03/2024 08:30)</div>'
        f'<div class="asset-content"><div class="journal-content-article"><p>{body}</p></div></div>'
        "</body></html>"
    )
    return DemoPage(
        url=url, status=200, content_type="text/html; charset=utf-8", body=html.encode()
    )


def raw_record(
    block: bytes, *, member: bool = True, length: int | None = None, **fields: str
) -> bytes:
    """A response record as bytes; `fields` as WARC-…, their names with underscores."""
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{block!r} {fields}")
    said = {
        "WARC-Type": "response",
        "WARC-Record-ID": f"<urn:uuid:{name}>",
        "WARC-Date": moment(5, 30),
        "WARC-Target-URI": URL,
        "Content-Type": "application/http; msgtype=response",
        **{name.replace("_", "-"): value for name, value in fields.items()},
        "Content-Length": str(len(block) if length is None else length),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
    record = b"WARC/1.1\r\n" + head.encode() + b"\r\n" + block + b"\r\n\r\n"
    return gzip.compress(record) if member else record


def answer(page: DemoPage) -> bytes:
    """The block of a response."""
    head = f"HTTP/1.1 {page.status} OK\r\nContent-Type: {page.content_type}\r\n"
    return f"{head}Content-Length: {len(page.body)}\r\n\r\n".encode() + page.body


def imported(archive: Path, *files: Path, code: int = 0) -> list[dict[str, Any]]:
    """Import, hold the exit code, and give what was said of each file."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        given = main(["import", *map(str, files), "--archive", str(archive), "--json", "-q"])
    assert given == code, out.getvalue()
    return [json.loads(line) for line in out.getvalue().splitlines()]


FROM_WARC = (
    "runs", "captures", "articles", "article_versions", "images", "attachments", "videos",
    "sightings", "shared_ids", "revisits", "payload_digests",
)  # fmt: skip


def everything(archive: Path) -> dict[str, list[dict[str, Any]]]:
    """All rows that come from WARC files, but for the numbers that a rebuild may give anew."""
    return all_rows(archive, FROM_WARC)


def assert_rebuild_changes_nothing(archive: Path) -> None:
    """The rows that `portal rebuild` makes are those that were there."""
    before = everything(archive)
    assert main(["rebuild", "--archive", str(archive), "-q"]) == 0
    after = everything(archive)
    assert [table for table in before if before[table] != after[table]] == []


def assert_sound(archive: Path) -> None:
    """`portal verify` finds nothing."""
    assert main(["verify", "--archive", str(archive), "-q"]) == 0
