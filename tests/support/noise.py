"""What pages change by themselves from one crawl to the next, in the shapes of real portals."""

import re

COUNTERS = re.compile(
    r"((?:Đã xem|Lượt xem|Số lượt xem|Lượt đọc|lượt truy cập|Hôm nay|Đang truy cập|Đang online)"
    r"[^<\d]{0,3}(?:<[^>]+>)?\s*)\d[\d.]*|\d[\d.]*(\s*lượt xem)"
)
BODY = re.compile(r"<body[^>]*>")
WEEKDAYS = ("hai", "ba", "tư", "năm", "sáu", "bảy")


def counted_on(html: str, crawl: int) -> str:
    """A page as a crawl of that number gets it: counters, today's date, tokens and ages go on."""
    count = 1000 + 37 * crawl
    html = COUNTERS.sub(lambda found: f"{found[1] or ''}{count}{found[2] or ''}", html)
    top = (
        f'<div class="top-bar"><span>Hôm nay: Thứ {WEEKDAYS[crawl % 6]}, {crawl:02d}/11/2026, '
        f"{crawl:02d}:15</span><form><input type=hidden name=_csrf value=t{count}></form></div>"
    )
    aside = "".join(
        f'<li><a href="/xem/{number}">Tin đang được đọc nhiều số {number}</a>'
        f"<span>{crawl * number} phút trước</span></li>"
        for number in range(1, 5)
    )
    bottom = (
        f'<div class="moi-nhat"><h3>Tin mới</h3><ul>{aside}</ul></div>'
        f'<div class="thong-ke"><p>Đang truy cập: {crawl}</p><p>Tổng lượt truy cập: {count}</p>'
        f"</div><script>var nonce = {count};</script></body>"
    )
    html = BODY.sub(lambda found: found[0] + top, html, count=1)
    return html.replace("</body>", bottom)


def meters(crawl: int) -> str:
    """The line of time and counters above a text, as NukeViet sets it, and share buttons."""
    return (
        '<div class="row"><span class="h5">Thứ ba - 05/03/2024 16:29</span> '
        f'<em class="fa fa-eye"></em> {100 + crawl} <em class="fa fa-comment"></em> {crawl}</div>'
        f'<span class="hidden d-none">{crawl}</span><p class="share">Thích {crawl} Chia sẻ '
        f"{2 * crawl}</p>"
    )
