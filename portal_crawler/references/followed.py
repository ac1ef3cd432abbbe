"""Answers that name further page resources: stylesheets, modules, manifests, frames. Pure."""

from dataclasses import dataclass

from portal_crawler.references.markup import tags
from portal_crawler.references.reference import FRAME, MANIFEST, MODULE, STYLE
from portal_crawler.references.requisites import (
    Requisite,
    manifest_requisites,
    module_requisites,
    page_requisites,
    stylesheet_requisites,
)

MAX_HOPS = 11
"""Steps from a page to a stylesheet or module script by imports: chains of ten are followed."""

FOLLOWED = (STYLE, MODULE, MANIFEST, FRAME)
"""The kinds of page resources that name further ones."""

_MARKUP = ("text/html", "application/xhtml+xml", "image/svg+xml")


@dataclass(frozen=True, slots=True)
class Followed:
    """An answer that names further page resources."""

    url: str
    kind: str
    body: bytes
    content_type: str | None

    @property
    def is_frameset(self) -> bool:
        """Whether the answer is a page that consists of frames alone."""
        markup = self.body.decode("latin-1") if self.kind == FRAME else ""
        return any(tag.name == "frameset" for tag in tags(markup))

    def requisites(self) -> tuple[Requisite, ...]:
        """The page resources that the answer names, each address once."""
        if self.kind == STYLE:
            return stylesheet_requisites(self.body, self.url, self.content_type)
        if self.kind == MODULE:
            return module_requisites(self.body, self.url)
        if self.kind == MANIFEST:
            return manifest_requisites(self.body, self.url)
        mime = (self.content_type or "").partition(";")[0].strip().lower()
        is_page = mime in _MARKUP
        return page_requisites(self.body, self.url, self.content_type) if is_page else ()
