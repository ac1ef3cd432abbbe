"""`portal new` on a site whose pages list no news, or less than its feeds and sitemaps name."""

import json
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.expected.comparison import compared
from portal_crawler.expected.folder import read_folder
from portal_crawler.portals.registry import project_settings, registry
from portal_crawler.scouting.feed_sections import news_slices
from tests.scouting.sites import menu, new, portal
from tests.support.crawls import rows
from tests.support.wire_server import Answer, WireServer, message, page, raw

ROOT = "http://sokhcn.suoilac.example"
FILLED = "<html><head><title>Tin tức</title></head><body><div id='app'></div></body></html>"
SUBJECTS = ("trạm quan trắc nước", "thư viện lưu động", "lớp học số hóa", "giống lúa chịu mặn")
SENTENCES = (
    "Sở bàn giao {} cho bốn xã vùng cao trong sáng thứ sáu tuần này, sau hai tháng chạy thử.",
    "Người dân đã góp ý nhiều lần về {} tại các cuộc họp thôn, và mong được hướng dẫn tận nơi.",
    "Kinh phí của {} lấy từ nguồn sự nghiệp khoa học, giám sát do ban quản lý dự án đảm nhận.",
)


def title_of(number: int) -> str:
    return f"Đưa vào sử dụng {SUBJECTS[number % len(SUBJECTS)]} đợt {number}"


def slug_of(number: int) -> str:
    return f"dua-vao-su-dung-cong-trinh-dot-{52000 + number}"


def address(number: int, folder: str = "tin-tuc") -> str:
    return f"{ROOT}/{folder}/{slug_of(number)}.html"


def article(number: int) -> Answer:
    subject = f"{SUBJECTS[number % len(SUBJECTS)]} đợt {number}"
    text = "".join(f"<p>{sentence.format(subject)}</p>" for sentence in SENTENCES)
    return page(
        f"<html><head><title>{title_of(number)}</title></head><body><div class='menu'><a href='/'>"
        f"Trang chủ</a></div><div class='chi-tiet'><h1>{title_of(number)}</h1>"
        f"<p class='ngay'>{1 + number % 28:02}/05/2024 08:30</p><div class='noi-dung'>{text}</div>"
        "</div><div class='chan'>Bản quyền thuộc về Sở</div></body></html>"
    )


