"""The lists and quotations that blocks belong to, to write them as markup."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from portal_crawler.cleaning.body.blocks import BodyBlock
from portal_crawler.cleaning.body.lists import Item, List


@dataclass(slots=True)
class ListNode:
    """A list with its items."""

    of: List
    items: list["ItemNode"] = field(default_factory=list)


@dataclass(slots=True)
class ItemNode:
    """An item with its blocks and the lists inside it."""

    item: Item
    nodes: list["BodyBlock | ListNode"] = field(default_factory=list)


@dataclass(slots=True)
class Quotation:
    """The blocks and lists of a quotation."""

    nodes: list[BodyBlock | ListNode]


Node = BodyBlock | ListNode | Quotation


def outline(blocks: Iterable[BodyBlock]) -> list[Node]:
    """The blocks in their order, those of a list or a quotation in one node."""
    nodes: list[Node] = []
    for quoted, group in groupby(blocks, lambda block: block.is_quoted):
        inside = _listed(group)
        nodes += [Quotation(inside)] if quoted else inside
    return nodes


def _listed(blocks: Iterable[BodyBlock]) -> list[BodyBlock | ListNode]:
    nodes: list[BodyBlock | ListNode] = []
    nesting: list[ListNode] = []
    """The lists that the block before stands in, outermost first."""
    for block in blocks:
        item = block.item
        if item is None:
            nesting.clear()
            nodes.append(block)
            continue
        while nesting and nesting[-1].of is not item.within:
            if item.within.depth > nesting[-1].of.depth:
                break
            nesting.pop()
        if not nesting or nesting[-1].of is not item.within:
            begun = ListNode(item.within)
            (nesting[-1].items[-1].nodes if nesting else nodes).append(begun)
            nesting.append(begun)
        items = nesting[-1].items
        if not items or items[-1].item is not item:
            items.append(ItemNode(item))
        items[-1].nodes.append(block)
    return nodes
