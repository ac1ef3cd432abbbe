"""How one generation of one platform lays out its article pages."""

from dataclasses import dataclass, replace

from portal_crawler.cleaning.page.selectors import ParsedPage


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
    account: tuple[str, ...] = ()
    """Elements that show the account which filed the article. Where they stand in the body they are
    no text of it; a person's name in them is the author where nobody signs."""
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

LIFERAY_ACCOUNT = "p.view-content-author"
"""The account in Liferay 6, whose template sets it behind the editor's text."""

STANDARD_ACCOUNT = (
    LIFERAY_ACCOUNT,
    ".submitted .username",
    ".node__submitted .username",
    ".createdby [itemprop='name']",
    ".createdby",
    ".byline .author",
    ".posted-by .author",
    ".entry-meta .author",
    '.byline a[rel~="author"]',
)
"""The accounts of Liferay 6, Drupal, Joomla and WordPress."""


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
        account=layout.account or STANDARD_ACCOUNT,
        body_end=layout.body_end or LIFERAY_ACCOUNT,
        tags=layout.tags or STANDARD_TAGS,
        updated=layout.updated or STANDARD_UPDATED,
    )


WATCHED = ("date", "lead", "body", "category", "author", "cover", "tags", "source", "attachments")
"""Fields of a Profile that name elements. An element that is there but empty is found: the layout
is as it was, the article has no lead. A page without a title gives no article and is counted so."""


def watched_fields(layout: Profile) -> dict[str, tuple[str, ...]]:
    """The layout's selectors of the fields that are watched."""
    return {name: selectors for name in WATCHED if (selectors := getattr(layout, name))}


def missed_fields(page: ParsedPage, layout: Profile) -> tuple[str, ...]:
    """The fields of the layout of which no selector finds an element. To be asked before passes
    over the body take elements away."""
    watched = watched_fields(layout)
    return tuple(name for name, selectors in watched.items() if page.first(selectors) is None)


MACHINE_DATES = (
    'meta[property="article:published_time"]::attr(content)',
    'meta[itemprop="datePublished"]::attr(content)',
    '[itemprop="datePublished"]::attr(content)',
    "time[datetime]::attr(datetime)",
    'meta[name="pubdate"]::attr(content)',
)
"""When the article was published, in the order of trust."""
