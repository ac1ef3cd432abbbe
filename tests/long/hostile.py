"""How the time of cleaning grows with pages made to be slow: each shape at one size and at four.

`python -m tests.long.hostile [WORD]`: only shapes whose name holds the word. A ratio of about 4 is
growth in proportion; 16 is growth by the square. `--largest SHAPE READER`: seconds and MB of the
shape at the caps. Written pages, no network.
"""

import contextlib
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from portal_crawler.cleaning.extraction import ExtractionError, extract
from portal_crawler.cleaning.listings.declared import read_listing
from portal_crawler.cleaning.listings.found import next_page, read_link_list
from portal_crawler.cleaning.page.caps import MAX_PAGE_BYTES
from portal_crawler.learning.extract import extract_learned
from portal_crawler.platforms import liferay6, vccorp
from portal_crawler.platforms.generic import article_key
from portal_crawler.references.requisites import page_requisites

FETCHED_AT = datetime(2026, 8, 27, 1, 0, tzinfo=UTC)
URL = "http://so.example.gov.vn/vi/tin-tuc/-/view_content/100-tap-huan.html"
WORDS = "Sáng nay, hơn một trăm cán bộ các xã đã tham dự lớp tập huấn về an toàn thông tin. "
WORD_PARAGRAPH = (
    '<p class="MsoNormal" style="margin:0cm;mso-margin-top-alt:auto;text-align:justify"><span lang='
    f'"VI" style="font-size:14.0pt;mso-ansi-language:VI">{WORDS}<o:p></o:p></span></p>\n'
)
SIZE = 2_000
"""Repetitions in the smaller page."""

