"""A learned layout as the module of a portal, which works as it stands: `portal status --draft`."""

import ast
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from inspect import get_annotations
from keyword import iskeyword
from typing import cast
from urllib.parse import urlsplit

from archive.models import PortalEntry
from portal_crawler.learning.model import SiteModel
from portal_crawler.portals.declaration import PortalDeclaration
from portal_crawler.portals.earlier import Earlier
from portal_crawler.portals.own_folder import PACKAGE, is_own
from portal_crawler.portals.profile_check import MOST_LAYOUTS

Facts = Mapping[str, object]
"""The attributes of a portal that are not its layout, by name."""

OF_THE_LAYOUT = ("platform", "learns", "article_profile", "ends_with_404")
"""Attributes that the draft declares itself, or that come from its platform."""

EARLIER = "earlier"
_IMPORTS = (
    "from portal_crawler.cleaning.profile import Profile",
    "from portal_crawler.platforms.generic import Generic",
)

FALLBACK_TITLES = ("h1", "title")
"""For a site whose headlines are not in an element of their own."""

_FIELDS = ("title", "date", "lead", "cover", "body", "author", "drop")

_LISTINGS = """
SELECT section, url FROM (
  SELECT section, url, row_number() OVER (
    PARTITION BY section ORDER BY fetched_at, warc_file, warc_offset
  ) AS place FROM captures WHERE portal = ? AND role = 'listing' AND section IS NOT NULL
) WHERE place = 1 ORDER BY section
"""


def declared_facts(portal: type[PortalDeclaration]) -> Facts:
    """The facts that a portal declares: `earlier`, and those that can be written as literals."""
    names = [*get_annotations(PortalDeclaration), "custom_settings"]
    return {
        name: value
        for name in names
        if name not in OF_THE_LAYOUT
        if (value := getattr(portal, name, None)) != getattr(PortalDeclaration, name, None)
        if name == EARLIER or _is_literal(value)
    }


def _is_literal(value: object) -> bool:
    try:
        return bool(ast.literal_eval(repr(value)) == value)
    except (ValueError, SyntaxError):
        return False


def stored_facts(connection: sqlite3.Connection, entry: PortalEntry) -> Facts:
    """The facts that the archive knows of a portal: the first page of each listing, its host."""
    sections = dict(map(tuple, connection.execute(_LISTINGS, (entry.name,))))
    addresses = [*([entry.home] if entry.home else []), *sections.values()]
    hosts = dict.fromkeys(urlsplit(address).hostname or "" for address in addresses)
    facts: dict[str, object] = {"name": entry.name, "title": entry.title}
    facts |= {"province": entry.province} if entry.province else {}
    facts |= {"home": entry.home} if entry.home else {}
    return {**facts, "hosts": tuple(filter(None, hosts)), "sections": sections}


def draft(facts: Facts, models: Sequence[SiteModel]) -> str:
    """Python source of a portal with these layouts, of which the last one is the newest."""
    layouts = models[-MOST_LAYOUTS:]
    newest = layouts[-1]
    return _DRAFT.format(
        title=_quotable(str(facts.get("title") or facts["name"])),
        file=f"{_quotable(str(facts['name'])).replace('-', '_')}.py",
        cls=_class_name(str(facts["name"])),
        pages=newest.pages,
        support=round(100 * newest.support),
        profiles="\n".join(_profiles(layouts)),
        newest=_constant(len(layouts)),
        imports="\n".join(sorted({*_IMPORTS, *_imports(_earlier(facts))})),
        facts="\n".join(_declared(facts)),
    )


def _earlier(facts: Facts) -> tuple[Earlier, ...]:
    return cast(tuple[Earlier, ...], facts.get(EARLIER, ()))


def _declared(facts: Facts) -> Iterator[str]:
    """The facts as lines of a class."""
    for name, value in facts.items():
        if name != EARLIER:
            yield f"    {name} = {value!r}"
    if earlier := _earlier(facts):
        yield f"    earlier = ({', '.join(map(_source, earlier))},)"


def _source(one: Earlier) -> str:
    until = f", until={one.until!r}" if one.until is not None else ""
    return f"Earlier({cast(type, one.platform).__name__}{until})"


def _imports(earlier: Sequence[Earlier]) -> Iterator[str]:
    """The imports that `earlier` needs; a class of one's own lies beside the draft."""
    for cls in (cast(type, one.platform) for one in earlier):
        module = cls.__module__
        place = module.removeprefix(PACKAGE) if is_own(module) else module
        yield f"from {place} import {cls.__name__}"
    if earlier:
        yield "from portal_crawler.portals.earlier import Earlier"


def _quotable(text: str) -> str:
    """A text that can stand in a docstring."""
    return "".join(letter for letter in text if letter.isprintable() and letter not in '"\\')


def _class_name(name: str) -> str:
    words = "".join(part.capitalize() for part in re.split(r"\W+", name))
    return words if words.isidentifier() and not iskeyword(words) else f"Portal{words}"


def _constant(number: int) -> str:
    return f"LAYOUT_{number}"


def _profiles(models: Sequence[SiteModel]) -> Iterator[str]:
    """The layouts as lines of source, the oldest first."""
    for number, model in enumerate(models, start=1):
        yield f"{_constant(number)} = Profile("
        yield from _arguments(model)
        if number > 1:
            yield f"    older={_constant(number - 1)},"
        yield ")"


def _arguments(model: SiteModel) -> Iterator[str]:
    yield f"    name={model.profile.name!r},"
    for name in _FIELDS:
        selectors: tuple[str, ...] = getattr(model.profile, name)
        if name == "title" and not selectors:
            selectors = FALLBACK_TITLES
        if selectors:
            yield f"    {name}=("
            yield from (f"        {selector!r}," for selector in selectors)
            yield "    ),"
    if model.title_separator:
        yield f"    title_separator={model.title_separator!r},"


_DRAFT = '''"""{title}: a draft, learned from {pages} articles; {support} % fit its container.

Save it as {file} in a folder of your own, in the place of the portal's former module, and name
the folder by --portals. Add which system the portal runs, since when, and what is odd about it.
"""

{imports}

{profiles}


class {cls}(Generic):
    """The news section."""

{facts}
    learns = False
    article_profile = {newest}
'''
