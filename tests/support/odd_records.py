"""An archive with every kind of record, one of which is then changed."""

import base64
import gzip
import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path

from archive.layout import Layout
from archive.models import Capture
from archive.moments import utc_text
from archive.warc.exchange import Exchange
from archive.warc.own_metadata import lines_of_run
from archive.warc.own_records import Correction
from portal_crawler.cli import main
from portal_crawler.learning.model import SiteModel
from portal_crawler.reprocessing.corrections import write_correction
from portal_crawler.reprocessing.rebuild import rebuild
from tests.archive.building import NOT_FOUND, NOT_MODIFIED, ArchiveBuilder, members
from tests.importing.making import PAGES, write_warc
from tests.learning.sites import nukeviet, site_pages
from tests.support.nights import Answered, Nights
from tests.support.pages import article, listing
from tests.support.portals import Wire
from tests.support.taught import Taught
from tests.support.wire_server import message

DECLARED = {"wire": Wire, "taught": Taught}
FIGURES = {
    "listed": 3, "articles_new": 2, "section_counts": '{"tin-tuc": 3}', "alarms": "[]",
    "measures": '{"few-rows": {"tin-tuc": [3, 1]}}',
    "drift": '{"watched": {}, "missed": {}, "disagreeing": {"amiss": 0, "of": 0, "pages": []}}',
    "listing_gaps": '[{"section": "tin-tuc", "page": 2, "url": "http://x.vn/", "status": 404}]',
}  # fmt: skip


def answered(text: str) -> bytes:
    """A page as a server sends it."""
    body = text.encode()
    return message(body, "ETag: x")


class _Crawl(ArchiveBuilder):
    """A run that says when it begins and ends."""

    def __init__(self, folder: Path, days: int) -> None:
        super().__init__(folder, portal="wire", days=days)
        self._tell("start")

    def _tell(self, event: str) -> None:
        self.writer.write_metadata(lines_of_run(self.run, event), f"urn:portal-run:{self.run.id}")

    def repeat(self, capture: Capture) -> None:
        """The same answer again, of which only the head is written."""
        self.exchange_of(capture, answered(article(2)), same=True)

    def exchange_of(self, capture: Capture, response: bytes, *, same: bool) -> None:
        exchange = Exchange(
            url=capture.url, role=capture.role, run_id=self.run.id, portal="wire", key=capture.key,
            section=capture.section, started_at=self.now, request=b"GET / HTTP/1.1\r\n\r\n",
        )  # fmt: skip
        exchange.response.write(response)
        self.writer.write_exchange(exchange, lambda *_: capture if same else None)

    def finish(self) -> None:
        """Write its figures."""
        self.run = replace(self.run, outcome="complete", finished_at=utc_text(self.now), **FIGURES)
        self._tell("end")
        self.close(**FIGURES)


def whole_archive(folder: Path) -> Layout:
    """Two crawls of `wire`, a crawl of `taught` with a correction, and an import; rebuilt."""
    crawl = _Crawl(folder, 0)
    crawl.exchange(role="robots", response=answered("User-agent: *"))
    crawl.exchange(role="listing", section="tin-tuc", response=answered(listing([1, 2, 3])))
    first = crawl.exchange("1", answered(article(1)))
    second = crawl.exchange("2", answered(article(2)))
    crawl.finish()
    crawl = _Crawl(folder, 1)
    crawl.exchange("1", NOT_MODIFIED, revisit_of=first)
    crawl.repeat(second)
    crawl.exchange("3", NOT_FOUND)
    crawl.exchange("4", answered(article(4))[:-200], truncated="disconnect")
    crawl.exchange("5", answered(article(5)))
    crawl.finish()
    nights = Nights(folder)
    pages = site_pages("taught", nukeviet, 6)
    nights.night(Answered(f"bai-{number}", made.html) for number, made in enumerate(pages))
    model = SiteModel(containers=("div.khong-co",), pages=6, support=1.0)
    since = nights.rows()["site_models"][0]["since"]
    write_correction(Layout(folder), Correction("taught", since, model.to_json()))
    path = write_warc(folder / "others.warc.gz", PAGES[:6])
    assert main(["import", str(path), "--archive", str(folder), "-q"]) == 0
    path.unlink()
    Layout(folder).database.unlink()  # it has rows of portals that DECLARED lacks
    rebuild(Layout(folder), DECLARED)
    return Layout(folder)


@dataclass(frozen=True, slots=True)
class Place:
    """A record of an archive's own files."""

    file: str
    number: int
    kind: str
    role: str
    """The subject of a metadata record."""
    key: str
    """The key of its article."""


def header_of(record: bytes) -> dict[str, str]:
    """Names in lower case, the last value of each."""
    lines = record.partition(b"\r\n\r\n")[0].decode("utf-8", "replace").split("\r\n")[1:]
    return {
        name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
    }


def places(layout: Layout) -> list[Place]:
    """All records, file by file."""
    found = []
    for path in sorted(layout.warc.rglob("*.warc.gz")):
        if path.parent.name == "imported" and ".import." not in path.name:
            continue
        told: dict[str, tuple[str, str]] = {}
        for number, record in enumerate(members(path.read_bytes())):
            header = header_of(record)
            block = dict(
                line.partition(": ")[::2]
                for line in record.partition(b"\r\n\r\n")[2]
                .decode("utf-8", "replace")
                .split("\r\n")
            )
            kind, role, key = header["warc-type"], "", ""
            if kind == "metadata":
                role = block.get("run-event") or block.get("model-event") or block.get("role", "")
                told[header.get("warc-concurrent-to", "")] = role, block.get("key", "")
                key = block.get("key", "")
            elif kind != "warcinfo":
                name = header.get("warc-concurrent-to") or header["warc-record-id"]
                role, key = told.get(name, ("", ""))
            found.append(Place(str(path.relative_to(layout.folder)), number, kind, role, key))
    return found


def change(layout: Layout, place: Place, old: bytes, new: bytes) -> bool:
    """Replace the first match of a pattern in a record; whether there was one.

    A block that is changed has its length and digest put right.
    """
    path = layout.folder / place.file
    packed = members(path.read_bytes())
    records = list(packed)
    record = records[place.number]
    head, blank, block = record.partition(b"\r\n\r\n")
    changed_head = re.sub(old, lambda _: new, head, count=1, flags=re.MULTILINE)
    changed_block = block
    if changed_head == head:
        changed_block = re.sub(old, lambda _: new, block, count=1, flags=re.MULTILINE)
        if changed_block == block:
            return False
        size = len(changed_block) - 4
        digest = base64.b32encode(hashlib.sha1(changed_block[:size]).digest())
        changed_head = re.sub(rb"Content-Length: \d+", b"Content-Length: %d" % size, head)
        changed_head = re.sub(rb"(?<=Block-Digest: sha1:)\w+", digest, changed_head)
    records[place.number] = changed_head + blank + changed_block
    path.write_bytes(b"".join(packed.get(one) or gzip.compress(one) for one in records))
    return True
