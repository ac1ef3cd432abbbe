"""Archived pages and stylesheets keep their bytes; only addresses in them lead elsewhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.warc.http1 import head_of
from archive.warc.reader import StoredAnswer
from portal_crawler.replay.location import BYTES, VIEW, Location, stamp_of
from portal_crawler.replay.rewriting import CSS, HTML, rewritable_kind, rewritten

ROOT = "http://so.example"
URL = f"{ROOT}/tin/bai.html"
AT = "/20240305083000mp_"
PLACE = Location("20240305083000", URL)


def answer(body: bytes, content_type: str | None = "text/html; charset=utf-8") -> StoredAnswer:
    header = f"Content-Type: {content_type}\r\n" if content_type else ""
    return StoredAnswer(head_of(f"HTTP/1.1 200 OK\r\n{header}\r\n".encode()), body, b"")


def page(markup: str) -> str:
    return rewritten(answer(markup.encode()), HTML, PLACE).body.decode()


def css(text: str) -> str:
    return rewritten(answer(text.encode(), "text/css"), CSS, PLACE).body.decode()


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ('<img src="/a.jpg">', f'<img src="{AT}/{ROOT}/a.jpg">'),
        ('<img src="/{8a-1}.png">', f'<img src="{AT}/{ROOT}/%7B8a-1%7D.png">'),
        ('<img src="/a&lt;b.png">', f'<img src="{AT}/{ROOT}/a%3Cb.png">'),
        ('<img src="{{anh}}">', None),
        ('<img src="HTTP://SO.Example/A.jpg">', f'<img src="{AT}/{ROOT}/A.jpg">'),
        ("<IMG SRC=a.jpg >", f'<IMG SRC="{AT}/{ROOT}/tin/a.jpg" >'),
        ("<a href='//khac.example/x?a=1&amp;b=2#c'>", f'<a href="{AT}/http://khac.example/x?a=1&amp;b=2#c">'),
        ('<a href="#duoi"><a href="mailto:a@b.vn"><a href="javascript:x()">', None),
        ('<img src="data:image/gif;base64,AA"><img>', None),
        ('<img srcset="/a.jpg 1x, b,c.jpg 2x">',
         f'<img srcset="{AT}/{ROOT}/a.jpg 1x, {AT}/{ROOT}/tin/b,c.jpg 2x">'),
        ('<p style="color:red;background:url(n.png)">',
         f'<p style="color:red;background:url(&quot;{AT}/{ROOT}/tin/n.png&quot;)">'),
        ("<style>p{background:url( '/n.png' )}</style>",
         f'<style>p{{background:url("{AT}/{ROOT}/n.png")}}</style>'),
        ('<base href="/nen/"><img src="a.jpg">',
         f'<base href="{AT}/{ROOT}/nen/"><img src="{AT}/{ROOT}/nen/a.jpg">'),
        ('<a target="_blank" href="/2">', f'<a target="_self" href="{AT}/{ROOT}/2">'),
        ('<link rel=stylesheet integrity="sha256-x" href="/k.css">',
         f'<link rel=stylesheet integrity="" href="{AT}/{ROOT}/k.css">'),
        ('<meta http-equiv="Content-Security-Policy" content="default-src x">',
         '<meta http-equiv="Content-Security-Policy" content="">'),
        ('<meta http-equiv=refresh content="3; url=/moi">',
         f'<meta http-equiv=refresh content="3; url={AT}/{ROOT}/moi">'),
        ('<iframe srcdoc="<img src=/a.jpg>">',
         f'<iframe srcdoc="<img src=&quot;{AT}/{ROOT}/a.jpg&quot;>">'),
        ('<!-- <img src="/a.jpg"> --><script>"<img src=/a.jpg>"</script>', None),
        ('<embed src="/a.pdf" type="application/pdf">',
         f'<embed src="{AT}/{ROOT}/a.pdf" type="text/html">'),
        ('<object data="/a.svg" type="image/svg+xml"></object>',
         f'<object data="{AT}/{ROOT}/a.svg" type="image/svg+xml"></object>'),
        ("<p>Xin chào <b>các bạn</b> &amp; \"mọi người\" </P >", None),
    ],
)  # fmt: skip
def test_only_addresses_change(markup: str, shown: str | None) -> None:
    assert page(markup) == (markup if shown is None else shown)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("p{background:url(/n.png)}", f'p{{background:url("{AT}/{ROOT}/n.png")}}'),
        ('@import "k.css" screen;', f'@import "{AT}/{ROOT}/tin/k.css" screen;'),
        ("/* url(/n.png) */ p{color:red}", "/* url(/n.png) */ p{color:red}"),
    ],
)
def test_addresses_of_a_stylesheet(written: str, shown: str) -> None:
    assert css(written) == shown


def test_bytes_that_no_encoding_explains_stay() -> None:
    body = b'<p>\xff\xfe\x00 \xc4</p><img alt="\xe9" src="/\xc4\x91.jpg">'
    sent = rewritten(answer(body), HTML, PLACE).body
    assert sent.startswith(b'<p>\xff\xfe\x00 \xc4</p><img alt="\xe9" src="')


def test_a_page_in_an_old_encoding_names_it_and_its_letters_are_asked_for() -> None:
    body = '<meta charset="windows-1258"><p>đ</p><img src="/đ.jpg">'.encode("cp1258")
    sent = rewritten(answer(body, "text/html"), HTML, PLACE)
    assert sent.content_type == "text/html; charset=windows-1258"
    assert "<p>đ</p>".encode("cp1258") in sent.body
    assert f'"{AT}/{ROOT}/%C4%91.jpg"'.encode() in sent.body


def test_a_page_in_utf_16_is_sent_in_utf_8() -> None:
    sent = rewritten(
        answer('<p>đ</p><img src="/a.jpg">'.encode("utf-16"), "text/html"), HTML, PLACE
    )
    assert sent.content_type == "text/html; charset=utf-8"
    assert f'<p>đ</p><img src="{AT}/{ROOT}/a.jpg">' == sent.body.decode()


def test_which_answers_are_rewritten() -> None:
    assert rewritable_kind(answer(b"<p>")) == HTML
    assert rewritable_kind(answer(b" <html>", None)) == HTML
    assert rewritable_kind(answer(b"p{}", "text/css")) == CSS
    assert rewritable_kind(answer(b"p{}", "text/plain"), as_style=True) == CSS
    assert rewritable_kind(answer(b"p{}"), as_style=True) == CSS
    assert rewritable_kind(answer(b"%PDF", "application/pdf")) is None


@given(st.binary(max_size=200))
def test_a_page_that_names_nothing_comes_back_to_the_byte(body: bytes) -> None:
    plain = body.replace(b"<", b"(").replace(b"\xff\xfe", b"").replace(b"\xfe\xff", b"")
    sent = rewritten(answer(plain), HTML, PLACE).body
    assert sent == plain or plain.startswith((b"\xff\xfe", b"\xfe\xff"))


@given(st.text(st.sampled_from("<>=\"' \n/!-aimgsrcstyle:url()&#;hfđ"), max_size=120))
def test_no_page_is_too_odd(markup: str) -> None:
    sent = page(f"<img src=/a.jpg>{markup}")
    assert sent.startswith(f'<img src="{AT}/{ROOT}/a.jpg">')


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/20240305083000mp_/http://a.vn/?y=1", Location("20240305083000", "http://a.vn/?y=1")),
        ("/2024/https://a.vn/", Location("20240101000000", "https://a.vn/", VIEW)),
        ("/20240305id_/http:/a.vn/", Location("20240305000000", "http://a.vn/", BYTES)),
        ("/abc/http://a.vn/", None),
        ("/2024/ftp://a.vn/", None),
        ("/2024/http://" + "a" * 9000, None),
        ("/", None),
    ],
)  # fmt: skip
def test_locations(target: str, location: Location | None) -> None:
    assert Location.of(target) == location


def test_a_location_names_its_moment() -> None:
    assert PLACE.moment == "2024-03-05T08:30:00Z"
    assert stamp_of(PLACE.moment) == PLACE.stamp
    assert Location.of(PLACE.path) == PLACE
