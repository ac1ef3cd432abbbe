"""The keys by which players find the answer to a form, and its replay."""

import gzip
import json
import subprocess
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.warc.cdxj import index_bytes
from archive.warc.closing import index_lines
from archive.warc.sent_requests import request_digest, sent_form
from archive.warc.surt import surt
from portal_crawler.ways.requests import MOST_BODY_BYTES
from tests.support.crawls import environment, warc_files
from tests.support.gate import PYWB, pywb_is_missing, wayback_in_place
from tests.support.replay import Replay
from tests.support.wire_server import WireServer, wire_server
from tests.ways.serving import EVERYTHING, WAYS, crawl_way, publish_articles, said_by

FORM, JSON = "application/x-www-form-urlencoded", "application/json"
API = "http://so.test/api/tin"

KEYS = [
    (API, FORM, "PageSize=3&Catname=dGlu%2BLXR1Yw%3D%3D&PageIndex=0",
     "test,so)/api/tin?__wb_method=post&catname=dglu+lxr1yw==&pageindex=0&pagesize=3"),
    (f"{API}?a=1", FORM, "b=t%E1%BB%AB+kh%C3%B3a&a%25=%2541%20&x=&y",
     "test,so)/api/tin?__wb_method=post&a=1&a%25=a%20&b=t%e1%bb%ab%20kh%c3%b3a&x=&y"),
    (API, JSON, '{"start": 3, "A": [1, 2, null], "b": {"c": true, "d": 1.0, "e": "t\\u1eeb a"}}',
     "test,so)/api/tin?__wb_method=post&a=1&a.2_=2&a.3_=null&c=true&d=1&e=t%e1%bb%ab+a&start=3"),
    (API, f"{FORM}; charset=utf-8", "__EVENTTARGET=ctl00%24Pager&__EVENTARGUMENT=Page%242",
     "test,so)/api/tin?__eventargument=page$2&__eventtarget=ctl00$pager&__wb_method=post"),
    (API, "text/xml", "<a>", "test,so)/api/tin?__wb_method=post&__wb_post_data=pge+"),
    (API, "", "x=1", "test,so)/api/tin?__wb_method=post&__wb_post_data=ed0x"),
    (API, FORM, "", "test,so)/api/tin?__wb_method=post"),
    (API, FORM, "a=%FF&b=1", "test,so)/api/tin?__wb_method=post&a=%ef%bf%bd&b=1"),
    (API, JSON, "not", "test,so)/api/tin?__wb_method=post"),
    (API, "text/plain", '{"a": 1}', "test,so)/api/tin?__wb_method=post&a=1"),
    (API, FORM, "a=x%23y&b=1%3F2&c=%26d%3De", "test,so)/api/tin?__wb_method=post&a=x"),
    (API, FORM, f"a={'x' * 5000}&b=1", f"test,so)/api/tin?__wb_method=post&a={'x' * 4094}"),
]  # fmt: skip


def request_of(kind: str, body: str) -> bytes:
    head = f"POST /api/tin HTTP/1.1\r\nHost: so.test\r\nContent-Type: {kind}\r\n\r\n"
    return head.encode() + body.encode()


@pytest.mark.parametrize(("url", "kind", "body", "key"), KEYS)
def test_the_key_of_a_form_is_the_one_that_pywb_makes(
    url: str, kind: str, body: str, key: str
) -> None:
    assert surt(url, sent_form(request_of(kind, body))) == key


OURS_AND_PYWBS = """
import io, json, sys
from pywb.utils.canonicalize import canonicalize
from pywb.warcserver.inputrequest import MethodQueryCanonicalizer
for url, kind, body in json.load(sys.stdin):
    data = body.encode()
    query = MethodQueryCanonicalizer("POST", kind, len(data), io.BytesIO(data))
    print(canonicalize(query.append_query(url)))
"""


@pytest.mark.skipif(pywb_is_missing(), reason="make pywb")
def test_pywb_itself_makes_these_keys() -> None:
    asked = json.dumps([case[:3] for case in KEYS])
    command = [str(PYWB / "python"), "-W", "ignore", "-c", OURS_AND_PYWBS]
    found = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    assert found.stdout.splitlines() == [case[3] for case in KEYS]


