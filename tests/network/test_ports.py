"""Another port of a portal's host is another service, and none of the crawl's to ask."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from archive.moments import now
from portal_crawler.errors import PortalDeclarationError
from portal_crawler.portals.scope import HostEntry, Scope, declared_scope
from portal_crawler.reprocessing.claims import Claims, ForeignPage
from tests.support.crawls import (
    Ended,
    crawl,
    ended,
    last_run,
    next_night,
    rows,
    start_crawl,
    wire_environment,
)
from tests.support.pages import article, listing
from tests.support.portals import Wire
from tests.support.wire_server import Answer, WireServer, page, wire_server


@pytest.fixture
def other(tmp_path: Path) -> Iterator[WireServer]:
    """Another service on the portal's machine; it too has an article at each address."""
    folder = tmp_path / "other"
    folder.mkdir()
    with wire_server(folder) as service:
        service.answer("/tin/1", page(article(1, title="Bảng điều khiển nội bộ")))
        service.answer("/tin-tuc", page(listing([1])))
        yield service


def moved(service: WireServer, path: str, status: str = "302 Found") -> Answer:
    return page("", f"Location: http://127.0.0.1:{service.port}{path}", status=status)


def serve(server: WireServer, first: Answer) -> None:
    """Two articles; the first is answered so."""
    server.answer("/tin-tuc", page(listing([1, 2])))
    server.answer("/tin/1", first)
    server.answer("/tin/2", page(article(2)))


def crawl_named(server: WireServer, archive: Path, *arguments: str, **own: str) -> Ended:
    modules = ("-s", "SPIDER_MODULES=tests.network.portals")
    env = wire_environment(server, **{**next_night(archive), **own})
    return ended(start_crawl(archive, *modules, *arguments, env=env, portals=("named",)))


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
def test_an_article_that_redirects_to_another_port_is_not_followed(
    server: WireServer, other: WireServer, archive: Path, status: str
) -> None:
    serve(server, moved(other, "/tin/1", status))
    end = crawl(server, archive)
    assert end.code == 0
    assert f"http://127.0.0.1:{other.port}/tin/1 is not on 127.0.0.1 (port 80, " in end.stderr
    assert other.connections == 0
    assert rows(archive, "SELECT key FROM articles") == [("2",)]
    assert last_run(archive)["refused"] == 1


def test_a_chain_that_ends_at_another_port_is_not_followed_to_its_end(
    server: WireServer, other: WireServer, archive: Path
) -> None:
    serve(server, page("", "Location: /tin/moved-1", status="301 Moved"))
    server.answer("/tin/moved-1", moved(other, "/tin/1"))
    assert crawl(server, archive).code == 0
    assert other.connections == 0


def test_a_listing_that_redirects_to_another_port_is_not_followed(
    server: WireServer, other: WireServer, archive: Path
) -> None:
    server.answer("/tin-tuc", moved(other, "/tin-tuc"))
    assert crawl(server, archive).code == 3
    assert other.connections == 0


def test_rules_at_another_port_are_none(
    server: WireServer, other: WireServer, archive: Path
) -> None:
    serve(server, page(article(1)))
    server.answer("/robots.txt", moved(other, "/robots.txt"))
    assert crawl(server, archive).code == 3
    assert other.connections == 0
    assert rows(archive, "SELECT count(*) FROM articles") == [(0,)]


def test_an_article_listed_at_another_port_is_not_asked_for(
    server: WireServer, other: WireServer, archive: Path
) -> None:
    server.answer("/tin-tuc", page(listing([1], prefix=f"http://127.0.0.1:{other.port}")))
    assert crawl(server, archive).code == 0
    assert other.connections == 0


def test_a_picture_at_another_port_is_asked_for_where_the_operator_names_it(
    server: WireServer, other: WireServer, archive: Path
) -> None:
    picture = f'<img src="http://127.0.0.1:{other.port}/1.png">'
    serve(server, page(article(1, body=f"Tin. {picture}")))
    other.answer("/1.png", page("png"))
    wanted = ("-s", "PORTAL_REQUISITES=True")
    assert crawl(server, archive, *wanted).code == 0
    assert other.connections == 0
    named = ("-s", f"PORTAL_REQUISITE_HOSTS=127.0.0.1:{other.port}")
    assert crawl(server, archive, *wanted, *named, "--full").code == 0
    assert other.paths() == ["/robots.txt", "/1.png"]


