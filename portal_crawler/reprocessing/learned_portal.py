"""A portal whose articles are read by the layout that was learned from its pages."""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

from archive.database.site_models import SiteModels
from archive.models import Article, PortalEntry
from archive.moments import utc_moment
from portal_crawler.cleaning.listings.declared import ListingPage
from portal_crawler.learning.knowledge import DatedModel, Knowledge
from portal_crawler.learning.model import SiteModel
from portal_crawler.portals.reader import PageReader


class LearnedPortal:
    """A declaration of platform generic, with the layout learned from its pages."""

    def __init__(self, portal: PageReader, knowledge: Knowledge) -> None:
        self._portal = portal
        self.knowledge = knowledge
        self.learns = False
        """Its pages can be read at once: the layout is known."""
        self.hosts = portal.hosts
        self.sections = portal.sections
        self.earlier = portal.earlier

    def entry(self) -> PortalEntry:
        """Its row of table portals."""
        return self._portal.entry()

    def watched_fields(self) -> dict[str, tuple[str, ...]]:
        """The newest layout's container."""
        models = self.knowledge.models
        return {"body": models[-1].model.containers} if models else {}

    def is_of_earlier(
        self, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> bool:
        """Whether an earlier platform of the portal made a page."""
        return self._portal.is_of_earlier(body, url, fetched_at, content_type)

    def article_key(self, url: str) -> str | None:
        """The id in an article's address."""
        return self._portal.article_key(url)

    def next_listing(self, body: bytes, url: str, page: int) -> str | None:
        """The address of a further page of a listing."""
        return self._portal.next_listing(body, url, page)

    def read_listing_page(
        self, body: bytes, url: str, fetched_at: datetime, content_type: str | None
    ) -> ListingPage:
        """The rows of a listing page."""
        return self._portal.read_listing_page(body, url, fetched_at, content_type)

    def read_article_page(
        self,
        body: bytes,
        url: str,
        fetched_at: datetime,
        content_type: str | None,
        listed_title: str | None = None,
    ) -> Article:
        """The article of a page, unchecked; raises ExtractionError.

        A page of before a redesign is read by the platform that made it.
        """
        if self.earlier and self.is_of_earlier(body, url, fetched_at, content_type):
            return self._portal.read_article_page(body, url, fetched_at, content_type, listed_title)
        return self.knowledge.article(
            body,
            url,
            fetched_at=fetched_at,
            content_type=content_type,
            listed_title=listed_title,
        )


def knowledge_of(connection: sqlite3.Connection, portal: str) -> Knowledge:
    """The layouts that were learned of a portal, from the database."""
    return Knowledge(
        tuple(
            DatedModel(utc_moment(stored.since), stored.id, SiteModel.from_json(stored.model))
            for stored in SiteModels(connection, portal).all()
            if stored.model is not None and stored.id is not None
        )
    )


def knowing(
    portals: Mapping[str, PageReader], connection: sqlite3.Connection
) -> dict[str, PageReader]:
    """The portals; those that learn come with their learned layouts."""
    return {
        name: LearnedPortal(portal, knowledge_of(connection, name)) if portal.learns else portal
        for name, portal in portals.items()
    }
