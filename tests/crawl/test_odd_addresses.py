"""One article stays one, however a portal spells its address; a calendar's pages are none."""

import re
import unicodedata
from collections import Counter
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal_crawler.platforms.generic import Generic
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.registry import registry_of
from portal_crawler.spiders.hanoi_sotttt import HanoiSotttt
from portal_crawler.spiders.mst import Mst
from tests.support.crawls import ended, last_run, next_night, rows, start_crawl, wire_environment
from tests.support.pages import article
from tests.support.wire_server import Answer, WireServer, message, page, raw

SESSION = "lit3py55t21z5v55vlm25s55"
LETTERS = "lễ-khai-giảng-năm-học-mới"


class Unknown(Generic):
    name, hosts = "unknown", ("so.test",)
    sections = {"tin": "http://so.test/tin"}  # noqa: RUF012


FAMILIES = registry_of(["tests.support.family_portals"]).portals
PLATFORMS = {each.platform: each for each in (*FAMILIES.values(), Mst, HanoiSotttt, Unknown)}

ARTICLES = [
    ("nukeviet", "/vi/news/tin-hoat-dong/{}-412.html", "412"),
    ("wordpress", "/tin-hoat-dong/{}/", LETTERS),
    ("wordpress", "/2024/03/{}/", LETTERS),
    ("liferay6", "/vi/tin-tuc/-/view_content/1289050-{}.html", "1289050"),
    ("liferay7", "/web/sotttt/-/{}", LETTERS),
    ("liferay7", "/news/-/details/20182/{}-1204412", "1204412"),
    ("cms_vn", "/vn/tin-tuc/20412/{}.aspx", "20412"),
    ("uiarticle", "/tin-hoat-dong/{}-512412", "512412"),
    ("vhv", "/tin-hoat-dong/{}.html", LETTERS),
    ("joomla", "/index.php/tin/812-{}", "812"),
    ("drupal", "/tin-hoat-dong/{}", LETTERS),
    ("dnn", "/tin/ctl/ViewArticle/mid/431/articleId/5412/{}", "5412"),
    ("sharepoint", "/tintuc/Pages/{}.aspx?ItemID=61412", None),
    ("mic_sharepoint", "/Pages/TinTuc/138412/{}.html", "197138412"),
    ("vccorp", "/{}-197250704101929995.htm", "197250704101929995"),
    ("vccorp_multisite", "/tin/{}-1391240312162000400.htm", "1391240312162000400"),
    ("generic", "/tin-tuc/{}-51200.html", "51200"),
    ("generic", "/tin-tuc/{}.html", None),
    ("generic", "/Xem.aspx?ItemID=12&tieude={}", "/xem?itemid=12"),
]
"""By platform: an address with a place for the headline, and its key; None: that of the address."""


def with_query(url: str, more: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{more}"


def with_path(url: str, before: str = "", after: str = "") -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{before}{parts.path}{after}"))


QUERIES = [
    "PHPSESSID=9a8b7c6d5e4f", "ASP.NET_SessionId=abc", f"sid={SESSION}", "utm_source=facebook",
    "utm_campaign=a&utm_medium=b", "fbclid=IwAR0abc", "gclid=x", "zarsrc=30", "lang=vi",
    "language=vi-VN",
]  # fmt: skip


def spellings(url: str) -> dict[str, str]:
    """Other addresses of the page at an address, by what they have."""
    bare = urlsplit(url)
    found = {query: with_query(url, query) for query in QUERIES}
    found |= {
        "jsessionid": with_path(url, after=";jsessionid=1A2B3C4D5E6F.node1"),
        "cookieless": with_path(url, before=f"/(S({SESSION}))"),
        "cookieless, asked for cookies": with_path(url, before=f"/(X(1)S({SESSION}))"),
        "https": url.replace("http:", "https:"),
        "www": url.replace("://", "://www."),
        "port": url.replace(bare.netloc, f"{bare.netloc}:80"),
        "host in capitals": url.replace(bare.netloc, bare.netloc.upper()),
        "fragment": f"{url}#gsc.tab=0",
        "empty query": url if bare.query else f"{url}?",
        "encoded hyphen": url.replace("khai-gi", "khai%2Dgi").replace("khai%2dgi", "khai-gi"),
        "two slashes": with_path(url, before="/"),
        "lower-case hex": re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), url),
        "letters": url.replace(quote(LETTERS), LETTERS),
        "letters apart": url.replace(quote(LETTERS), unicodedata.normalize("NFD", LETTERS)),
        "encoded apart": url.replace(quote(LETTERS), quote(unicodedata.normalize("NFD", LETTERS))),
        "capitals": url.replace(quote(LETTERS), quote(LETTERS.upper())),
    }
    if re.search(r"\.\w+$", bare.path):
        found["slash behind the ending"] = with_path(url, after="/")
    return found


