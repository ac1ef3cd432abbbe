"""Archived pages in Chromium: they look as live, reach nothing, and the bar says what is shown."""

import json
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from portal_crawler.replay.chromium import Chromium, ChromiumError, Tab, chromium, chromium_path
from tests.support.crawls import crawl
from tests.support.hostile_page import (
    BASE,
    CLICKED,
    HEAD,
    OUT,
    PARTS,
    REFRESHES,
    SCRIPTS,
    hostile,
)
from tests.support.pages import article, listing
from tests.support.replay import Replay
from tests.support.screenshots import share_off
from tests.support.seconds import next_second
from tests.support.trap import Trap, trap
from tests.support.wire_server import (
    Answer,
    Script,
    WireServer,
    conditional,
    message,
    page,
    raw,
    wire_server,
)

pytestmark = [
    pytest.mark.skipif(chromium_path() is None, reason="chromium is not installed"),
]

ORDINARY, EDITED, HOSTILE, LEADING, BASED, REFRESHING, HOLDING = range(1, 8)
WIDTH, HEIGHT = 900, 700

CSS = """
@import url("/nen/khung.css");
body { background: #eef url(anh/nen.png); font: 16px/1.6 sans-serif; margin: 0; }
h1 { color: #803; border-bottom: 4px solid; }
.khung { background: url("anh/nen.png?v=2") repeat-x; height: 40px }
li::before { content: url(anh/nen.png) " "; }
"""
FRAME_CSS = (
    ".khung { border: 3px dashed #070; } @media (min-width: 500px) { p { margin: 1em 3em } }"
)


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 0>>endobj\n"


def picture(color: bytes) -> bytes:
    """A PNG of 24 by 24 pixels of one color (RGB)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", 24, 24, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + color * 24) * 24)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def unchanging(body: bytes, kind: str) -> Script:
    """The second night is told that nothing has changed."""
    etag = f'ETag: "{zlib.crc32(body)}"'

    def answer(request: bytes) -> Answer:
        if etag.split(" ")[1].encode() in request:
            return page("", etag, status="304 Not Modified")
        return raw(message(body, etag, kind=kind))

    return answer


def ordinary(number: int) -> str:
    """An article's page with what portals use."""
    head = (
        '<link rel=stylesheet href="/nen/kieu.css">'
        "<style>.o{background:url(/nen/anh/o.png)}</style>"
        '<script>document.write("<h2>của kịch bản</h2>")</script>'
    )
    parts = (
        '<ul><li>Một<li>Hai</ul><div class=khung>khung</div><img srcset="/nen/anh/o.png 1x">'
        '<p class=o style="border-image:url(/nen/anh/nen.png) 8">nền</p>'
        "<svg width=30 height=30><image href=/nen/anh/o.png width=30 height=30></svg>"
        '<noscript><img src="/nen/anh/o.png" alt="không có kịch bản"></noscript>'
        '<iframe src="/nen/trong.html" width=200 height=60></iframe>'
        '<object data="/nen/anh/o.png" type="image/png"></object>'
        f'<a id=tiep target=_blank href="/tin/{3 - number}">tin khác</a>'
        '<a id=xa href="/tin/99">không có</a><a id=duoi href="#cuoi">cuối</a>'
        '<p style="height:900px">dài</p><p id=cuoi>cuối</p>'
    )
    return article(number).replace("<meta", f"{head}<meta", 1).replace("</body>", f"{parts}</body>")


