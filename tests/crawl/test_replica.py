"""The real portals, as saved copies that a server beside the project gives back; else skipped."""

import hashlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from tests.support.crawls import (
    ROOT,
    Ended,
    ended,
    environment,
    last_run,
    rows,
    warc_files,
    warc_records,
)
from tests.support.gate import Page, pass_gate, pywb_is_missing, replayed, sha256, wayback

SHARED = ROOT.parent / "shared"
REPLICA = SHARED / "replica"
CONTENT = ("articles", "article_versions", "sightings", "images", "attachments", "videos")

pytestmark = pytest.mark.skipif(
    not (REPLICA / "serve.py").exists(), reason="the saved portals are not beside the project"
)


@dataclass(frozen=True, slots=True)
class Replica:
    """The running server."""

    address: str
    certificate: Path

    def say(self, verb: str, **what: object) -> bytes:
        """What the server's own address answers."""
        body = json.dumps(what).encode() if what else None
        with build_opener(ProxyHandler({})).open(
            Request(f"{self.address}/__replica/{verb}", data=body), timeout=20
        ) as answer:
            return bytes(answer.read())

    def log(self) -> list[dict[str, object]]:
        """All requests served so far."""
        return [json.loads(line) for line in self.say("log").splitlines()]

    def crawl(self, portal: str, archive: Path, *arguments: str) -> Ended:
        """Crawl a portal through the server as a proxy."""
        env = environment(
            http_proxy=self.address, https_proxy=self.address, SSL_CERT_FILE=str(self.certificate)
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "portal_crawler.cli", "crawl", portal, "--archive", str(archive),
             "-s", "DOWNLOAD_DELAY=0", *arguments],
            cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        return ended(process)


