"""A Liferay portal that is made up, of the size and shape of the saved one, for a fresh clone.

    python -m benchmarks.made_up_portal PAGES

Prints the address of a proxy that serves PAGES listing pages of twenty articles, until it is ended.
"""

import random
import sys
import threading
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from benchmarks.long_portal import served

ORIGIN = "http://sotttt.hanoi.gov.vn"
LISTING = "/vi/tin-tuc-su-kien"
ROWS = 20
FIRST_DAY = date(2022, 8, 26)
A_DAY = 2
FIRST_ID = 4_600_000
HTML = "text/html; charset=UTF-8"

TEXT = (
    "sở thông tin truyền thông thành phố kế hoạch công tác chuyển đổi số dịch vụ công trực tuyến "
    "người dân doanh nghiệp hội nghị triển khai ứng dụng cơ quan nhà nước báo chí bưu chính "
    "viễn thông an toàn đường quận huyện tập huấn cán bộ kết quả thực hiện năm quý tháng"
)
WORDS = TEXT.split()
MENU_LINKS = 150
SCRIPT_LINES = 260
"""Together they make a page as long as one of the saved portal: 47 kB, most of it no text."""

PARAGRAPHS = (6, 18)
PARAGRAPH_WORDS = (30, 90)


@dataclass(slots=True)
class MadeUpSite:
    """The server's answers by address, made beforehand."""

    answers: dict[str, tuple[str, bytes]]
    first_asked: float | None = None
    last_sent: float = 0.0

    def body(self, url: str) -> tuple[str, bytes]:
        """Media type and body of an address."""
        return self.answers[url]


def made_up_site(pages: int) -> MadeUpSite:
    """A portal of so many listing pages and their articles; always the same bytes."""
    answers = {f"{ORIGIN}/robots.txt": ("text/plain", b"User-agent: *\nAllow: /\n")}
    for page in range(1, pages + 1):
        path = LISTING if page == 1 else _pager(page)
        answers[ORIGIN + path] = HTML, _listing(page, pages).encode()
    for number in range(FIRST_ID, FIRST_ID - pages * ROWS, -1):
        answers[ORIGIN + _address(number)] = HTML, _article(number).encode()
    return MadeUpSite(answers)


def article_pages(pages: int) -> dict[str, bytes]:
    """The articles' bodies by address."""
    answers = made_up_site(pages).answers
    return {url: body for url, (_, body) in answers.items() if "/view_content/" in url}


def _listing(page: int, pages: int) -> str:
    first = FIRST_ID - (page - 1) * ROWS
    rows = "".join(_row(number) for number in range(first, first - ROWS, -1))
    following = f'<li><a href="{escape(_pager(page + 1))}">Tiếp</a></li>' if page < pages else ""
    return _page(
        "Tin tức sự kiện",
        f'<h1 class="portlet-title">Tin tức sự kiện</h1>{rows}<small class="search-results">'
        f"Hiển thị {page} trong tổng số {pages * ROWS} kết quả.</small>"
        f'<ul class="pager lfr-pagination-buttons"><li><a href="{escape(_pager(1))}">Đầu</a></li>'
        f"{following}</ul>",
    )


def _article(number: int) -> str:
    """A page of its own, with a lead and paragraphs of words that fit no sentence."""
    pick = random.Random(number)
    paragraphs = "".join(
        f"<p style='text-align: justify;'>{_sentence(pick, *PARAGRAPH_WORDS)}</p>\n"
        for _ in range(pick.randint(*PARAGRAPHS))
    )
    return _page(
        _title(number),
        f'<h1 class="portlet-title">Tin tức sự kiện</h1><div class="asset-full-content">'
        f'<h3 class="asset-full-content-title">{_title(number)}</h3>{_shown_date(number)}'
        f'<div class="asset-content"><div class="journal-content-article">'
        f'<div class="sapo-wrapper"><div class="sapo"><strong>{_sentence(pick, 20, 40)}'
        f'</strong></div></div>{paragraphs}<p class="view-content-author" align="right">bientap</p>'
        f"</div></div></div>",
    )


def _row(number: int) -> str:
    return (
        f'<div class="asset-bounddary"><div class="asset-abstract"><h3 class="asset-title">'
        f'<a href="{_address(number)}">{_title(number)}</a>'
        f'</h3>{_shown_date(number)}<div class="asset-summary">Tóm tắt tin số {number}.</div>'
        f"</div></div>\n"
    )


def _pager(page: int) -> str:
    query = "p_p_id=101&p_p_lifecycle=0&p_p_state=normal&_101_delta=20&_101_cur="
    return f"{LISTING}?{query}{page}"


def _address(number: int) -> str:
    return f"{LISTING}/-/view_content/{number}-tin-so-{number}.html"


def _title(number: int) -> str:
    return f"{_sentence(random.Random(-number), 8, 16)[:-1]} số {number}"


def _shown_date(number: int) -> str:
    day = FIRST_DAY - timedelta(days=(FIRST_ID - number) // A_DAY)
    return f'<div class="assetPublishDate block_timer">Ngày đăng {day:%d/%m/%Y} | 09:30 AM</div>'


def _sentence(pick: random.Random, least: int, most: int) -> str:
    return " ".join(pick.choices(WORDS, k=pick.randint(least, most))).capitalize() + "."


def _page(title: str, content: str) -> str:
    menu = "".join(
        f'<li class="menu-item"><a href="/vi/chuyen-muc-{each}" title="Chuyên mục {each}">'
        f"Chuyên mục số {each} của cổng thông tin</a></li>\n"
        for each in range(MENU_LINKS)
    )
    script = "\n".join(
        f'Liferay.Portlet.register("portlet_{each}", {{pltId: {each}, isStatic: "end"}});'
        for each in range(SCRIPT_LINES)
    )
    return (
        f'<!DOCTYPE html><html class="aui ltr" lang="vi-VN"><head><title>{title} - Sở Thông Tin'
        f' Và Truyền Thông</title><meta charset="utf-8"><script>{script}</script></head><body>'
        f'<nav id="navigation"><ul class="navi">{menu}</ul></nav><div id="main-content">{content}'
        f'</div><div id="footer"><p>Ghi rõ nguồn khi phát hành lại.</p></div></body></html>'
    )


def main() -> None:
    """Serve until this is ended."""
    with served(made_up_site(int(sys.argv[1]))) as proxy:
        print(proxy, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
