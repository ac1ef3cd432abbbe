"""`portal new`: what it writes for a site, and what it says of an address that is none."""

import json
import re
import shlex
import signal
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from archive.models import Article, ListedArticle
from archive.moments import VIETNAM
from portal_crawler.cli import main
from portal_crawler.demo.server import demo_proxy
from portal_crawler.expected.comparison import compared
from portal_crawler.expected.folder import read_folder
from portal_crawler.portals.registry import registry_of
from portal_crawler.scouting.listed_dates import day_pairs
from tests.scouting.sites import (
    TESTS,
    Folder,
    menu,
    new,
    own_portal,
    path_of,
    portal,
    started,
    unknown_site,
)
from tests.support.crawls import ROOT, ended, rows, verified
from tests.support.tables import all_rows
from tests.support.wire_server import NOT_FOUND, Answer, WireServer, message, page, raw

FAMILIES = registry_of(["tests.support.family_portals"]).portals
MOST_REQUESTS = 24
FEWEST_LINES, MOST_LINES = 9, 15


def only_object(text: str) -> dict[str, Any]:
    found = json.loads(text)
    assert isinstance(found, dict)
    return found


def code_lines(module: Path) -> int:
    code = module.read_text("utf-8").split('"""', 2)[2]
    return len([line for line in code.splitlines() if line.strip()])


def hanoi(server: WireServer) -> Folder:
    site = Folder(TESTS / "portals" / "hanoi-sotttt", server)
    site.publish("/vi/tin-tuc-su-kien")
    return site


DEMO = "http://sotttt.demo-tinh.example/"


@pytest.fixture
def demo() -> Iterator[dict[str, str]]:
    """The demo's sites, by the environment of a command that is to ask them."""
    with demo_proxy() as proxy:
        yield {"http_proxy": proxy, "https_proxy": proxy}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_portal_of_each_family_is_written_and_its_comparison_passes(
    name: str, server: WireServer, tmp_path: Path
) -> None:
    family = FAMILIES[name]
    site = Folder(TESTS / "platforms" / family.platform, server)
    (listing,) = family.sections.values()
    site.publish(listing)
    folder = tmp_path / "own"
    done = new(server, folder, site.root, "--name", "moi", "--json", "-q")
    told = only_object(done.stdout)
    assert (told["platform"], told["findings"]) == (family.platform, [])
    assert [each["url"] for each in told["listings"]] == [listing]
    assert done.code == (3 if told["missing"] else 0)
    written = own_portal(folder, "moi")
    assert compared(written, read_folder(folder / "pages" / "moi")) == []
    assert FEWEST_LINES <= code_lines(folder / "moi.py") <= MOST_LINES
    assert len(server.exchanges) <= MOST_REQUESTS