@pytest.fixture(scope="module")
def serving(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Replica]:
    certificate = tmp_path_factory.mktemp("replica") / "replica.pem"
    process = subprocess.Popen(
        [sys.executable, REPLICA / "serve.py", REPLICA / "hanoi-sotttt.tar.xz",
         REPLICA / "mst-seed.tar.xz", "--port", "0", "--certificate", certificate],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield Replica(process.stdout.readline().split()[-1], certificate)
    finally:
        process.kill()
        process.wait()


def counts(archive: Path) -> dict[str, int]:
    return {table: rows(archive, f"SELECT count(*) FROM {table}")[0][0] for table in CONTENT}


def as_served(log: list[dict[str, object]]) -> Counter[tuple[object, object]]:
    return Counter((row["url"], row["sha256"]) for row in log)


def as_kept(archive: Path) -> Counter[tuple[object, object]]:
    """Of a revisit by digest the head is there, and the body in the record that it names."""
    answers = [each for each in warc_records(archive) if each.kind in ("response", "revisit")]
    blocks = {record.record_id: record.block for record in answers}
    kept: Counter[tuple[object, object]] = Counter()
    for record in answers:
        block = record.block
        if record.headers.get("WARC-Profile", "").endswith("/identical-payload-digest"):
            block += blocks[record.headers["WARC-Refers-To"]].partition(b"\r\n\r\n")[2]
        kept[record.url, hashlib.sha256(block).hexdigest()] += 1
    return kept


def test_all_of_hanoi_that_is_there_is_kept(serving: Replica, tmp_path: Path) -> None:
    """One crawl and one more, so that the portal's 40 pages are served twice and not ten times."""
    archive, before = tmp_path / "archive", len(serving.log())
    end = serving.crawl("hanoi-sotttt", archive, "--pages", "40")
    assert end.code == 0, end.stderr
    run = last_run(archive)
    assert (run["listed"], run["articles_new"], run["dead_links"], run["failures"]) == (
        800,
        764,
        36,
        0,
    )
    assert counts(archive)["articles"] == 764
    assert as_kept(archive) == as_served(serving.log()[before:])
    kept = rows(archive, "SELECT url, status FROM captures WHERE role = 'requisite'")
    assert len({url for url, _ in kept}) == len(kept)
    assert [status for _, status in kept].count(200) > 250
    assert (
        rows(archive, "SELECT count(*) FROM articles WHERE published_at IS NULL OR body IS NULL")[
            0
        ][0]
        < 10
    )

    first, before = counts(archive), len(serving.log())
    assert serving.crawl("hanoi-sotttt", archive, "--pages", "40").code == 0
    assert [row["status"] for row in serving.log()[before:]] == [200, 304]
    assert counts(archive) == first


@pytest.fixture(scope="module")
def mst(serving: Replica, tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = tmp_path_factory.mktemp("mst") / "archive"
    end = serving.crawl("mst", archive)
    assert end.code == 0, end.stderr
    return archive


def test_the_seed_has_exactly_the_expected_fields(mst: Path) -> None:
    expected = json.loads((SHARED / "seed" / "expected.json").read_text())
    ((identifier, *fields),) = rows(
        mst,
        "SELECT id, title, published_at, lead, body, author FROM articles WHERE url = ?",
        expected["url"],
    )
    assert fields == [
        expected["title"],
        expected["published"],
        expected["lead"],
        "\n\n".join(expected["body"]),
        expected["author"],
    ]
    pictures = rows(mst, "SELECT src, caption FROM images WHERE article_id = ?", identifier)
    assert pictures == [(each["src"], each.get("caption")) for each in expected["images"]]


def test_nothing_of_the_furniture_is_in_any_field(mst: Path) -> None:
    dropped = set(json.loads((SHARED / "seed" / "expected.json").read_text())["dropped"])
    fields = "title, lead, body, author, category"
    found = rows(mst, f"SELECT {fields} FROM articles") + rows(mst, "SELECT caption FROM images")
    lines = {line.strip() for row in found for text in row if text for line in text.splitlines()}
    assert not lines & dropped


def test_the_ministry_has_12_articles_one_of_them_seen_twice(mst: Path) -> None:
    assert counts(mst)["articles"] == 12
    twice = rows(
        mst, "SELECT key, count(DISTINCT url) FROM sightings GROUP BY key HAVING count(*) > 1"
    )
    assert twice == [("197100921", 2)]


def test_the_ministry_asked_again_adds_nothing(mst: Path, serving: Replica) -> None:
    first, before = counts(mst), len(serving.log())
    assert serving.crawl("mst", mst).code == 0
    assert counts(mst) == first
    asked = [str(row["url"]) for row in serving.log()[before:]]
    assert not [
        url
        for url in asked
        if not url.endswith(("/robots.txt", "tin-tuc-su-kien.htm")) and "timelinelist" not in url
    ]


def test_the_ministry_passes_the_gate(mst: Path, tmp_path: Path) -> None:
    for number, file in enumerate(warc_files(mst)):
        work = tmp_path / str(number)
        work.mkdir()
        pass_gate(file, work, pages_of(mst))


@pytest.mark.skipif(pywb_is_missing(), reason="pywb is not in .venv-pywb")
def test_pywb_shows_each_article_of_the_ministry(
    mst: Path, serving: Replica, tmp_path: Path
) -> None:
    sent = {row["url"]: row["body_sha256"] for row in serving.log() if row["status"] == 200}
    with wayback(warc_files(mst), tmp_path) as address:
        for page in pages_of(mst):
            status, body = replayed(address, page)
            assert (status, sha256(body)) == (200, sent[page.url]), page.url


def pages_of(archive: Path) -> list[Page]:
    found = rows(
        archive, "SELECT url, fetched_at FROM captures WHERE role = 'article' AND status = 200"
    )
    return [Page(url, fetched_at, b"") for url, fetched_at in found]


def test_an_edit_of_the_real_page_becomes_version_2(mst: Path, serving: Replica) -> None:
    """Last, as it changes what the server gives back."""
    url = "https://mst.gov.vn/so-thong-tin-va-truyen-thong-lao-cai-trien-khai-cong-tac-nam-2014-197100921.htm"
    serving.say("edit", url=url, find="203 điểm phục vụ", replace="204 điểm phục vụ")
    assert serving.crawl("mst", mst, "--full").code == 0
    assert rows(
        mst, "SELECT version, body LIKE '%204 điểm phục vụ%' FROM articles WHERE url = ?", url
    ) == [(2, 1)]
    assert last_run(mst)["articles_unchanged"] == 11
