"""An article is named by what a browser, a listing or a mail gives."""

import json
import sqlite3
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.addresses import asked_address
from archive.database.named_articles import article_named
from archive.database.reading import reading
from archive.errors import QueryError
from archive.layout import Layout, article_id
from archive.models import Article, ListedArticle
from archive.pasted_addresses import alike, is_address, numbers_in, unwrapped
from portal_crawler.cli import main
from tests.archive.building import PORTAL, ArchiveBuilder, page

HOST = "http://sotttt.hanoi.gov.vn"
LIFERAY = f"{HOST}/vi/tin-tuc/-/view_content/4410140-thong-tin.html"
VIETNAMESE = f"{HOST}/{quote('tin-tức/Điểm-báo.html')}"
QUERIED = f"{HOST}/chi-tiet.aspx?id=55770&muc=2"
SLUG = f"{HOST}/web/guest/tin-ve-chuyen-doi-so"
VCCORP = f"{HOST}/bao-so-3-197100921.htm"
LISTED = f"{HOST}/chi-thi-moi-cua-so-88.html"
MOVED = f"{HOST}/cu/tin-cu-va-moi.html"


def put(
    builder: ArchiveBuilder, key: str, url: str, asked: str | None = None, body: str = ""
) -> None:
    """An article whose page was captured at an address."""
    capture = replace(builder.exchange(key, page(url + body)), url=url, asked_key=asked)
    article = Article(url=url, title=f"Tin {key}")
    builder.put(partial(builder.store.articles.put, article, capture, lambda *_: None))


def exchange(builder: ArchiveBuilder, key: str, url: str, status: bytes, asked: str | None) -> None:
    """An answer at an address, its row alone."""
    capture = builder.exchange(key, b"HTTP/1.1 " + status + b"\r\nContent-Length: 0\r\n\r\n")
    with sqlite3.connect(builder.layout.database) as connection:
        connection.execute(
            "UPDATE captures SET url = ?, asked_key = ? WHERE id = ?", (url, asked, capture.id)
        )
    connection.close()


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    folder = tmp_path_factory.mktemp("archive")
    builder = ArchiveBuilder(folder)
    keys = {
        "4410140": LIFERAY, "diem-bao": VIETNAMESE, "55770": QUERIED, "197100921": VCCORP,
        "/web/guest/tin-ve-chuyen-doi-so": SLUG, "88": f"{HOST}/a/88",
        "2024": f"{HOST}/b/2024.html",
    }  # fmt: skip
    for key, url in keys.items():
        put(builder, key, url)
    exchange(builder, "cu", MOVED, b"301 Moved Permanently", None)
    exchange(builder, "88", f"{HOST}/a/88", b"200 OK", "cu")
    exchange(builder, "404", f"{HOST}/mat.html", b"404 Not Found", None)
    capture = builder.exchange(role="listing", section="tin-tuc")
    listed = [ListedArticle(key="88", url=LISTED)]
    builder.put(lambda: builder.store.sightings.put(listed, 1, capture))
    builder.close()
    other = ArchiveBuilder(folder, "hanoi-khcn")
    put(other, "88", "https://www.sokhcn.hanoi.gov.vn/a/88/")
    put(other, "9001", "https://www.sokhcn.hanoi.gov.vn/tin/9001")
    put(other, "9002", "http://www.sokhcn.hanoi.gov.vn/tin/9001/")
    return other.close()


@pytest.fixture
def connection(archive: Layout) -> Iterator[sqlite3.Connection]:
    with reading(archive) as opened:
        yield opened


