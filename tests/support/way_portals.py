"""Portals of one way of listing each: `-s SPIDER_MODULES=tests.support.way_portals`."""

from datetime import timedelta

from archive.moments import VIETNAM, now
from portal_crawler.cleaning.listings.json_rows import JsonProfile
from portal_crawler.ways.days import Days
from portal_crawler.ways.forms import FormPages
from portal_crawler.ways.numbered import Fragments, Offsets, PathPages, QueryPages
from portal_crawler.ways.postback import PostBack
from tests.support.portals import ORIGIN, Wire

OLDEST_DAY = str((now().astimezone(VIETNAM) - timedelta(days=10)).date())


class ByPath(Wire):
    """`/tin-tuc/page-2`, and a redirect to the first page beyond the end."""

    name = "by-path"
    ways = (PathPages(form="/page-{number}"),)


class ByQuery(Wire):
    """`/tin-tuc?page=1` for the second page; beyond the end its last page again."""

    name = "by-query"
    ways = (QueryPages(name="page", shift=-1, ends_with_seen=True),)


class ByOffset(Wire):
    """`/tin-tuc?start=3`, for pages of unknown length."""

    name = "by-offset"
    ways = (Offsets(name="start"),)


class ByDay(Wire):
    """A page for each day."""

    name = "by-day"
    sections = {"tin-tuc": f"{ORIGIN}/tin-tuc.htm"}  # noqa: RUF012
    ways = (
        Days(form="/ngay-%d-%m-%Y.htm", oldest=OLDEST_DAY, more="/trang-{number}.htm"),
    )  # fmt: skip


class ByFragment(Wire):
    """The section's page, then fragments of its zone."""

    name = "by-fragment"
    ways = (
        Fragments(
            form="/khoi/{id}/{number}.htm",
            id_pattern=rb'id="zone" value="(\d+)"',
            repeats_first_page=True,
            ends_with_404=True,
        ),
    )


class ByForm(Wire):
    """POSTs with opaque fields that the section's page names."""

    name = "by-form"
    ways = (
        FormPages(
            action="/api/tin",
            number="PageIndex",
            shift=-2,
            fields=(("PageSize", "3"),),
            found=(("Catname", rb"catname = '([^']+)'"),),
            headers=(("X-Requested-With", "XMLHttpRequest"),),
        ),
    )


class ByPostBack(Wire):
    """An ASP.NET page that is posted back, in a session of a cookie."""

    name = "by-post-back"
    cookies = True
    ways = (PostBack(),)


class ByJson(Wire):
    """An interface that answers JSON to POSTs in JSON."""

    name = "by-json"
    json_profile = JsonProfile(
        rows=("data",), url="/tin/{ID}", title=("Title",), date=("Created",), total=("count",)
    )
    ways = (FormPages(action="/api/tin", number="start", shift=-2, step=3, is_json=True),)


class ByNumberedJson(Wire):
    """WordPress: JSON in pages by number, and 400 behind the last one."""

    name = "by-numbered-json"
    sections = {"tin-tuc": f"{ORIGIN}/wp-json/wp/v2/posts?per_page=3"}  # noqa: RUF012
    json_profile = JsonProfile(url="link", title=("title", "rendered"), date=("date",))
    ways = (QueryPages(name="page", end_statuses=(400,)),)


class ByFeed(Wire):
    """A feed, as its address says."""

    name = "by-feed"
    sections = {"tin-tuc": f"{ORIGIN}/rss/tin-tuc.rss"}  # noqa: RUF012


class BySitemap(Wire):
    """A listing, and the portal's sitemap behind it."""

    name = "by-sitemap"
    sections = {  # noqa: RUF012
        "tin-tuc": f"{ORIGIN}/tin-tuc",
        "sitemap": f"{ORIGIN}/sitemap.xml",
    }


class BySlices(Wire):
    """A sitemap in slices, and no listing beside it."""

    name = "by-slices"
    sections = {"sitemap": f"{ORIGIN}/sitemap.xml"}  # noqa: RUF012
