"""The blocks of an article's body: a flat list of paragraphs, items, tables and pictures."""

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
    """The kinds of blocks."""

    PARAGRAPH = auto()
    HEADING = auto()
    ITEM = auto()
    TABLE = auto()
    PREFORMATTED = auto()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a data table."""

    text: str
    column: int
    """From 0."""
    columns: int = 1
    """How many columns it covers."""
    rows: int = 1
    """How many rows it covers."""
    is_heading: bool = False
    lines: tuple[tuple[StyledStretch, ...], ...] = ()
    """Its paragraphs; only `flatten_marked` fills it."""


@dataclass(slots=True)
class BodyBlock:
    """One paragraph, table or picture."""

    text: str = ""
    """Cleaned, without a list's mark. A table has a line for each row, with tabs between cells."""
    align: str = ""
    """left, right, center or justify; empty if the page does not say."""
    italic: bool = False
    """All of the text is in italics."""
    bold: bool = False
    pictures: list[str] = field(default_factory=list)
    """Addresses as they stand in the page."""
    video_addresses: list[str] = field(default_factory=list)
    """Addresses as they stand in the page."""
    floating: bool = False
    """A picture in the block is set beside the text."""
    is_caption: bool = False
    """The markup says that it is a caption."""
    is_table: bool = False
    only_links: bool = False
    """All of the text is in links."""
    link: str = ""
    """The address of its last link if `only_links` is set, as it stands in the page."""
    box: int = 0
    """The number of the layout table that the block is in; 0 outside of tables."""
    after_gap: bool = False
    """There is an empty paragraph before the block."""
    is_footnote: bool = False
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    """A heading's level, 1 to 6; 0 for other blocks."""
    is_quoted: bool = False
    item: Item | None = None
    """The item that the block belongs to; an item may have several blocks."""
    mark: str = ""
    """The mark or number that the list sets before an item; only its first block has it."""
    rows: list[list[Cell]] = field(default_factory=list)
    """A table's cells by row; empty for other blocks."""
    stretches: tuple[StyledStretch, ...] = ()
    """The parts of the text with their looks; only `flatten_marked` fills it."""
    images: tuple[Image, ...] = ()
    """The pictures with their captions; empty before `take_captions`."""
    videos: tuple[Video, ...] = ()
    """The videos with their captions; empty before `take_captions`."""

    @property
    def line(self) -> str:
        """The text with the list's mark before it, as it stands in Article.body."""
        return f"{self.mark} {self.text}" if self.mark else self.text