SAME = [
    (LIFERAY, "4410140"),
    (LIFERAY.replace("http:", "https:"), "4410140"),
    (LIFERAY.replace("http://", ""), "4410140"),
    (LIFERAY.replace("http:", ""), "4410140"),
    (LIFERAY.replace("http://", "HTTPS://WWW."), "4410140"),
    (LIFERAY.replace("sotttt.hanoi", "Sotttt.HANOI"), "4410140"),
    (LIFERAY.replace(".vn/", ".vn:80/"), "4410140"),
    (LIFERAY.replace(".vn/", ".vn./"), "4410140"),
    (LIFERAY.replace("http:", "https:").replace(".vn/", ".vn:443/"), "4410140"),
    (f"{LIFERAY}#binh-luan", "4410140"),
    (f"{LIFERAY}?", "4410140"),
    (f"{LIFERAY}/", "4410140"),
    (f"{LIFERAY}?utm_source=zalo&utm_medium=x", "4410140"),
    (f"{LIFERAY}?fbclid=IwAR0&gclid=1#:~:text=a", "4410140"),
    (f"{LIFERAY}?zarsrc=30&gidzl=a_b", "4410140"),
    (f"{LIFERAY};jsessionid=0123456789ABCDEF", "4410140"),
    (f" <{LIFERAY}> ", "4410140"),
    (f"“{LIFERAY}”", "4410140"),
    (f"'{LIFERAY}'", "4410140"),
    (f"({LIFERAY}).", "4410140"),
    (LIFERAY.replace("view_content/", "view_content/\n"), "4410140"),
    (f"view-source:{LIFERAY}", "4410140"),
    (quote(LIFERAY, safe=""), "4410140"),
    (LIFERAY.replace("://", "://m."), "4410140"),
    (f"https://web.archive.org/web/20220713000000/{LIFERAY}", "4410140"),
    (LIFERAY.replace("/vi/", "/en/"), "4410140"),
    (LIFERAY.replace("/vi/", "/"), "4410140"),
    (LIFERAY.replace("/vi/", "/vi_VN/"), "4410140"),
    (f"{HOST}/en/news/-/view_content/4410140-information.html", "4410140"),
    (f"{LIFERAY}?redirect=%2Fvi%2Ftin-tuc", "4410140"),
    (f"{LIFERAY}?p_p_auth=abc", "4410140"),
    (f"{HOST}/en/news/-/view_content/4410140", "4410140"),
    (f"{HOST}/en/storm-no-3-197100921.htm", "197100921"),
    (f"{HOST}/en/web/guest/tin-ve-chuyen-doi-so", "/web/guest/tin-ve-chuyen-doi-so"),
    ("/web/guest/tin-ve-chuyen-doi-so", "/web/guest/tin-ve-chuyen-doi-so"),
    (f"{QUERIED}&utm_campaign=a", "55770"),
    (QUERIED.replace("?", "?fbclid=1&"), "55770"),
    (QUERIED.replace("&", "&amp;"), "55770"),
    (f"{QUERIED}&lang=en", "55770"),
    (QUERIED.replace("&muc=2", ""), "55770"),
    (f"{HOST}/tin-tức/Điểm-báo.html", "diem-bao"),
    (unicodedata.normalize("NFD", f"{HOST}/tin-tức/Điểm-báo.html"), "diem-bao"),
    (VIETNAMESE.replace("%C4", "%c4"), "diem-bao"),
    (VIETNAMESE.replace("-", "%2D"), "diem-bao"),
    (LISTED, "88"),
    (LISTED.replace("http:", "https:"), "88"),
    (MOVED, "88"),
    (f"{MOVED}?utm_source=x", "88"),
    ("4410140", "4410140"),
    (" 4410140\n", "4410140"),
    ("cu", "88"),
    (f"{PORTAL}/4410140", "4410140"),
    (f"“{PORTAL}/4410140”", "4410140"),
    (f"{PORTAL}/cu", "88"),
    (f"{PORTAL}/88", "88"),
]


@pytest.mark.parametrize(("pasted", "key"), SAME)
def test_an_article_is_found_by_what_a_browser_gives(
    connection: sqlite3.Connection, pasted: str, key: str
) -> None:
    assert article_named(connection, pasted) == article_id(PORTAL, key)


def test_an_id_is_found_with_quotes_around_it(connection: sqlite3.Connection) -> None:
    identifier = article_id(PORTAL, "88")
    assert article_named(connection, f' "{identifier}" ') == identifier


def test_what_is_exactly_so_comes_before_what_is_alike(connection: sqlite3.Connection) -> None:
    for url, key in (
        ("https://www.sokhcn.hanoi.gov.vn/tin/9001", "9001"),
        ("http://www.sokhcn.hanoi.gov.vn/tin/9001/", "9002"),
        ("http://www.sokhcn.hanoi.gov.vn/tin/9001/#x", "9002"),
    ):
        assert article_named(connection, url) == article_id("hanoi-khcn", key)


