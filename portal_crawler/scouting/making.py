"""Makes a portal of a site: looks at it, drafts the portal, fetches a sample and reads it."""

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from portal_crawler.crawl.sampling import Sampling
from portal_crawler.crawl.spider import Portal
from portal_crawler.errors import CrawlerError
from portal_crawler.platforms.recognition import another_theme
from portal_crawler.portals.own_folder import load_from
from portal_crawler.portals.registry import registry_of
from portal_crawler.scouting.crawls import Crawls, sampling_of
from portal_crawler.scouting.draft import Draft
from portal_crawler.scouting.look import Look, looking_at
from portal_crawler.scouting.proposal import draft_of
from portal_crawler.scouting.result import SampleResult, fits_layout, result_of
from portal_crawler.scouting.survey import FoundSite, WantedPortal


@dataclass(frozen=True, slots=True)
class MadePortal:
    """A portal that was made of a site."""

    site: FoundSite
    draft: Draft
    portal: type[Portal]
    result: SampleResult


def made_portal(wanted: WantedPortal, crawls: Crawls, at: datetime, *, is_own: bool) -> MadePortal:
    """The portal that is made of a site. `is_own`: it will lie in a folder of one's own portals.

    Raises UsageError if there is nothing to make one of, ArchiveError, CrawlerError.
    """
    drafted: list[tuple[FoundSite, Draft, type[Portal]]] = []
    with ExitStack() as held:
        folder = Path(held.enter_context(TemporaryDirectory(prefix="portal-new-")))

        def sampling(look: Portal) -> type[Portal]:
            site = _site(look)
            draft = draft_of(site, wanted.name, at.date())
            portal = _loaded(draft, folder) if is_own else draft.declared()
            drafted.append((site, draft, portal))
            main = site.listings[0]
            return sampling_of(portal, {main.section: main.claim.url}, fetches_home=False)

        crawls.run(looking_at(wanted), sampling)
        (site, draft, portal), spider = drafted[0], crawls.spiders[-1]
        assert isinstance(spider, Sampling)
        site.notes += spider.sample.failures
        origin = f"saved on {at.date().isoformat()} by `portal new`"
        pager = site.listings[0].claim.pager
        result = result_of(portal, spider.sample, origin, pager)
        if wanted.platform is None and not portal.learns and not fits_layout(result):
            # Signs of a platform alone do not say that its layout is the site's.
            site.platform = another_theme(site.platform)
            draft = draft_of(site, wanted.name, at.date())
            portal = _loaded(draft, folder) if is_own else draft.declared()
            result = result_of(portal, spider.sample, origin, pager)
    return MadePortal(site, draft, portal, result)


def _site(look: Portal) -> FoundSite:
    assert isinstance(look, Look)
    if look.error is not None:
        raise look.error
    if look.site is None:
        raise CrawlerError(
            f"the look at {look.wanted.addresses[-1]} did not come to its end, and nothing was "
            "written; the error above says why"
        )
    return look.site


def _loaded(draft: Draft, folder: Path) -> type[Portal]:
    """The portal as it is loaded from one's own folder, so that its rows have the same rules."""
    (folder / f"{draft.module}.py").write_text(draft.text(), "utf-8")
    found = registry_of([load_from(folder)])
    found.check()
    return cast(type[Portal], found.portals[draft.name])
