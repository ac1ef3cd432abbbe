"""The keys of addresses on sites of which nothing is known."""

from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.cleaning.listings.article_addresses import MOST_PARAMETERS
from portal_crawler.cleaning.listings.article_keys import article_key, listed_key

SITE = "http://so.example"
GUID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def key(path: str) -> str | None:
    return article_key(SITE + path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # GUID
        (f"/tid/So-Thong-Tin/newsid/{GUID.upper()}", GUID),
        (f"/tin/{{{GUID}}}.aspx", GUID),
        (f"/chi-tiet.aspx?newsid={{{GUID}}}&cat=3", GUID),
        (f"/bai-viet/{GUID}/so-khai-truong", GUID),
        ("/tin/so-khai-truong-5f3c2a9b8d7e6f1a2b3c4d5e.html", "5f3c2a9b8d7e6f1a2b3c4d5e"),
        # Module and number
        ("/index.php?nv=news&op=cat/slug-12", "news/12"),
        ("/index.php?language=vi&op=cat/slug-12.html&nv=news", "news/12"),
        ("/vi/news/cat/slug-12.html", "news/12"),
        ("/news/cat/slug-12.html", "news/12"),
        ("/index.php?language=en&nv=news&op=cat/slug-12", "en/news/12"),
        ("/en/news/cat/slug-12.html", "en/news/12"),
        ("/index.php?nv=videos&op=slug-12", "videos/12"),
        ("/news/12", "news/12"),
        ("/videos/12", "videos/12"),
        # The last number of the path
        ("/vi/tin/-/view_content/4410140-thong-tin.html", "4410140"),
        ("/tin/hoi-nghi-tong-ket-197250704101929995.htm", "197250704101929995"),
        ("/tin-trong-tinh/hoi-nghi-512000", "512000"),
        ("/tin/hoi-nghi---id12345", "12345"),
        ("/vanhoa/hoi-nghi-36508-111.html", "36508"),
        ("/chi-tiet-tin/-/view-article/1/1500/1761032510129", "1761032510129"),
        ("/node/4567", "node/4567"),
        ("/vi/node/4567", "node/4567"),
        ("/en/node/4567", "en/node/4567"),
        ("/archives/123", "archives/123"),
        ("/index.php/tin-t-c/1234-slug", "tin-t-c/1234"),
        ("/index.php/tin-t-c/45-slug", "/index.php/tin-t-c/45-slug"),
        ("/thong-bao-45.html", "/thong-bao-45"),
        ("/tin-tuc/45-khai-truong", "/tin-tuc/45-khai-truong"),
        ("/tin-tuc/3000/khai-truong", "/tin-tuc/3000/khai-truong"),
        # A number with a name
        ("/?p=1234", "/?p=1234"),
        ("/Pages/View_Detail.aspx?ItemID=12", "/pages/view_detail?itemid=12"),
        ("/Lists/Tin/View_Detail.aspx?ID=12", "/lists/tin/view_detail?id=12"),
        ("/index.php?option=com_content&view=article&id=123:slug&Itemid=99",
         "/index?option=com_content&view=article&id=123"),
        ("/index.php?mod=news&id=12", "/index?mod=news&id=12"),
        ("/chi-tiet?dDocName=PORTAL537326&_afrLoop=1234", "/chi-tiet?ddocname=PORTAL537326"),
        ("/tabid/99/articleType/ArticleView/articleId/123/Default.aspx", "articleid/123"),
        ("/tin/-/asset_publisher/aBcD/content/id/123", "tin/-/asset_publisher/abcd/content/id/123"),
        ("/a/-/asset_publisher//content/slug?123456", "/a/-/asset_publisher//content/slug?123456"),
        # The path
        ("/w/slug", "/w/slug"),
        ("/web/so/-/slug", "/web/so/-/slug"),
        ("/vi/bai-viet/khai-truong", "/vi/bai-viet/khai-truong"),
        ("/2023/05/12/khai-truong/", "/2023/05/12/khai-truong"),
        ("/tin/ke-hoach-cong-tac-nam-2022.html", "/tin/ke-hoach-cong-tac-nam-2022"),
        ("/tin/so-ket-cong-tac-quy?utm_source=fb", "/tin/so-ket-cong-tac-quy"),
        ("/xem-chi-tiet-bai-viet.aspx?bv=12", "/xem-chi-tiet-bai-viet?bv=12"),
        ("/thong-bao/thong-bao-tuyen-dung-vien-chuc.html",
         "/thong-bao/thong-bao-tuyen-dung-vien-chuc"),
    ],
)  # fmt: skip
def test_an_article_has_the_key_that_its_address_names(path: str, expected: str) -> None:
    assert key(path) == expected


