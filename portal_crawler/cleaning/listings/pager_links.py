"""The links of a declared pager, which write the numbers of pages into their addresses."""

import re

from portal_crawler.cleaning.page.charset import decode
from portal_crawler.cleaning.page.selectors import ParsedPage
from portal_crawler.cleaning.page.tree import tree_of
from portal_crawler.cleaning.page.urls import absolute


def numbered_address(body: bytes, url: str, page: int, links: str, pattern: str) -> str | None:
    """The address of page number `page`; None if no link of the pager leads so far.

    `links` is a selector of the pager's links, `pattern` finds the number in an address. Pagers
    mostly name the last page, but not all between: their addresses are made from that of another.
    """
    decoded = decode(body, None)
    root = tree_of(decoded.text, decoded.utf8)
    elements = ParsedPage(root).select(links) if root is not None else []
    addresses = [address for link in elements if (address := absolute(url, link.get("href") or ""))]
    found = [match for address in addresses if (match := re.search(pattern, address))]
    exact = [match for match in found if int(match[1]) == page]
    further = [match for match in found if int(match[1]) > page]
    for match in (*exact, *further):
        return f"{match.string[: match.start(1)]}{page}{match.string[match.end(1) :]}"
    return None
