"""A small portal behind the wire server, whose pages list articles in the form of each way."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, unquote_plus

from archive.moments import VIETNAM, now
from tests.support.crawls import ROOT, Ended, ended, next_night, rows, start_crawl, wire_environment
from tests.support.pages import article, listing
from tests.support.wire_server import NOT_FOUND, Answer, WireServer, message, page, raw

PER_PAGE = 3
EVERYTHING = list(range(20, 0, -1))
"""The newest first, as portals list them."""

SESSION = "ASP.NET_SessionId=abc123"

OOPS = page("", status="500 Oops")


def part(number: int, articles: list[int], size: int = PER_PAGE) -> list[int]:
    """The articles of a page; `number` from 0."""
    return articles[number * size : (number + 1) * size]


def json_answer(value: object) -> Answer:
    return raw(message(json.dumps(value).encode(), kind="application/json"))


def xml_answer(text: str) -> Answer:
    return raw(message(f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode(), kind="text/xml"))


def redirect(path: str) -> Answer:
    return page("", f"Location: {path}", status="301 Moved Permanently")


def publish_articles(server: WireServer, numbers: list[int]) -> None:
    for number in numbers:
        server.answer(f"/tin/{number}", page(article(number)))


def form_of(request: bytes) -> dict[str, str]:
    """The fields of a form that was posted."""
    body = request.partition(b"\r\n\r\n")[2].decode()
    return {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}


def posted(answers: Callable[[dict[str, str]], Answer]) -> Callable[[bytes], Answer]:
    """An answer to each form; a GET is refused."""

    def answer(request: bytes) -> Answer:
        return answers(form_of(request)) if request.startswith(b"POST ") else NOT_FOUND

    return answer


def crawl_way(server: WireServer, archive: Path, portal: str, *options: str) -> Ended:
    """Crawl one of the portals of `way_portals`, once."""
    server.forget()
    env = wire_environment(server, **next_night(archive))
    modules = ("-s", "SPIDER_MODULES=tests.support.way_portals", "-s", "RETRY_TIMES=0")
    return ended(start_crawl(archive, *modules, *options, env=env, portals=(portal,)))


def stored(archive: Path) -> set[int]:
    return {int(key) for (key,) in rows(archive, "SELECT key FROM articles")}


def listings_asked(server: WireServer) -> list[str]:
    """The requests for listing pages: path, and the body of a form."""
    found = []
    for exchange in server.exchanges:
        if not re.match(r"/(?:tin/|robots)", exchange.path):
            body = exchange.request.partition(b"\r\n\r\n")[2]
            found.append(exchange.path + (f" {unquote_plus(body.decode())}" if body else ""))
    return found


# The pages of each way


def by_path(server: WireServer, articles: list[int], root: str = "") -> None:
    last = -(-len(articles) // PER_PAGE)
    for number in range(last):
        path = f"{root}/tin-tuc/page-{number + 1}" if number else f"{root}/tin-tuc"
        server.answer(path, page(listing(part(number, articles))))
    for number in (last + 1, last + 2):
        server.answer(f"{root}/tin-tuc/page-{number}", redirect(f"{root}/tin-tuc"))


def by_query(server: WireServer, articles: list[int], root: str = "") -> None:
    last = -(-len(articles) // PER_PAGE) - 1
    for number in range(last + 4):
        path = f"{root}/tin-tuc?page={number}" if number else f"{root}/tin-tuc"
        server.answer(path, page(listing(part(min(number, last), articles))))


def by_offset(server: WireServer, articles: list[int], root: str = "") -> None:
    server.answer(f"{root}/tin-tuc", page(listing(articles[:5])))
    for start in range(1, len(articles) + 5):
        server.answer(f"{root}/tin-tuc?start={start}", page(listing(articles[start : start + 4])))


def by_day(server: WireServer, articles: list[int], root: str = "") -> None:
    """Eleven days; the second has two pages. Each third has no news: it is redirected to the
    section's page, shows the newest rows, or none."""
    server.answer(f"{root}/tin-tuc.htm", page(listing(articles[:2])))
    left, today = list(articles), now().astimezone(VIETNAM)
    for before in range(11):
        path = (today - timedelta(days=before)).strftime(f"{root}/tin-tuc/ngay-%d-%m-%Y")
        taken = [] if before % 3 == 2 else [left.pop(0) for _ in range(min(3, len(left)))]
        text = listing(taken)
        if before == 1:
            more = f"{path}/trang-2.htm"
            text = text.replace("</body>", f'<a href="{more}">2</a></body>')
            server.answer(more, page(listing([left.pop(0), left.pop(0)])))
        server.answer(f"{path}.htm", page(text))
        if before == 2:
            server.answer(f"{path}.htm", redirect(f"{root}/tin-tuc.htm"))
        if before == 5:
            server.answer(f"{path}.htm", page(listing(articles[:3])))


