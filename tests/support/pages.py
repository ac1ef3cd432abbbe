"""The pages that the portals of `portals` consist of."""

from collections.abc import Iterable

SENTENCE = "Sáng nay, Sở tổ chức hội nghị sơ kết sáu tháng đầu năm và triển khai nhiệm vụ. "


def listing(
    articles: Iterable[int], *, following: str | None = None, total: int | None = None,
    titles: dict[int, str] | None = None, prefix: str = "",
) -> str:  # fmt: skip
    """A listing page that names articles by number."""
    given = titles or {}
    rows = "".join(
        f'<li class="row"><a href="{prefix}/tin/{number}">{given.get(number, f"Tin số {number}")}'
        f'</a><span class="date">{number % 28 + 1:02d}/03/2024 08:00</span></li>'
        for number in articles
    )
    link = f'<a rel="next" href="{following}">»</a>' if following else ""
    count = f'<p class="total">{total}</p>' if total is not None else ""
    return f"<html><meta charset=utf-8><body><ul>{rows}</ul>{count}{link}</body></html>"


def article(
    number: int, *, title: str | None = None, date: str | None = "05/03/2024 08:30",
    body: str = SENTENCE * 3, charset: str = "utf-8",
) -> str:  # fmt: skip
    """The page of an article."""
    shown = f'<span class="date">{date}</span>' if date else ""
    return (
        f"<html><head><meta charset={charset}></head><body><h1>{title or f'Tin số {number}'}</h1>"
        f'{shown}<p class="lead">Tóm tắt của tin số {number}.</p>'
        f'<div class="body"><p>{body}</p><p><img src="/anh/{number}.jpg"></p>'
        f'<p><a href="/tai-lieu/{number}.pdf">Tài liệu {number}</a></p></div></body></html>'
    )
