"""`portal crawl --ping URL`: a healthcheck hears of each crawl, which goes on whatever it says."""

import signal
import socket
import threading
from pathlib import Path

import pytest

from tests.support.crawls import Ended, crawl, ended, last_run, rows, start_crawl, wire_environment
from tests.support.pages import article, listing
from tests.support.wire_server import NOT_FOUND, WireServer, page, raw

OK = page("OK")
SERVED = ("/check/start", "/check", "/check/2", "/check/3", "/check/130", "/check/1")


@pytest.fixture(autouse=True)
def portal(server: WireServer) -> None:
    server.answer("/tin-tuc", page(listing([1])))
    server.answer("/tin/1", page(article(1)))
    for path in SERVED:
        server.answer(path, OK)


def check(server: WireServer, path: str = "/check") -> str:
    return f"http://127.0.0.1:{server.port}{path}"


def pings(server: WireServer) -> list[str]:
    return [path for path in server.paths() if path.startswith("/check")]


def pinged(server: WireServer, archive: Path, *arguments: str) -> Ended:
    return crawl(server, archive, "--ping", check(server), *arguments)


def test_start_and_success(server: WireServer, archive: Path) -> None:
    end = pinged(server, archive, "-q")
    assert (end.code, end.stderr) == (0, "")
    assert server.paths()[0] == "/check/start"
    assert server.paths()[-1] == "/check"
    assert pings(server) == ["/check/start", "/check"]


def test_a_failure_is_told_by_its_exit_code(server: WireServer, archive: Path) -> None:
    server.answer("/tin/1", page("<h1>500</h1>", status="500 Internal Server Error"))
    assert pinged(server, archive, "-s", "RETRY_TIMES=0").code == 3
    assert pings(server) == ["/check/start", "/check/3"]


def test_wrong_usage_is_told_too(server: WireServer, archive: Path) -> None:
    env = wire_environment(server)
    end = ended(start_crawl(archive, "--ping", check(server), env=env, portals=("wier",)))
    assert (end.code, pings(server)) == (2, ["/check/start", "/check/2"])


def test_an_interruption_is_told_too(server: WireServer, archive: Path) -> None:
    held = threading.Event()
    server.answer("/tin/1", page(article(1), hold=held))
    process = start_crawl(archive, "--ping", check(server), env=wire_environment(server))
    server.wait_for("/tin/1")
    process.send_signal(signal.SIGTERM)
    held.set()
    assert (ended(process).code, pings(server)) == (130, ["/check/start", "/check/130"])


def test_several_portals_are_one_crawl(server: WireServer, archive: Path) -> None:
    server.answer("/two/tin-tuc", page(listing([1])))
    env = wire_environment(server)
    words = ("--ping", check(server), "--jobs", "2")
    end = ended(start_crawl(archive, *words, env=env, portals=("wire", "wire-two")))
    assert (end.code, pings(server)) == (0, ["/check/start", "/check"])
    assert rows(archive, "SELECT count(*) FROM runs") == [(2,)]


def test_a_query_stays_behind_the_word(server: WireServer, archive: Path) -> None:
    server.answer("/check/start?rid=1", OK)
    server.answer("/check/?rid=1", OK)
    end = crawl(server, archive, "-q", "--ping", check(server, "/check/?rid=1"))
    assert (end.code, end.stderr) == (0, "")
    assert pings(server) == ["/check/start?rid=1", "/check/?rid=1"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (NOT_FOUND, "HTTP Error 404: Not Found"),
        (raw(b"", close=True), "Remote end closed connection"),
        (raw(b"nonsense\r\n\r\n", close=True), "nonsense"),
    ],
    ids=["404", "closed", "nonsense"],
)
def test_a_ping_that_fails_is_a_warning(
    server: WireServer, archive: Path, answer: object, why: str
) -> None:
    server.answer("/check/start", answer)
    server.answer("/check", answer)
    end = pinged(server, archive, "-q")
    assert (end.code, last_run(archive)["outcome"]) == (0, "complete")
    first, second = end.stderr.splitlines()
    assert first.startswith("warning: the ping of 127.0.0.1 failed: ")
    assert why in first
    assert "/check" not in end.stderr, "the address is a secret"
    assert second == first


def test_a_healthcheck_that_is_down_is_a_warning(server: WireServer, archive: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    end = crawl(server, archive, "-q", "--ping", f"http://127.0.0.1:{port}/check")
    assert (end.code, last_run(archive)["outcome"]) == (0, "complete")
    assert end.stderr.count("Connection refused") == 2


def test_a_healthcheck_that_drips_is_left_behind(server: WireServer, archive: Path) -> None:
    drops = raw(*[b"H"] * 600, pause_s=0.1)
    server.answer("/check/start", drops)
    end = pinged(server, archive, "-q")
    assert (end.code, pings(server)) == (0, ["/check/start", "/check"])
    assert "no answer within 10 s" in end.stderr


def test_certificates_are_verified(server: WireServer, archive: Path) -> None:
    url = f"https://127.0.0.1:{server.port}/check"
    end = crawl(server, archive, "-q", "--ping", url)
    assert end.code == 0
    assert end.stderr.count("certificate verify failed") == 2
    assert pings(server) == []
    trusting = {"SSL_CERT_FILE": str(server.certificate)}
    end = crawl(server, archive, "-q", "--ping", url, **trusting)
    assert (end.code, end.stderr, pings(server)) == (0, "", ["/check/start", "/check"])


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://a/b", "hc-ping.com/x", "https://", "http://["]
)
def test_only_web_addresses_are_pinged(server: WireServer, archive: Path, url: str) -> None:
    end = crawl(server, archive, "--ping", url)
    assert (end.code, server.paths()) == (2, [])
    assert "write it as https://HOST/PATH" in end.stderr
