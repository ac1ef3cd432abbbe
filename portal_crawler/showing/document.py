"""An article with the blocks of its body, to be shown."""

from collections.abc import Callable
from dataclasses import dataclass

from archive.models import Article, Image
from portal_crawler.cleaning.body.blocks import BodyBlock
from portal_crawler.cleaning.body.reading import bodies_marked
from portal_crawler.cleaning.body.styled_text import StyledStretch
from portal_crawler.cleaning.page.urls import absolute


@dataclass(frozen=True, slots=True)
class Document:
    """An article with the blocks of its body."""

    article: Article
    blocks: tuple[BodyBlock, ...]
    base: str
    """The address that the addresses in the blocks are relative to."""

    @property
    def cover(self) -> tuple[Image, ...]:
        """The article's pictures that are outside of its body."""
        inside = [image for block in self.blocks for image in block.images]
        shown = [image for image in inside if absolute(self.base, image.src)]
        return self.article.images[: max(0, len(self.article.images) - len(shown))]


def document(read: Callable[[], Article]) -> Document:
    """The article that `read` gives, with its blocks, by whatever layout it reads the page.

    If the body was not read from blocks, its paragraphs become blocks. Raises the errors of `read`.
    """
    with bodies_marked() as bodies:
        article = read()
    for body in reversed(bodies):
        if body.text == article.body:
            base = absolute(article.url, body.base or "") or article.url
            return Document(article, body.blocks, base)
    return Document(article, _paragraphs(article.body or ""), article.url)


def _paragraphs(body: str) -> tuple[BodyBlock, ...]:
    texts = [" ".join(text.split()) for text in body.split("\n\n")]
    return tuple(BodyBlock(text=text, stretches=(StyledStretch(text),)) for text in texts if text)
