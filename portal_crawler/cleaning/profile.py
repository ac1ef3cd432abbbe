"""How one generation of one platform lays out its article pages."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The layout of an article page, as selectors: the first that finds something is taken.

    A selector is CSS; `::attr(name)` at its end takes an attribute in place of the text.
    """

    name: str
    title: tuple[str, ...]
    date: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    """Elements that name the author and stand before the byline in trust."""
    source: tuple[str, ...] = ()
    """Elements that name whom the text was taken from, as `author`; a label is taken off."""
    updated: tuple[str, ...] = ()
    """Where the page names its newest change: attributes, or texts that say "Cập nhật"."""
    tags: tuple[str, ...] = ()
    """Keywords that a reader sees: elements, one tag each, or an attribute with commas. Keywords
    for search engines alone are mostly the site's sections and no tags."""
    cover: tuple[str, ...] = ()
    """Pictures of the article outside of its body."""
    captions: tuple[str, ...] = ()
    """Elements of the body that are captions whatever they look like."""
    attachments: tuple[str, ...] = ()
    """Lists of documents outside of the body."""

    drop: tuple[str, ...] = ()
    """Elements inside the body that are furniture."""
    body_start: str | None = None
    """Marker inside the body: what stands before it is furniture."""
    body_end: str | None = None
    """Marker inside the body: what stands behind it is furniture."""

    title_separator: str | None = None
    """Where `<title>` reads "headline - section - site": what stands between the three."""
    last_byline: bool = False
    """Of several bylines the last names the author, where the system itself appends it."""
    month_first: bool = False
    """The site runs in en-US: 3/4/2024 is the fourth of March."""
    not_found: tuple[str, ...] = ()
    """The platform's own words for an article that is not there, as whole lines."""

    older: "Profile | None" = None
    """The layout from before, tried where this one finds no title."""


STANDARD_CATEGORY = (
    'meta[property="article:section"]::attr(content)',
    ".breadcrumb li:last-child",
    ".breadcrumb li:nth-last-child(2)",
)
"""OpenGraph's, then Bootstrap's trail, whose last step may be the article itself."""

STANDARD_TAGS = ('a[rel~="tag"]', 'meta[property="article:tag"]::attr(content)')
"""HTML's own link to a tag, then OpenGraph's. `meta[name="keywords"]` is none: it is about the site
more often than about the article."""

STANDARD_UPDATED = (
    'meta[property="article:modified_time"]::attr(content)',
    'meta[itemprop="dateModified"]::attr(content)',
    'time[itemprop="dateModified"]::attr(datetime)',
)
"""OpenGraph's and schema.org's. Published times are not among these: NukeViet 4.5 gives that of the
last edit for them."""


def with_standards(layout: Profile) -> Profile:
    """An unknown system's layout, with what HTML and its vocabularies name alike everywhere."""
    return replace(
        layout,
        category=layout.category or STANDARD_CATEGORY,
        tags=layout.tags or STANDARD_TAGS,
        updated=layout.updated or STANDARD_UPDATED,
    )
