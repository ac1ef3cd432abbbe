"""What pages need is captured with them, each once, and again only where it may have changed."""

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.support.crawls import (
    ROOT,
    commanded,
    crawl,
    ended,
    environment,
    last_run,
    rebuilt,
    rows,
    start_crawl,
    verified,
    warc_files,
    warc_records,
    wire_environment,
)
from tests.support.gate import Page, pass_gate, pywb_is_missing, replayed, wayback
from tests.support.pages import listing
from tests.support.tables import all_rows
from tests.support.wire_server import NOT_FOUND, Answer, WireServer, conditional, message, page, raw

WITH = ("-s", "PORTAL_REQUISITES=True", "-s", "RETRY_TIMES=0")
PICTURE = b"\xff\xd8\xff picture " * 50
FONT = b"wOF2 font " * 50
CSS = "@import 'more.css'; @font-face { src: url(chu.woff2) } body { background: url('/nen.png') }"
REQUISITES = {
    "/kieu.css", "/more.css", "/chu.woff2", "/nen.png", "/ma.js", "/icon.ico", "/anh/1.jpg",
    "/anh/2.jpg", "/anh/lon.jpg",
}  # fmt: skip
ATTACHMENTS = {"/tai-lieu/1.pdf", "/tai-lieu/2.pdf"}


def binary(body: bytes, kind: str) -> Any:
    return raw(message(body, kind=kind))


def article(number: int, text: str = "Sáng nay, Sở tổ chức hội nghị. ") -> str:
    return (
        '<html><head><meta charset=utf-8><link rel=stylesheet href="/kieu.css">'
        '<link rel="shortcut icon" href="/icon.ico"><script src="/ma.js"></script></head><body>'
        f"<h1>Tin số {number}</h1><span class=date>05/03/2024 08:30</span>"
        f'<div class=body><p>{text * 5}</p><p><img src="data:image/gif;base64,AA"'
        f' data-src="/anh/{number}.jpg" srcset="/anh/lon.jpg 2x"></p>'
        f'<p><a href="/tai-lieu/{number}.pdf">Tài liệu {number}</a></p></div></body></html>'
    )


def with_icon(markup: str) -> str:
    """A page that names no icon lets browsers ask for /favicon.ico."""
    return markup.replace("<meta", '<link rel=icon href="/icon.ico"><meta', 1)


@pytest.fixture(autouse=True)
def portal(server: WireServer) -> None:
    rows = with_icon(listing([1, 2])).replace(
        "<meta", '<link rel=stylesheet href="/kieu.css"><meta'
    )
    server.answer("/tin-tuc", page(rows))
    for number in (1, 2):
        server.answer(f"/tin/{number}", page(article(number)))
        server.answer(f"/anh/{number}.jpg", binary(PICTURE + bytes([number]), "image/jpeg"))
        server.answer(f"/tai-lieu/{number}.pdf", binary(b"%PDF " * number, "application/pdf"))
    server.answer("/anh/lon.jpg", binary(PICTURE, "image/jpeg"))
    server.answer("/kieu.css", raw(message(CSS.encode(), 'ETag: "k"', kind="text/css")))
    server.answer("/more.css", raw(message(b"p { color: red }", kind="text/css")))
    server.answer("/chu.woff2", binary(FONT, "font/woff2"))
    server.answer("/nen.png", binary(PICTURE + b"png", "image/png"))
    server.answer("/ma.js", raw(message(b"let a = 1;", kind="text/javascript")))
    server.answer("/icon.ico", binary(b"icon" * 9, "image/x-icon"))


def night(server: WireServer, archive: Path, *arguments: str, code: int = 0) -> list[str]:
    """Crawl with requisites; the addresses asked for but robots.txt."""
    server.forget()
    end = crawl(server, archive, *WITH, *arguments)
    assert end.code == code, end.stderr
    return [path for path in server.paths() if path != "/robots.txt"]


