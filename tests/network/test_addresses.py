"""A crawl never reaches into a network that is not public, whatever names and numbers say."""

from pathlib import Path

import pytest

from portal_crawler.fetch.ip_addresses import address_in, is_public
from tests.support.crawls import Ended, ended, last_run, rows, start_crawl, wire_environment
from tests.support.pages import article, listing
from tests.support.wire_server import WireServer, page

NOT_PUBLIC = [
    "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "017700000001", "10.1.2.3",
    "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "192.0.2.1",
    "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[::1]", "::", "::ffff:127.0.0.1",
    "[::ffff:10.0.0.1]", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "fd00:ec2::254", "fe80::1%eth0",
    "fec0::1", "ff02::1", "2002:7f00:1::", "::7f00:1", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("host", NOT_PUBLIC)
def test_an_address_that_is_not_public_is_known_in_each_form(host: str) -> None:
    address = address_in(host)
    assert address is not None
    assert not is_public(address)


@pytest.mark.parametrize(
    "host", ["8.8.8.8", "134744072", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_a_public_address_is_one_in_each_form(host: str) -> None:
    address = address_in(host)
    assert address is not None
    assert is_public(address)


@pytest.mark.parametrize("host", ["portal.test", "1.2.3.4.5", "10.example.vn", "", "dead.beef"])
def test_a_name_is_no_number(host: str) -> None:
    assert address_in(host) is None


@pytest.fixture(autouse=True)
def one_article(server: WireServer) -> None:
    server.answer("/tin-tuc", page(listing([1])))
    server.answer("/tin/1", page(article(1)))


def crawl_named(server: WireServer, archive: Path, *arguments: str, **own: str) -> Ended:
    """Crawl the portal at portal.test, by name."""
    origin = f"http://portal.test:{server.port}"
    env = wire_environment(server, WIRE_ORIGIN=origin, **own)
    modules = ("-s", "SPIDER_MODULES=tests.network.portals", "-s", "RETRY_TIMES=0")
    return ended(start_crawl(archive, *modules, *arguments, env=env, portals=("named",)))


def test_a_name_that_leads_into_the_own_network_is_refused(
    server: WireServer, archive: Path
) -> None:
    end = crawl_named(server, archive, NAMES="portal.test=127.0.0.1")
    assert end.code == 3
    assert "portal.test is at 127.0.0.1, which is not a public address" in end.stderr
    assert server.connections == 0


def test_a_name_may_lie_there_when_the_operator_says_so(server: WireServer, archive: Path) -> None:
    declared = ("-s", "PORTAL_PRIVATE_HOSTS=portal.test")
    assert crawl_named(server, archive, *declared, NAMES="portal.test=127.0.0.1").code == 0
    assert server.paths() == ["/robots.txt", "/tin-tuc", "/tin/1"]


def test_a_name_that_resolves_otherwise_the_second_time_gains_nothing(
    server: WireServer, archive: Path
) -> None:
    """The first address answers nothing: it is the machine's own, seen as from outside."""
    end = crawl_named(
        server, archive, "-s", "DNSCACHE_ENABLED=False", "-s", "DOWNLOAD_TIMEOUT=2",
        NAMES="portal.test=8.8.8.8,169.254.169.254,127.0.0.1",
    )  # fmt: skip
    assert end.code == 3
    assert "portal.test is at 169.254.169.254, which is not a public address" in end.stderr
    assert server.connections == 0


def test_a_pictures_host_in_the_own_network_is_refused_and_no_failure_of_the_run(
    server: WireServer, archive: Path
) -> None:
    picture = f'<img src="http://anh.portal.test:{server.port}/1.png">'
    server.answer("/tin/1", page(article(1, body=f"Tin. {picture}")))
    server.answer("/anh/1.jpg", page("jpg"))
    server.answer("/tai-lieu/1.pdf", page("pdf"))
    end = crawl_named(
        server, archive, "-s", "PORTAL_PRIVATE_HOSTS=portal.test", "-s", "PORTAL_REQUISITES=True",
        NAMES="portal.test=127.0.0.1;anh.portal.test=127.0.0.1",
    )  # fmt: skip
    assert end.code == 0
    assert "/1.png" not in server.paths()
    assert last_run(archive)["requisites_failed"] == 1


@pytest.mark.parametrize(
    "host", ["169.254.169.254", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "[fd00:ec2::254]"]
)
def test_behind_a_proxy_a_redirect_to_a_number_is_not_followed(
    server: WireServer, archive: Path, host: str
) -> None:
    server.answer("/tin/1", page("", f"Location: http://{host}/latest/", status="302 Found"))
    env = wire_environment(
        server, WIRE_ORIGIN="http://portal.test", http_proxy=f"http://127.0.0.1:{server.port}"
    )
    end = ended(start_crawl(archive, env=env))
    assert end.code == 0
    assert "/latest/ is not on portal.test" in end.stderr
    assert server.paths() == ["/robots.txt", "/tin-tuc", "/tin/1"]


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://portal.test/x", "data:text/html,x"]
)
def test_a_redirect_to_another_scheme_is_not_followed(
    server: WireServer, archive: Path, target: str
) -> None:
    server.answer("/tin/1", page("", f"Location: {target}", status="302 Found"))
    env = wire_environment(server)
    end = ended(start_crawl(archive, env=env))
    assert end.code in (0, 3)
    assert rows(archive, "SELECT count(*) FROM articles") == [(0,)]
    assert rows(archive, "SELECT DISTINCT substr(url, 1, 5) FROM captures") == [("http:",)]
