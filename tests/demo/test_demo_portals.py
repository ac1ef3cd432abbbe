"""The demo portals: what the index names is served byte for byte, and nothing asks outside."""

import http.client
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit
from urllib.request import OpenerDirector, ProxyHandler, Request, build_opener

import pytest
from lxml import html

from portal_crawler.demo.server import DemoPage, demo_pages, demo_proxy, page_key

PAGES = demo_pages()
PAGES_BY_KEY = {page_key(page.url): page for page in PAGES}
HTML_PAGES = [page for page in PAGES if page.content_type.startswith("text/html") and page.body]

LIFERAY = "http://sotttt.demo-tinh.example"
VCCORP = "http://bokhcn.demo-bo.example"
LIFERAY_ROW = "//div[@class='asset-bounddary']//h3[contains(@class,'asset-title')]/a/@href"
VCCORP_ROW = "//a[contains(@class,'box-category-link-title')]/@href"
DEAD_LINKS = {
    f"{LIFERAY}/vi/tin-tuc-su-kien/-/view_content/2400018-lich-phat-song-ban-tin-chuyen-doi-so-thang-3.html",
    f"{VCCORP}/lich-cong-tac-tuan-cua-lanh-dao-bo-197240801111500777.htm",
}
SOFT_404S = {
    f"{LIFERAY}/vi/tin-tuc-su-kien/-/view_content/2399304-thong-bao-tuyen-dung-vien-chuc-trung-tam-ky-thuat-nam-2022.html",
    f"{VCCORP}/duong-day-nong-phan-anh-thu-tuc-hanh-chinh-197240725093000118.htm",
}
ARTICLE_TITLE = "//*[@class='asset-full-content-title'] | //*[@data-role='title']"
# What a browser fetches by itself to show a page; links (a) may lead anywhere.
REQUISITES = (
    "//img/@src | //img/@data-original | //iframe/@src | //embed/@src | //object/@data | "
    "//script/@src | //link[contains(@rel,'stylesheet') or contains(@rel,'con')]/@href"
)
ATTACHMENT_PATH = re.compile(r"""/[^"'?=\s]+\.(?:pdf|docx)\b""")


def listing_page(n: int) -> str:
    """The address of page n of the Liferay listing, as its pager writes it."""
    return (
        f"{LIFERAY}/vi/tin-tuc-su-kien?p_p_id=101&p_p_lifecycle=0&p_p_state=normal&p_p_mode=view"
        "&p_p_col_id=column-1&p_p_col_pos=1&p_p_col_count=2&_101_delta=10&_101_keywords="
        "&_101_advancedSearch=false&_101_andOperator=true&p_r_p_564233524_resetCur=false"
        f"&_101_cur={n}"
    )


def fragment(n: int) -> str:
    """The address of page n of the VCCorp section's stream."""
    return f"{VCCORP}/timelinelist/8612/{n}.htm"


def page_at(url: str) -> DemoPage:
    return PAGES_BY_KEY[page_key(url)]


def tree(page: DemoPage) -> html.HtmlElement:
    return html.document_fromstring(page.body.decode())


def listed(url: str, row: str) -> list[str]:
    page = page_at(url)
    return [urljoin(url, href) for href in tree(page).xpath(row)] if page.body else []


def all_listed() -> dict[str, list[str]]:
    return {
        "liferay": [u for n in range(1, 5) for u in listed(listing_page(n), LIFERAY_ROW)],
        "vccorp": [u for n in range(1, 5) for u in listed(fragment(n), VCCORP_ROW)],
    }


def article_key(url: str) -> str:
    """The id that survives when the address changes (197 + the id of the SharePoint years)."""
    liferay = re.search(r"/view_content/(\d+)-", url)
    sharepoint = re.search(r"/Pages/TinTuc/(\d+)/", url)
    if sharepoint:
        return f"197{sharepoint[1]}"
    return liferay[1] if liferay else re.findall(r"-(\d+)\.htm$", url)[0]


@pytest.fixture(scope="module")
def proxy() -> Iterator[str]:
    with demo_proxy() as url:
        yield url


@pytest.fixture(scope="module")
def opener(proxy: str) -> OpenerDirector:
    return build_opener(ProxyHandler({"http": proxy}))