def roles(archive: Path) -> dict[str, set[str]]:
    """The paths captured, by role."""
    found: dict[str, set[str]] = {}
    for role, url in rows(archive, "SELECT role, url FROM captures"):
        found.setdefault(role, set()).add("/" + url.split("/", 3)[3])
    return found


def test_every_requisite_and_attachment_is_captured_once(server: WireServer, archive: Path) -> None:
    asked = Counter(night(server, archive))
    assert set(asked.values()) == {1}
    captured = roles(archive)
    assert captured["requisite"] == REQUISITES
    assert captured["attachment"] == ATTACHMENTS
    run = last_run(archive)
    assert (run["outcome"], run["requisites_failed"], run["failures"]) == ("complete", 0, 0)
    assert verified(archive).code == 0


def test_a_capture_holds_the_very_bytes(server: WireServer, archive: Path) -> None:
    night(server, archive)
    sent = {exchange.url: exchange.sent for exchange in server.exchanges}
    for record in warc_records(archive, "response"):
        assert record.block == sent[record.url], record.url


def test_pictures_and_documents_of_an_article_lead_to_their_captures(
    server: WireServer, archive: Path
) -> None:
    night(server, archive)
    found = rows(
        archive,
        "SELECT p.src = c.url, c.role FROM images p JOIN captures c ON c.id = p.capture_id"
        " UNION ALL"
        " SELECT p.href = c.url, c.role FROM attachments p JOIN captures c ON c.id = p.capture_id",
    )
    assert Counter(found) == {(1, "requisite"): 2, (1, "attachment"): 2}


def test_the_second_night_asks_for_none(server: WireServer, archive: Path) -> None:
    night(server, archive)
    assert night(server, archive) == ["/tin-tuc"]


def test_a_new_article_brings_only_what_is_new(server: WireServer, archive: Path) -> None:
    night(server, archive)
    server.answer("/tin-tuc", page(with_icon(listing([3, 1, 2]))))
    server.answer("/tin/3", page(article(3)))
    server.answer("/anh/3.jpg", binary(PICTURE + b"3", "image/jpeg"))
    server.answer("/tai-lieu/3.pdf", binary(b"%PDF 3", "application/pdf"))
    asked = night(server, archive)
    assert set(asked) == {"/tin-tuc", "/tin/3", "/anh/3.jpg", "/tai-lieu/3.pdf"}


def test_a_new_article_lets_ask_again_for_what_is_old(server: WireServer, archive: Path) -> None:
    night(server, archive)
    server.answer("/tin-tuc", page(listing([3, 1, 2])))
    server.answer("/tin/3", page(article(3)))
    asked = night(server, archive, "-s", "PORTAL_REQUISITE_RECHECK_DAYS=0")
    assert REQUISITES - {"/anh/1.jpg", "/anh/2.jpg"} <= set(asked)
    assert not {"/anh/1.jpg", "/anh/2.jpg"}.intersection(asked)


def test_full_makes_revisits_of_all_that_is_the_same(server: WireServer, archive: Path) -> None:
    css = CSS
    server.answer("/kieu.css", conditional(css, "k"))
    night(server, archive)
    asked = night(server, archive, "--full")
    assert set(asked) >= REQUISITES | ATTACHMENTS
    second = rows(
        archive,
        "SELECT c.url, c.status, o.url FROM captures c LEFT JOIN captures o ON o.id = c.revisit_of"
        " WHERE c.run_id = (SELECT max(id) FROM runs)",
    )
    assert all(url == original for url, _, original in second)
    assert Counter(status for _, status, _ in second) == {200: len(second) - 1, 304: 1}
    run = last_run(archive)
    assert (run["articles_unchanged"], run["articles_changed"]) == (2, 0)
    assert verified(archive).code == 0


