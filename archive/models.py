"""The values that the archive stores, as frozen dataclasses. No input or output happens here."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of an article's body or cover, in page order."""

    src: str
    """Absolute URL."""
    caption: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A document that an article links to, embeds or offers for download."""

    href: str
    """Absolute URL."""
    name: str | None = None
    """The link's text or, where that says nothing, the file's name."""
    mime: str | None = None
    """Guessed from the file's ending; None where the ending is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One news item as cleaning reads it from one page. A field that the page lacks is None."""

    url: str
    title: str
    lead: str | None = None
    body: str | None = field(default=None, repr=False)
    """Plain text: paragraphs joined by a blank line, a table one paragraph, a line a row, a tab
    between cells."""
    author: str | None = None
    category: str | None = None
    published_at: str | None = None
    """`YYYY-MM-DDTHH:MM:SS+07:00`, or `YYYY-MM-DD` where the page shows no time."""
    images: tuple[Image, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    problems: tuple[str, ...] = ()
    """Codes of what looks wrong, such as `no-date`; sorted, each once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedArticle:
    """One row of a listing page: an article as the portal lists it."""

    key: str
    """The id that survives when the URL changes; with the portal it identifies the article."""
    url: str
    """Absolute URL."""
    title: str | None = None
    date: str | None = None
    """As Article.published_at."""