def fetch(opener: OpenerDirector, url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    try:
        with opener.open(Request(url, headers=headers), timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as error:
        with error:
            return error.code, dict(error.headers), error.read()


def test_every_page_is_served_byte_for_byte(opener: OpenerDirector) -> None:
    for page in PAGES:
        status, headers, body = fetch(opener, page.url)
        assert (status, headers["Content-Type"]) == (page.status, page.content_type), page.url
        assert headers["Content-Length"] == str(len(page.body))
        assert body == page.body


def test_every_file_of_the_package_is_in_the_index() -> None:
    root = Path(str(files("portal_crawler.demo") / "pages"))
    rows = [json.loads(line) for line in (root / "INDEX.jsonl").read_text("utf-8").splitlines()]
    on_disk = {p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file()}
    assert on_disk - {"INDEX.jsonl"} == {row["member"] for row in rows}


def test_a_page_the_client_has_is_answered_304(opener: OpenerDirector) -> None:
    url = listing_page(1)
    _, first, _ = fetch(opener, url)
    status, headers, body = fetch(opener, url, **{"If-None-Match": f'"other", W/{first["ETag"]}'})
    assert (status, body, headers["ETag"]) == (304, b"", first["ETag"])
    assert headers["Last-Modified"] == first["Last-Modified"]


def test_a_page_the_client_has_otherwise_is_sent_again(opener: OpenerDirector) -> None:
    status, _, body = fetch(opener, listing_page(1), **{"If-None-Match": '"other"'})
    assert (status, body) == (200, page_at(listing_page(1)).body)


def test_an_unknown_address_is_answered_404(opener: OpenerDirector) -> None:
    for url in (f"{LIFERAY}/khong-co", "http://elsewhere.example/", f"{LIFERAY}/?x=1"):
        status, headers, _ = fetch(opener, url)
        assert (status, "ETag" in headers) == (404, False)


def test_the_order_of_parameters_does_not_matter(opener: OpenerDirector) -> None:
    parts = urlsplit(listing_page(2))
    turned = urlencode(parse_qsl(parts.query, keep_blank_values=True)[::-1])
    status, _, body = fetch(opener, f"{LIFERAY}{parts.path}?{turned}")
    assert (status, body) == (200, page_at(listing_page(2)).body)


def test_one_connection_serves_many_requests_in_origin_form(proxy: str) -> None:
    connection = http.client.HTTPConnection(urlsplit(proxy).netloc, timeout=10)
    connection.connect()
    first_socket = connection.sock
    for method, path in (("GET", "/robots.txt"), ("HEAD", "/"), ("GET", "/none"), ("GET", "/")):
        connection.request(method, path, headers={"Host": urlsplit(VCCORP).netloc})
        answer = connection.getresponse()
        body = answer.read()
        assert answer.version == 11
        assert answer.status == (404 if path == "/none" else 200)
        assert len(body) == (0 if method == "HEAD" else int(answer.headers["Content-Length"]))
        assert connection.sock is first_socket
    connection.close()


def test_many_clients_are_served_at_once(opener: OpenerDirector) -> None:
    pages = [page for page in PAGES if page.status == 200] * 2
    with ThreadPoolExecutor(8) as pool:
        bodies = list(pool.map(lambda page: fetch(opener, page.url)[2], pages))
    assert bodies == [page.body for page in pages]


def test_the_server_stops_with_its_block(capfd: pytest.CaptureFixture[str]) -> None:
    with demo_proxy() as url:
        fetch(build_opener(ProxyHandler({"http": url})), f"{VCCORP}/")
    with pytest.raises(OSError, match="refused"):
        fetch(build_opener(ProxyHandler({"http": url})), f"{VCCORP}/")
    assert capfd.readouterr() == ("", "")


def test_every_listed_article_is_there_or_is_a_named_dead_link() -> None:
    urls = [url for portal in all_listed().values() for url in portal]
    missing = {url for url in urls if PAGES_BY_KEY.get(page_key(url), PAGES[0]).status == 404}
    missing |= {url for url in urls if page_key(url) not in PAGES_BY_KEY}
    assert missing == DEAD_LINKS


def test_listings_hold_what_the_readme_says() -> None:
    rows = all_listed()
    assert {name: len(urls) for name, urls in rows.items()} == {"liferay": 32, "vccorp": 31}
    keys = {name: {article_key(url) for url in urls} for name, urls in rows.items()}
    assert {name: len(found) for name, found in keys.items()} == {"liferay": 31, "vccorp": 30}


def test_the_liferay_pager_counts_its_distinct_articles() -> None:
    label = tree(page_at(listing_page(1))).xpath("string(//small[@class='search-results'])")
    assert label.split() == ["Hiển", "thị", "1", "-", "10", "of", "31", "kết", "quả."]


def test_the_listings_end_in_an_empty_page() -> None:
    assert listed(listing_page(5), LIFERAY_ROW) == []
    assert page_at(fragment(5)).body == b""


def test_only_soft_404s_lack_an_article_title() -> None:
    urls = {url for portal in all_listed().values() for url in portal} - DEAD_LINKS
    untitled = {url for url in urls if not tree(page_at(url)).xpath(ARTICLE_TITLE)}
    old_addresses = {url for url in urls if "/Pages/TinTuc/" in url}
    assert untitled - old_addresses == SOFT_404S


def test_no_page_asks_for_anything_outside_the_demo() -> None:
    asked = {
        urljoin(page.url, str(address).strip())
        for page in HTML_PAGES
        for address in tree(page).xpath(REQUISITES)
        if not str(address).startswith("data:")
    }
    assert [url for url in sorted(asked) if page_key(url) not in PAGES_BY_KEY] == []


def test_no_page_names_a_real_host() -> None:
    real_ones = re.compile(rb"https?://(?!schema\.org\b)(?![\w.-]+\.example\b)[\w.-]+")
    found = {name for page in HTML_PAGES for name in real_ones.findall(page.body)}
    assert found == set()


def test_attachments_of_all_four_forms_are_there() -> None:
    named = {
        urljoin(page.url, path)
        for page in HTML_PAGES
        for path in ATTACHMENT_PATH.findall(page.body.decode())
    }
    assert len(named) == 12
    assert {page_at(url).body[:4] for url in named} == {b"%PDF", b"PK\x03\x04"}


def test_expected_fields_stand_in_their_pages() -> None:
    expected = json.loads(Path(__file__).with_name("expected.json").read_text("utf-8"))
    for article in expected:
        text = " ".join(tree(page_at(article["url"])).text_content().split())
        wanted = [article["title"], article["lead"], article["author"], *article["body"]]
        assert [w for w in wanted if "\t" not in w and w not in text] == []
        addresses = [image["src"] for image in article["images"]] + article["attachments"]
        assert all(page_key(address) in PAGES_BY_KEY for address in addresses)


def test_the_readme_names_articles_that_are_listed() -> None:
    readme = (files("portal_crawler.demo") / "README.md").read_text("utf-8")
    named = set(re.findall(r"\b(?:2[34]\d{5}|197\d{6,15})\b", readme))
    listed_keys = {article_key(url) for portal in all_listed().values() for url in portal}
    assert len(named) > 40
    assert named <= listed_keys