def test_all_that_is_known_of_a_site_is_written_and_shown(
    demo: dict[str, str], server: WireServer, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    done = new(server, folder, DEMO, "--name", "hn-thu", COLUMNS="80", **demo)
    assert done.code == 0
    assert done.stderr.count("\n") <= MOST_REQUESTS
    written = own_portal(folder, "hn-thu")
    assert written.__module__.endswith(".hn_thu")
    assert written.title == "Sở Thông Tin và Truyền Thông Lâm Phước"
    assert (written.home, written.hosts) == (DEMO, ("sotttt.demo-tinh.example",))
    assert written.sections == {"tin-tuc-su-kien": f"{DEMO}vi/tin-tuc-su-kien"}
    assert re.match(r"\d{4}-\d\d-\d\d \(saved pages of that day\)$", written.verified_on)
    assert "p_p_id=101" in (folder / "hn_thu.py").read_text("utf-8")
    lines = done.stdout.splitlines()
    assert max(len(line) for line in lines if str(tmp_path) not in line) <= 80
    assert "Platform: liferay6, 86% sure" in lines
    row = r"tin-tuc-su-kien +31 +4 +2022-08-30 +2022-02-08 +/vi/tin-tuc-su-kien"
    assert [line for line in lines if re.fullmatch(row, line)]
    assert [line for line in lines if re.fullmatch(r"author +Minh Đức +Minh Đức", line)]
    assert "Nothing is missing" in lines
    assert "publish them only if their rights allow it" in " ".join(done.stdout.split())


def test_a_host_that_another_portal_has_is_named_and_the_catalogue_gives_its_title(
    server: WireServer, tmp_path: Path
) -> None:
    site = hanoi(server)
    folder = tmp_path / "own"
    done = new(server, folder, site.root, "--name", "hn-thu")
    assert done.code == 3
    assert "Portal 'hanoi-sotttt' has the host sotttt.hanoi.gov.vn, too." in done.stdout
    written = own_portal(folder, "hn-thu")
    assert (written.title, written.province) == ("Sở Thông tin và Truyền thông Hà Nội", "Hà Nội")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("den", r"a portal named 'den' exists; `portal check den --portals /\S+` looks at it"),
        ("hn-thu", r"hn_thu.py exists and is not replaced; move it, or give --name"),
        ("mst", r"a portal named 'mst' exists; `portal check mst --portals /"),
        ("a/b", r"name = 'a/b' cannot name folders"),
    ],
)
def test_nothing_is_replaced_and_nothing_is_requested_for_a_name_that_is_taken(
    name: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hn_thu.py").write_text("")
    own = 'name, hosts = "den", ("den.example",)\n    sections = {"tin": "http://den.example/tin"}'
    base = "from portal_crawler.platforms.generic import Generic"
    (tmp_path / "ten.py").write_text(f"{base}\nclass Den(Generic):\n    {own}\n")
    given = ["http://vi-du.example/", "--name", name, "--portals", str(tmp_path)]
    assert main(["new", *given]) == 2
    assert re.search(words, capsys.readouterr().err)
    assert sorted(path.name for path in tmp_path.glob("*.py")) == ["hn_thu.py", "ten.py"]


def test_captures_are_kept_in_a_named_archive_which_is_whole_and_rebuilds(
    demo: dict[str, str], server: WireServer, tmp_path: Path, archive: Path
) -> None:
    folder = tmp_path / "own"
    kept = ("--archive", str(archive))
    assert new(server, folder, DEMO, "--name", "hn-thu", *kept, **demo).code == 0
    assert verified(archive).code == 0
    before = all_rows(archive)
    assert portal(server, "rebuild", *kept, "--portals", str(folder)).code == 0
    assert all_rows(archive) == before
    assert rows(archive, "SELECT count(*) FROM articles") == [(6,)]


def test_a_missing_field_and_a_dead_pager_end_with_3_and_are_named(
    server: WireServer, tmp_path: Path
) -> None:
    site = hanoi(server)
    gone = site.expected["listings"][0]["next"]
    server.answer(path_of(gone), NOT_FOUND)
    article = site.expected["articles"][0]
    body = (site.path / article["file"]).read_text("utf-8")
    body = re.sub(r'class="[^"]*assetPublishDate[^"]*"', "", body)
    server.answer(path_of(article["url"]), page(body))
    done = new(server, tmp_path / "own", site.root, "--name", "hn-thu")
    assert done.code == 3
    words = " ".join(done.stdout.split())
    assert "the listing's second page has no rows" in words
    assert (tmp_path / "own" / "hn_thu.py").exists()


# Sites of no known platform


def test_robots_txt_is_requested_once(server: WireServer, tmp_path: Path) -> None:
    assert new(server, tmp_path / "own", unknown_site(server), "--name", "vi-du").code == 0
    assert server.paths().count("/robots.txt") == 1


FAULTY = """class Faulty:
    async def process_request(self, request):
        request.url.no_such_attribute
"""


def test_a_fault_of_the_software_is_not_taken_for_one_of_the_site(
    server: WireServer, tmp_path: Path
) -> None:
    (tmp_path / "faulty.py").write_text(FAULTY)
    added = 'DOWNLOADER_MIDDLEWARES={"faulty.Faulty": 1}'
    words = (unknown_site(server), "--name", "vi-du", "-s", added)
    own = ("--portals", str(tmp_path / "own"))
    process = started(server, "new", *own, *words, PYTHONPATH=f"{ROOT}:{tmp_path}")
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 1
    assert "AttributeError: 'str' object has no attribute 'no_such_attribute'" in said
    assert said.splitlines()[-1].endswith("nothing was written; the error above says why")


def test_a_site_of_no_platform_becomes_a_generic_portal_and_its_cost_is_named(
    server: WireServer, tmp_path: Path
) -> None:
    root = unknown_site(server)
    done = new(server, tmp_path / "own", root, "--name", "vi-du")
    assert done.code == 0, done.stdout
    words = " ".join(done.stdout.split())
    assert "Platform: generic" in words
    assert "it learns the layout once five articles are known" in words
    written = own_portal(tmp_path / "own", "vi-du")
    assert (written.platform, written.sections) == ("generic", {"tin": f"{root}/tin"})
    described = (tmp_path / "own" / "vi_du.py").read_text("utf-8").split('"""')[1]
    assert ": a layout that no platform knows, seen on 20" in described
    assert "Recognized because" not in described


def test_an_article_has_the_key_of_its_row_in_expected_json(
    server: WireServer, tmp_path: Path
) -> None:
    root = unknown_site(server, form="/tin/hoi-nghi-{word}-4{n}.html")
    assert new(server, tmp_path, root, "--name", "vi-du").code == 0
    folder = tmp_path / "pages" / "vi-du"
    written = only_object((folder / "expected.json").read_text("utf-8"))
    rows = {row["url"]: row["key"] for row in written["listings"][0]["rows"]}
    assert rows[f"{root}/tin/hoi-nghi-bbb-41.html"] == "tin/41"
    articles = {each["url"]: each["key"] for each in written["articles"]}
    assert articles == {url: rows[url] for url in articles}
    assert len(articles) == 4
    written["articles"][0]["key"] = "another"
    (folder / "expected.json").write_text(json.dumps(written), "utf-8")
    found = compared(own_portal(tmp_path, "vi-du"), read_folder(folder))
    assert ["key differs" in str(each) for each in found] == [True]


def test_a_further_page_of_a_listing_leads_to_the_listing_alone(
    server: WireServer, tmp_path: Path
) -> None:
    root = unknown_site(server)
    rows = "".join(
        f'<div class="dong"><h3><a href="/bai-viet-{60000 + n}.html">Tin cũ hơn về chuyển đổi số '
        f"lần thứ {n}</a></h3><span>0{n + 1}/05/2024</span></div>"
        for n in range(4)
    )
    server.answer("/tin?trang=2", page(f"<html><body><h1>Tin</h1><div>{rows}</div></body></html>"))
    new(server, tmp_path, f"{root}/tin?trang=2", "--name", "vi-du")
    assert own_portal(tmp_path, "vi-du").sections == {"tin": f"{root}/tin"}


def test_a_folder_of_ones_own_is_made_and_the_printed_commands_find_it(
    server: WireServer, tmp_path: Path
) -> None:
    root = unknown_site(server)
    folder = tmp_path / "my portals"
    words = ("new", root, "--name", "vi-du", "--portals", str(folder), "--json")
    done = portal(server, *words)
    assert done.code == 0
    crawl, draft, check = map(shlex.split, only_object(done.stdout)["next"])
    assert portal(server, *check[1:]).code == 0
    for command in (crawl, draft):
        command[command.index("look")] = str(tmp_path / "look")
        assert portal(server, *command[1:]).code == 0


def test_a_folder_that_was_made_for_nothing_is_removed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "own"
    for at in (folder, "~nobody-of-this-name/own", folder / "deeper"):
        assert main(["new", "ftp://vi-du.example/", "--portals", str(at)]) == 2
    said = capsys.readouterr().err
    assert f"{folder / 'deeper'}: there is no such folder; make it (mkdir -p {folder}/deep" in said
    assert list(tmp_path.iterdir()) == []


def test_the_address_of_an_article_or_a_listing_leads_to_the_same_portal(
    server: WireServer, tmp_path: Path
) -> None:
    root = unknown_site(server)
    for number, path in enumerate(("/bai-viet-70001.html", "/tin")):
        folder = tmp_path / str(number)
        assert new(server, folder, f"{root}{path}", "--name", "vi-du").code == 0
        assert own_portal(folder, "vi-du").sections == {"tin": f"{root}/tin"}
        assert own_portal(folder, "vi-du").home == f"{root}/"


def test_named_listings_are_taken_and_no_others(server: WireServer, tmp_path: Path) -> None:
    root = unknown_site(server)
    server.answer("/", page(menu([("/khac", "Tin tức")])))
    done = new(server, tmp_path / "own", root, "--name", "vi-du", "--listing", f"{root}/tin")
    assert done.code == 0
    assert "/khac" not in server.paths()


def test_several_listings_are_ordered_by_their_counts(server: WireServer, tmp_path: Path) -> None:
    root = unknown_site(server)
    few = "".join(
        f'<div><h3><a href="/thong-bao-{80000 + n}.html">Thông báo lịch tiếp công dân số {n}</a>'
        "</h3></div>"
        for n in range(3)
    )
    server.answer("/thong-bao", page(f"<html><body><div>{few}</div></body></html>"))
    server.answer("/", page(menu([("/thong-bao", "Thông báo"), ("/tin", "Tin tức")])))
    done = new(server, tmp_path / "own", root, "--name", "vi-du", "--json")
    told = only_object(done.stdout)
    assert [(each["section"], each["articles"]) for each in told["listings"]] == [
        ("tin", 6),
        ("thong-bao", 3),
    ]


# What a stranger may give


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("ftp://vi-du.example/", "only http and https addresses can be crawled"),
        ("mailto:a@vi-du.example", "only http and https addresses can be crawled"),
        ("./trang.html", "is a file; give the portal's address"),
        ("trang.html", "is a file; give the portal's address"),
        ("sotttt", "'sotttt' has no dot, so it does not name a host"),
        ("http://[::1", "is not a web address"),
        ("", "is not a web address"),
        ("http://10.0.0.1/", "no name follows from the address 10.0.0.1; name the portal by"),
    ],
)
def test_what_is_no_address_of_a_site_is_refused_in_a_sentence(
    given: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", given, "--portals", str(tmp_path)]) == 2
    assert words in capsys.readouterr().err


CAPTCHA = "<html><title>Just a moment...</title><body>Checking your browser</body></html>"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (page("no", status="403 Forbidden"), "answered 403; ask the department for"),
        (page(CAPTCHA), "does not try to get around it"),
        (page("no", status="404 Not Found"), "answered 404; open it in a browser"),
        (
            raw(
                b"HTTP/1.1 302 Found\r\nLocation: http://moi.example/\r\nContent-Length: 0\r\n\r\n"
            ),
            "leads to another host, http://moi.example/; if that is the portal, give",
        ),
        (
            raw(b"HTTP/1.1 302 Found\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n"),
            "leads to an address that cannot be requested; open it in a browser",
        ),
        (Answer(pieces=(message(b"%PDF-1.4", kind="application/pdf"),)), "is application/pdf and"),
        (page(bytes(range(1, 200)), "Content-Encoding: br"), "is not readable: the server comp"),
        (page("<html><body><p>Xin chào</p></body></html>"), "/ (no link on it names news); name"),
    ],
    ids=["403", "captcha", "404", "moved", "unreadable", "document", "brotli", "no-news"],
)
def test_a_site_that_gives_no_news_is_reported_in_a_sentence(
    answer: Answer, words: str, server: WireServer, tmp_path: Path
) -> None:
    server.answer("/", answer)
    root = f"http://127.0.0.1:{server.port}/"
    done = new(server, tmp_path / "own", root, "--name", "vi-du")
    assert done.code == 2
    assert words in done.stderr.splitlines()[-1]
    assert list((tmp_path / "own").iterdir()) == []


