"""What an article's body is made of: a flat list of paragraphs, items, tables and pictures."""

from dataclasses import dataclass, field
from enum import StrEnum, auto

from archive.models import Image, Video
from portal_crawler.cleaning.body.lists import Item
from portal_crawler.cleaning.body.styled_text import StyledStretch

BLOCK_TAGS = frozenset(
    (
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "body",
            "caption",
            "center",
            "dd",
            "details",
        ),
        *("div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2"),
        *("h3", "h4", "h5", "h6", "header", "hr", "html", "legend", "li", "main", "nav", "ol", "p"),
        *("pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)


class BlockKind(StrEnum):
    """What a block is, where it is not plain running text."""

    PARAGRAPH = auto()
    HEADING = auto()
    ITEM = auto()
    TABLE = auto()
    PREFORMATTED = auto()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table of figures."""

    text: str
    column: int
    columns: int = 1
    rows: int = 1
    is_heading: bool = False
    lines: tuple[tuple[StyledStretch, ...], ...] = ()
    """Of `flatten_marked` only: its paragraphs."""


@dataclass(slots=True)
class BodyBlock:
    """One paragraph, table or picture."""

    text: str = ""
    """Cleaned, without a list's mark; of a table, a line a row and a tab between cells."""
    align: str = ""
    italic: bool = False
    """All of the text is in italics."""
    bold: bool = False
    pictures: list[str] = field(default_factory=list)
    """Addresses as they stand in the page."""
    video_addresses: list[str] = field(default_factory=list)
    """As `pictures`."""
    floating: bool = False
    """A picture of the block is set beside the text."""
    is_caption: bool = False
    """The markup itself says so."""
    is_table: bool = False
    only_links: bool = False
    """All of the text is in links."""
    link: str = ""
    """Where the last link of `only_links` leads, as it stands in the page."""
    box: int = 0
    """The layout table that the block lies in; 0 for none."""
    after_gap: bool = False
    """An empty paragraph stands before the block."""
    is_footnote: bool = False
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    """Of a heading, 1 to 6."""
    is_quoted: bool = False
    item: Item | None = None
    """The list's item that the block belongs to; further paragraphs of it follow its first."""
    mark: str = ""
    """Of an item's first block: what the list sets before it."""
    rows: list[list[Cell]] = field(default_factory=list)
    """Of a table."""
    stretches: tuple[StyledStretch, ...] = ()
    """Of `flatten_marked` only."""
    images: tuple[Image, ...] = ()
    """The pictures with their captions, once these are found."""
    videos: tuple[Video, ...] = ()

    @property
    def line(self) -> str:
        """The text as the body has it, with the list's mark before it."""
        return f"{self.mark} {self.text}" if self.mark else self.text
