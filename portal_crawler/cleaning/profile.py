"""The layout of the article pages of one generation of a platform."""

from dataclasses import dataclass, replace

from portal_crawler.cleaning.page.selectors import ParsedPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The layout of an article page, as selectors by field: the first that finds something is used.

    A selector is CSS; `::attr(name)` at its end takes an attribute in place of the text.
    """

    name: str
    title: tuple[str, ...]
    date: tuple[str, ...] = ()
    date_guesses: tuple[str, ...] = ()
    """Elements that may show the date; a date that is stated for machines is trusted more."""
    lead: tuple[str, ...] = ()
    body: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    """Elements that name the author; they are trusted more than the byline."""
    account: tuple[str, ...] = ()
    """Elements that show the account which filed the article. Inside the body they are not its
    text. A person's name in them is the author if the article has no other."""
    source: tuple[str, ...] = ()
    """Elements that name the source of the text, trusted as `author` is; a label is removed."""
    updated: tuple[str, ...] = ()
    """The time of the newest change: attributes, or texts that say "Cập nhật"."""
    tags: tuple[str, ...] = ()
    """Keywords that readers see: elements, one tag each, or an attribute with commas. Keywords for
    search engines are mostly the site's sections."""
    cover: tuple[str, ...] = ()
    """Pictures of the article outside of its body."""
    captions: tuple[str, ...] = ()
    """Elements of the body that are captions whatever they look like."""
    attachments: tuple[str, ...] = ()
    """Lists of documents outside of the body."""

    drop: tuple[str, ...] = ()
    """Elements inside the body that are boilerplate."""
    body_start: str | None = None
    """A marker inside the body: everything before it is boilerplate."""
    body_end: str | None = None
    """A marker inside the body: everything behind it is boilerplate."""

    title_separator: str | None = None
    """The separator in a `<title>` of the form "headline - section - site"."""
    last_byline: bool = False
    """The last of several bylines names the author, because the system appends it."""
    bold_lead: bool = False
    """The system has no element for the lead: a first paragraph that alone is bold is the lead."""
    month_first: bool = False
    """The site runs in en-US: 3/4/2024 is the fourth of March."""
    not_found: tuple[str, ...] = ()
    """The platform's own words for an article that is not there, as whole lines."""

    older: "Profile | None" = None
    """The layout before this one, tried if this one finds no title."""


STANDARD_CATEGORY = (
    'meta[property="article:section"]::attr(content)',
    ".breadcrumb li:last-child",
    ".breadcrumb li:nth-last-child(2)",
)
"""OpenGraph's section, then Bootstrap's breadcrumb, whose last step may be the article itself."""

STANDARD_TAGS = ('a[rel~="tag"]', 'meta[property="article:tag"]::attr(content)')
"""HTML's link to a tag, then OpenGraph's tags. `meta[name="keywords"]` is left out: it describes
the site more often than the article."""

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
"""The times of change of OpenGraph and schema.org. Times of publication are left out: NukeViet 4.5
puts the last edit there."""


def with_standards(layout: Profile) -> Profile:
    """An unknown system's layout, completed with the elements that HTML and its vocabularies
    define."""
    return replace(
        layout,
        category=layout.category or STANDARD_CATEGORY,
        account=layout.account or STANDARD_ACCOUNT,
        body_end=layout.body_end or LIFERAY_ACCOUNT,
        tags=layout.tags or STANDARD_TAGS,
        updated=layout.updated or STANDARD_UPDATED,
    )


WATCHED = ("date", "lead", "body", "category", "author", "cover", "tags", "source", "attachments")
"""Fields of a Profile whose selectors are watched for a change of layout. An empty element counts
as found: the layout is the same. The title is left out: a page without one gives no article."""


def watched_fields(layout: Profile) -> dict[str, tuple[str, ...]]:
    """The selectors of a layout by watched field, without fields that have none."""
    return {name: selectors for name in WATCHED if (selectors := getattr(layout, name))}


def missed_fields(page: ParsedPage, layout: Profile) -> tuple[str, ...]:
    """The watched fields whose selectors find no element on the page.

    To be called before elements of the body are removed.
    """
    watched = watched_fields(layout)
    return tuple(name for name, selectors in watched.items() if page.first(selectors) is None)