def test_a_site_that_is_down_is_reported_with_the_reason(
    server: WireServer, tmp_path: Path
) -> None:
    direct = {"http_proxy": "", "https_proxy": ""}
    words = ("http://127.0.0.1:1/", "--name", "vi-du", "-s", "RETRY_TIMES=0")
    done = new(server, tmp_path / "own", *words, **direct)
    assert done.code == 2
    assert "http://127.0.0.1:1/ gives no answer: the connection was refused" in done.stderr


def test_a_host_that_nobody_knows_may_be_misspelled(server: WireServer, tmp_path: Path) -> None:
    direct = {"http_proxy": "", "https_proxy": ""}
    words = ("http://so.invalid/", "--name", "vi-du", "-s", "RETRY_TIMES=0")
    done = new(server, tmp_path / "own", *words, **direct)
    assert done.code == 2
    assert "; check the spelling of the host, open it in a browser, and try l" in done.stderr


def test_a_certificate_that_is_refused_needs_a_declaration_by_hand(
    server: WireServer, tmp_path: Path
) -> None:
    own = {"http_proxy": "", "https_proxy": ""}
    words = (f"https://127.0.0.1:{server.port}/", "--name", "vi-du", "-s", "RETRY_TIMES=0")
    done = new(server, tmp_path / "own", *words, **own)
    assert done.code == 2
    assert done.stderr.endswith("is declared by hand: docs/PORTALS.md, Add a portal\n")


