"""Which of a layout's selectors find nothing on a page: how a redesign first shows."""

from portal_crawler.cleaning.profile import Profile
from portal_crawler.cleaning.selectors import Page

WATCHED = ("date", "lead", "body", "category", "author", "cover", "tags", "source", "attachments")
"""Fields of a Profile that name elements. An element that is there but empty is found: the layout
is as it was, the article has no lead. A page without a title gives no article and is counted so."""


def watched_fields(layout: Profile) -> dict[str, tuple[str, ...]]:
    """The layout's selectors of the fields that are watched."""
    return {name: selectors for name in WATCHED if (selectors := getattr(layout, name))}


def missed_fields(page: Page, layout: Profile) -> tuple[str, ...]:
    """The fields of the layout of which no selector finds an element. To be asked before passes
    over the body take elements away."""
    watched = watched_fields(layout)
    return tuple(name for name, selectors in watched.items() if page.first(selectors) is None)
