"""A listing of an imported file names the articles that come after it, as one of a crawl does."""

from datetime import UTC, datetime

from archive.models import ListedArticle
from archive.warc.http1 import Head
from archive.warc.reader import StoredAnswer
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.reprocessing.claims import MOST_LISTED, Claims, ForeignPage
from tests.support.portals import ORIGIN, Wire

PAGE_ROWS = 50_000
NOW = datetime(2026, 11, 1, tzinfo=UTC)


class Wordy(Wire):
    """Its listings name articles whose addresses say nothing; page N begins at row N."""

    name = "wordy"

    @classmethod
    def article_key(cls, url: str) -> str | None:
        del url
        return None

    @classmethod
    def read_listing_page(
        cls, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> ListingPage:
        del url, fetched_at, content_type
        numbers = range(int(body), int(body) + PAGE_ROWS)
        rows = (ListedArticle(key=str(n), url=f"{ORIGIN}/tin-{n}") for n in numbers)
        return ListingPage(tuple(rows), None)


def answer(body: bytes) -> StoredAnswer:
    return StoredAnswer(Head(length=0, status=200, headers=()), body, b"")


def test_an_article_has_the_key_that_a_listing_before_it_gives_up_to_a_number_of_rows() -> None:
    claims = Claims({"wordy": Wordy})
    listing = Wordy.sections["tin-tuc"]

    def role_and_key(number: int) -> tuple[str, str | None]:
        page = ForeignPage(f"{ORIGIN}/tin-{number}", NOW, "text/html", None)
        claim = claims.of(page)
        return claim.role, claim.key

    assert role_and_key(0) == ("other", None)
    for first in range(0, MOST_LISTED + PAGE_ROWS, PAGE_ROWS):
        claims.of(ForeignPage(listing, NOW, "text/html", answer(str(first).encode())))
    assert role_and_key(0) == ("article", "0")
    assert role_and_key(MOST_LISTED - 1) == ("article", str(MOST_LISTED - 1))
    assert role_and_key(MOST_LISTED) == ("other", None)
