"""The first paragraph in bold is the lead on systems without an element for it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from archive.models import Article
from portal_crawler.cleaning.extraction import extract
from portal_crawler.cleaning.profile import Profile

LEAD = "Sáng nay, Sở tổ chức hội nghị sơ kết sáu tháng đầu năm và triển khai nhiệm vụ cuối năm."
TEXT = "Hội nghị nghe báo cáo kết quả và bàn các giải pháp trong thời gian tới."
PROFILE = Profile(name="own", title=("h1",), lead=(".sapo",), body=(".text",), bold_lead=True)


def read(markup: str, profile: Profile = PROFILE) -> Article:
    html = f"<html><meta charset=utf-8><body><h1>Hội nghị</h1>{markup}</body></html>"
    return extract(html.encode(), "http://a.test/", profile, fetched_at=datetime.now(UTC))


def text(first: str, *behind: str) -> str:
    rest = "".join(f"<p>{one}</p>" for one in (*behind, TEXT))
    return f'<div class="text"><p>&nbsp;</p><p>{first}</p>{rest}</div>'


@pytest.mark.parametrize(
    "first",
    [
        f"<b>{LEAD}</b>",
        f"<strong><em>{LEAD[:40]}</em></strong> <strong>{LEAD[41:]}</strong>",
        f'<span><strong>{LEAD}<br></strong></span><img src="/a.jpg">',
    ],
)
def test_a_first_paragraph_that_alone_is_bold_is_the_lead_and_no_text(first: str) -> None:
    article = read(text(first))
    assert (article.lead, article.body) == (LEAD, TEXT)


@pytest.mark.parametrize(
    "markup",
    [
        text(LEAD),
        text(f"<b>{LEAD[:50]}</b>{LEAD[50:]}"),
        text("<b>Công tác sáu tháng đầu năm</b>"),
        f'<div class="text"><p><b>{LEAD}</b></p><p><b>{TEXT}</b></p></div>',
        f'<p class="sapo"></p>{text(f"<b>{LEAD}</b>")}',
        '<div class="text"></div>',
        "",
    ],
)
def test_other_beginnings_are_no_lead(markup: str) -> None:
    assert read(markup).lead is None


def test_a_layout_that_does_not_say_so_has_no_lead_in_the_text() -> None:
    article = read(text(f"<b>{LEAD}</b>"), replace(PROFILE, bold_lead=False))
    assert (article.lead, article.body) == (None, f"{LEAD}\n\n{TEXT}")
