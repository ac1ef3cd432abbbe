"""All learned layouts of a site, and the choice of the one that reads a page."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from archive.models import Article
from portal_crawler.learning.extract import CONTAINER_MISSING, extract_learned, has_container
from portal_crawler.learning.model import SiteModel


@dataclass(frozen=True, slots=True)
class DatedModel:
    """A learned layout with the time at which it began."""

    since: datetime
    """With its zone."""
    id: str
    """The id of its row."""
    model: SiteModel


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All learned layouts of a site, the oldest first."""

    models: tuple[DatedModel, ...] = ()

    def at(self, moment: datetime) -> Iterator[DatedModel]:
        """The layouts to try on a page of a moment: the one of that time, older ones, later
        ones."""
        before = [dated for dated in self.models if dated.since <= moment]
        yield from reversed(before)
        yield from self.models[len(before) :]

    def article(
        self,
        html: bytes,
        url: str,
        *,
        fetched_at: datetime,
        content_type: str | None,
        listed_title: str | None = None,
    ) -> Article:
        """The article by the first layout that fits the page, else by a general extractor.

        The arguments are those of `cleaning.extraction.extract`. Raises ExtractionError, and
        MissingDependencyError if the general extractor is needed and missing.
        """
        models = list(self.at(fetched_at))
        # Reading the page shows whether a single layout fits.
        fitting = models if len(models) == 1 else [
            dated for dated in models if has_container(html, dated.model, content_type)
        ]  # fmt: skip
        nearest = next(iter((*fitting, *models)), None)
        article = extract_learned(
            html,
            url,
            nearest.model if nearest is not None else None,
            fetched_at=fetched_at,
            content_type=content_type,
            listed_title=listed_title,
        )
        if nearest is None:
            return article
        if CONTAINER_MISSING in article.problems:
            return replace(article, missed=("body",))
        return replace(article, model=nearest.id)