def test_an_interrupted_look_writes_nothing_and_ends_with_130(
    server: WireServer, tmp_path: Path
) -> None:
    root = unknown_site(server)
    held = threading.Event()
    server.answer("/tin", page("", hold=held))
    folder = tmp_path / "own"
    folder.mkdir()
    process = started(server, "new", root, "--name", "vi-du", "--portals", str(folder))
    server.wait_for("/tin")
    process.send_signal(signal.SIGINT)
    done = ended(process)
    held.set()
    assert (done.code, list(folder.iterdir())) == (130, [])
    assert "interrupted; nothing was written" in done.stderr


def test_a_platform_that_is_not_there_is_refused_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["http://vi-du.example/", "--platform", "nuke-viet", "--portals", str(tmp_path)]
    assert main(["new", *words]) == 2
    assert "did you mean nukeviet?" in capsys.readouterr().err


def test_robots_that_forbid_it_are_obeyed(server: WireServer, tmp_path: Path) -> None:
    rules = message(b"User-agent: *\nDisallow: /\n", kind="text/plain")
    server.answer("/robots.txt", raw(rules))
    root = unknown_site(server)
    done = new(server, tmp_path / "own", root, "--name", "vi-du")
    assert done.code == 2
    assert "robots.txt disallows it; ask the department whether" in done.stderr
    assert set(server.paths()) == {"/robots.txt"}