def test_a_port_that_hosts_names_is_the_portals(
    server: WireServer, other: WireServer, archive: Path
) -> None:
    serve(server, moved(other, "/tin/1"))
    end = crawl_named(server, archive, WIRE_HOSTS=f"127.0.0.1:{other.port}")
    assert end.code == 0
    assert other.paths() == ["/robots.txt", "/tin/1"]
    assert rows(archive, "SELECT count(*) FROM articles") == [(2,)]


def test_a_host_that_is_none_is_said_and_nothing_is_asked(
    server: WireServer, archive: Path
) -> None:
    declared = crawl_named(server, archive, WIRE_HOSTS="portal.test:http")
    assert "hosts: 'portal.test:http' is not a host: write example.vn" in declared.stderr
    named = crawl(server, archive, "-s", "PORTAL_REQUISITE_HOSTS=https://anh.vn/")
    assert named.code == 2
    assert "PORTAL_REQUISITE_HOSTS: 'https://anh.vn/' is not a host" in named.stderr
    assert server.connections == 0


SCOPE = Scope(
    tuple(map(HostEntry.of, ("a.vn", "b.vn:8443", "*.c.vn:81", "::1", "[fd00::1]:99", "D.vn"))),
    frozenset((80, 443, 8080)),
)


@pytest.mark.parametrize(
    "url",
    [
        "http://a.vn/", "https://a.vn/", "http://A.VN:8080/", "https://a.vn:80/", "http://a.vn:/",
        "http://b.vn/", "https://b.vn:8443/", "http://x.c.vn:81/", "http://x.y.c.vn/",
        "http://[::1]/", "http://[::1]:8080/", "http://[fd00::1]:99/", "http://d.vn/",
    ],
)  # fmt: skip
def test_within_the_scope(url: str) -> None:
    assert SCOPE.has(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://a.vn:81/", "http://a.vn:8443/", "http://a.vn:0/", "http://a.vn:65536/",
        "http://a.vn:x/", "http://b.vn:81/", "http://c.vn/", "http://[::1]:99/", "http://xa.vn/",
        "http://a.vn./", "ftp://a.vn/", "ws://a.vn/", "http:///", "http://[::1/", "http://e.vn/",
        "http://a.vn:80@e.vn/", "http://e.vn/http://a.vn/", "http://me:secret@a.vn:8080/",
    ],
)  # fmt: skip
def test_out_of_the_scope(url: str) -> None:
    assert not SCOPE.has(url)


@pytest.mark.parametrize(
    "entry", ["", "a.vn:", "a.vn:0", "a.vn:65536", "a.vn:http", "http://a.vn", "a.vn/x", "a b"]
)
def test_no_entry(entry: str) -> None:
    with pytest.raises(ValueError, match="is not a host"):
        HostEntry.of(entry)


class Elsewhere(Wire):
    """A portal that moved within its host."""

    name = "elsewhere"
    home = "http://old.vn:8000/"
    hosts = ("old.vn", "new.vn:9000")
    sections: ClassVar[dict[str, str]] = {"tin": "https://new.vn/tin", "cu": "http://old.vn:81/tin"}


def test_ports_are_those_of_home_and_sections_and_those_named() -> None:
    assert str(declared_scope(Elsewhere)) == "new.vn:9000, old.vn (port 80, 81, 443, 8000)"


def test_an_imported_page_of_another_port_is_not_claimed() -> None:
    claims = Claims({"elsewhere": Elsewhere})
    found = {
        url: claims.of(ForeignPage(url, now(), "text/html", None)).portal
        for url in ("http://old.vn:8000/tin/1", "http://old.vn:9000/tin/1", "http://x.vn/tin/1")
    }
    assert list(found.values()) == ["elsewhere", "imported", "imported"]


def test_an_entry_that_is_none_names_its_portal() -> None:
    class Wrong(Elsewhere):
        name = "wrong"
        hosts = ("old.vn:x",)

    with pytest.raises(PortalDeclarationError, match=r"wrong: hosts: 'old\.vn:x' is not a host"):
        declared_scope(Wrong)