def by_fragment(server: WireServer, articles: list[int], root: str = "") -> None:
    text = listing(part(0, articles)).replace("<ul>", '<input id="zone" value="7"><ul>')
    server.answer(f"{root}/tin-tuc", page(text))
    for number in range(-(-len(articles) // PER_PAGE)):
        server.answer(f"/khoi/7/{number + 1}.htm", page(listing(part(number, articles))))


def by_form(server: WireServer, articles: list[int], root: str = "") -> None:
    def answers(form: dict[str, str]) -> Answer:
        if form.get("Catname") != "dGlu+LXR1Yw==" or form.get("PageSize") != "3":
            return OOPS
        return page(listing(part(int(form["PageIndex"]), articles)))

    script = r"<script>var catname = 'dGlu\u002BLXR1Yw==';</script>"
    server.answer(f"{root}/tin-tuc", page(f"<html><body>{script}<ul></ul></body></html>"))
    server.answer("/api/tin", posted(answers))


def by_json(server: WireServer, articles: list[int], root: str = "") -> None:
    def answer(request: bytes) -> Answer:
        start = int(json.loads(request.partition(b"\r\n\r\n")[2])["start"])
        rows = [
            {"ID": number, "Title": f"Tin số {number} &amp; <b>khác</b>",
             "Created": "2024-03-05T08:30:00"}
            for number in articles[start : start + 3]
        ]  # fmt: skip
        return json_answer({"data": rows, "count": len(articles)})

    server.answer(f"{root}/tin-tuc", page("<html><body><div id=root></div></body></html>"))
    server.answer("/api/tin-json", answer)


def by_numbered_json(server: WireServer, articles: list[int], root: str = "") -> None:
    path = "/wp-json/wp/v2/posts?per_page=3"
    last = -(-len(articles) // PER_PAGE)
    for number in range(1, last + 1):
        rows = [
            {"link": f"http://127.0.0.1:{server.port}/tin/{one}", "date": "2024-03-05T08:30:00",
             "title": {"rendered": f"Tin số {one} &#8211; khác"}}
            for one in part(number - 1, articles)
        ]  # fmt: skip
        server.answer(path if number == 1 else f"{path}&page={number}", json_answer(rows))
    beyond = b'{"code": "rest_post_invalid_page_number"}'
    refused = message(beyond, status="400 Bad Request", kind="application/json")
    server.answer(f"{path}&page={last + 1}", raw(refused))


def state(number: int) -> str:
    return f"dDwt+{number}=="


def pager(number: int, last: int) -> str:
    """Two numbers and dots, as a GridView writes them; the numbers also stand in a calendar."""
    start = (number - 1) // 2 * 2 + 1
    numbers = [one for one in range(start, start + 2) if one <= last]
    links = [f"<a href=\"javascript:__doPostBack('ctl00$Pager','Page${one}')\">{one}</a>"
             for one in numbers if one != number]  # fmt: skip
    if start + 2 <= last:
        links.append(
            f"<a href=\"javascript:__doPostBack('ctl00$Pager','Page${start + 2}')\">...</a>"
        )
    days = "".join(
        f"<a href=\"javascript:__doPostBack('ctl00$Calendar1','{8000 + day}')\">{day}</a>"
        for day in range(1, 31)
    )
    return f"<span>{number}</span>{''.join(links)}<table>{days}</table>"


def by_post_back(server: WireServer, articles: list[int], root: str = "") -> None:
    last = -(-len(articles) // PER_PAGE)

    def shown(number: int) -> str:
        form = (
            '<form id="aspnetForm" method="post" action="./tin-tuc">'
            f'<input type="hidden" name="__VIEWSTATE" value="{state(number)}">'
            '<input type="hidden" name="__EVENTTARGET" value="">'
            '<input type="text" name="ctl00$Search" value="từ khóa">'
            '<select name="ctl00$Year"><option value="0" selected>Tất cả</option></select>'
            '<input type="submit" name="ctl00$Go" value="Tìm">'
        )
        text = listing(part(number - 1, articles))
        text = text.replace("<ul>", f"{form}<ul>")
        return text.replace("</body>", f"{pager(number, last)}</form></body>")

    def answer(request: bytes) -> Answer:
        if request.startswith(b"GET "):
            return page(shown(1), f"Set-Cookie: {SESSION}; path=/; HttpOnly")
        if f"\r\nCookie: {SESSION}\r\n".encode() not in request:
            return redirect("/dang-nhap")
        form = form_of(request)
        before = int(form["__VIEWSTATE"].removeprefix("dDwt+").removesuffix("=="))
        number = int(form["__EVENTARGUMENT"].removeprefix("Page$"))
        is_sound = form["__EVENTTARGET"] == "ctl00$Pager" and number == before + 1
        is_sound &= form["ctl00$Search"] == "từ khóa" and form["ctl00$Year"] == "0"
        return page(shown(number)) if is_sound and "ctl00$Go" not in form else OOPS

    server.answer(f"{root}/tin-tuc", answer)


def by_feed(server: WireServer, articles: list[int], root: str = "") -> None:
    items = "".join(
        f"<item><title>Tin số {number}</title><link>http://127.0.0.1:{server.port}/tin/{number}"
        "</link><pubDate>Tue, 05 Mar 2024 01:30:00 GMT</pubDate></item>"
        for number in articles
    )
    server.answer(
        "/rss/tin-tuc.rss", xml_answer(f'<rss version="2.0"><channel>{items}</channel></rss>')
    )


def urlset(server: WireServer, articles: list[int]) -> Answer:
    urls = "".join(
        f"<url><loc>http://127.0.0.1:{server.port}/tin/{number}</loc>"
        "<lastmod>2024-03-05</lastmod></url>"
        for number in articles
    )
    return xml_answer(
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
    )


def sitemap_index(server: WireServer, paths: list[str]) -> Answer:
    slices = "".join(
        f"<sitemap><loc>http://127.0.0.1:{server.port}{path}</loc></sitemap>" for path in paths
    )
    return xml_answer(
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{slices}</sitemapindex>'
    )


def by_sitemap(server: WireServer, articles: list[int], root: str = "") -> None:
    """A listing that shows five articles only, and a sitemap in slices that has all."""
    server.answer(f"{root}/tin-tuc", page(listing(articles[:5])))
    names = {
        "trang": [],
        "2023-1": articles[10:],
        "2024-2": articles[5:10],
        "2024-10": articles[:5],
    }
    paths = [f"/sitemaps/{name}.xml" for name in names]
    server.answer("/sitemap.xml", sitemap_index(server, paths))
    for name, numbers in names.items():
        server.answer(f"/sitemaps/{name}.xml", urlset(server, numbers))


WAYS: dict[str, Callable[..., None]] = {
    "by-path": by_path,
    "by-query": by_query,
    "by-offset": by_offset,
    "by-day": by_day,
    "by-fragment": by_fragment,
    "by-form": by_form,
    "by-json": by_json,
    "by-numbered-json": by_numbered_json,
    "by-post-back": by_post_back,
    "by-feed": by_feed,
    "by-sitemap": by_sitemap,
}


def articles_of(way: str) -> list[int]:
    """The articles of one way of `every-way`."""
    first = 100 * (list(WAYS).index(way) + 1)
    return [first + number for number in EVERYTHING]


def publish_every_way(server: WireServer) -> list[int]:
    """Serve the pages of all ways, each below its name; all articles."""
    everything: list[int] = []
    for way, publish in WAYS.items():
        publish(server, articles_of(way), root=f"/{way}")
        everything += articles_of(way)
    publish_articles(server, everything)
    return everything


def said_by(*words: str, env: dict[str, str]) -> str:
    """The output of a command of `portal`."""
    command = [sys.executable, "-m", "portal_crawler.cli", *words]
    done = subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout
