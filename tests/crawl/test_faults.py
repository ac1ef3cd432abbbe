"""Faults of docs/FAULTS.md that no other test here has: a real server, real processes."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from archive.moments import CLOCK_SHIFT_VARIABLE
from tests.support.crawls import (
    ROOT,
    crawl,
    ended,
    environment,
    last_run,
    rows,
    start_crawl,
    verified,
    warc_files,
    wire_environment,
)
from tests.support.pages import article, listing
from tests.support.wire_server import Answer, WireServer, message, page, raw

WHOLE = message(article(1).encode())
PAST = datetime.now(UTC) - timedelta(days=30)


def serve(server: WireServer, count: int) -> None:
    server.answer("/tin-tuc", page(listing(range(1, count + 1))))
    for number in range(1, count + 1):
        server.answer(f"/tin/{number}", page(article(number)))


def keys(archive: Path) -> set[str]:
    return {key for (key,) in rows(archive, "SELECT key FROM articles")}


# The network


def test_a_name_that_does_not_resolve_makes_the_run_incomplete(
    server: WireServer, archive: Path
) -> None:
    env = wire_environment(server, WIRE_ORIGIN="http://portal.invalid")
    end = ended(start_crawl(archive, "-s", "RETRY_TIMES=0", env=env))
    assert end.code == 3
    assert "http://portal.invalid/robots.txt could not be fetched" in end.stderr
    serve(server, 2)
    assert crawl(server, archive).code == 0
    assert keys(archive) == {"1", "2"}


def test_a_certificate_that_has_expired_is_refused_and_said(
    server: WireServer, archive: Path, tmp_path: Path
) -> None:
    serve(server, 1)
    origin = f"https://localhost:{server.port}"
    ends = []
    for until in (PAST, PAST + timedelta(days=60)):
        certificate = tmp_path / f"until-{until:%Y%m%d}.pem"
        write_certificate(certificate, until=until)
        server._tls.load_cert_chain(certificate)
        ends.append(crawl(server, archive, WIRE_ORIGIN=origin, SSL_CERT_FILE=str(certificate)))
    assert [end.code for end in ends] == [3, 0]
    assert "certificate verify failed" in ends[0].stderr
    assert rows(archive, "SELECT requests FROM runs ORDER BY id") == [(0,), (3,)]


def write_certificate(path: Path, *, until: datetime) -> None:
    """A certificate for localhost that signs itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(until - timedelta(days=60))
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(pem, form, serialization.NoEncryption())
    path.write_bytes(secret + built.public_bytes(pem))


@pytest.mark.parametrize(
    "answer",
    [raw(reset=True), raw(WHOLE[:60], reset=True), raw(WHOLE[:-60], reset=True)],
    ids=["before the answer", "within the head", "within the body"],
)
def test_a_reset_costs_that_answer_only_and_the_next_night_has_it(
    server: WireServer, archive: Path, answer: Answer
) -> None:
    serve(server, 3)
    server.answer("/tin/1", answer)
    end = crawl(server, archive, "-s", "RETRY_TIMES=1")
    assert end.code == 3
    assert {"2", "3"} <= keys(archive)
    assert verified(archive).code == 0
    serve(server, 3)
    assert crawl(server, archive).code == 0
    assert keys(archive) == {"1", "2", "3"}
    assert rows(archive, "SELECT problems FROM articles WHERE key = '1'") == [("[]",)]


@pytest.mark.parametrize("status", ["500 Internal Server Error", "503 Service Unavailable"])
def test_a_storm_of_failures_marks_nothing_gone_and_the_next_night_has_all(
    server: WireServer, archive: Path, status: str
) -> None:
    serve(server, 8)
    for number in range(3, 9):
        server.answer(f"/tin/{number}", page("<h1>Oops</h1>", status=status))
    end = crawl(server, archive, "-s", "RETRY_TIMES=0", "-s", "PORTAL_MAX_DELAY=0.5")
    assert end.code == 3
    run = last_run(archive)
    assert (run["outcome"], run["articles_gone"], run["dead_links"]) == ("incomplete", 0, 0)
    serve(server, 8)
    assert crawl(server, archive).code == 0
    assert keys(archive) == {str(number) for number in range(1, 9)}


def test_rules_that_turn_to_disallow_keep_what_is_there(server: WireServer, archive: Path) -> None:
    serve(server, 2)
    assert crawl(server, archive).code == 0
    closed = message(b"User-agent: *\nDisallow: /\n", kind="text/plain")
    server.answer("/robots.txt", raw(closed))
    server.forget()
    end = crawl(server, archive, "--full")
    assert end.code == 3
    assert "robots.txt disallows it" in end.stderr
    assert server.paths() == ["/robots.txt"]
    assert rows(archive, "SELECT key, gone_at FROM articles ORDER BY key") == [
        ("1", None), ("2", None),
    ]  # fmt: skip


def test_a_calendar_of_100_000_pages_is_left_soon(server: WireServer, archive: Path) -> None:
    serve(server, 2)
    server.answer("/tin-tuc", page(listing([1, 2], following="/lich/1")))
    for day in range(1, 100_001):  # each with the same articles, and a link to the next
        server.answer(f"/lich/{day}", partial(day_of_calendar, day))
    assert crawl(server, archive).code == 0
    assert len(server.paths()) < 20
    assert keys(archive) == {"1", "2"}


def day_of_calendar(day: int, request: bytes) -> Answer:
    del request
    return page(listing([1, 2], following=f"/lich/{day + 1}"))


# The database


def test_a_database_that_is_none_is_damage_and_a_rebuild_mends_it(
    server: WireServer, archive: Path
) -> None:
    serve(server, 3)
    assert crawl(server, archive).code == 0
    files = {path: path.read_bytes() for path in warc_files(archive)}
    (archive / "archive.db").write_bytes(b"no database" * 1000)
    for name in ("archive.db-wal", "archive.db-shm"):
        (archive / name).unlink(missing_ok=True)
    server.forget()
    end = crawl(server, archive)
    assert end.code == 4
    assert "archive.db is damaged" in end.stderr
    assert "portal rebuild" in end.stderr
    assert server.paths() == []
    assert {path: path.read_bytes() for path in warc_files(archive)} == files
    assert rebuilt(archive) == 0
    assert keys(archive) == {"1", "2", "3"}
    assert crawl(server, archive).code == 0


def test_a_database_that_is_damaged_in_mid_run_ends_it_and_the_files_have_all(
    server: WireServer, archive: Path
) -> None:
    serve(server, 8)
    assert crawl(server, archive).code == 0
    hold = threading.Event()
    changed = article(5, body="Sửa rồi, có thêm một câu nữa. " * 20)
    server.answer("/tin/5", page(changed, hold=hold))
    server.forget()
    process = start_crawl(archive, "--full", env=wire_environment(server))
    server.wait_for("/tin/4")
    overwrite(archive / "archive.db")
    hold.set()
    end = ended(process)
    assert end.code == 1
    assert "archive.db is damaged" in end.stderr
    assert "portal rebuild" in end.stderr
    assert rebuilt(archive) == 0
    found = rows(archive, "SELECT key, version FROM articles")
    assert set(found) == {(str(key), 2 if key == 5 else 1) for key in range(1, 9)}
    assert crawl(server, archive, "--full").code == 0
    assert verified(archive).code == 0


def overwrite(database: Path) -> None:
    """All but the header, so that it still opens."""
    with database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (database.stat().st_size - 4096))


def rebuilt(archive: Path) -> int:
    words = ["rebuild", "--archive", str(archive), "-s", "SPIDER_MODULES=tests.support.portals"]
    return subprocess.run(
        [sys.executable, "-m", "portal_crawler.cli", *words], cwd=ROOT, env=environment(),
        timeout=60, check=False,
    ).returncode  # fmt: skip


def test_a_listing_that_broke_off_and_came_whole_then_is_one_listing_in_a_rebuild(
    server: WireServer, archive: Path
) -> None:
    serve(server, 4)
    whole = message(listing(range(1, 5)).encode())
    cut = whole.index("Tin số 3".encode()) + len(b"Tin s")
    server.answer("/tin-tuc", raw(whole[:cut], close=True), raw(whole))
    assert crawl(server, archive).code == 0
    listed = rows(archive, "SELECT key, title, position FROM sightings ORDER BY key, title")
    assert len(listed) == 4
    assert rebuilt(archive) == 0
    assert rows(archive, "SELECT key, title, position FROM sightings ORDER BY key, title") == listed


def crawl_on(server: WireServer, archive: Path, day: int, *options: str) -> None:
    """Crawl so many days from now."""
    done = crawl(server, archive, *options, **{CLOCK_SHIFT_VARIABLE: str(day * 86_400)})
    assert done.code == 0, done.stderr


def test_a_clock_that_was_put_back_loses_nothing_and_a_rebuild_keeps_the_order(
    server: WireServer, archive: Path
) -> None:
    serve(server, 3)
    crawl_on(server, archive, 2)
    serve(server, 4)
    server.answer("/tin/2", page(article(2, body="Đoạn này đã được sửa lại. " * 8)))
    crawl_on(server, archive, 0, "--full")
    crawl_on(server, archive, 3)
    query = "SELECT key, version, gone_at, last_seen_at FROM articles ORDER BY key"
    stored = rows(archive, query)
    assert [(key, version) for key, version, *_ in stored] == [
        ("1", 1), ("2", 2), ("3", 1), ("4", 1),
    ]  # fmt: skip
    assert verified(archive).code == 0
    assert rebuilt(archive) == 0
    assert rows(archive, query) == stored
    assert verified(archive).code == 0