def test_a_revisit_by_digest_has_the_head_alone(server: WireServer, archive: Path) -> None:
    night(server, archive)
    night(server, archive, "--full")
    sent = {exchange.path: exchange.sent for exchange in server.exchanges}
    found = [each for each in warc_records(archive, "revisit") if each.url.endswith("/anh/1.jpg")]
    (original,) = (
        each for each in warc_records(archive, "response") if each.url.endswith("/anh/1.jpg")
    )
    (revisit,) = found
    assert revisit.block == sent["/anh/1.jpg"].partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    said = revisit.headers
    assert said["WARC-Profile"].endswith("/1.1/revisit/identical-payload-digest")
    assert said["WARC-Refers-To"] == original.record_id
    assert said["WARC-Refers-To-Target-URI"] == original.url
    assert said["WARC-Refers-To-Date"] == original.headers["WARC-Date"]
    assert said["WARC-Payload-Digest"] == original.headers["WARC-Payload-Digest"]
    assert said["WARC-Truncated"] == "length"


def test_the_same_picture_at_two_addresses_is_kept_once(server: WireServer, archive: Path) -> None:
    for number in (1, 2):
        server.answer(f"/anh/{number}.jpg", binary(PICTURE, "image/jpeg"))
    night(server, archive)
    found = rows(
        archive,
        "SELECT count(*), count(revisit_of) FROM captures WHERE url LIKE '%/anh/%'",
    )
    assert found == [(3, 2)]
    assert rows(archive, "SELECT count(*) FROM images WHERE capture_id IS NULL") == [(0,)]


def test_an_edit_that_is_taken_back_makes_a_version_that_can_be_read(
    server: WireServer, archive: Path
) -> None:
    night(server, archive)
    server.answer("/tin/1", page(article(1, "Chiều nay, Sở họp báo. ")))
    night(server, archive, "--full")
    server.answer("/tin/1", page(article(1)))
    night(server, archive, "--full")
    server.answer("/tin/1", page(article(1, "Tối nay, Sở họp kín. ")))
    night(server, archive, "--full")
    versions = rows(
        archive,
        "SELECT v.version, c.revisit_of IS NULL, v.body LIKE 'Sáng%' FROM article_versions v"
        " JOIN captures c ON c.id = v.capture_id JOIN articles a ON a.id = v.article_id"
        " WHERE a.key = '1' ORDER BY v.version",
    )
    assert versions == [(1, 1, 1), (2, 1, 0), (3, 0, 1), (4, 1, 0)]
    before = tables(archive)
    rebuild(server, archive)
    assert tables(archive) == before


def test_no_requisites_leaves_them_out(server: WireServer, archive: Path) -> None:
    assert set(night(server, archive, "--no-requisites")) == {"/tin-tuc", "/tin/1", "/tin/2"}


def test_what_a_night_without_requisites_left_out_is_caught_up_with(
    server: WireServer, archive: Path
) -> None:
    night(server, archive, "--no-requisites")
    asked = set(night(server, archive))
    assert ATTACHMENTS | {"/anh/1.jpg", "/anh/2.jpg", "/kieu.css"} <= asked


def test_a_picture_that_is_not_there_is_counted_and_no_failure(
    server: WireServer, archive: Path
) -> None:
    server.answer("/anh/1.jpg", NOT_FOUND)
    server.answer("/anh/2.jpg", raw(close=True))
    night(server, archive)
    run = last_run(archive)
    assert (run["outcome"], run["requisites_failed"], run["failures"]) == ("complete", 2, 0)
    assert set(night(server, archive)) == {"/tin-tuc", "/anh/2.jpg"}


def test_other_hosts_are_asked_only_where_they_are_named(server: WireServer, archive: Path) -> None:
    there = f"http://localhost:{server.port}/xa.jpg"
    server.answer("/tin/1", page(article(1).replace("/anh/1.jpg", there)))
    server.answer("/xa.jpg", binary(PICTURE, "image/jpeg"))
    assert "/xa.jpg" not in night(server, archive)
    assert "/xa.jpg" in night(server, archive, "-s", "PORTAL_REQUISITE_HOSTS=localhost")


