"""Finds an article's headline among the texts of its page, by the page's `<title>`."""

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence

from portal_crawler.cleaning.words.boilerplate import is_page_name
from portal_crawler.cleaning.words.headlines import LONGEST_HEADLINE_CHARS
from portal_crawler.cleaning.words.text import folded_line

SEPARATORS = (" - ", " | ", " – ", " — ", " :: ", " » ")
"""Separators of systems between headline, section and site. Headlines may hold them too."""

SHORTEST_HEADLINE_CHARS = 6
"""`<title>` may begin with a shorter text by chance."""

_CUT = re.compile(r"\s*(?:\.{3}|…)$")


def headline_among(texts: Iterable[str], title: str) -> str | None:
    """The longest text that `<title>` begins or ends with, or whose beginning it is; else None.

    The texts and the title are cleaned. A title that the system cut ends with dots.
    """
    whole = title.casefold()
    begun = _CUT.sub("", whole)
    best = ""
    for text in texts:
        fits = len(best) < len(text) <= LONGEST_HEADLINE_CHARS
        if fits and _is_of(text.casefold(), whole, begun) and not is_page_name(text):
            best = text
    return best or None


def _is_of(text: str, whole: str, begun: str) -> bool:
    if len(text) < SHORTEST_HEADLINE_CHARS:
        return text == whole
    if whole.startswith(text):
        return _ends_a_part(whole[len(text) :])
    if whole.endswith(text):
        return whole[: -len(text)].endswith(SEPARATORS)
    return begun != whole and len(begun) > SHORTEST_HEADLINE_CHARS and text.startswith(begun)


def _ends_a_part(rest: str) -> bool:
    """Whether the rest does not begin with a letter or digit: a headline does not end in a word."""
    return not rest[:1].isalnum()


def without_site(title: str, site_names: Container[str]) -> str:
    """A title of the page's head without the site's name at its beginning or end.

    `site_names` has the names that the page gives, folded. If it gives none, the shorter part
    behind the last separator is taken for the name.
    """
    at, separator = max((title.rfind(separator), separator) for separator in SEPARATORS)
    if at < 0:
        return "" if folded_line(title) in site_names else title
    before, behind = title[:at], title[at + len(separator) :]
    first, _, rest = title.partition(separator)
    if folded_line(first) in site_names:
        return rest
    is_name = folded_line(behind) in site_names or len(behind) < len(before)
    return before if is_name else title


def title_parts(title: str) -> list[str]:
    """The parts of a `<title>` between the separators, as `folded_line` gives them."""
    for separator in SEPARATORS:
        title = title.replace(separator, "\n")
    return [part for line in title.split("\n") if (part := folded_line(line))]


def own_parts(titles: Sequence[str], limit: int) -> list[str]:
    """Each of several different `<title>`s without the parts that at least `limit` of them have,
    such as site and section."""
    parts = [title_parts(title) for title in titles]
    counts = Counter(part for found in parts for part in dict.fromkeys(found))
    return [" ".join(part for part in found if counts[part] < limit) for found in parts]


def separator_of(titles: Sequence[str], headlines: Sequence[str | None]) -> str | None:
    """The separator of headline, section and site in most titles; None if most have none."""
    counts: Counter[str] = Counter()
    for title, headline in zip(titles, headlines, strict=True):
        rest = title[len(headline) :] if headline and title.startswith(headline) else ""
        counts.update(one for one in SEPARATORS if rest.startswith(one) and rest.count(one) == 2)
    found = counts.most_common(1)
    return found[0][0] if found and found[0][1] * 2 > len(titles) else None
