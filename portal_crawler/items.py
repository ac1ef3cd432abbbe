"""The items that spiders hand to the pipelines."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime

from archive.models import Article, Capture, ListedArticle
from archive.recording.rows import ReservedRows


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRows:
    """The rows of one listing page."""

    section: str
    first_position: int
    rows: tuple[ListedArticle, ...] = field(repr=False)
    capture: "Future[Capture]" = field(repr=False)


@dataclass(slots=True, kw_only=True)
class ArticlePage:
    """The page of an article; the pipelines add what they read from it."""

    key: str
    section: str
    listed_title: str | None
    """As in the record of the capture that holds the body."""
    url: str
    body: bytes = field(repr=False)
    content_type: str | None
    fetched_at: datetime
    truncated: bool
    capture: "Future[Capture]" = field(repr=False)
    stored: Capture | None = field(default=None, repr=False)
    """For a 304: the capture that holds the body."""
    rows: ReservedRows | None = field(default=None, repr=False)
    """The place in the order of writing for the rows of the page; taken by the pipeline Clean."""
    article: Article | None = field(default=None, repr=False)
    """Added by the pipeline Clean."""
    general: str | None = field(default=None, repr=False)
    """A general extractor's reading, added by Clean if the page is compared with it."""
    read_by: object = field(default=None, repr=False)
    """The declaration that Clean read the page with; one that learns is replaced now and then."""
