"""From a page's text to a tree of elements: by lxml, or by BeautifulSoup if lxml fails.

lxml is ten times faster. With libxml2 2.14 it fails at two kinds of pages. The markup behind a
stray `</html>`, which pages of Word leave inside an article, becomes a second root that no selector
sees. Pages nested deeper than 2,048 elements are cut there.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, AnyStr

from lxml import etree

from portal_crawler.cleaning.page.open_quotes import may_have_open_quotes, without_open_quotes

if TYPE_CHECKING:
    from bs4.element import Tag

DEEPEST_LEVEL = 1000
"""Elements nested deeper are put at this level: no portal's page needs a tenth of it."""

SLOW_READING_MAX_CHARS = 500_000
"""Python's parser takes quadratic time for some broken markup; real pages have a tenth of it."""

SLOW_READING_MAX_TAGS = 20_000
"""As above, for a page's tags: real pages have some hundreds to two thousand."""

SLOW_READING_MAX_STEPS = 50_000_000
"""Characters that Python's parser looks at: between two closing brackets all of them, once for each
opening bracket, if an attribute is never closed. A page has as many as its length, a minified
script a million; this bound takes half a second."""

LONGEST_ATTRIBUTES_CHARS = 10_000
"""The longest tag without its quoted values. libxml2 compares each attribute's name with all before
it. Word's longest tags have some hundred characters."""

_TAG_START = re.compile(r"<[A-Za-z][\w:-]{0,30}")
_PLAIN_TAG = re.compile(r"[a-z][a-z0-9]*")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")

_UNSEEN_TAGS = ("script", "style", "link", "meta", "noscript", "head")

_EARLY_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
"""End tags that close nothing, as in browsers: the markup behind them belongs to the same
element."""

_NO_ELEMENT = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^>]*(?:>|\Z)", re.DOTALL)
"""Comments, Word's conditions, declarations; one that is never closed reaches to the end."""

_NO_REFERENCE = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9A-Fa-f]{8,});?")
"""A reference to a number beyond all characters, which may have thousands of digits; Python refuses
to convert these."""

_NO_CHARACTER = dict.fromkeys(
    (
        *(code for code in range(32) if chr(code) not in "\t\n\r"),
        *(*range(0xD800, 0xE000), 0xFFFE, 0xFFFF),
    )
)
"""Controls, surrogates and noncharacters of Unicode: XML trees cannot hold them."""


def tree_of(text: str, utf8: bytes | None = None) -> etree._Element | None:
    """The tree of a page, by the parser that can read it; None if it has no element.

    `utf8` is the text in UTF-8, if the caller has it.
    """
    fast = fast_tree(text, utf8)
    return slow_tree(text) if fast is None else fast


