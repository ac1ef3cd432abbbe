"""The draft of a portal's declaration: as a class, and as the text of its module. Pure."""

import json
import re
from dataclasses import dataclass
from typing import cast

from portal_crawler.crawl.spider import Portal
from portal_crawler.ways.feeds import Sitemap

LONGEST_LINE_CHARS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """All that is known of a new portal."""

    name: str
    title: str
    platform: type[Portal]
    province: str | None
    home: str
    hosts: tuple[str, ...]
    sections: dict[str, str]
    verified_on: str
    slices: str = ""
    """A pattern of the slices of a sitemap that are followed; empty for all."""
    about: str
    """The docstring's first lines: the system, since when, and by which signs."""

    @property
    def module(self) -> str:
        """The name of the portal's module."""
        return module_of(self.name)

    @property
    def class_name(self) -> str:
        """The name of the portal's class: `HnThu` for `hn-thu`."""
        words = re.split(r"[^A-Za-z0-9]+", self.name)
        joined = "".join(word[:1].upper() + word[1:] for word in words)
        return joined if joined[:1].isalpha() else f"Portal{joined}"

    def declared(self) -> type[Portal]:
        """The portal as a class."""
        values: dict[str, object] = {
            "__module__": self.platform.__module__,
            "name": self.name,
            "title": self.title,
            "province": self.province,
            "home": self.home,
            "hosts": self.hosts,
            "sections": self.sections,
            "verified_on": self.verified_on,
        }
        if self.slices:
            values["ways"] = (Sitemap(wanted=self.slices), *self.platform.ways)
        return cast(type[Portal], type(self.class_name, (self.platform,), values))

    def text(self) -> str:
        """The source of the portal's module."""
        lines = [
            f'"""{_sound(self.title)}: {self.about}\n"""',
            "",
            f"from {self.platform.__module__} import {self.platform.__name__}",
            *(["from portal_crawler.ways.feeds import Sitemap"] if self.slices else []),
            "",
            "",
            f"class {self.class_name}({self.platform.__name__}):",
            '    """The portal\'s news."""',
            "",
            f"    name = {_quoted(self.name)}",
            f"    title = {_quoted(self.title)}",
            *([f"    province = {_quoted(self.province)}"] if self.province else []),
            f"    home = {_quoted(self.home)}",
            f"    hosts = ({', '.join(map(_quoted, self.hosts))}{',' * (len(self.hosts) == 1)})",
            *self._section_lines(),
            *self._way_lines(),
            f"    verified_on = {_quoted(self.verified_on)}",
        ]
        return "\n".join(lines) + "\n"

    def code_lines(self) -> int:
        """The lines of the module without its docstring and blank lines."""
        code = self.text().partition('"""\n\n')[2]
        return len([line for line in code.splitlines() if line])

    def _section_lines(self) -> list[str]:
        pairs = [f"{_quoted(name)}: {_quoted(url)}" for name, url in self.sections.items()]
        line = f"    sections = {{{', '.join(pairs)}}}"
        if len(pairs) == 1 and len(line) <= LONGEST_LINE_CHARS:
            return [line]
        return ["    sections = {", *(f"        {pair}," for pair in pairs), "    }"]

    def _way_lines(self) -> list[str]:
        if not self.slices:
            return []
        others = f"*{self.platform.__name__}.ways" if self.platform.ways else ""
        return [
            f"    ways = (Sitemap(wanted={_quoted(self.slices)}), {others})".replace(", )", ",)")
        ]


def module_of(name: str) -> str:
    """The name of a portal's module: `hn_thu` for `hn-thu`."""
    return re.sub(r"\W", "_", name)


def _quoted(text: str) -> str:
    """A text as a literal, in single quotes if it has double ones."""
    quoted = json.dumps(text, ensure_ascii=False)
    has_double = '"' in text and "'" not in text and "\\" not in text
    return f"'{text}'" if has_double else quoted


def _sound(text: str) -> str:
    """A text that can stand in a docstring."""
    return text.replace("\\", "/").replace('"', "'")
