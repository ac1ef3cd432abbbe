"""Pagers as portals write them, and what looks like one: followed, seen, or left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.cleaning.listings.found import next_page
from portal_crawler.platforms.generic import article_key
from tests.cleaning.test_link_lists import URL, listing, row

HERE = "http://so.example/tin-tuc"
ROWS = "".join(row(number) for number in range(1, 6))

FOLLOWED = {
    "a lone 2": '<div><a href="/tin-tuc?page=2">2</a></div>',
    "a current 1 that is no link": '<p><b>1</b> <a href="?page=2">2</a></p>',
    "a word and a number": '<div><a href="?page=1">Trang 1</a> <a href="?page=2">Trang 2</a></div>',
    "brackets": '<div>[1] <a href="?page=2">[2]</a> <a href="?page=3">[3]</a></div>',
    "two digits": '<ul><li>01</li><li><a href="?page=2">02</a></li></ul>',
    "a double arrow alone": '<div class="pages"><a href="?page=2">»</a></div>',
    "two brackets": '<div><a href="?page=2">&gt;&gt;</a></div>',
    "older": '<div><a href="/tin-tuc/page/2">Cũ hơn</a></div>',
    "older news": '<div><a href="/tin-tuc/page/2">« Tin cũ hơn</a></div>',
    "read on": '<p><a href="/tin-tuc?trang=2">Xem tiếp</a></p>',
    "English": '<p><a href="/tin-tuc?page=2">Older posts</a></p>',
    "a class": '<div><a class="next" href="/tin-tuc?page=2"><i class="fa"></i></a></div>',
    "a class of several words": '<div><a class="btn pagination-next" href="?page=2">&nbsp;</a></div>',  # noqa: E501
    "a class in camel case": '<div><a id="ctl00_lnkPagerNext" href="?page=2"><img src="/n.gif"></a></div>',  # noqa: E501
    "a label": '<div><a aria-label="Trang sau" href="?page=2"><svg></svg></a></div>',
    "a label of an icon": '<div><a href="?page=2"><img alt="Next" src="/n.gif"></a></div>',
    "an item with an icon": '<ul><li class="next"><a href="?page=2"><i></i></a></li></ul>',
    "in navigation that is named": '<nav class="pagination"><a href="?page=2">2</a><a href="?page=3">3</a></nav>',  # noqa: E501
    "addresses to choose from": (
        '<select><option value="?page=1">1</option><option value="?page=2">2</option></select>'
    ),
    "near and far arrows": '<p><a href="?page=9">»</a><a href="?page=2">&rsaquo;</a></p>',
}  # fmt: skip

SEEN = {
    "a post-back": "<p>1 <a href=\"javascript:__doPostBack('x','Page$2')\">2</a></p>",
    "a script": '<ul><li>1</li><li><a href="#" onclick="go(2)">2</a></li></ul>',
    "data": '<ul class="pager"><li data-page="1">1</li><li data-page="2">2</li></ul>',
    "a choice of numbers": '<select onchange="go()"><option value="1">1<option value="2">2</select>',  # noqa: E501
    "a button": '<div><button onclick="more()">Trang sau</button></div>',
    "a word by script": '<p><a href="javascript:void(0)" class="next">Tiếp »</a></p>',
    "buttons with numbers": "<div><button>1</button><button>2</button><button>3</button></div>",
}

NO_PAGERS = {
    "breadcrumbs": '<div class="breadcrumb"><a href="/">Trang chủ</a> » <a href="/tin-tuc/a">»</a></div>',  # noqa: E501
    "a menu": '<nav><ul><li><a href="/2">2</a></li><li class="next"><a href="/x">Sau</a></li></ul></nav>',  # noqa: E501
    "a calendar": "<table>" + "".join(f'<td><a href="?ngay={d}">{d}</a>' for d in range(1, 32)) + "</table>",  # noqa: E501
    "a calendar's month": '<div class="calendar"><a href="/tin-tuc?thang=2">»</a></div>',
    "years": '<p><a href="/tin-tuc?nam=2022">2022</a> <a href="/tin-tuc?nam=2023">2023</a></p>',
    "a rating": '<div class="rating"><a onclick="r(1)">1</a><a onclick="r(2)">2</a></div>',
    "a carousel": '<div class="carousel"><a class="carousel-control-next" href="#c" role="button"></a></div>',  # noqa: E501
    "slides": '<div class="slick-dots"><button>1</button><button>2</button></div>',
    "a link that reads on": row(9) + '<p><a href="/tin-tuc/bai-thu-chin-cua-trang-nay">Xem tiếp</a></p>',  # noqa: E501
    "another section": '<div><a href="/van-ban/2">2</a></div>',
    "arrows to other sections": '<div><a href="/thong-bao">»</a></div>',
    "the last page": '<p><a href="?page=1">1</a> <b>1</b> <span class="next disabled">Sau</span></p>',  # noqa: E501
    "a link that is switched off": '<p><a class="next disabled" href="/tin-tuc?page=2">Sau</a></p>',
    "how many pages": "<p>Trang 1/2</p><p>Trang 2</p>",
    "a poll": '<form class="poll"><input type="radio" value="1"><input type="radio" value="2"></form>',  # noqa: E501
    "the foot": '<footer><a href="/tin-tuc?page=2" class="next">Sau</a></footer>',
}  # fmt: skip


def found(pager: str, page: int = 2) -> tuple[str | None, bool]:
    read = next_page(listing(ROWS, pager), URL, page, article_key)
    return read.following, read.seen is not None


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_pager_of_links_is_followed(name: str) -> None:
    following, seen = found(FOLLOWED[name])
    assert following is not None
    assert following.startswith(HERE)
    assert "2" in following
    assert not seen


@pytest.mark.parametrize("name", SEEN)
def test_a_pager_that_acts_by_script_is_seen(name: str) -> None:
    assert found(SEEN[name]) == (None, True)


@pytest.mark.parametrize("name", NO_PAGERS)
def test_what_is_no_pager_is_left_alone(name: str) -> None:
    assert found(NO_PAGERS[name]) == (None, False)


@pytest.mark.parametrize("pager", [FOLLOWED["brackets"], SEEN["a script"], SEEN["data"]])
def test_on_the_last_page_no_page_is_behind(pager: str) -> None:
    assert found(pager, page=4) == (None, False)


MARKUP = st.lists(
    st.sampled_from(
        ["<ul class=pager>", "</ul>", "<li>", "<a href=?p=2>", "</a>", "1", "2", "»", "Tiếp", "<b>",
         "<select>", "<option value=?p=2>", "<a onclick=x>", "<nav>", "</nav>", "<td>", "é", "<i>"]
    ),
    max_size=40,
)  # fmt: skip


@given(MARKUP)
def test_wild_markup_gives_a_pager_or_none_but_no_error(parts: list[str]) -> None:
    following, seen = found("".join(parts))
    assert not (following and seen)