def script_site(site: WireServer, *, second: bool) -> None:
    """An ordinary page, one that is edited on the second night, and hostile ones."""
    site.answer("/tin-tuc", page(listing(range(ORDINARY, HOLDING + 1))))
    site.answer(f"/tin/{ORDINARY}", conditional(ordinary(ORDINARY), "1"))
    edited = ordinary(EDITED).replace("<h1>", "<h1>Bản sửa: ").replace("<li>Một", "<li>Sửa<li>Một")
    site.answer(f"/tin/{EDITED}", page(edited if second else ordinary(EDITED)))
    full = article(HOSTILE).replace("<meta", f"{HEAD}<meta", 1)
    site.answer(f"/tin/{HOSTILE}", page(hostile(full.replace("</body>", SCRIPTS + PARTS))))
    leading = article(LEADING).replace("</body>", CLICKED)
    site.answer(f"/tin/{LEADING}", page(hostile(leading)))
    relative = (
        "<a href=x>x</a><img src=a.png><link rel=stylesheet href=k.css><form action=gui><button>"
    )
    based = article(BASED).replace("<head>", f"<head>{BASE}").replace("</body>", relative)
    site.answer(f"/tin/{BASED}", page(based))
    refreshing = article(REFRESHING).replace("<head>", f"<head>{''.join(REFRESHES)}")
    site.answer(f"/tin/{REFRESHING}", page(hostile(refreshing)))
    embedded = '<embed src="/nen/van-ban.pdf" type="application/pdf">'
    documents = f'{embedded}<p><a id=tai href="/nen/van-ban.pdf">tải</a>'
    site.answer(f"/tin/{HOLDING}", page(article(HOLDING).replace("</body>", documents)))
    site.answer("/favicon.ico", unchanging(picture(b"\xff\x20\x20"), "image/png"))
    for name, body, kind in (
        ("van-ban.pdf", PDF, "application/pdf"),
        ("kieu.css", CSS.encode(), "text/css"),
        ("khung.css", FRAME_CSS.encode(), "text/css"),
        ("anh/nen.png", picture(b"\xd0\xe0\xff"), "image/png"),
        ("anh/nen.png?v=2", picture(b"\xff\xe0\x80"), "image/png"),
        ("anh/o.png", picture(b"\x20\x80\x40"), "image/png"),
        ("trong.html", b"<body style='background:#fd8'>Trong khung", "text/html"),
    ):
        site.answer(f"/nen/{name}", unchanging(body, kind))


class Nights:
    """Two nights of the site: what was captured, and how it looked."""

    def __init__(self, site: WireServer, archive: Path, browser: Chromium) -> None:
        self.archive = archive
        self.live: dict[tuple[int, int], bytes] = {}
        """Pictures of the pages, by night and number, with scripts off."""
        for night in (0, 1):
            script_site(site, second=night == 1)
            end = crawl(site, archive, "-s", "PORTAL_REQUISITES=True", "--full")
            assert end.code == 0, end.stderr
            for number in (ORDINARY, EDITED):
                with Tab(browser, WIDTH, HEIGHT) as tab:
                    tab.run_no_scripts()
                    tab.load(f"http://127.0.0.1:{site.port}/tin/{number}")
                    self.live[night, number] = tab.screenshot()
            next_second()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WireServer]:
    with wire_server(tmp_path_factory.mktemp("site")) as server:
        yield server


