"""Sites on a loopback server for `portal new` and `portal check`, and the commands themselves."""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from portal_crawler.portals.registry import project_settings, registry
from tests.support.crawls import ROOT, Ended, ended, wire_environment
from tests.support.wire_server import Answer, Script, WireServer, message, page

TESTS = ROOT / "tests"


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def by_method(answers: list[Answer]) -> Script:
    """The first answer for a GET, and the second, if there is one, for a POST."""
    return lambda request: answers[:2][-1] if request.startswith(b"POST") else answers[0]


def menu(
    links: Iterable[tuple[str, str]], title: str = "Sở Thông tin và Truyền thông Ví Dụ"
) -> str:
    """A front page with nothing but a menu."""
    items = "".join(f'<li><a href="{url}">{text}</a></li>' for url, text in links)
    return f"<html><head><title>{title}</title></head><body><ul>{items}</ul></body></html>"


@dataclass
class Folder:
    """A folder of pages with expected.json, served under its own addresses by a proxy."""

    path: Path
    server: WireServer

    @property
    def expected(self) -> dict[str, Any]:
        told = json.loads((self.path / "expected.json").read_bytes())
        assert isinstance(told, dict)
        return told

    @property
    def root(self) -> str:
        parts = urlsplit(self.expected["listings"][0]["url"])
        return f"{parts.scheme}://{parts.netloc}/"

    def publish(self, listing: str) -> None:
        """Serve the pages, also at the addresses of listings, and a front page that links one.

        Of several pages at one address the first answers a GET and the second a form.
        """
        addresses = {told["key"]: told["url"] for told in self.expected["articles"]}
        rows = [row for told in self.expected["listings"] for row in told["rows"]]
        answers: dict[str, list[Answer]] = {}
        for told in (*self.expected["listings"], *self.expected["articles"]):
            body = (self.path / told["file"]).read_bytes()
            answer = Answer(pieces=(message(body, kind=told["content_type"]),))
            listed = [row["url"] for row in rows if addresses.get(row["key"]) == told["url"]]
            for url in (told["url"], *listed):
                answers.setdefault(path_of(url), []).append(answer)
        for path, found in answers.items():
            self.server.answer(path, by_method(found))
        links = [("/gioi-thieu", "Giới thiệu"), (listing, "Tin tức"), ("/lien-he", "Liên hệ")]
        self.server.answer("/", page(menu(links)))


def started(server: WireServer, *words: str, **own: str) -> "subprocess.Popen[str]":
    """Start a command that asks the server for all addresses."""
    proxy = f"http://127.0.0.1:{server.port}"
    env = wire_environment(server, **{"http_proxy": proxy, "https_proxy": proxy, **own})
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "portal_crawler.cli", *words, "-s", "DOWNLOAD_DELAY=0"],
        text=True, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def portal(server: WireServer, *words: str, **own: str) -> Ended:
    """A command that asks the server for all addresses, from start to end."""
    return ended(started(server, *words, **own))


def new(server: WireServer, folder: Path, *words: str, **own: str) -> Ended:
    """`portal new` into a folder of one's own portals."""
    folder.mkdir(exist_ok=True)
    return portal(server, "new", "--portals", str(folder), *words, **own)


def own_portal(folder: Path, name: str) -> Any:
    settings = project_settings({"PORTAL_PORTALS": str(folder)})
    return registry(settings).portals[name]


ARTICLE = """<html><head>{head}<title>{title}</title></head><body>
<ul><li><a href="/tin">Tin tức</a></ul>
<div class="bai"><h1>{title}</h1><p class="ngay">{day} 08:{number}</p>
<div class="noi-dung"><p>{text}</p><p>{text} Phần hai.</p></div></div></body></html>"""


def unknown_site(
    server: WireServer,
    articles: int = 6,
    form: str = "/bai-viet-7000{n}.html",
    head: str = "",
    day: str = "0{n}/06/2024",
) -> str:
    """A site of no platform; `head` stands in the head of its pages.

    `day` is the date on an article's page, by its number; the listing's is the same without it.
    """
    root = f"http://127.0.0.1:{server.port}"
    titles = [f"Hội nghị sơ kết công tác chuyển đổi số lần thứ {n}" for n in range(articles)]
    rows = "".join(
        f'<div class="dong"><h3><a href="{form.format(n=n, word=chr(97 + n) * 3)}">{title}</a></h3>'
        f"<span>0{n % 9 + 1}/06/2024</span>"
        f"<p>Tóm tắt của bài viết số {n}, dài hơn một dòng.</p></div>"
        for n, title in enumerate(titles)
    )
    server.answer("/tin", page(f"<html>{head}<body><h1>Tin</h1><div>{rows}</div></body></html>"))
    server.answer("/", page(head + menu([("/tin", "Tin tức"), ("/van-ban", "Văn bản")])))
    for n, title in enumerate(titles):
        text = f"Nội dung của bài {n} kể về hội nghị, có đủ số liệu và tên người tham dự. " * 8
        shown = day.format(n=n % 9 + 1)
        body = ARTICLE.format(head=head, title=title, number=10 + n, text=text, day=shown)
        server.answer(form.format(n=n, word=chr(97 + n) * 3), page(body))
    return root