def test_a_site_of_many_links_gets_some_twenty_requests(server: WireServer, tmp_path: Path) -> None:
    root = unknown_site(server, articles=40)
    body = server.script["/tin"][0].pieces[0].split(b"\r\n\r\n", 1)[1]  # type: ignore[union-attr]
    links = [(f"/tin-tuc-{number}", f"Tin tức {number}") for number in range(300)]
    for path, _ in links:
        server.answer(path, page(body))
    feeds = '<link rel="alternate" type="application/rss+xml" href="/rss">' * 50
    server.answer("/", page(menu(links) + feeds))
    assert new(server, tmp_path / "own", root, "--name", "vi-du").code == 0
    assert len(server.exchanges) <= MOST_REQUESTS


TODAY = datetime.now(VIETNAM)


def test_a_page_whose_date_is_not_that_of_its_row_is_named_by_new_and_by_check(
    server: WireServer, tmp_path: Path
) -> None:
    root = unknown_site(server, day=f"{TODAY:%d/%m/%Y}")
    done = new(server, tmp_path, root, "--name", "vi-du", "--json")
    assert done.code == 3
    named = [words for words in only_object(done.stdout)["missing"] if "page's date" in words]
    assert len(named) == 4
    assert f"the page's date {TODAY:%Y-%m-%d} is not the listing's 2024-06-0" in named[0]
    checked = portal(server, "check", "vi-du", "--portals", str(tmp_path), "--json")
    (told,) = (x for x in only_object(checked.stdout)["answers"] if x["question"] == "date")
    assert (checked.code, told["fits"]) == (3, False)
    assert told["found"] == "differs from the listing's on 4 of 4"
    assert f"has the date {TODAY:%Y-%m-%d}, and its row in the listing 2024-06-0" in told["note"]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([("a", "2026-11-20")], [("2026-11-20", False)]),
        ([("a", "2026-11-27T23:10:00+07:00")], [("2026-11-27", True)]),
        ([("a", "2026-11-27"), ("a", "2026-11-20")], [("2026-11-20", False)]),
        ([("a", None)], []),
        ([("b", "2026-11-27")], []),
    ],
)
def test_days_are_compared_where_page_and_row_have_one(
    given: list[tuple[str, str | None]], found: list[tuple[str, bool]]
) -> None:
    listed = [ListedArticle(key=key, url=f"http://x.example/{key}", date=day) for key, day in given]
    article = Article(url="http://x.example/a", title="A", published_at="2026-11-20T08:00:00+07:00")
    pairs = day_pairs(listed, [("http://x.example/moved", "a", article)])
    assert [(pair.of_row, pair.differs) for pair in pairs] == found
