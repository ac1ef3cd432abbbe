"""What repeats on all pages of a site and belongs to its articles: captions, signatures, links to
documents. A learned layout loses none of it that the reading of each page alone shows."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from archive.models import Article
from tests.learning.departments import (
    BELOW,
    FRAMES,
    INSIDE,
    PEOPLE,
    PICTURES,
    Department,
    Told,
    learned,
    pages_of,
    read,
)

UNSEEN = 4
"""Pages that the layout is not learned from."""


def readings(site: Department, count: int) -> list[tuple[Told, Article]]:
    pages = pages_of(site, count + UNSEEN)
    model = learned(pages[:count])
    return [(told, read(told, model)) for told in pages]


def pictures(article: Article) -> tuple[str, ...]:
    return tuple(image.src for image in article.images)


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("picture", PICTURES)
def test_a_picture_is_kept_though_its_caption_is_the_same_on_all_pages(
    picture: str, frame: str
) -> None:
    site = Department(frame=frame, picture=picture, says=("Ảnh: Sở TT&amp;TT",))
    for told, article in readings(site, 9):
        assert (pictures(article), article.body) == (told.images, told.body)
        assert {image.caption for image in article.images} <= {"Ảnh: Sở TT&TT"}


@pytest.mark.parametrize("picture", PICTURES)
def test_a_few_captions_in_turn_stay_captions(picture: str) -> None:
    site = Department(picture=picture, says=("Quang cảnh hội nghị", "Ảnh minh họa", "Ảnh: Thu Hà"))
    for told, article in readings(site, 16):
        assert tuple(image.caption for image in article.images) == told.captions
        assert article.body == told.body


@pytest.mark.parametrize("frame", FRAMES)
def test_a_picture_that_all_pages_show_is_the_sites(frame: str) -> None:
    for told, article in readings(Department(frame=frame, logo=True), 12):
        assert (pictures(article), article.body) == (told.images, told.body)


def test_a_picture_that_some_articles_share_is_theirs() -> None:
    pages = pages_of(Department(), 20)
    shared = "https://so.example/uploads/anh-minh-hoa.jpg"
    for at in (0, 3, 6, 9, 12, 15):
        html = pages[at].html.decode().replace(pages[at].images[0], shared)
        pages[at] = replace(pages[at], html=html.encode(), images=(shared,))
    model = learned(pages)
    assert [pictures(read(told, model)) for told in pages] == [told.images for told in pages]


@pytest.mark.parametrize("frame", ["boxes", "flat"])
@pytest.mark.parametrize("sign", [*INSIDE, *BELOW])
def test_whoever_signs_in_turn_is_the_author(sign: str, frame: str) -> None:
    for told, article in readings(Department(frame=frame, sign=sign), 20):
        assert (article.author, article.body) == (told.signed, told.body)


@pytest.mark.parametrize("signers", [1, 3, 12])
@pytest.mark.parametrize("sign", ["class", "right", "box below"])
def test_any_number_of_people_may_sign(sign: str, signers: int) -> None:
    site = Department(frame="cells", sign=sign, lines=PEOPLE[:signers])
    for told, article in readings(site, 12):
        assert (article.author, article.body) == (told.signed, told.body)


@pytest.mark.parametrize("count", [6, 40])
def test_a_signature_is_the_author_on_any_number_of_pages(count: int) -> None:
    for told, article in readings(Department(sign="class"), count):
        assert (article.author, article.body) == (told.signed, told.body)


@pytest.mark.parametrize("sign", ["class", "box", "other box below"])
@pytest.mark.parametrize(
    "lines",
    [
        ("T.H", "M.K", "N.V.A"),
        ("Phòng Công nghệ thông tin", "Văn phòng Sở", "Thanh tra Sở"),
        ("Ban Biên tập",),
        ("Thu Hà", "Ban Biên tập", "T.H", "Sao Biển"),
        ("Thu Hà - Minh Khuê", "Hoàng Yến, Bảo Ngọc"),
    ],
)
def test_a_place_for_signers_names_the_author_whatever_the_form(
    sign: str, lines: tuple[str, ...]
) -> None:
    for told, article in readings(Department(sign=sign, lines=lines), 20):
        assert (article.author, article.body) == (told.signed, told.body)


@pytest.mark.parametrize("sign", ["class", "right", "box below"])
@pytest.mark.parametrize("lines", [("Theo Báo Nhân Dân", "Theo VnExpress"), ("Nguồn: TTXVN",)])
def test_a_line_with_a_source_is_the_source(sign: str, lines: tuple[str, ...]) -> None:
    for told, article in readings(Department(sign=sign, lines=lines), 16):
        source = told.signed.removeprefix("Theo ").removeprefix("Nguồn: ")
        assert (article.source, article.author, article.body) == (source, None, told.body)


@pytest.mark.parametrize(
    "tail",
    [
        tuple(f'<p class="tai-khoan">can.bo.{at}</p>' for at in range(4)),
        tuple(f'<p class="muc">{name}</p>' for name in ("Chuyển đổi số", "Bưu chính", "Báo chí")),
        ('<p class="dau">Sở Khoa học Lâm Phước</p>',),
        ('<p class="dau">Cổng thông tin điện tử của ngành</p>',),
        ('<div class="in">In bài viết</div>',),
    ],
)
def test_other_lines_with_few_values_below_the_signature_are_the_sites(
    tail: tuple[str, ...],
) -> None:
    for told, article in readings(Department(sign="class", tail=tail), 24):
        assert (article.author, article.body) == (told.signed, told.body)
    for told, article in readings(Department(lines=(), tail=tail), 24):
        assert (article.author, article.source, article.body) == (None, None, told.body)


@pytest.mark.parametrize("frame", FRAMES)
def test_a_document_is_kept_though_its_link_says_the_same_on_all_pages(frame: str) -> None:
    for told, article in readings(Department(frame=frame, document="Tải văn bản tại đây"), 12):
        assert tuple(document.href for document in article.attachments) == told.documents
        assert (article.author, article.body) == (told.signed, told.body)


def test_a_caption_below_the_first_paragraph_makes_it_no_lead() -> None:
    for told, article in readings(Department(frame="cells", lead=False), 16):
        assert (article.lead, article.body) == (None, told.body)


LINES = (PEOPLE[:1], PEOPLE[:4], ("Tin, ảnh: Thu Hà",), ("Ban Biên tập",), PEOPLE)

Shown = Callable[[Article, Told], int]
SHOWN: dict[str, Shown] = {
    "pictures": lambda article, told: len({*pictures(article)} & {*told.images}),
    "captions": lambda article, _told: sum(image.caption is not None for image in article.images),
    "documents": lambda article, told: sum(
        document.href in told.documents for document in article.attachments
    ),
    "lead": lambda article, told: article.lead == told.lead,
    "signature": lambda article, told: (
        told.signed in (article.author, article.source, article.account)
        or (article.body or "").endswith(told.signed)
    ),
    "body": lambda article, told: article.body == told.body,
}


@pytest.mark.parametrize("number", range(10))
def test_a_learned_layout_shows_all_that_each_page_alone_shows(number: int) -> None:
    site = Department(
        name=f"mix {number}",
        frame=[*FRAMES][number % 3],
        picture=[*PICTURES][number % 6],
        says=[(), ("Ảnh minh họa",), ("Ảnh: Thu Hà", "Ảnh: Internet")][number // 2 % 3],
        sign=[*INSIDE, *BELOW][(number * 5 + 1) % 9],
        lines=[PEOPLE[:1], PEOPLE[:4], ("Tin, ảnh: Thu Hà",), ("Ban Biên tập",), PEOPLE][
            number % 5
        ],
        document=["", "Tải về tại đây"][number // 3 % 2],
        logo=number % 4 == 1,
        lead=number % 3 != 2,
    )
    count = (6, 8, 12, 20)[number % 4]
    pages = pages_of(site, count + UNSEEN)
    model = learned(pages[:count])
    found = [(read(told, model), read(told, None), told) for told in pages]
    for name, shown in SHOWN.items():
        own = sum(shown(article, told) for article, _, told in found)
        alone = sum(shown(article, told) for _, article, told in found)
        assert own >= alone, name
