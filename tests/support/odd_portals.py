"""Portals with odd declarations, crawled with `-s SPIDER_MODULES=tests.support.odd_portals`."""

from tests.support.portals import Wire


class Unpaged(Wire):
    """Links on its listing look like a pager but are not one."""

    name = "unpaged"
    paged = False


class Short(Wire):
    """Its listing has no more than five pages."""

    name = "short"
    max_pages = 5


class Ended(Wire):
    """Behind the last page of its listing it answers 404."""

    name = "ended"
    ends_with_404 = True