@pytest.mark.parametrize(
    ("pasted", "message"),
    [
        ("88", f"88 names hanoi-khcn/88, {PORTAL}/88; give one of them"),
        (
            "sokhcn.hanoi.gov.vn/tin/9001",
            "sokhcn.hanoi.gov.vn/tin/9001 names hanoi-khcn/9001, hanoi-khcn/9002; give one",
        ),
        (f"{HOST}/chuyen-muc/2024", f"is not in this archive; did you mean {PORTAL}/2024?"),
        (f"{HOST}/a/4410140.pdf", f"is not in this archive; did you mean {PORTAL}/4410140?"),
        (
            f"{HOST}/khac/abc.html",
            "abc.html is not in this archive, nor with another scheme, www., slash or language; "
            "`portal search` finds articles by their words",
        ),
        (f"https://khac.vn{LIFERAY.removeprefix(HOST)}", "is not in this archive, nor"),
        (f"{HOST}/mat.html#x", f"{HOST}/mat.html gave no article: it was captured as article"),
        ("nonsense", "no article nonsense in this archive: it is no id, portal/key, key or"),
        (f"{PORTAL}/7", f"no article {PORTAL}/7 in this archive"),
        ("", "no article  in this archive"),
        ("http://", "http:// is not in this archive"),
        ("http://[::1", "is not in this archive"),
        ("https://a.vn:99999999/x", "is not in this archive"),
        (f"{HOST}/{'x' * 20_000}", "is not in this archive"),
    ],
)
def test_what_names_no_article_or_several_is_one_sentence(
    connection: sqlite3.Connection, pasted: str, message: str
) -> None:
    with pytest.raises(QueryError) as raised:
        article_named(connection, pasted)
    assert message in str(raised.value)


def test_the_command_takes_it_and_refuses_what_can_mean_two(
    archive: Layout, capsys: pytest.CaptureFixture[str]
) -> None:
    pasted = f" <{LIFERAY.replace('http:', 'https:')}?utm_source=zalo#a> "
    assert main(["show", pasted, "--json", "--archive", str(archive.folder)]) == 0
    assert json.loads(capsys.readouterr().out)["key"] == "4410140"
    assert main(["show", "88", "--archive", str(archive.folder)]) == 2
    assert f"hanoi-khcn/88, {PORTAL}/88" in capsys.readouterr().err


PATHS = st.lists(
    st.text(st.sampled_from("abcđêộÀỳ019-_.~()[],! "), min_size=1, max_size=12).filter(
        lambda text: text == text.strip()
    ),
    min_size=1, max_size=4,
).map("/".join)  # fmt: skip


@given(
    path=PATHS,
    scheme=st.sampled_from(["http://", "https://", "//", "", "HTTP://"]),
    host=st.sampled_from(["so.vn", "www.so.vn", "SO.vn", "so.vn:80", "so.vn:443"]),
    noise=st.sampled_from(["", "#a", "?utm_source=b", "?fbclid=c&utm_medium=d#e", "?gclid=1"]),
    form=st.sampled_from(["NFC", "NFD", "encoded"]),
    around=st.sampled_from(["{}", " {}\n", "<{}>", '"{}"']),
)
def test_an_address_is_alike_itself_in_every_form(
    path: str, scheme: str, host: str, noise: str, form: str, around: str
) -> None:
    stored = asked_address(f"http://so.vn/{path}")
    written = quote(path) if form == "encoded" else unicodedata.normalize(form, path)  # type: ignore[arg-type]
    pasted = next(unwrapped(around.format(f"{scheme}{host}/{written}{noise}")))
    assert stored in {url for group in alike(pasted) for url in group}


@given(st.text(max_size=200))
def test_any_text_has_its_addresses_or_none(text: str) -> None:
    groups = list(alike(text))
    assert len(groups) in (0, 3)
    assert all(url.startswith(("http://", "https://")) for group in groups for url in group)
    assert not groups or is_address(text)
    assert len(numbers_in(text)) <= 12


def test_a_long_address_has_a_bounded_number_of_forms() -> None:
    address = f"http://so.vn/{quote('ộ[1]') * 150}?{'lang=vi&' * 100}"
    assert sum(len(url) for group in alike(address) for url in group) < 20_000_000
    assert list(alike(address + "x" * 4_096)) == []


def test_every_look_up_goes_by_an_index(archive: Layout, connection: sqlite3.Connection) -> None:
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    for pasted in (f"{HOST}/en/khong/co-12345.html?utm_source=x", "khong-co", f"{PORTAL}/none"):
        with pytest.raises(QueryError):
            article_named(connection, pasted)
    connection.set_trace_callback(None)
    assert len(statements) > 8
    with sqlite3.connect(archive.database) as other:
        plans = [
            row[3] for sql in set(statements) for row in other.execute(f"EXPLAIN QUERY PLAN {sql}")
        ]
    other.close()
    scans = {plan for plan in plans if plan.startswith("SCAN")}
    assert scans <= {
        "SCAN portals USING COVERING INDEX sqlite_autoindex_portals_1",
        "SCAN p USING COVERING INDEX sqlite_autoindex_portals_1",
    }