SHAPES: dict[str, Callable[[int], str]] = {
    "paragraphs of Word": lambda n: WORD_PARAGRAPH * n,
    "short paragraphs": lambda n: "<p>a b</p>" * (5 * n),
    "empty paragraphs": lambda n: "<p>&nbsp;</p>" * (5 * n),
    "no-break spaces": lambda n: "<p>" + "&nbsp;" * (50 * n) + "</p>",
    "combining marks": lambda n: "<p>a" + "\u0301\u0323" * (50 * n) + "</p>",
    "mark in each paragraph": lambda n: ("<p>a" + "\u0301\u0323" * 100 + "</p>") * (n // 2),
    "one long word": lambda n: "<p>" + "a" * (200 * n) + "</p>",
    "one long paragraph": lambda n: "<p>" + WORDS * (2 * n) + "</p>",
    "line breaks": lambda n: "a<br>" * (10 * n),
    "line breaks in pairs": lambda n: "a<br><br>" * (5 * n),
    "pictures": lambda n: '<p><img src="/a.jpg"></p>' * (2 * n),
    "pictures with captions": lambda n: (
        '<p><img src="/a.jpg"></p><p align="center"><i>Ảnh một</i></p>' * n
    ),
    "pictures in one paragraph": lambda n: "<p>" + '<img src="/a.jpg">' * (2 * n) + "</p>",
    "captions under one picture": lambda n: (
        '<p align="center"><img src="/a.jpg"></p>' + '<p align="center"><i>dòng</i></p>' * n
    ),
    "right-aligned lines": lambda n: '<p align="right">An</p>' * (2 * n),
    "links": lambda n: '<p><a href="/a">b</a></p>' * (2 * n),
    "documents": lambda n: "".join(f'<p><a href="/a{i}.pdf">b</a></p>' for i in range(n)),
    "a table of cells": lambda n: (
        "<table>" + ("<tr>" + "<td>1</td>" * 10 + "</tr>") * n + "</table>"
    ),
    "a row of cells": lambda n: "<table><tr>" + "<td>1</td>" * (5 * n) + "</tr></table>",
    "cells without end": lambda n: "<table>" + "<tr><td>1<td>2" * n,
    "merged cells": lambda n: (
        "<table>" + '<tr><td rowspan="1000" colspan="1000">1</td><td>2</td></tr>' * n + "</table>"
    ),
    "tables in tables": lambda n: "<table><tr><td>a</td><td>" * (n // 8),
    "tables in tables, closed": lambda n: (
        "<table><tr><td>a</td><td>" * (n // 10) + "x" + "</td></tr></table>" * (n // 10)
    ),
    "tables beside each other": lambda n: "<table><tr><td>a</td><td>b</td></tr></table>" * n,
    "lists in lists": lambda n: "<ul><li>a" * (n // 8),
    "items of a list": lambda n: "<ol>" + "<li>a</li>" * (5 * n) + "</ol>",
    "quotations in quotations": lambda n: "<blockquote><p>a" * (n // 8),
    "unclosed fonts": lambda n: "<font>a" * n,
    "unclosed bold": lambda n: "<p><b>a" * n,
    "unclosed divisions": lambda n: "<div>a" * n,
    "a huge attribute": lambda n: '<p style="' + "text-align:" * (50 * n) + '">a</p>',
    "a huge class": lambda n: '<p class="' + "a " * (50 * n) + '">a</p>',
    "many attributes": lambda n: "<p " + " ".join(f"a{i}=1" for i in range(n)) + ">a</p>",
    "many classes": lambda n: "".join(f'<p class="c{i}">a</p>' for i in range(2 * n)),
    "an attribute without end": lambda n: '<a href="' * (5 * n),
    "comments without end": lambda n: "<!--" * (5 * n),
    "conditions of Word": lambda n: "<![if !supportLists]>a<![endif]>" * n,
    "brackets": lambda n: "<" * (50 * n),
    "brackets in text": lambda n: "a < b " * (10 * n),
    "end tags": lambda n: "</p>" * (10 * n),
    "ends of the page": lambda n: "</body></html>a" * n,
    "entities": lambda n: "&ocirc;" * (30 * n),
    "broken entities": lambda n: "phograve;ng ldquo;" * (10 * n),
    "parentheses": lambda n: "<p>" + "(" * (20 * n) + "</p>",
    "credits": lambda n: "<p><img src='/a.jpg'></p><p>" + "(ảnh " * (10 * n) + "</p>",
    "colons": lambda n: "<p align=right>" + "tin, ảnh: " * (5 * n) + "</p>",
    "figures": lambda n: "<p>" + "1.1.1." * (20 * n) + "</p>",
    "phrases of the foot": lambda n: "<p>Các tin khác</p><p>Địa chỉ: a</p>" * n,
    "a script without end": lambda n: "<script>" + "document.cookie=" * (10 * n),
    "films": lambda n: '<p><iframe src="https://www.youtube.com/embed/a"></iframe></p>' * n,
    "films in one paragraph": lambda n: "".join(
        f'<iframe src="https://www.youtube.com/embed/{i}"></iframe>' for i in range(n)
    ),
    "notes": lambda n: '<p>a<a href="#_ftn1" name="_ftnref1">[1]</a></p>' * n,
    "hidden elements": lambda n: '<div style="display:none">a</div>' * (2 * n),
    "hidden from readers": lambda n: '<div aria-hidden="true">' * (n // 4) + "<b></b>" * (9 * n),
    "rows of rowspans": lambda n: (
        "<table>" + '<tr><td rowspan="65534" colspan="1000">1</td></tr>' * n + "</table>"
    ),
    "notes at the end": lambda n: "".join(
        f'<p>a<a href="#_ftn{i}" name="_ftnref{i}">[{i}]</a></p><div id="ftn{i}"><p>'
        f'<a href="#_ftnref{i}" name="_ftn{i}">[{i}]</a> b</p></div>'
        for i in range(n)
    ),
    "viewers": lambda n: '<iframe src="/v?file=' + "a.pdf&file=" * (5 * n) + '"></iframe>',
    "one document, many links": lambda n: '<a href="/x.pdf">xin chào</a> ' * (2 * n),
    "srcset": lambda n: ('<div srcset="' + "/a.jpg 1x, " * 1000 + '"></div>') * (n // 50),
    "lazy pictures": lambda n: '<div data-src="/a.jpg"></div>' * (2 * n),
    "data attributes": lambda n: "<p data-a=1 data-b=2 data-c=3 data-d=4>a</p>" * (2 * n),
    "long data attributes": lambda n: (
        ("<p " + " ".join(f"data-{i}=1" for i in range(500)) + ">a</p>") * (n // 50)
    ),
    "a style of addresses": lambda n: (
        "<style>" + "".join(f"a{{b:url(/{i})}}" for i in range(5 * n)) + "</style>"
    ),
    "a style of open strings": lambda n: "<style>" + "url('a\n" * (5 * n) + "</style>",
    "styles of elements": lambda n: '<p style="background:url(/a.png)">a</p>' * n,
    "scripts": lambda n: "<script>a</script>" * (2 * n),
    "metas": lambda n: '<meta property="og:title" content="a b">' * (2 * n),
    "head links": lambda n: '<link rel="next" href="/a">' * (2 * n),
    "bases": lambda n: '<base href="/a/">' * (2 * n),
    "page numbers": lambda n: "<ul>" + '<li><a href="/p">2</a></li>' * (2 * n),
    "links to articles": lambda n: "".join(
        f'<li><a href="/tin/so-cong-bo-ke-hoach-{100000 + i}.html">Sở công bố kế hoạch {i}</a>'
        f"<span>01/10/2025</span></li>"
        for i in range(n)
    ),
    "rows in rows": lambda n: (
        '<div class="asset-bounddary"><h3 class="asset-title"><a href="/vi/a/-/view_content/1-a">a'
        "</a></h3>" * (n // 8)
    ),
    "deep elements": lambda n: (
        '<div class="sapo-wrapper">' * (n // 8) + '<p class="sapo"><strong>a</strong></p>' * n
    ),
    "numbers of no character": lambda n: "</html>a" + "&#9999999999;" * n,
    "scripts on buttons": lambda n: "<a onclick=\"d('/a" + "','/b" * (5 * n) + ".pdf')\">a</a>",
}


def liferay(inside: str) -> bytes:
    """A page of Hanoi's platform around it."""
    return (
        "<html><head><title>Tập huấn - Tin tức - Sở</title></head><body><div "
        f'class="asset-full-content-title">Tập huấn</div><div class="asset-content'
        f'"><div class="journal-content-article">{inside}</div></div></body></html>'
    ).encode()


def nothing(inside: str) -> bytes:
    """A page on which no headline is found."""
    return f"<html><body>{inside}</body></html>".encode()


def listing(inside: str) -> bytes:
    """Rows of a listing around it."""
    return (
        f'<html><body><div class="asset-bounddary"><h3 class="asset-title"><a href="{URL}">a</a>'
        f'</h3><span class="assetPublishDate">{inside}</span></div></body></html>'
    ).encode()


def read_page(content: bytes) -> None:
    """As a crawl reads an article."""
    with contextlib.suppress(ExtractionError):
        extract(content, URL, liferay6.ARTICLE, fetched_at=FETCHED_AT)


def read_rows(content: bytes) -> None:
    """As a crawl reads a listing."""
    read_listing(content, URL, vccorp.LISTING, key=liferay6.article_key, fetched_at=FETCHED_AT)
    read_listing(content, URL, liferay6.LISTING, key=liferay6.article_key, fetched_at=FETCHED_AT)


def read_unknown(content: bytes) -> None:
    """As a crawl reads the first pages of a system that nobody has described."""
    with contextlib.suppress(ExtractionError):
        extract_learned(content, URL, None, fetched_at=FETCHED_AT)


def read_needs(content: bytes) -> None:
    """As a crawl looks for what a page needs, and for a listing's next page."""
    page_requisites(content, URL)
    next_page(content, URL, 2, article_key)


def read_links(content: bytes) -> None:
    """As a crawl reads a listing that nobody has described."""
    read_link_list(content, URL, key=article_key, fetched_at=FETCHED_AT)


READERS = {
    "article": lambda text: read_page(liferay(text)),
    "no article": lambda text: read_page(nothing(text)),
    "listing": lambda text: read_rows(listing(text)),
    "unknown": lambda text: read_unknown(liferay(text)),
    "needs": lambda text: read_needs(nothing(text)),
    "links": lambda text: read_links(nothing(text)),
}


def seconds(read: Callable[[str], None], text: str) -> float:
    """Of CPU that reading it takes."""
    start = time.process_time()
    read(text)
    return time.process_time() - start


def largest(shape: str) -> str:
    """The shape in so many repetitions that it is as long as a page that is read."""
    pieces = MAX_PAGE_BYTES * SIZE // len(SHAPES[shape](SIZE).encode())
    return SHAPES[shape](pieces)


def cost_of_largest(shape: str, reader: str) -> tuple[float, float]:
    """Seconds of CPU and MB that the largest page takes, in a process of its own."""
    words = [sys.executable, "-m", "tests.long.hostile", "--largest", shape, reader]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    took, held = done.stdout.split()
    return float(took), float(held)


def _print_cost(shape: str, reader: str) -> None:
    text = largest(shape)
    READERS[reader]("<p>a</p>")  # what is imported, and compiled once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    took = seconds(READERS[reader], text)
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(took, held / 1024)


def main() -> None:
    """Print a line a shape and reader."""
    if sys.argv[1:2] == ["--largest"]:
        _print_cost(*sys.argv[2:4])
        return
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    print(f"{'shape':28} {'read as':10} {'kB':>7} {'s':>7} {'s of 4':>7} {'ratio':>6}")
    for name, shape in SHAPES.items():
        for reader, read in READERS.items():
            if wanted not in name:
                continue
            small, large = shape(SIZE), shape(4 * SIZE)
            once, fourfold = seconds(read, small), seconds(read, large)
            row = f"{name:28} {reader:10} {len(large) // 1000:7} {once:7.3f} {fourfold:7.3f}"
            print(f"{row} {fourfold / max(once, 1e-4):6.1f}", flush=True)


if __name__ == "__main__":
    main()
