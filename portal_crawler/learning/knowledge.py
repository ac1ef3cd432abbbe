"""All that a site has taught of its layouts, and which of them a page is read by."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from archive.models import Article
from portal_crawler.learning.extract import CONTAINER_MISSING, extract_learned, has_container
from portal_crawler.learning.model import SiteModel


@dataclass(frozen=True, slots=True)
class DatedModel:
    """A layout that a site has had from some moment on."""

    since: datetime
    id: str
    model: SiteModel


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All layouts that a site has taught, the oldest first."""

    models: tuple[DatedModel, ...] = ()

    def at(self, moment: datetime) -> Iterator[DatedModel]:
        """The layouts to try on a page of that moment: its own, older ones, later ones."""
        before = [dated for dated in self.models if dated.since <= moment]
        yield from reversed(before)
        yield from self.models[len(before) :]

    def article(
        self, html: bytes, url: str, *, fetched_at: datetime, content_type: str | None
    ) -> Article:
        """As the first layout reads it that the page has, else as a general extractor does.

        Raises ExtractionError.
        """
        models = list(self.at(fetched_at))
        # Of a single one its own reading tells.
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
        )
        if nearest is None:
            return article
        if CONTAINER_MISSING in article.problems:
            return replace(article, missed=("body",))
        return replace(article, model=nearest.id)
