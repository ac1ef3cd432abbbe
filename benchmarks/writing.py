"""The cost of writing WARC: CPU per page compared with warcio's writer, bytes with wget's.

    python -m benchmarks.writing [PACK.tar.xz]

Pages are the articles of a saved portal (the Hanoi pack). wget runs if it is installed.
"""

import io
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter as WarcioWriter

from archive.layout import Layout
from archive.moments import now
from archive.warc import isa_l
from archive.warc.exchange import Exchange
from archive.warc.writer import WarcWriter
from benchmarks.pack import article_pages
from benchmarks.replica import pack_argument, replica

ROUNDS = 3
REQUEST = b"GET / HTTP/1.1\r\nHost: sotttt.hanoi.gov.vn\r\nAccept-Encoding: gzip, deflate\r\n\r\n"


def cpu_ms(write: Callable[[], None], pages: int) -> float:
    """The least of some rounds."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        write()
        times.append(time.process_time() - started)
    return min(times) / pages * 1000


def head(body: bytes) -> bytes:
    """A response's head as servers send it."""
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)


def ours(pages: dict[str, bytes], folder: Path) -> None:
    """Response, request and metadata records with all digests, and the index line."""
    shutil.rmtree(folder, ignore_errors=True)
    writer = WarcWriter(Layout(folder), "bench", [("software", "portal-archive")])
    for url, body in pages.items():
        exchange = Exchange(url=url, role="article", run_id=1, portal="bench", started_at=now())
        exchange.request = REQUEST
        exchange.response.write(head(body) + body)
        writer.write_exchange(exchange)
        exchange.response.close()
    writer.close()


def warcios(pages: dict[str, bytes], folder: Path) -> None:
    """Response and request records."""
    folder.mkdir(exist_ok=True)
    with (folder / "warcio.warc.gz").open("wb") as file:
        writer = WarcioWriter(file, gzip=True)
        for url, body in pages.items():
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], "HTTP/1.1")
            response = writer.create_warc_record(
                url, "response", payload=io.BytesIO(body), http_headers=headers
            )
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True)
            request = writer.create_warc_record(url, "request", http_headers=asked)
            writer.write_request_response_pair(request, response)


def wgets(urls: list[str], proxy: str, folder: Path) -> int:
    """Bytes of the WARC file that wget writes of the same addresses."""
    folder.mkdir()
    (folder / "urls").write_text("\n".join(urls))
    command = ["wget", "-q", "-i", "urls", "-O", "/dev/null", "-e", f"http_proxy={proxy}"]
    subprocess.run([*command, "--warc-file=wget", "--no-warc-keep-log"], cwd=folder, check=False)
    return (folder / "wget.warc.gz").stat().st_size


def size(folder: Path) -> int:
    """Bytes of the WARC files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*.warc.gz"))


def main() -> int:
    """Print the table."""
    pack = pack_argument()
    pages = article_pages(pack)
    mean = sum(map(len, pages.values())) / len(pages) / 1000
    print(f"{len(pages)} pages of {mean:.0f} kB")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        isal = isa_l.isal_zlib
        for packer in ("ISA-L", "zlib"):
            isa_l.isal_zlib = isal if packer == "ISA-L" else None
            if packer == "ISA-L" and isal is None:
                continue
            cpu = cpu_ms(lambda: ours(pages, folder / "ours"), len(pages))
            print(f"ours, {packer:5}: {cpu:.2f} ms CPU a page, {size(folder / 'ours'):>11,} bytes")
        cpu = cpu_ms(lambda: warcios(pages, folder / "warcio"), len(pages))
        print(f"warcio:       {cpu:.2f} ms CPU a page, {size(folder / 'warcio'):>11,} bytes")
        if shutil.which("wget"):
            with replica(pack) as proxy:
                total = wgets(list(pages), proxy, folder / "wget")
            print(f"wget:                             {total:>11,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