def urlset(urls: list[str]) -> Answer:
    inner = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return xml(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</urlset>')


def index(urls: list[str]) -> Answer:
    inner = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    name = "sitemapindex"
    return xml(f'<{name} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</{name}>')


def rss(numbers: range) -> Answer:
    items = "".join(
        f"<item><title>{title_of(number)}</title><link>{address(number)}</link>"
        f"<pubDate>Mon, {1 + number % 28:02} May 2024 08:30:00 +0700</pubDate></item>"
        for number in numbers
    )
    return xml(f'<rss version="2.0"><channel><title>Tin</title>{items}</channel></rss>')


def xml(text: str) -> Answer:
    return raw(message(f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode(), kind="text/xml"))


def publish(server: WireServer, numbers: range, home: str | None = None) -> None:
    """Articles, a front page with a menu, and a list of news that a script fills."""
    for number in numbers:
        server.answer(f"/tin-tuc/{slug_of(number)}.html", article(number))
    links = [("/gioi-thieu.html", "Giới thiệu"), ("/tin-tuc", "Tin tức"), ("/lien-he", "Liên hệ")]
    feed = "<link rel='alternate' type='application/rss+xml' href='/rss/tin-tuc.rss'></head>"
    server.answer("/", page(home or menu(links).replace("</head>", feed)))
    server.answer("/tin-tuc", page(FILLED))


def looked_at(server: WireServer, folder: Path) -> dict[str, Any]:
    done = new(server, folder, f"{ROOT}/", "--name", "moi", "--json", "-q")
    assert done.stdout, done.stderr
    told = json.loads(done.stdout)
    assert isinstance(told, dict)
    assert (done.code, told["missing"], told["findings"]) == (0, [], [])
    written = registry(project_settings({"PORTAL_PORTALS": str(folder)})).portals["moi"]
    assert compared(written, read_folder(folder / "pages" / "moi")) == []
    return {**told, "sections": written.sections}


def crawled(server: WireServer, folder: Path, archive: Path) -> set[str]:
    given = ("--archive", str(archive), "--portals", str(folder), "--no-requisites")
    done = portal(server, "crawl", "moi", *given)
    assert done.code == 0, done.stderr
    return {url for (url,) in rows(archive, "SELECT url FROM articles")}


def test_a_sitemap_is_the_section_of_a_site_whose_lists_a_script_fills(
    server: WireServer, tmp_path: Path
) -> None:
    publish(server, range(12))
    server.answer("/rss/tin-tuc.rss", rss(range(6)))
    others = [f"{ROOT}/", f"{ROOT}/gioi-thieu.html", f"{ROOT}/lien-he"]
    server.answer("/sitemap.xml", urlset([*others, *map(address, range(12))]))
    told = looked_at(server, tmp_path / "own")
    assert (told["platform"], told["sections"]) == (
        "generic", {"sitemap": f"{ROOT}/sitemap.xml"},
    )  # fmt: skip
    assert "no page of the site lists news without a script" in " ".join(told["notes"])
    assert crawled(server, tmp_path / "own", tmp_path / "a") == set(map(address, range(12)))


def test_of_an_index_only_the_slices_of_news_are_followed(
    server: WireServer, tmp_path: Path
) -> None:
    publish(server, range(16))
    names = ("page-sitemap.xml", "post-sitemap2.xml", "post-sitemap1.xml", "product-sitemap.xml")
    server.answer("/sitemap.xml", index([f"{ROOT}/{name}" for name in names]))
    server.answer("/post-sitemap1.xml", urlset([*map(address, range(8))]))
    server.answer("/post-sitemap2.xml", urlset([*map(address, range(8, 16))]))
    products = [address(number, "san-pham") for number in range(16, 30)]
    server.answer("/product-sitemap.xml", urlset(products))
    server.answer("/page-sitemap.xml", urlset([address(40, "gioi-thieu")]))
    told = looked_at(server, tmp_path / "own")
    assert told["sections"] == {"sitemap": f"{ROOT}/sitemap.xml"}
    assert crawled(server, tmp_path / "own", tmp_path / "a") == set(map(address, range(16)))
    asked = {exchange.url for exchange in server.exchanges}
    assert not asked & {f"{ROOT}/page-sitemap.xml", f"{ROOT}/product-sitemap.xml"}
    checked = portal(server, "check", "moi", "--portals", str(tmp_path / "own"))
    assert checked.code == 0, checked.stdout


def test_the_feed_is_the_section_where_nothing_else_names_news(
    server: WireServer, tmp_path: Path
) -> None:
    publish(server, range(7))
    server.answer("/rss/tin-tuc.rss", rss(range(7)))
    told = looked_at(server, tmp_path / "own")
    assert told["sections"] == {"rss": f"{ROOT}/rss/tin-tuc.rss"}
    assert crawled(server, tmp_path / "own", tmp_path / "a") == set(map(address, range(7)))


def listing(numbers: range) -> Answer:
    items = "".join(
        f"<li><h3><a href='{address(number)}'>{title_of(number)}</a></h3><span>"
        f"{1 + number % 28:02}/05/2024</span></li>"
        for number in numbers
    )
    return page(f"<html><body><h1>Tin tức</h1><ul class='ds'>{items}</ul></body></html>")


@pytest.mark.parametrize(
    ("listed", "named", "sections"),
    [(10, 10, ["tin-tuc"]), (10, 11, ["tin-tuc"]), (6, 20, ["sitemap", "tin-tuc"])],
)
def test_a_sitemap_stands_beside_listings_only_if_it_names_more(
    server: WireServer, tmp_path: Path, listed: int, named: int, sections: list[str]
) -> None:
    publish(server, range(20))
    server.answer("/tin-tuc", listing(range(listed)))
    server.answer("/rss/tin-tuc.rss", rss(range(5)))
    server.answer("/sitemap.xml", urlset([*map(address, range(named))]))
    told = looked_at(server, tmp_path / "own")
    assert list(told["sections"]) == sections


@pytest.mark.parametrize("folder", ["san-pham", "gioi-thieu", "category", "van-ban"])
def test_a_sitemap_of_other_pages_is_no_section(
    server: WireServer, tmp_path: Path, folder: str
) -> None:
    publish(server, range(0))
    server.answer("/sitemap.xml", urlset([address(number, folder) for number in range(9)]))
    done = new(server, tmp_path / "own", f"{ROOT}/", "--name", "moi")
    assert (done.code, done.stdout) == (2, "")
    assert "no news was found" in done.stderr


@pytest.mark.parametrize(
    ("slices", "news"),
    [
        (["sitemap-vi.page.xml", "sitemap-vi.news.xml", "sitemap-vi.laws.xml"],
         ["sitemap-vi.news.xml"]),
        (["sitemap-2024-02.xml", "sitemap-2024-01.xml"],
         ["sitemap-2024-02.xml", "sitemap-2024-01.xml"]),
        (["category-sitemap.xml", "page-sitemap.xml"], []),
        (["tin-tuc.xml", "thong-bao.xml", "san-pham.xml"], ["tin-tuc.xml", "thong-bao.xml"]),
    ],
)  # fmt: skip
def test_the_slices_of_news_are_known_by_their_names(slices: list[str], news: list[str]) -> None:
    assert news_slices([f"{ROOT}/{name}" for name in slices]) == [f"{ROOT}/{name}" for name in news]


# Interfaces


def answered(numbers: range) -> Answer:
    items = [{"id": 52000 + each, "tieuDe": title_of(each), "ngayDang": "2024-05-02T08:30:00",
              "noiDung": "".join(f"<p>{one.format(each)}</p>" for one in SENTENCES)}
             for each in numbers]  # fmt: skip
    return raw(message(json.dumps({"data": items}).encode(), kind="application/json"))


def test_an_interface_that_a_script_of_the_list_asks_is_the_section(
    server: WireServer, tmp_path: Path
) -> None:
    publish(server, range(0))
    call = (
        "<script>fetch('/api/menu');fetch('/api/tin-tuc?page=1&size=3').then(veDanhSach)</script>"
    )
    server.answer("/tin-tuc", page(FILLED.replace("</body>", f"{call}</body>")))
    for number, first in ((1, 0), (2, 3)):
        path = f"/api/tin-tuc?page={number}&size=3"
        server.answer(path, answered(range(first, first + 3)))
    server.answer("/api/tin-tuc?page=3&size=3", answered(range(0)))
    for number in range(6):
        one = json.loads(answered(range(number, number + 1)).sent.partition(b"\r\n\r\n")[2])
        body = json.dumps({"data": one["data"][0]}).encode()
        answer = raw(message(body, kind="application/json"))
        server.answer(f"/api/tin-tuc/{52000 + number}", answer)
    told = looked_at(server, tmp_path / "own")
    assert told["platform"] == "json_api"
    assert told["sections"] == {"tin-tuc": f"{ROOT}/api/tin-tuc?page=1&size=3"}
    assert len(crawled(server, tmp_path / "own", tmp_path / "a")) == 6


def test_what_a_script_fills_is_said_with_the_interfaces_that_it_asks(
    server: WireServer, tmp_path: Path
) -> None:
    program = "<script type='module' src='/assets/index-0a1b2c3d.js'></script></body>"
    publish(server, range(0), FILLED.replace("</body>", program))
    script = b'const a="/api/tin-tuc/danh-sach",b="/api/auth/login";'
    server.answer("/assets/index-0a1b2c3d.js", raw(message(script, kind="text/javascript")))
    done = new(server, tmp_path / "own", f"{ROOT}/", "--name", "moi")
    assert done.code == 2
    assert "The rows are not in the page: its script asks an interface" in done.stderr
    assert f"{ROOT}/api/tin-tuc/danh-sach" in done.stderr
    assert "declare platform json_api" in done.stderr