def fast_tree(text: str, utf8: bytes | None = None) -> etree._Element | None:
    """lxml's tree, without comments; None if lxml is known to have lost a part of the page.

    `utf8` is as in `tree_of`.
    """
    parser = etree.HTMLParser(
        encoding="utf-8",
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )
    try:
        root = etree.fromstring(_sound(text, utf8), parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    if root is None or _has_text_outside(root):
        return None
    was_cut = any(entry.level_name == "FATAL" for entry in parser.error_log)
    return None if was_cut else root


def _sound(text: str, utf8: bytes | None) -> bytes:
    """The page in UTF-8, with the markup repaired that no parser reads well."""
    markup = text.encode("utf-8", errors="replace") if utf8 is None else utf8
    # Few pages need it. In bytes the search is faster, and finds the same in UTF-8.
    mended = without_open_quotes(text) if may_have_open_quotes(markup) else text
    if next(_long_pieces(markup, b">"), None) is not None:
        mended = without_endless_attributes(mended)
    return markup if mended is text else mended.encode("utf-8", errors="replace")


def _has_text_outside(root: etree._Element) -> bool:
    """Whether visible text stands behind the first `</body>` or `</html>`."""
    outside = list(root.itersiblings())
    for body in root.iterchildren("body"):
        outside += body.itersiblings()
        break
    return any(
        element.tag not in _UNSEEN_TAGS and bool((element.text or "").strip())
        for subtree in outside
        for element in subtree.iter("*")
    )


def slow_tree(text: str) -> etree._Element | None:
    """BeautifulSoup's tree, as lxml elements; None if the page has no element."""
    # Few pages need it, and importing it takes a tenth of a crawl's start.
    from bs4 import BeautifulSoup
    from bs4.element import NavigableString, PreformattedString, Tag

    soup = BeautifulSoup(_bounded(text), "html.parser")
    root = etree.Element("html")
    # Parents are kept in a list and not on the stack: pages may be nested to any depth.
    waiting = [(child, root, 1) for child in reversed(soup.contents)]
    while waiting:
        node, parent, level = waiting.pop()
        if isinstance(node, Tag):
            above = parent.getparent() if level > DEEPEST_LEVEL else None
            element = _appended(parent if above is None else above, node)
            waiting += [(child, element, level + 1) for child in reversed(node.contents)]
        elif isinstance(node, NavigableString) and not isinstance(node, PreformattedString):
            _append_text(parent, str(node).translate(_NO_CHARACTER))
    return root if len(root) or root.text else None


def without_endless_attributes(text: str) -> str:
    """The page with the attributes removed from tags that have thousands of them."""
    kept: list[str] = []
    at = 0
    for start, end in _long_pieces(text, ">"):
        piece = text[start:end]
        bounded = _bounded_tag(piece)
        if bounded is not piece:
            kept += (text[at:start], bounded)
            at = end
    return "".join((*kept, text[at:])) if kept else text


def _long_pieces(text: AnyStr, bracket: AnyStr) -> Iterator[tuple[int, int]]:
    """The start and end of each long piece between closing brackets, searched from its far end."""
    start = 0
    while len(text) - start > LONGEST_ATTRIBUTES_CHARS:
        end = text.rfind(bracket, start, start + LONGEST_ATTRIBUTES_CHARS + 1)
        if end < 0:
            end = text.find(bracket, start)
            yield start, len(text) if end < 0 else end
            if end < 0:
                return
        start = end + 1


def rename_odd_elements(root: etree._Element) -> None:
    """Rename Word's `<o:p>` and broken tags in the tree to span: CSS cannot count such names."""
    odd: dict[str, bool] = {}
    for element in root.iter("*"):
        tag = element.tag
        if odd.setdefault(tag, not _PLAIN_TAG.fullmatch(tag)):
            element.tag = "span"


def _bounded_tag(piece: str) -> str:
    """A long piece before a closing bracket, without the attributes of its tag if these are too
    many."""
    tag = _TAG_START.search(piece)
    # Scripts hold texts that look like a tag.
    if tag is None or "</" in piece:
        return piece
    unquoted = _QUOTED.sub("", piece[tag.start() :])
    return piece[: tag.end()] if len(unquoted) > LONGEST_ATTRIBUTES_CHARS else piece


def _bounded(text: str) -> str:
    """The page within the bounds, without comments, declarations and early end tags."""
    markup = _EARLY_END.sub("", _NO_ELEMENT.sub("", text[:SLOW_READING_MAX_CHARS]))
    markup = _NO_REFERENCE.sub("\ufffd", markup)
    markup = without_endless_attributes(without_open_quotes(markup))
    if markup.count("<") > SLOW_READING_MAX_TAGS:
        markup = "<".join(markup.split("<", SLOW_READING_MAX_TAGS)[:-1])
    steps = 0
    kept = []
    for piece in markup.split(">"):
        steps += len(piece) * max(1, piece.count("<"))
        if steps > SLOW_READING_MAX_STEPS:
            break
        kept.append(piece)
    return ">".join(kept)


def _appended(parent: etree._Element, tag: "Tag") -> etree._Element:
    try:
        element = etree.SubElement(parent, tag.name)
    except ValueError:
        # Word's `<o:p>` and broken tags have names that XML refuses; their text is kept.
        element = etree.SubElement(parent, "span")
    for name, value in tag.attrs.items():
        written = " ".join(value) if isinstance(value, list) else str(value)
        try:
            element.set(name, written.translate(_NO_CHARACTER))
        except ValueError:
            continue
    return element


def _append_text(parent: etree._Element, text: str) -> None:
    # An element's length is counted child by child.
    last = next(parent.iterchildren(reversed=True), None)
    if last is not None:
        last.tail = (last.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
