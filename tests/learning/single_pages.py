"""Small pages of a site of which nothing is known, and their reading."""

from datetime import UTC, datetime

from archive.models import Article
from portal_crawler.learning.extract import extract_learned

NOW = datetime(2026, 11, 27, tzinfo=UTC)
URL = "https://so.example/tin-tuc/hoi-nghi-12.html"
TITLE = "Hội nghị triển khai kế hoạch chuyển đổi số năm 2026"
PARAGRAPHS = [
    f"Đoạn {number} của bài nói rằng các xã, phường trên địa bàn tỉnh, nhất là vùng xa, đã triển"
    f" khai kế hoạch thứ {number * 7} trong quý này, theo báo cáo của Sở."
    for number in range(1, 8)
]
BODY = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
TEXT = "\n\n".join(PARAGRAPHS)
MENU = "".join(f"<li><a href=/muc-{n}>Chuyên mục số {n}</a></li>" for n in range(9))


def page(body: str, *, title: str = f"{TITLE} - Sở Khoa học", head: str = "") -> str:
    return (
        f"<!DOCTYPE html><html lang=vi><head><meta charset=utf-8><title>{title}</title>{head}"
        f"</head><body><ul class=menu>{MENU}</ul>{body}</body></html>"
    )


def article_page(before: str = "", heading: str = f"<h1>{TITLE}</h1>", **head: str) -> str:
    return page(f"{before}<div class=main>{heading}<div class=c>{BODY}</div></div>", **head)


def read(html: str) -> Article:
    return extract_learned(html.encode(), URL, None, fetched_at=NOW)