@pytest.mark.parametrize(
    "path",
    [
        "/", "/gioi-thieu", "/tin-tuc-su-kien", "/co-cau-to-chuc-bo-may",
        "/van-ban-quy-pham-phap-luat", "/van-ban-quy-pham-phap-luat.html",
        "/vi/van-ban-chi-dao-dieu-hanh/", "/gioi-thieu/so-do-co-cau-to-chuc.html",
        "/chuyen-muc/buu-chinh-vien-thong-va-internet", "/category/tin-tuc-su-kien/", "/danh-muc/2",
        "/index.php?option=com_content&view=category&id=12", "/tags/chuyen-doi-so-quoc-gia",
        "/index.php?nv=news&op=cat", "/index.php?nv=news&op=print/cat/slug-12",
        "/tin-tuc/hoi-nghi-trong-nganh/page/2/", "/tin-tuc/page-2", "/tin-tuc/trang-2.html",
        "/tin-tuc/currentpage/2",
        "/tin-hoat-dong-cua-cac-phong?page=2", "/?page=2", "/?s=hop", "/2023/05/12/", "/2023/05/",
        "/tin-tuc/2023", "/tin-tuc/nam-2023.html", "/feed/", "/tin/hoi-nghi-tong-ket-nam/feed/",
        "/rss/tin-tuc.rss", "/tai-lieu/quyet-dinh-so-12345.pdf", "/documents/20182/123456",
        "/print/hoi-nghi-tong-ket-123456.html", "/news/print/cat/slug-12.html",
        "/news/savefile/cat/slug-12.html", "/tin/hoi-nghi-tong-ket-123456.html?print=1",
        "/index.php/tin/1234-slug?tmpl=component&print=1&page=", "/slug-12.html?download=1&id=0",
        "/user/12", "/login", "/tim-kiem?tukhoa=hop", "/-/categories/123",
    ],
)  # fmt: skip
def test_an_address_that_is_no_articles_has_no_key(path: str) -> None:
    assert key(path) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/news/12", "/videos/12"),
        ("/index.php?nv=news&op=a/b-12", "/index.php?nv=videos&op=a/b-12"),
        ("/index.php?mod=news&id=12", "/index.php?mod=videos&id=12"),
        ("/modules.php?name=News&sid=12", "/modules.php?name=Links&sid=12"),
        ("/Lists/Tin/Xem.aspx?ID=12", "/Lists/Bao/Xem.aspx?ID=12"),
        ("/tin-tuc/tong-ket-cua-nam-2023.html", "/thong-bao/tong-ket-cua-nam-2023.html"),
        ("/tin/lich-tuan-20230512", "/tin/hop-bao-20230512"),
        ("/tin/lich-tuan-12052023", "/tin/hop-bao-12052023"),
        ("/tin/bao-cao-202305", "/tin/ke-hoach-202305"),
        ("/tin/khai-giang-2.html", "/tin/be-giang-2.html"),
        ("/index.php/tin/100-nam-ngay-sinh-mot", "/index.php/tin/100-nam-ngay-sinh-hai"),
        ("/tin/10000-nguoi-du-hoi", "/tin/10000-nguoi-chay-bo"),
        ("/tin/quyet-dinh-12345-qd-ubnd", "/tin/trien-khai-quyet-dinh-12345-qd-ubnd"),
        ("/tin/2/so-khai-truong-thu-vien", "/tin/2/so-khai-truong-nha-hat"),
        ("/xem-chi-tiet-bai-viet.aspx?bv=12", "/xem-chi-tiet-bai-viet.aspx?bv=13"),
        ("/en/node/12", "/node/12"),
        (f"/sites/{GUID}/bai-viet/hop", f"/sites/{GUID}/bai-viet/mit-tinh"),
        ("/index.php?option=com_content&view=article&id=1&Itemid=9",
         "/index.php?option=com_content&view=article&id=2&Itemid=9"),
    ],
)  # fmt: skip
def test_two_articles_never_have_one_key(one: str, other: str) -> None:
    keys = key(one), key(other)
    assert None not in keys
    assert keys[0] != keys[1]