@pytest.mark.parametrize(("platform", "form", "key"), ARTICLES)
def test_each_spelling_of_an_address_has_one_key(platform: str, form: str, key: str | None) -> None:
    portal = PLATFORMS[platform]
    url = f"http://{portal.hosts[0]}{form.format(quote(LETTERS))}"
    told = portal.own_key(url)
    assert told is not None
    assert key in (None, told)
    if platform == "generic":
        portal = type("Both", (Unknown,), {"hosts": ("so.test", "www.so.test")})
    assert {name: portal.own_key(other) for name, other in spellings(url).items()} == dict.fromkeys(
        spellings(url), told
    )


@pytest.mark.parametrize(("platform", "form", "key"), ARTICLES)
def test_a_print_view_is_no_article_in_any_spelling(
    platform: str, form: str, key: str | None
) -> None:
    del key
    portal = PLATFORMS[platform]
    url = with_query(f"http://{portal.hosts[0]}{form.format(quote(LETTERS))}", "print=1")
    assert {portal.own_key(other) for other in (url, *spellings(url).values())} == {None}


DAYS = [
    "/lich/2026/11", "/lich/2026/11/05", "/tin-tuc?month=11&year=2026", "/tin-tuc?ngay=05/11/2026",
    "/tin-tuc/xem-theo-ngay-05-11-2026.htm", "/xem-theo-ngay-05-11-2026/trang-2.htm",
    "/tin-tuc/ngay-05-11-2026.html", "/tin-tuc/2026-11-05", "/tin-tuc/05-11-2026.html",
    "/lich-cong-tac/20261105", "/calendar/2026-11", "/events/2026/11/05/", "/tin-tuc/1899/1/31",
    "/lich/2150/12/01",
    "/index.php/component/jevents/day.listevents/2026/11/5/-", "/vi/news/archive/2026-11-05.html",
    "/vi/news/archive-11-2026.html", "/luu-tru/11-2026.html", "/?m=202611", "/2026/11/05",
    "/tin-tuc-theo-ngay/2026/11/5/page/2", "/LICH/2026/11/05;jsessionid=1A2B",
]  # fmt: skip


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_calendars_page_is_no_article(platform: str) -> None:
    portal = PLATFORMS[platform]
    host = f"http://{portal.hosts[0]}"
    assert {day: portal.own_key(host + day) for day in DAYS} == dict.fromkeys(DAYS)


@pytest.mark.parametrize(
    ("platform", "path", "key"),
    [
        ("wordpress", "/2026/11/05/khai-giang-nam-hoc-moi/", "khai-giang-nam-hoc-moi"),
        ("wordpress", "/lich-tiep-cong-dan-ngay-05-11-2026/", "lich-tiep-cong-dan-ngay-05-11-2026"),
        ("generic", "/tin-tuc/20040512.html", "tin-tuc/20040512"),
        ("nukeviet", "/vi/news/tin/nhiem-vu-nam-2026.html", "2026"),
        ("vhv", "/tin/tin-tuc-ngay-05-11-2026.html", "tin-tuc-ngay-05-11-2026"),
    ],
)
def test_a_headline_with_a_day_is_an_article(platform: str, path: str, key: str) -> None:
    portal = PLATFORMS[platform]
    assert portal.own_key(f"http://{portal.hosts[0]}{path}") == key


WILD = st.text(
    st.sampled_from("/-._~%?&=;()#aA0129Sễ\u0309 [@:") | st.characters(codec="utf-8"), max_size=120
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(PLATFORMS)), WILD, st.sampled_from(QUERIES[:8]))
def test_a_wild_address_has_a_key_or_none_and_keeps_it_with_a_session(
    platform: str, wild: str, query: str
) -> None:
    portal: type[PortalDeclaration] = PLATFORMS[platform]
    url = f"http://{portal.hosts[0]}/{wild}"
    try:
        urlsplit(url)
    except ValueError:
        return
    key = portal.own_key(url)
    if key is None or "?" in url or "#" in url:
        return
    if "essi" in query.lower():
        assert portal.own_key(with_query(url, query)) == key
    assert portal.own_key(url.replace("http:", "https:")) == key or platform == "generic"


# From end to end


TITLE = {1: "Khai giảng năm học mới", 2: "Lễ khai giảng ở Huế", 3: "Thông báo tuyển dụng viên chức",
         4: "Kế hoạch chuyển đổi số", 5: "Hội nghị sơ kết sáu tháng"}  # fmt: skip
