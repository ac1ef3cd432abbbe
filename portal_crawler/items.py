"""What spiders hand to the pipelines."""

from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime

from archive.models import Article, Capture, ListedArticle
from archive.recording.rows import Place


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
    url: str
    body: bytes = field(repr=False)
    content_type: str | None
    fetched_at: datetime
    truncated: bool
    capture: "Future[Capture]" = field(repr=False)
    stored: Capture | None = field(default=None, repr=False)
    """Where the answer was 304: the capture that holds the body."""
    rows: Place | None = field(default=None, repr=False)
    """Where the rows that the page makes are put; taken by the pipeline Clean."""
    article: Article | None = field(default=None, repr=False)
    """Added by the pipeline Clean."""
    general: str | None = field(default=None, repr=False)
    """Added by Clean to a page that is compared: a general extractor's reading."""
    read_by: object = field(default=None, repr=False)
    """The declaration that Clean read it with: of a site that teaches its layout it changes."""
