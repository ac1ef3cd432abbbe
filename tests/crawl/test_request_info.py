"""The value in a request's meta that says what it asks for, however Scrapy copies the request."""

import ast
import pickle
from dataclasses import replace
from pathlib import Path

import pytest
from scrapy import Request, Spider
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.http import Response
from scrapy.utils.request import request_from_dict
from scrapy.utils.test import get_crawler

from archive.models import Role
from portal_crawler.request_info import RequestInfo, Via, meta_of, request_info, set_info

ROOT = Path(__file__).parents[2]
SCRAPYS_KEYS = {
    "dont_redirect", "dont_retry", "download_latency", "download_maxsize", "download_timeout",
    "max_retry_times", "proxy", "redirect_urls", "retry_times",
}  # fmt: skip

INFO = RequestInfo(
    role=Role.ARTICLE,
    key="12",
    section="tin-tuc",
    via=Via("http://portal.test/tin-tuc", 2),
    notes=(("listing-page", "2"),),
    identity="11",
)


@pytest.fixture
def request_with_info() -> Request:
    return Request("http://portal.test/a-12.htm", meta=meta_of(INFO))


def test_a_retried_request_asks_for_the_same(request_with_info: Request) -> None:
    spider = Spider.from_crawler(get_crawler(), name="wire")
    retried = get_retry_request(request_with_info, spider=spider)
    assert retried is not None
    assert request_info(retried) == INFO


def test_a_redirected_request_asks_for_the_same(request_with_info: Request) -> None:
    crawler = get_crawler()
    middleware = RedirectMiddleware.from_crawler(crawler)
    answer = Response(request_with_info.url, status=301, headers={"Location": "/b-12.htm"})
    redirected = middleware.process_response(request_with_info, answer)
    assert isinstance(redirected, Request)
    assert redirected.url == "http://portal.test/b-12.htm"
    assert request_info(redirected) == INFO


def test_a_request_of_a_queue_on_disk_asks_for_the_same(request_with_info: Request) -> None:
    stored = pickle.dumps(request_with_info.to_dict())
    assert request_info(request_from_dict(pickle.loads(stored))) == INFO


def test_what_is_found_out_of_a_copy_leaves_the_original_alone(request_with_info: Request) -> None:
    copy = request_with_info.copy()
    set_info(copy, replace(INFO, identity="13"))
    assert request_info(request_with_info) == INFO
    assert request_info(copy).identity == "13"


def test_a_request_of_scrapys_own_asks_for_nothing_of_ours() -> None:
    assert request_info(Request("http://portal.test/")).role == "other"


def meta_keys(tree: ast.Module) -> set[str]:
    """The keys that a module reads or writes in some `meta`."""
    keys = {
        node.slice
        for node in ast.walk(tree)
        if isinstance(node, ast.Subscript) and ast.unparse(node.value).split(".")[-1] == "meta"
    }
    keys |= {
        node.args[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and ast.unparse(node.func.value).split(".")[-1] == "meta"
    }
    return {key.value if isinstance(key, ast.Constant) else ast.unparse(key) for key in keys}


def test_all_else_in_a_meta_is_scrapys() -> None:
    sources = {path: path.read_bytes() for path in (ROOT / "portal_crawler").rglob("*.py")}
    found = {
        key
        for path, source in sources.items()
        if b"from scrapy import" in source and path.name != "request_info.py"
        for key in meta_keys(ast.parse(source))
    }
    assert found <= SCRAPYS_KEYS
