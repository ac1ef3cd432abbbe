"""Names: of IPv6 alone, of both families, and where the name server is silent."""

import signal
import socket
import threading
import time
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest

from portal_crawler.fetch.politeness import one_of
from tests.network.test_addresses import crawl_named
from tests.support.crawls import crawl, ended, last_run, start_crawl, warc_records, wire_environment
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page

PAGES = ["/robots.txt", "/tin-tuc", "/tin/1"]
DECLARED = ("-s", "PORTAL_PRIVATE_HOSTS=portal.test")
TEN_S = 10
BEGINS_WITHIN_S = 10
DOCUMENTATION = "2001:db8::1"


def serve_article(server: WireServer) -> None:
    server.answer("/tin-tuc", page(listing([1])))
    server.answer("/tin/1", page(article(1)))


@pytest.fixture
def server6(tmp_path: Path) -> Iterator[WireServer]:
    """A server at ::1 alone."""
    server = WireServer(tmp_path)
    server._socket.close()
    server._socket = socket.create_server(("::1", 0), family=socket.AF_INET6, backlog=64)
    server.port = server._socket.getsockname()[1]
    threading.Thread(target=server.serve, daemon=True).start()
    serve_article(server)
    yield server
    server.close()


def test_a_host_that_has_ipv6_alone_is_crawled(server6: WireServer, archive: Path) -> None:
    end = crawl_named(server6, archive, *DECLARED, NAMES="portal.test=::1")
    assert end.code == 0, end.stderr
    assert server6.paths() == PAGES
    answers = warc_records(archive, "response")
    assert {answer.headers["WARC-IP-Address"] for answer in answers} == {"::1"}


def test_a_host_declared_by_an_ipv6_number_is_crawled(server6: WireServer, archive: Path) -> None:
    end = crawl(server6, archive, WIRE_ORIGIN=f"http://[::1]:{server6.port}")
    assert end.code == 0, end.stderr
    assert server6.paths() == PAGES


def test_a_name_at_a_private_ipv6_address_is_refused(server6: WireServer, archive: Path) -> None:
    end = crawl_named(server6, archive, NAMES="portal.test=::1")
    assert end.code == 3
    assert "portal.test is at ::1, which is not a public address" in end.stderr
    assert server6.connections == 0


@pytest.mark.parametrize("inner", ["::1", "::ffff:127.0.0.1"])
def test_of_several_addresses_those_that_are_not_public_are_never_connected_to(
    server6: WireServer, archive: Path, inner: str
) -> None:
    names = f"portal.test={inner}+8.8.8.8"
    end = crawl_named(server6, archive, "-s", "DOWNLOAD_TIMEOUT=2", NAMES=names)
    assert end.code == 3
    assert server6.connections == 0


@pytest.mark.parametrize("dead", ["::1", DOCUMENTATION])
def test_where_one_family_does_not_answer_the_other_is_asked(
    server: WireServer, archive: Path, dead: str
) -> None:
    serve_article(server)
    end = crawl_named(server, archive, *DECLARED, NAMES=f"portal.test={dead}+127.0.0.1")
    assert end.code == 0, end.stderr
    assert server.paths() == PAGES


def test_a_server_goes_by_one_address_in_whatever_order_it_has_them() -> None:
    found = [ip_address(text) for text in ("2606:4700::1", "203.0.113.9", "203.0.113.5")]
    assert {one_of(found), one_of(found[::-1])} == {"203.0.113.5"}
    assert one_of(found[:1]) == "2606:4700::1"
    assert one_of([]) is None


def test_a_silent_name_server_makes_the_run_incomplete(server: WireServer, archive: Path) -> None:
    end = crawl_named(server, archive, "-s", "DNS_TIMEOUT=1", NAMES="portal.test=silence")
    assert end.code == 3
    assert "robots.txt could not be fetched" in end.stderr
    assert last_run(archive)["outcome"] == "incomplete"


def test_a_silent_name_server_does_not_hold_up_a_stop(server: WireServer, archive: Path) -> None:
    origin = f"http://portal.test:{server.port}"
    env = wire_environment(server, WIRE_ORIGIN=origin, NAMES="portal.test=silence")
    modules = ("-s", "SPIDER_MODULES=tests.network.portals")
    process = start_crawl(archive, *modules, env=env, portals=("named",))
    begun = time.monotonic()
    while not list(archive.glob("warc/named/*.open")):
        assert time.monotonic() - begun < BEGINS_WITHIN_S
        time.sleep(0.1)
    time.sleep(1)
    stopped = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert ended(process).code == 130
    assert time.monotonic() - stopped < TEN_S
    assert last_run(archive)["outcome"] == "interrupted"