PLAIN = {
    1: "/tin-tuc/khai-giang-nam-hoc-moi-51200.html",
    2: f"/tin-tuc/{quote(LETTERS)}.html",
    3: "/Xem.aspx?ItemID=12",
    4: "/node/4567",
    5: "/tin-tuc/hoi-nghi-so-ket-sau-thang-51240.html",
}
CALENDAR = "".join(
    f'<td><a href="/lich/2026/{month:02d}/{day:02d}">{day}</a></td>'
    for month in (11, 12)
    for day in range(1, 29)
)
MONTHS = (
    '<a href="/lich/2026/10" title="Tháng trước">«</a>'
    '<a href="/lich/2026/12" title="Tháng sau" class="next">»</a>'
    '<a href="?month=12&year=2026">Tháng 12</a>'
)


def listed(addresses: dict[int, str]) -> str:
    items = "".join(
        f'<li class="item"><h3><a href="{url}">{TITLE[number]}</a></h3><span>0{number}/03/2024'
        "</span></li>"
        for number, url in addresses.items()
    )
    calendar = f'<div class="lich"><div>{MONTHS}</div><table><tr>{CALENDAR}</tr></table></div>'
    return (
        f"<html><meta charset=utf-8><body>{calendar}<main><ul class=news>{items}</ul></main></body>"
    )


def test_articles_listed_in_many_spellings_are_requested_once_and_no_calendar_is_followed(
    server: WireServer, archive: Path
) -> None:
    host = f"http://127.0.0.1:{server.port}"
    variants = {number: list(spellings(f"{host}{PLAIN[number]}").values()) for number in PLAIN}
    of_hosts = ("://www.", ":80", "127.0.0.1:80", "https:")
    kept = {
        number: [one for one in urls if not any(word in one[: len(host) + 8] for word in of_hosts)]
        for number, urls in variants.items()
    }
    most = max(map(len, kept.values()))
    kinds = [{number: urls[at % len(urls)] for number, urls in kept.items()} for at in range(most)]
    for at, path in enumerate(("/tin-tuc", "/thong-bao")):
        pages = [PLAIN, *kinds][at * 8 : at * 8 + 8]
        for place, addresses in enumerate(pages):
            more = f'<div class="pager"><a href="{path}?page={place + 2}">Trang sau</a></div>'
            text = listed(addresses) + (more if place + 1 < len(pages) else "")
            server.answer(path if not place else f"{path}?page={place + 1}", page(text))
    urls = [one for addresses in kinds for one in addresses.values()]
    locations = "".join(f"<url><loc>{quote(one, safe=':/?&;=()%#')}</loc></url>" for one in urls)
    sitemap = f"<urlset>{locations.replace('&', '&amp;')}</urlset>".encode()
    server.answer("/sitemap.xml", raw(message(sitemap, kind="text/xml")))
    shown = {number: page(article(number, title=TITLE[number])) for number in PLAIN}
    for number, path in PLAIN.items():
        server.answer(path, shown[number])
    for number, addresses in kept.items():
        for url in addresses:
            parts = urlsplit(url)
            server.answer(as_asked(parts.path, parts.query), shown[number])
    endless(server)
    env = wire_environment(server, **next_night(archive))
    words = ("-s", "SPIDER_MODULES=tests.support.odd_addresses")
    end = ended(start_crawl(archive, *words, env=env, portals=("odd-addresses",)))
    assert end.code == 0, end.stderr
    assert last_run(archive)["outcome"] == "complete"
    asked = [path for path in server.paths() if not path.startswith(("/robots", "/sitemap"))]
    assert not [path for path in asked if path.startswith("/lich") or "month=" in path]
    articles = [path for path in asked if not re.match(r"/(?:tin-tuc|thong-bao)(?:\?|$)", path)]
    assert sorted(articles) == sorted(PLAIN.values())
    titles = Counter(title for (title,) in rows(archive, "SELECT title FROM articles"))
    assert titles == Counter(TITLE.values())
    keys = rows(archive, "SELECT count(DISTINCT key) FROM sightings")
    assert keys == [(len(PLAIN),)]


def as_asked(path: str, query: str) -> str:
    return quote(path, safe="/%();=") + (f"?{query}" if query else "")


def endless(server: WireServer) -> None:
    """A calendar that leads on from day to day, with the same rows."""

    def answer(request: bytes) -> Answer:
        del request
        return page(listed(PLAIN))

    for month in range(1, 13):
        for path in (f"/lich/2026/{month:02d}", f"/tin-tuc?month={month}&year=2026"):
            server.answer(path, answer)