def test_what_robots_txt_disallows_is_not_asked_for(server: WireServer, archive: Path) -> None:
    server.answer(
        "/robots.txt", raw(message(b"User-agent: *\nDisallow: /anh/\n", kind="text/plain"))
    )
    assert not [path for path in night(server, archive) if path.startswith("/anh/")]
    assert last_run(archive)["requisites_failed"] == 0


def test_a_kind_can_be_left_out(server: WireServer, archive: Path) -> None:
    asked = night(server, archive, "-s", "PORTAL_REQUISITE_KINDS=style,image")
    assert not {"/ma.js", "/icon.ico", "/chu.woff2"}.intersection(asked)
    assert {"/kieu.css", "/more.css", "/nen.png"} <= set(asked)


def test_what_is_longer_than_the_limit_is_cut_and_marked(server: WireServer, archive: Path) -> None:
    server.answer("/anh/1.jpg", binary(PICTURE * 100, "image/jpeg"))
    night(server, archive, "-s", "PORTAL_REQUISITE_MAX_BYTES=2000")
    found = rows(archive, "SELECT truncated FROM captures WHERE url LIKE '%/anh/1.jpg'")
    assert found == [("length",)]
    assert last_run(archive)["outcome"] == "complete"
    assert "/anh/1.jpg" not in night(server, archive)


def test_stylesheets_that_import_each_other_come_to_an_end(
    server: WireServer, archive: Path
) -> None:
    server.answer(
        "/kieu.css", raw(message(b"@import '/kieu.css'; @import '/a0.css';", kind="text/css"))
    )
    for number in range(30):
        css = f"@import url(/a{number + 1}.css);".encode()
        server.answer(f"/a{number}.css", raw(message(css, kind="text/css")))
    asked = night(server, archive)
    assert asked.count("/kieu.css") == 1
    assert len([path for path in asked if path.startswith("/a") and path.endswith(".css")]) == 10


# Rebuilding


def tables(archive: Path) -> dict[str, list[dict[str, Any]]]:
    """All rows that come from WARC files."""
    names = rows(
        archive,
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND name <> 'portals'"
        " AND name NOT LIKE '%sqlite%' ORDER BY name",
    )
    return all_rows(archive, [name for (name,) in names])


def rebuild(server: WireServer, archive: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "portal_crawler.cli", "rebuild", "--archive", str(archive)]
    own = ["-s", "SPIDER_MODULES=tests.support.portals", *arguments]
    end = ended(
        subprocess.Popen(
            [*command, *own], cwd=ROOT, env=wire_environment(server),
            text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
    )  # fmt: skip
    assert end.code == 0, end.stderr


def test_frames_are_captured_one_level_deep_and_those_of_a_frameset_with_it(
    server: WireServer, archive: Path
) -> None:
    frames = '<iframe src="/bo.html"></iframe><iframe src="/khung.html"></iframe>'
    server.answer("/tin/1", page(article(1).replace("</body>", f"{frames}</body>")))
    server.answer("/bo.html", page('<frameset cols="*,*"><frame src="/trai.html"></frameset>'))
    server.answer("/khung.html", page('<iframe src="/sau.html"></iframe>'))
    server.answer("/trai.html", page('<iframe src="/sau.html"></iframe>'))
    assert crawl(server, archive, *WITH).code == 0
    asked = [path for path in server.paths() if path.endswith(".html")]
    assert sorted(asked) == ["/bo.html", "/khung.html", "/trai.html"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_rebuild_gives_the_same_rows(server: WireServer, archive: Path, jobs: str) -> None:
    server.answer("/kieu.css", conditional(CSS, "k"))
    night(server, archive)
    server.answer("/anh/2.jpg", NOT_FOUND)
    night(server, archive, "--full")
    night(server, archive)
    before = tables(archive)
    assert before["images"]
    rebuild(server, archive, "--jobs", jobs)
    assert tables(archive) == before
    assert verified(archive).code == 0


def test_rebuild_gives_the_same_rows_of_a_crawl_that_was_killed(
    server: WireServer, archive: Path
) -> None:
    hold = threading.Event()
    server.answer("/anh/2.jpg", Answer(pieces=(message(PICTURE),), hold=hold))
    process = start_crawl(archive, *WITH, env=wire_environment(server))
    server.wait_for("/anh/2.jpg")
    process.kill()
    process.communicate(timeout=30)
    hold.set()
    assert "/anh/2.jpg" in night(server, archive)
    before = tables(archive)
    rebuild(server, archive)
    assert tables(archive) == before


# The gate, and memory


def test_the_files_pass_the_gate(server: WireServer, archive: Path, tmp_path: Path) -> None:
    night(server, archive)
    night(server, archive, "--full")
    pages = [
        Page(url, fetched_at, b"")
        for url, fetched_at in rows(
            archive, "SELECT url, fetched_at FROM captures WHERE role = 'article'"
        )
    ]
    for number, file in enumerate(warc_files(archive)):
        work = tmp_path / str(number)
        work.mkdir()
        pass_gate(file, work, pages)


@pytest.mark.skipif(pywb_is_missing(), reason="pywb is not in .venv-pywb")
def test_pywb_shows_the_second_night_with_the_bodies_of_the_first(
    server: WireServer, archive: Path, tmp_path: Path
) -> None:
    night(server, archive)
    night(server, archive, "--full")
    second = rows(
        archive,
        "SELECT url, fetched_at FROM captures WHERE revisit_of IS NOT NULL AND role <> 'robots'"
        " AND status = 200",
    )
    assert len(second) >= len(REQUISITES | ATTACHMENTS)
    sent = {exchange.url: exchange.sent for exchange in server.exchanges}
    with wayback(warc_files(archive), tmp_path) as address:
        for url, fetched_at in second:
            status, body = replayed(address, Page(url, fetched_at, b""))
            assert status == 200, url
            assert body == sent[url].partition(b"\r\n\r\n")[2], url


def peak_memory_kb(process: "subprocess.Popen[str]") -> int:
    """Of the process itself; what wait4 says begins with the memory of who started it."""
    peak = 0
    while process.poll() is None:
        status = Path(f"/proc/{process.pid}/status").read_text()
        if found := re.search(r"VmHWM:\s+(\d+)", status):
            peak = int(found[1])
        time.sleep(0.02)
    return peak


def test_a_document_of_100_mb_goes_to_the_disk_as_it_comes(
    server: WireServer, archive: Path
) -> None:
    block = os.urandom(1_000_000)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 100000000\r\n\r\n"
    server.answer("/tai-lieu/1.pdf", raw(head, *[block] * 100))
    process = start_crawl(archive, *WITH, env=wire_environment(server))
    peak_kb = peak_memory_kb(process)
    assert process.wait() == 0
    assert 0 < peak_kb < 200_000
    found = rows(archive, "SELECT truncated FROM captures WHERE url LIKE '%/tai-lieu/1.pdf'")
    assert found == [(None,)]
    digest = hashlib.sha1(block * 100, usedforsecurity=False).digest()
    text = "sha1:" + base64.b32encode(digest).decode()
    assert rows(archive, "SELECT count(*) FROM captures WHERE payload_digest = ?", text) == [(1,)]
    assert not [path for path in archive.iterdir() if path.name.startswith("tmp")]


# The demo portals


def test_the_demo_portals_pictures_and_documents_are_kept(tmp_path: Path) -> None:
    archive = tmp_path / "demo"
    command = [sys.executable, "-m", "portal_crawler.cli", "demo", "--archive", str(archive)]
    end = ended(
        subprocess.Popen(
            command, cwd=tmp_path, env=environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
    )  # fmt: skip
    assert end.code == 0, end.stderr
    captured = dict(
        rows(
            archive,
            "SELECT role, count(*) FROM captures WHERE status = 200 GROUP BY role",
        )
    )
    assert captured["requisite"] > 5
    assert captured["attachment"] > 1
    assert verified(archive).code == 0


def test_a_folder_that_takes_no_more_of_a_document_ends_the_crawl(
    server: WireServer, archive: Path
) -> None:
    """A limit on files' size stands for the full disk."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: 20000000\r\n\r\n"
    server.answer("/tai-lieu/1.pdf", raw(head, *[os.urandom(1_000_000)] * 20))
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (6000000, 6000000));"
        "from portal_crawler.cli import main; sys.exit(main(sys.argv[1:]))"
    )
    words = ["-s", "SPIDER_MODULES=tests.support.portals", "-s", "DOWNLOAD_DELAY=0", *WITH]
    end = ended(
        subprocess.Popen(
            [sys.executable, "-c", limited, "crawl", "wire", "--archive", str(archive), *words],
            cwd=ROOT, env=wire_environment(server), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
    )  # fmt: skip
    assert end.code == 1, end.stderr
    assert "File too large" in end.stderr
    assert last_run(archive)["outcome"] == "failed"
    server.answer("/tai-lieu/1.pdf", binary(b"%PDF", "application/pdf"))
    assert "/tai-lieu/1.pdf" in night(server, archive)
    assert verified(archive).code == 0


def test_a_full_queue_leaves_requisites_out_counts_them_and_has_them_the_next_time(
    server: WireServer, archive: Path
) -> None:
    only_here = "".join(f'<img src="/nen/{n}.png">' for n in range(40))
    server.answer("/tin/1", page(article(1).replace("<h1>", f"<nav>{only_here}</nav><h1>")))
    for number in range(40):
        server.answer(f"/nen/{number}.png", binary(PICTURE + bytes([number]), "image/png"))
    end = crawl(server, archive, *WITH, "-s", "PORTAL_MAX_QUEUE=5")
    assert end.code == 3
    assert end.stderr.count("the queue holds 5 requests (PORTAL_MAX_QUEUE)") == 2  # log, summary
    run = last_run(archive)
    assert (run["outcome"], run["failures"]) == ("incomplete", 1)
    wanted = REQUISITES | ATTACHMENTS | {f"/nen/{number}.png" for number in range(40)}
    missing = wanted.difference(*roles(archive).values())
    assert len(missing) > 20
    assert run["requisites_failed"] >= len(missing)
    assert set(night(server, archive, "-s", "PORTAL_MAX_QUEUE=5")) >= missing
    assert wanted <= set().union(*roles(archive).values())
    assert night(server, archive) == ["/tin-tuc"]


def test_hosts_that_were_left_out_are_counted_and_named(server: WireServer, archive: Path) -> None:
    markup = article(1).replace(
        "</body>",
        '<img src="http://cdn.example/a.jpg"><img src="http://cdn.example/b.jpg">'
        '<script src="https://so-lieu.example/ma.js"></script></body>',
    )
    server.answer("/tin/1", page(markup))
    server.answer("/tin/2", page(markup.replace("Tin số 1", "Tin số 2")))
    night(server, archive)
    left_out = {"cdn.example": 2, "so-lieu.example": 1}
    assert json.loads(last_run(archive)["hosts_left_out"]) == left_out
    told = commanded(server, archive, "status", "wire")
    assert "cdn.example" in told.stdout
    assert "('cdn.example', 'so-lieu.example',)" in told.stdout
    rebuilt(server, archive)
    assert json.loads(last_run(archive)["hosts_left_out"]) == left_out


def test_a_run_that_lacks_most_page_resources_says_so(server: WireServer, archive: Path) -> None:
    pictures = "".join(f'<img src="/mat/{number}.jpg">' for number in range(40))
    server.answer("/tin/1", page(article(1).replace("</body>", f"{pictures}</body>")))
    end = crawl(server, archive, *WITH)
    assert "most page resources could not be fetched: 40 of" in end.stderr
