"""Pagers of ASP.NET systems: links to the listing's own path, else the page posted back."""

from portal_crawler.ways.linked_or_posted import LinkedOrPosted
from portal_crawler.ways.requests import ListingAnswer, ListingRequest

URL = "http://sotttt.test/tintuc/Pages/Tin-Tong-Hop.aspx"
WAY = LinkedOrPosted(pattern=r"[?&](?i:page)=(\d{1,6})")
FORM = '<form action="x.aspx"><input type="hidden" name="__VIEWSTATE" value="S1">{}</form>'


def following(links: str, page: int = 2) -> ListingRequest | None:
    body = FORM.format(links).encode()
    answer = ListingAnswer(request=ListingRequest(url=URL), url=URL, body=body, page=page - 1)
    return WAY.following(answer, page)


def test_a_link_with_the_pages_number_is_followed_whatever_the_case_of_its_path() -> None:
    links = (
        '<a href="?date=&amp;Page=2">2</a><a href="/TinTuc/Pages/tin-tong-hop.aspx?Page=9">9</a>'
    )
    found = following(links)
    assert found is not None
    assert (found.url, found.is_post) == (f"{URL}?date=&Page=2", False)
    further = following(links, page=3)
    assert further is not None
    assert further.url == "http://sotttt.test/TinTuc/Pages/tin-tong-hop.aspx?Page=3"


def test_a_page_without_such_links_is_posted_back() -> None:
    found = following("<a href=\"javascript:__doPostBack('g','Page$2')\">2</a>")
    assert found is not None
    assert found.is_post
    assert b"__EVENTARGUMENT=Page%242" in (found.body or b"")


def test_links_to_another_path_are_of_another_listing() -> None:
    assert following('<a href="/anh/Pages/thu-vien.aspx?page=2">2</a>') is None