def test_a_short_address_has_a_key_only_among_headlines() -> None:
    assert key("/tin-tuc/khai-truong") is None
    assert listed_key(f"{SITE}/tin-tuc/khai-truong") == "/tin-tuc/khai-truong"
    for path in ("/", "/index.php", "/tin-tuc/page-2", "/tin/hop.pdf", "/print/khai-truong"):
        assert listed_key(SITE + path) is None
    one, other = (listed_key(f"{SITE}/xem.aspx?ma={n}") for n in (1, 2))
    assert one != other


SEGMENTS = st.sampled_from(
    ("tin-tuc", "Tin-Tức", "news", "vi", "index.php", "node", "45", "12345", "2023", "khai-trương",
     "so-khai-truong-thu-vien", "1234-hop-bao", "hop-bao-12", GUID, "w", "-", "newsid", "hội nghị")
)  # fmt: skip
PARAMETERS = st.sampled_from(
    ("nv=news", "op=cat/slug-12", "id=7", "ItemID=12", "language=vi", "mod=news", "p=123", "page=2",
     "view=article", f"newsid={GUID}")
)  # fmt: skip
PATHS = st.builds(
    lambda parts, ending: "/" + "/".join(parts) + ending,
    st.lists(SEGMENTS, max_size=4),
    st.sampled_from(("", "/", ".html", ".aspx")),
)
QUERIES = st.lists(PARAMETERS, max_size=3, unique=True)


@given(PATHS, QUERIES, st.randoms(use_true_random=False))
def test_a_key_does_not_depend_on_how_an_address_is_spelled(path, parameters, chance) -> None:  # type: ignore[no-untyped-def]
    url = f"http://so.example{path}?{'&'.join(parameters)}"
    known, listed = article_key(url), listed_key(url)
    chance.shuffle(parameters)
    query = "&".join(parameters)
    for other in (
        f"https://www.so.example{path}?{query}#noi-dung",
        f"http://so.example{quote(path)}?{query}",
        f"http://so.example{quote(unquote(path).upper().lower())}?{query}",
        f"http://so.example{path};jsessionid=0123456789ABCDEF?{query}",
        f"http://so.example{path}?PHPSESSID=0123456789abcdef{'&' if query else ''}{query}",
        f"http://so.example{path}?{query}{'&' if query else ''}utm_source=zalo&fbclid=IwAR0",
    ):
        assert (article_key(other), listed_key(other)) == (known, listed), other


@given(st.text(max_size=80), st.text(max_size=40))
def test_any_address_has_a_key_or_none_but_no_error(path: str, query: str) -> None:
    for url in (f"http://so.example/{path}?{query}", path):
        found = article_key(url)
        assert found is None or (found.isascii() or "?" in found)
        assert article_key(url) == found


def test_parameters_are_read_up_to_a_number() -> None:
    many = "&".join(f"a{n}={n}" for n in range(MOST_PARAMETERS))
    assert key(f"/xem-tin.aspx?{many[:-6]}&itemid=5") == "/xem-tin?itemid=5"
    assert key(f"/xem-tin.aspx?{many}&itemid=5") is None


def test_letters_composed_in_other_ways_have_one_key() -> None:
    composed, parts = (
        "h\u1ed9i-ngh\u1ecb-t\u1ed5ng-k\u1ebft",
        "ho\u0323\u0302i-nghi\u0323-to\u0302\u0309ng-ke\u0302\u0301t",
    )
    forms = [
        composed,
        parts,
        composed.upper(),
        quote(composed),
        quote(parts),
        quote(composed).lower(),
    ]
    assert len({key(f"/tin/{form}") for form in forms}) == 1