@pytest.fixture(scope="module")
def nights(site: WireServer, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    with chromium() as running:
        return Nights(site, tmp_path_factory.mktemp("nights") / "archive", running)


@pytest.fixture(scope="module")
def replay(nights: Nights, site: WireServer) -> Iterator[Replay]:
    running = Replay(nights.archive, site)
    site.forget()
    yield running
    assert site.paths() == [], "replay asks the network for nothing"
    running.end()


@pytest.fixture(scope="module")
def trapped() -> Iterator[Trap]:
    with trap() as listening:
        yield listening


def led_to(trapped: Trap) -> str:
    """The switch by which names and addresses lead to the trap.

    Except the replay server's, and those of Chromium's maker, which it asks by itself.
    """
    own = ("google.com", "googleapis.com", "gstatic.com", "gvt1.com")
    rules = [f"MAP {star}{name} ~NOTFOUND" for name in own for star in ("", "*.")]
    rules += [f"MAP * 127.0.0.1:{trapped.port}", "EXCLUDE replay.localhost"]
    return f"--host-resolver-rules={', '.join(rules)}"


@pytest.fixture(scope="module")
def browser(trapped: Trap) -> Iterator[Chromium]:
    with chromium(led_to(trapped)) as running:
        yield running


@pytest.fixture
def tab(browser: Chromium) -> Iterator[Tab]:
    with Tab(browser, WIDTH, HEIGHT) as opened:
        yield opened


def place(replay: Replay, number: int, form: str = "", night: int = 1) -> str:
    """The address on the server of an article's page as of a night."""
    calendar = json.loads(replay.get(f"/-/about/2100mp_/{replay.site}/tin/{number}")[2])["calendar"]
    views = [view for _, day in calendar for _, view, _ in day]
    return replay.url.rstrip("/") + views[night].replace("/http", f"{form}/http", 1)


def test_the_trap_is_asked_where_a_page_is_not_from_replay(site: WireServer) -> None:
    with trap() as trapped, chromium(led_to(trapped)) as browser, Tab(browser, 99, 99) as tab:
        for url in (f"{OUT}/", "https://xau.example/", f"http://127.0.0.1:{site.port}/tin/1"):
            trapped.asked.clear()
            with suppress(ChromiumError):
                tab.load(url)
            assert trapped.asked, url


@pytest.mark.parametrize("number", [ORDINARY, EDITED])
@pytest.mark.parametrize("night", [0, 1])
def test_a_page_looks_as_it_did_live(
    replay: Replay, nights: Nights, tab: Tab, number: int, night: int
) -> None:
    tab.load(place(replay, number, "mp_", night))
    shown = tab.screenshot()
    tab.load("about:blank")
    assert share_off(tab, nights.live[night, number], shown) == 0


FRAME = "document.querySelector('iframe').contentDocument"
CLICKABLE = "a, button, input, area, details, text"


def middle(tab: Tab, selector: str, number: int = 0) -> tuple[float, float] | None:
    """Where the middle of an element of the archived page is; None if it shows none."""
    found = tab.value(
        f"(() => {{ const each = {FRAME}.querySelectorAll({json.dumps(selector)})[{number}];"
        " if (!each) return null; each.scrollIntoView({block: 'center'});"
        " const box = each.getBoundingClientRect();"
        " const frame = document.querySelector('iframe').getBoundingClientRect();"
        " return [frame.x + box.x + box.width / 2, frame.y + box.y + box.height / 2]; })()"
    )
    return (found[0], found[1]) if found else None


@pytest.mark.parametrize("number", [HOSTILE, BASED, REFRESHING])
@pytest.mark.parametrize("form", ["", "mp_"])
def test_a_hostile_page_reaches_nothing_by_itself(
    replay: Replay, tab: Tab, trapped: Trap, number: int, form: str
) -> None:
    url = place(replay, number, form)
    tab.load(url)
    settled(trapped)
    assert trapped.asked == []
    assert "CHẠY" not in tab.value("document.title")
    assert tab.value("location.host") == f"replay.localhost:{replay.port}"


def settled(trapped: Trap, pause_s: float = 0.3) -> None:
    """Return when what a page has begun would have come to the trap, or at once if it did."""
    until = time.monotonic() + pause_s
    while not trapped.asked and time.monotonic() < until:
        time.sleep(0.02)


@pytest.mark.parametrize("number", [LEADING, BASED])
def test_a_hostile_page_reaches_nothing_when_it_is_clicked(
    replay: Replay, browser: Chromium, tab: Tab, trapped: Trap, number: int
) -> None:
    url = place(replay, number)
    tab.load(url)
    count = tab.value(f"{FRAME}.querySelectorAll({json.dumps(CLICKABLE)}).length")
    assert count > 1
    opened = len(browser.call("Target.getTargets")["targetInfos"])
    for each in range(count):
        tab.load(url)
        where = middle(tab, CLICKABLE, each)
        if where is not None:
            tab.click(*where)
            settled(trapped, 0.05)
        assert tab.value("location.host") == f"replay.localhost:{replay.port}"
        assert "CHẠY" not in tab.value("document.title")
    settled(trapped)
    assert trapped.asked == []
    assert len(browser.call("Target.getTargets")["targetInfos"]) == opened


def bar(tab: Tab) -> dict[str, str]:
    """What the bar says, and the address above."""
    found: dict[str, str] = tab.value(
        "({address: document.querySelector('.address').textContent,"
        " moment: document.querySelector('.moment').textContent,"
        " clean: document.querySelector('.clean').hidden ? '' :"
        " document.querySelector('.clean').getAttribute('href'),"
        " title: document.title, place: location.pathname + location.hash,"
        " shown: document.querySelector('iframe').contentDocument.body.innerText,"
        " captures: document.querySelector('select').options.length})"
    )
    return found


def click_and_wait(tab: Tab, selector: str, address: str) -> None:
    """Click in the archived page, and wait until the bar names an address."""
    wait_until(tab, f"{FRAME}.readyState === 'complete'")  # or its parts move under the click
    where = middle(tab, selector)
    assert where is not None
    tab.click(*where)
    wait_for_bar(tab, address)


def wait_for_bar(tab: Tab, address: str) -> None:
    wait_until(tab, f"document.querySelector('.address').textContent === {json.dumps(address)}")


def wait_until(tab: Tab, condition: str) -> None:
    """Let the browser go on until a condition holds in it. Another page may come meanwhile."""
    until = time.monotonic() + 30
    while not holds(tab, condition):
        assert time.monotonic() < until, f"{condition}: {bar(tab)}"
        time.sleep(0.03)


def holds(tab: Tab, condition: str) -> bool:
    with suppress(ChromiumError):  # the page that was asked is no longer there
        return bool(tab.value(condition))
    return False


def test_the_bar_follows_the_page_in_the_frame(replay: Replay, tab: Tab) -> None:
    tab.load(place(replay, ORDINARY, night=0))
    first = bar(tab)
    assert first["address"] == f"{replay.site}/tin/{ORDINARY}"
    assert first["captures"] == 2
    click_and_wait(tab, "#tiep", f"{replay.site}/tin/{EDITED}")
    second = bar(tab)
    assert second["title"] == f"Bản sửa: Tin số {EDITED}"
    assert second["clean"] != first["clean"]
    assert second["place"].endswith(f"/tin/{EDITED}")
    assert "Bản sửa" not in second["shown"], "links lead to the same night"
    tab.value("history.back()")
    wait_for_bar(tab, first["address"])
    assert bar(tab) == first


def test_the_bar_leads_to_another_night(replay: Replay, tab: Tab) -> None:
    tab.load(place(replay, EDITED, night=0))
    assert "Bản sửa" not in bar(tab)["shown"]
    tab.value(
        "(() => { const calendar = document.querySelector('select'); calendar.selectedIndex = 1;"
        " calendar.dispatchEvent(new Event('change')); })()"
    )
    tab.wait("Page.loadEventFired")
    assert "Bản sửa" in bar(tab)["shown"]


def test_a_link_within_the_page_keeps_the_page(replay: Replay, tab: Tab) -> None:
    tab.load(place(replay, ORDINARY))
    before = bar(tab)
    where = middle(tab, "#duoi")
    assert where is not None
    tab.click(*where)
    wait_until(tab, "document.querySelector('iframe').contentWindow.scrollY > 0")
    assert bar(tab)["shown"] == before["shown"]


def test_the_bar_says_that_a_page_was_not_captured(replay: Replay, tab: Tab) -> None:
    tab.load(place(replay, ORDINARY))
    click_and_wait(tab, "#xa", f"{replay.site}/tin/99")
    shown = bar(tab)
    assert "not captured" in shown["shown"]
    assert (shown["moment"], shown["clean"], shown["captures"]) == ("not captured", "", 0)


def test_a_document_within_a_page_is_named_in_its_place_and_opens_by_itself(
    replay: Replay, tab: Tab
) -> None:
    tab.load(place(replay, HOLDING))
    notice = f"{FRAME}.defaultView[0].document"
    assert "Open the PDF document" in tab.value(f"{notice}.body.innerText")
    tab.value(f"{notice}.querySelector('a').click()")
    wait_until(tab, "location.pathname.endsWith('/nen/van-ban.pdf')")
    assert tab.value("document.contentType") == "application/pdf"


def test_a_link_to_a_document_shows_it(replay: Replay, tab: Tab) -> None:
    tab.load(place(replay, HOLDING))
    click_and_wait(tab, "#tai", f"{replay.site}/nen/van-ban.pdf")
    assert tab.value(f"{FRAME}.contentType") == "application/pdf"


def test_the_icon_of_a_page_is_that_of_its_portal(replay: Replay, tab: Tab) -> None:
    tab.load(place(replay, ORDINARY))
    wait_until(tab, "document.querySelector('link[rel=icon]').href.includes('/favicon.ico')")
    icon = tab.value("document.querySelector('link[rel=icon]').href")
    assert replay.get(icon.split(str(replay.port), 1)[1])[0] == 200
