"""From a page's or stylesheet's bytes to the addresses of what it needs."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from archive.addresses import asked_address, captured_addresses, written_addresses
from portal_crawler.cleaning.page.lazy_pictures import LAZY_ATTRIBUTES, srcset
from portal_crawler.fetch.messages import wire_address
from portal_crawler.references.requisites import (
    manifest_requisites,
    page_requisites,
    stylesheet_requisites,
)
from portal_crawler.request_info import RequestInfo, meta_of

URL = "http://sotttt.lamphuoc.example/tin-tuc/bai-1.html"
ROOT = "http://sotttt.lamphuoc.example"


def of_page(markup: str) -> dict[str, str]:
    """Address without the root, and kind."""
    found = page_requisites(f"<html><body>{markup}</body></html>".encode(), URL)
    return {each.url.removeprefix(ROOT): each.kind for each in found}


def of_css(css: str) -> dict[str, str]:
    found = stylesheet_requisites(css.encode(), f"{ROOT}/theme/css/main.css")
    return {each.url.removeprefix(ROOT): each.kind for each in found}


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ('<link rel="stylesheet" href="/a.css">', {"/a.css": "style"}),
        ('<link rel="alternate StyleSheet" href=a.css>', {"/tin-tuc/a.css": "style"}),
        ('<link rel="shortcut icon" href="/f.ico">', {"/f.ico": "icon"}),
        ('<link rel="apple-touch-icon-precomposed" href="/t.png">', {"/t.png": "icon"}),
        ('<link rel="preload" as="font" href="/f.woff2">', {"/f.woff2": "font"}),
        ('<link rel="canonical" href="/bai-1"><link rel="next" href="/2">', {}),
        ('<script src="/a.js"></script>', {"/a.js": "script"}),
        ('<img src="/a.jpg">', {"/a.jpg": "image"}),
        ('<input type="image" src="/nut.gif"><input src="/khong.gif">', {"/nut.gif": "image"}),
        ('<video poster="/p.jpg" src="/v.mp4"></video>', {"/p.jpg": "image", "/v.mp4": "media"}),
        ('<table background="/n.gif"><tr><td background="/o.gif">',
         {"/n.gif": "image", "/o.gif": "image"}),
        ('<p style="background: url(&quot;/s.png&quot;)">', {"/s.png": "image"}),
        ("<style>@import '/b.css';</style>", {"/b.css": "style"}),
        ('<svg><image xlink:href="/i.svg"/><use xlink:href="#tam"/></svg>', {"/i.svg": "image"}),
        ('<a href="/tai-lieu.pdf">x</a><iframe src="/khung"></iframe>', {"/khung": "frame"}),
        ('<iframe srcdoc="&lt;img src=/trong.png&gt;"></iframe>', {"/trong.png": "image"}),
        ('<object data="/o.html"></object><object data="/o.png" type="image/png"></object>',
         {"/o.html": "frame", "/o.png": "image"}),
        ('<embed src="/e.svg" type="image/svg+xml"><embed src="/e.pdf">',
         {"/e.svg": "frame", "/e.pdf": "frame"}),
        ('<audio><source src="/a.mp3"><track src="/a.vtt"></audio>',
         {"/a.mp3": "media", "/a.vtt": "media"}),
        ('<image src="/cu.png">', {"/cu.png": "image"}),
        ('<link rel="manifest" href="/m.json">', {"/m.json": "manifest"}),
        ('<link rel="prefetch" href="/truoc.png"><link rel="preload" as="fetch" href="/d.json">',
         {"/truoc.png": "image", "/d.json": "data"}),
        ('<link rel="preload" as="image" imagesrcset="/n1.png 1x, /n2.png 2x">',
         {"/n1.png": "image", "/n2.png": "image"}),
        ('<script type="module" src="/m.mjs"></script>', {"/m.mjs": "module"}),
        ('<script type="module">import a from "./b.js"; import("/c.js")</script>',
         {"/tin-tuc/b.js": "module"}),
        ('<script>document.write("<img src=/khong.png>")</script>', {}),
        ('<svg><rect fill="url(/g.svg#x)" mask="url(#m)"/><feImage href="/f.png"/></svg>',
         {"/g.svg": "image", "/f.png": "image"}),
        ('<p style="background:image-set(\'/1.png\' 1x, \'/2.png\' type(\'image/png\'))">',
         {"/1.png": "image", "/2.png": "image"}),
        ('<noscript><img src="/n.png"></noscript>', {"/n.png": "image"}),
        ('<!-- <img src="/khong.png"> --><textarea><img src="/khong.png"></textarea>', {}),
        ('<body background="/1.gif"><p><body background="/2.gif">',
         {"/1.gif": "image", "/2.gif": "image"}),
        ('<img src="/a[1].png"><img src="/b.png?">', {"/a[1].png": "image", "/b.png?": "image"}),
        ('<img src="/c.php?copy=1&copy=2&amp;lt=3">',
         {"/c.php?copy=1&copy=2&lt=3": "image"}),
    ],
)  # fmt: skip
def test_what_each_element_needs(markup: str, expected: dict[str, str]) -> None:
    assert of_page(markup) == expected


@pytest.mark.parametrize("name", LAZY_ATTRIBUTES)
def test_the_true_address_of_a_lazy_picture(name: str) -> None:
    markup = f'<img src="data:image/gif;base64,R0lGOD" {name}="/that.jpg">'
    assert of_page(markup) == {"/that.jpg": "image"}


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ('data-anh="/a.jpg"', {"/a.jpg": "image"}),
        ('data-bg="url(/a.jpg)"', {"/a.jpg": "image"}),
        ('data-style="background: url(\'/a.jpg\') 0 0"', {"/a.jpg": "image"}),
        ('data-sizes="/a.jpg 320w, /b.jpg 640w"', {"/a.jpg": "image", "/b.jpg": "image"}),
        ("data-settings='{\"nen\": {\"url\": \"/a.jpg\"}, \"n\": [1, \"/b.webp\"]}'",
         {"/a.jpg": "image", "/b.webp": "image"}),
        ('data-url="/tin-tuc/bai-2.html"', {}),
        ('data-title="anh.jpg va anh khac"', {"/tin-tuc/anh.jpg": "image"}),
        ("data-settings='{\"url\": '", {}),
    ],
)  # fmt: skip
def test_any_data_attribute_may_name_a_picture(attribute: str, expected: dict[str, str]) -> None:
    assert of_page(f"<div {attribute}></div>") == expected


def test_a_template_in_a_lazy_attribute_is_no_address() -> None:
    assert of_page('<div data-background=\'{"a": 1}\' data-src="{{ url }}"></div>') == {}


def test_a_picture_in_the_page_itself_is_none_to_ask_for() -> None:
    assert of_page('<img src="data:image/png;base64,AAAA"><img src="blob:x"><img src="">') == {}


def test_the_base_of_the_page_counts() -> None:
    page = b'<html><head><base href="/nen/"></head><body><img src="a.jpg"></body></html>'
    assert [each.url for each in page_requisites(page, URL)] == [f"{ROOT}/nen/a.jpg"]


def test_what_stands_behind_a_stray_end_tag_is_found() -> None:
    assert of_page("<img src=/a.jpg></body></html><p><img src=/b.jpg>") == {
        "/a.jpg": "image",
        "/b.jpg": "image",
    }


def test_each_address_comes_once_and_without_fragment() -> None:
    assert of_page('<img src="/a.jpg"><img src="/a.jpg#x"><img src="http:/a.jpg">') == {
        "/a.jpg": "image"
    }


def test_control_characters_and_spaces() -> None:
    assert of_page('<img src=" /a\tb.jpg\n"><img src="/hai từ.jpg">') == {
        "/ab.jpg": "image",
        "/hai%20t%E1%BB%AB.jpg": "image",
    }


def test_a_page_in_an_old_encoding() -> None:
    page = '<html><meta charset=windows-1258><body><img src="/đ.jpg"></body>'.encode("cp1258")
    assert [each.url for each in page_requisites(page, URL)] == [f"{ROOT}/%C4%91.jpg"]


def test_no_page_at_all() -> None:
    for body in (b"", b"\0\0", b"%PDF-1.4", b"<!-- -->"):
        assert page_requisites(body, URL) == ()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a.jpg", ["a.jpg"]),
        ("a.jpg 1x, b.jpg 2x", ["a.jpg", "b.jpg"]),
        ("a.jpg 480w,b.jpg 800w", ["a.jpg", "b.jpg"]),
        ("a.jpg, b.jpg", ["a.jpg", "b.jpg"]),
        (" \n a.jpg  1x ,\n b,c.jpg 2x,", ["a.jpg", "b,c.jpg"]),
        ("data:image/gif;base64,AA 1x, b.jpg 2x", ["b.jpg"]),
        (",,, ,", []),
        ("", []),
    ],
)
def test_srcset(value: str, expected: list[str]) -> None:
    assert [address for address, _ in srcset(value)] == expected


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ('@import "a.css";', {"/theme/css/a.css": "style"}),
        ("@IMPORT url( '../b.css' ) screen;", {"/theme/b.css": "style"}),
        ("@import url(/c.css);p{background:url(/d.png)}", {"/c.css": "style", "/d.png": "image"}),
        ("@import/* x */'a.css'", {"/theme/css/a.css": "style"}),
        ("@font-face{src:url(f.eot);src:url(f.eot?#iefix),url('f.woff2?v=1')}",
         {"/theme/css/f.eot": "font", "/theme/css/f.woff2?v=1": "font"}),
        ("/* url(khong.png) */ p{}", {}),
        ("/* url(khong.png)", {}),
        ("p{content:'url(khong.png)'}", {}),
        ("p{background:url(data:image/png;base64,AA==)}", {}),
        ('p{background:url("data:image/svg+xml;utf8,<svg xmlns=\'x\'/>")}', {}),
        ("@namespace svg url(http://www.w3.org/2000/svg); p{}", {}),
        ('@charset "utf-8"; @import "a.css";', {"/theme/css/a.css": "style"}),
        (r"p{background:url(hai\20 tu.png)}", {"/theme/css/hai%20tu.png": "image"}),
        ("p{background:url(#loc)} q{background:url()}", {}),
        ("p{background:URL(\n  '/x.png'\n)}", {"/x.png": "image"}),
        ("p{background:url(/x.png", {"/x.png": "image"}),
        ("p{background:url(http://[/x.png)}", {}),
        ("p{background:url(/a b.png)} q{background:url(/c.png)}", {"/c.png": "image"}),
        ("p{background:-webkit-image-set(url(/1.png) 1x, '/2.png' 2x)}",
         {"/1.png": "image", "/2.png": "image"}),
        ("p{content:counter(a) '/khong.png'}", {}),
        (":root{--nen:'/n.png'; --chu:'khong'}", {"/n.png": "image"}),
    ],
)  # fmt: skip
def test_stylesheets(css: str, expected: dict[str, str]) -> None:
    assert of_css(css) == expected


@pytest.mark.parametrize(
    ("css", "content_type"),
    [
        ("@import '/đ.css';".encode("utf-16"), None),
        ("@import '/đ.css';".encode("utf-16-be"), None),
        ("@import '/đ.css';".encode("cp1258"), "text/css; charset=windows-1258"),
        ("@charset \"windows-1258\"; @import '/đ.css';".encode("cp1258"), "text/css"),
        ("@import '/đ.css';".encode(), "text/css; charset=khong-co"),
    ],
)
def test_a_stylesheet_in_another_encoding(css: bytes, content_type: str | None) -> None:
    if css[:2] == b"\0@":
        css = b"\xfe\xff" + css
    found = stylesheet_requisites(css, URL, content_type)
    assert [each.url for each in found] == [f"{ROOT}/%C4%91.css"]


def test_the_icons_of_a_manifest() -> None:
    manifest = b'{"icons": [{"src": "i.png"}, {"src": 1}, {"src": "/i2.png"}]}'
    assert [each.url for each in manifest_requisites(manifest, f"{ROOT}/m/m.json")] == [
        f"{ROOT}/m/i.png", f"{ROOT}/i2.png",
    ]  # fmt: skip
    for odd in (b"", b"[]", b"{}", b'{"icons": 1}', b"[" * 100_000, b'{"icons": [1]}'):
        assert manifest_requisites(odd, URL) == ()


@given(st.text(st.sampled_from("@import url(\"'\\/*)#; \n\0ađ{}:.<>"), max_size=200))
def test_no_stylesheet_is_too_odd(css: str) -> None:
    for each in stylesheet_requisites(css.encode(), URL):
        assert set(each.url) <= set(map(chr, range(33, 127)))


@given(st.binary(max_size=300))
def test_no_page_is_too_odd(body: bytes) -> None:
    page_requisites(b"<html><body><img src=" + body, URL)


@pytest.mark.parametrize(
    "hostile",
    ["url(" * 200_000, "/*" * 300_000, '"' * 300_000, "\\" * 300_000, "@import " * 100_000,
     "'\n" * 200_000, "url('" * 200_000, '"' + '\\"' * 200_000, "a" * 500_000, "(" * 300_000,
     "--a" * 100_000, "url(" + "\\(" * 200_000],
)  # fmt: skip
def test_a_hostile_stylesheet_takes_no_longer_than_it_is_long(hostile: str) -> None:
    begun = time.monotonic()
    stylesheet_requisites(hostile.encode(), URL)
    assert time.monotonic() - begun < 5


@pytest.mark.parametrize(
    "hostile",
    ["<" * 300_000, "<!--" * 200_000, "<a " * 200_000, "<a b=" * 100_000, '<a b="' * 100_000,
     "<a" + " b" * 200_000, "<script>" * 100_000, "<script><!--<script>" * 50_000,
     "<style>" + "</styl" * 100_000, "<img srcset='" + "a," * 200_000, "&" * 300_000,
     "<script type=module>" + "import a " * 50_000, "<p style='" + "url(" * 100_000 + "'>",
     "<p data-a='" + "[" * 300_000 + "'>", "<p data-a='[" + "[" * 50_000 + "'>"],
    ids=lambda markup: str(markup[:20]),
)  # fmt: skip
def test_a_hostile_page_takes_no_longer_than_it_is_long(hostile: str) -> None:
    begun = time.monotonic()
    page_requisites(hostile.encode(), URL)
    assert time.monotonic() - begun < 5


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_the_very_address_is_asked_for(path: str) -> None:
    asked = asked_address(f"{ROOT}/{path}".partition("#")[0])
    assert wire_address(Request(asked, meta=meta_of(RequestInfo(wire_address=asked)))) == asked
    assert asked in written_addresses(asked)


def test_a_redirected_request_asks_for_its_new_address() -> None:
    asked = f"{ROOT}/a[1].jpg"
    request = Request(asked, meta=meta_of(RequestInfo(wire_address=asked)))
    assert wire_address(request.replace(url=f"{ROOT}/b.jpg#x")) == f"{ROOT}/b.jpg"


@pytest.mark.parametrize("captured", ["/a%5B1%5D.jpg", "/a[1].jpg"])
def test_brackets_are_found_however_a_release_asked_for_them(captured: str) -> None:
    assert f"{ROOT}/a[1].jpg" in written_addresses(f"{ROOT}{captured}")
    assert f"{ROOT}{captured}" in captured_addresses(asked_address(f"{ROOT}/a[1].jpg"))


def test_an_address_with_letters_is_found_again() -> None:
    written = f"{ROOT}/ảnh/đẹp%20lắm.jpg?q=ơ"
    assert written in written_addresses(asked_address(written))