def test_a_request_without_a_body_has_no_digest() -> None:
    assert request_digest(b"GET /tin HTTP/1.1\r\nHost: so.test\r\n\r\n") is None
    assert request_digest(b"HEAD /tin HTTP/1.1\r\n\r\n") is None
    assert request_digest(b"") is None
    assert request_digest(b"POST /tin HTTP/1.1\r\n\r\n") == "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ"


# Replay


def answered(url: str, body: bytes) -> bytes:
    request = urllib.request.Request(url, data=body, headers={"Content-Type": FORM})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=20) as answer:
        found: bytes = answer.read()
        return found


def posts(server: WireServer) -> list[tuple[str, bytes, bytes]]:
    """Address, body and answer of each form."""
    found = [one for one in server.exchanges if one.request.startswith(b"POST ")]
    assert len(found) >= 2
    end = b"\r\n\r\n"
    return [(one.url, one.request.partition(end)[2], one.sent.partition(end)[2]) for one in found]


Crawled = tuple[Path, list[tuple[str, bytes, bytes]], WireServer]


@pytest.fixture(scope="module", params=["by-form", "by-post-back"])
def crawled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crawled]:
    folder, archive = tmp_path_factory.mktemp("server"), tmp_path_factory.mktemp("forms") / "a"
    with wire_server(folder) as server:
        WAYS[request.param](server, EVERYTHING[:8])
        publish_articles(server, EVERYTHING[:8])
        assert crawl_way(server, archive, request.param).code == 0
        yield archive, posts(server), server


@pytest.mark.skipif(pywb_is_missing(), reason="pywb is not in .venv-pywb")
def test_pywb_shows_the_answer_to_each_form_from_the_archives_rows(
    crawled: Crawled, tmp_path: Path
) -> None:
    archive, sent, _ = crawled
    with wayback_in_place(archive, tmp_path) as address:
        for url, body, answer in sent:
            assert answered(f"{address}/2026id_/{url}", body) == answer


@pytest.mark.skipif(pywb_is_missing(), reason="pywb is not in .venv-pywb")
def test_pywbs_own_index_has_the_keys_of_the_index_beside_the_file(
    crawled: Crawled, tmp_path: Path
) -> None:
    archive, *_ = crawled
    (path,) = warc_files(archive)
    command = [str(PYWB / "cdx-indexer"), "--postappend", "--cdxj", str(path)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    theirs = {line.split()[0] for line in lines.splitlines() if "__wb_method" in line}
    own = (path.parent / path.name.replace(".warc.gz", ".cdxj")).read_text()
    ours = {line.split()[0] for line in own.splitlines() if "__wb_method" in line}
    assert len(ours) >= 2
    assert ours == theirs


def test_our_own_replay_shows_the_answer_to_each_form(crawled: Crawled) -> None:
    archive, sent, server = crawled
    replay = Replay(archive, server)
    try:
        for url, body, answer in sent:
            status, _, shown = replay.get(f"/2026id_/{url}", "POST", body)
            assert (status, shown) == (200, answer)
        assert replay.get(f"/2026id_/{sent[0][0]}", "POST", b"PageIndex=99")[0] == 404
        too_long = {"Content-Length": str(MOST_BODY_BYTES + 1)}
        assert replay.get(f"/2026id_/{sent[0][0]}", "POST", **too_long)[0] == 413
    finally:
        replay.end()


def test_an_index_that_is_made_again_has_the_same_lines(crawled: Crawled) -> None:
    archive, *_ = crawled
    (path,) = warc_files(archive)
    index = path.parent / path.name.replace(".warc.gz", ".cdxj")
    assert index_bytes(index_lines(path, path.name)) == index.read_bytes()


@pytest.mark.parametrize("words", [(), ("tin",)])
def test_the_index_of_a_wacz_has_the_keys_of_forms(
    crawled: Crawled, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """Of a whole archive; of chosen articles alone no listings are exported."""
    archive, sent, _ = crawled
    said_by(
        "export", "wacz", *words, "-o", str(tmp_path / "x.wacz"), "--archive", str(archive),
        env=environment(),
    )  # fmt: skip
    with zipfile.ZipFile(tmp_path / "x.wacz") as package:
        (name,) = (one for one in package.namelist() if "/index.cdx" in one)
        index = package.read(name)
    lines = (gzip.decompress(index) if name.endswith(".gz") else index).decode().splitlines()
    keys = {line.split()[0] for line in lines if "__wb_method=post" in line.split()[0]}
    assert len(keys) == (len(sent) if not words else 0)
