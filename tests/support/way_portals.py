"""Portals of one way of listing each: `-s SPIDER_MODULES=tests.support.way_portals`."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from archive.moments import VIETNAM, now
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.cleaning.listings.json_rows import JsonProfile
from portal_crawler.ways.days import Days
from portal_crawler.ways.forms import FormPages
from portal_crawler.ways.numbered import Fragments, Offsets, PathPages, QueryPages
from portal_crawler.ways.postback import PostBack
from portal_crawler.ways.way import Way
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
    ways = (FormPages(action="/api/tin-json", number="start", shift=-2, step=3, is_json=True),)


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


ONE_WAY: tuple[type[Wire], ...] = (
    *(ByPath, ByQuery, ByOffset, ByDay, ByFragment, ByForm, ByJson, ByNumberedJson, ByPostBack),
    *(ByFeed, BySitemap),
)
OWN_PLACES = {
    "/api/tin-json": ByJson,
    "/wp-json/": ByNumberedJson,
    "/rss/": ByFeed,
    "/sitemap": BySitemap,
}


def _below_its_name(portal: type[Wire], url: str) -> str:
    path = urlsplit(url).path
    return f"{ORIGIN}/{portal.name}{path}" if path.startswith("/tin-tuc") else url


class EveryWay(Wire):
    """A section for each way, below the name of the way's portal."""

    name = "every-way"
    cookies = True
    sections = {  # noqa: RUF012
        f"{portal.name} {section}": _below_its_name(portal, url)
        for portal in ONE_WAY
        for section, url in portal.sections.items()
    }

    @classmethod
    def one_way(cls, url: str) -> type[Wire]:
        """The portal whose way a listing has."""
        path = urlsplit(url).path
        named = {f"/{portal.name}/": portal for portal in ONE_WAY}
        return next(each for start, each in (named | OWN_PLACES).items() if path.startswith(start))

    @classmethod
    def way(cls, url: str) -> Way:
        """That of the section's portal."""
        return cls.one_way(url).way(url)

    @classmethod
    def read_data_listing(cls, body: bytes, url: str, fetched_at: datetime) -> ListingPage | None:
        """As the portal of an interface in JSON reads it."""
        path = urlsplit(url).path
        of_json = (ByJson, ByNumberedJson)
        portal = next((OWN_PLACES[one] for one in OWN_PLACES if path.startswith(one)), Wire)
        return (portal if portal in of_json else Wire).read_data_listing(body, url, fetched_at)
