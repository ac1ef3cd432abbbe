"""Finds the containers: the elements of a site that hold the text of its articles and little
else."""

from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace

from portal_crawler.learning.fields import ContainerPlace
from portal_crawler.learning.paths import BY_LABEL, LEAST_SHARE, ElementName
from portal_crawler.learning.repetition import Site, SitePage

CONTAINER_TAGS = frozenset(
    ("article", "center", "div", "fieldset", "form", "main", "section", "table", "td")
)
"""`body` is left out: every page has one, and a redesign would go unnoticed."""

POWER = 4
"""Exponent of F1 in the vote. With plain F1 a wide wrapper that all pages have wins (0.936 in
place of 0.999)."""

NEARLY_BEST_VOTE = 0.99
"""Share of the best vote: among selectors above it the one that is easiest to read is chosen."""

LEAST_VOTE = 0.1
"""Mean vote that a container needs on the pages that it is chosen for, which is an F1 of 0.56."""

LEFT_SHARE = 0.03
"""Share of pages without a container, below which no further container is looked for."""

LEFT_PAGES = 3
"""The same as a number of pages, for small sites."""

MOST_CONTAINERS = 6
"""A site has templates for news, notices, pictures and videos; more containers are accidents."""

WELL = 0.85
"""Share of the best element's F1 on a page from which on a container is good enough there."""

GOOD_FIT = 0.5
"""The F1 from which on a container fits a page."""

MOST_OUTSIDE = 50
"""Paths in a model: a site has a few boxes with text that differs from page to page."""

Places = dict[str, int]
"""For each selector the first element that it finds on a page, by its place in the skeleton."""


class Votes:
    """How well the first element of each selector fits, for each page."""

    def __init__(self, site: Site, chosen: Mapping[str, Sequence[bool]]) -> None:
        """`chosen` has, by address, the blocks that a general reading chose on the pages that vote;
        all pages vote if it is empty."""
        self.pages = site.pages
        self.voters = [n for n, page in enumerate(site.pages) if page.facts.url in chosen] or [
            *range(len(site.pages))
        ]
        self.kinds: dict[str, int] = {}
        self.places: list[Places] = [self._places(page) for page in site.pages]
        self.fits: list[dict[str, float]] = [
            _fits(_as_chosen(page, chosen.get(page.facts.url)), places)
            for page, places in zip(site.pages, self.places, strict=True)
        ]

    def _places(self, page: SitePage) -> Places:
        places: Places = {}
        facts = page.facts
        for place, tag in enumerate(facts.tags):
            if tag in CONTAINER_TAGS:
                for kind, name in self._names(page, place):
                    if name not in places:
                        places[name] = place
                        self.kinds[name] = kind
        return places

    @staticmethod
    def _names(page: SitePage, place: int) -> Iterator[ElementName]:
        """Selectors of an element, including those with fewer classes than it has."""
        names = page.skeleton.names(place)
        yield from names
        own = page.skeleton.step(place)
        for kind, name in names:
            if kind == BY_LABEL and name.endswith(own):
                before = name.removesuffix(own)
                yield from ((kind, before + less) for less in page.skeleton.looser_labels(place))

    def chosen(self, number: int, containers: Sequence[str]) -> str | None:
        """The container by which a page is read; None if it has none of them."""
        fits = self.fits[number]
        return best_of({name: fits[name] for name in containers if name in fits})

    def of(self, number: int, containers: Sequence[str]) -> float:
        """How well the container by which a page is read fits it, as F1; 0 if it has none."""
        name = self.chosen(number, containers)
        return self.fits[number][name] if name else 0.0


def _fits(page: SitePage, places: Places) -> dict[str, float]:
    return {name: fit(page, place) for name, place in places.items()}


def _as_chosen(page: SitePage, chosen: Sequence[bool] | None) -> SitePage:
    """The page with only those of its own blocks that a general reading chose, too: comments and
    lists of hot news are a page's own as well."""
    if chosen is None:
        return page
    narrow = replace(page, junk=[not one for one in map(all, zip(page.own, chosen, strict=True))])
    narrow.weigh(page.headline)
    return narrow if narrow.all_own_chars else page


def best_of(fits: Mapping[str, float]) -> str | None:
    """The container by which a page is read. `fits` has the containers of the page with their F1.

    It is the first one, unless that counts siblings: then it is the one that fits best.
    """
    first = next(iter(fits), None)
    if first is None or not goes_by_turn(first):
        return first
    return max(fits, key=lambda name: round(fits[name], 6))


def goes_by_turn(selector: str) -> bool:
    """Whether a selector counts siblings: if one is missing, it finds another element."""
    return ":nth-" in selector or ":last-" in selector


def fit(page: SitePage, place: int) -> float:
    """How well an element fits, as F1 of its share of the page's own text and own text's share of
    it."""
    return f1(page.own_chars(place), page.chars(place), page.all_own_chars)


def f1(own: int, chars: int, all_own: int) -> float:
    """The F1 of an element with `own` characters of own text among `chars`; the page has
    `all_own`."""
    return 2 * own / (all_own + chars) if own else 0.0


def containers(votes: Votes) -> tuple[str, ...]:
    """Selectors of containers, each for the pages that those before it miss or read badly.

    The pages that vote choose first. The others have containers of their own only if they have none
    of these, since nothing tells their text from comments.
    """
    found = _covering(votes, votes.voters)
    left = [number for number in range(len(votes.pages)) if _is_missed(votes, number, found)]
    more = (name for name in _covering(votes, left) if name not in found)
    return (*found, *more)[:MOST_CONTAINERS]


def _is_missed(votes: Votes, number: int, found: Sequence[str]) -> bool:
    name = votes.chosen(number, found)
    if name is None:
        return True
    return goes_by_turn(name) and votes.fits[number][name] < GOOD_FIT


def _covering(votes: Votes, voters: Sequence[int]) -> tuple[str, ...]:
    """The containers of some of the pages."""
    found: tuple[str, ...] = ()
    best = {number: max(votes.fits[number].values(), default=0.0) for number in voters}
    least = max(LEFT_PAGES, LEFT_SHARE * len(votes.pages))
    while len(found) < MOST_CONTAINERS:
        left = [n for n in voters if votes.of(n, found) < WELL * best[n]]
        if found and len(left) < least:
            break
        name = _best(votes, left, least)
        longer = _inserted(votes, voters, found, name) if name and name not in found else found
        before = _total(votes, voters, found)
        if _total(votes, voters, longer) < before + least * LEAST_VOTE:
            break
        found = longer
    return _refined(votes, voters, found)


def _refined(votes: Votes, voters: Sequence[int], found: tuple[str, ...]) -> tuple[str, ...]:
    """The containers, each chosen again for the pages that are read by it.

    The first one was chosen for all pages, and may be a wrapper of several templates.
    """
    for at, name in enumerate(found):
        own = [number for number in voters if votes.chosen(number, found) == name]
        better = _best(votes, own, 1)
        changed = (*found[:at], better, *found[at + 1 :]) if better else found
        is_no_worse = _total(votes, voters, changed) >= _total(votes, voters, found)
        if better not in found and is_no_worse:
            found = changed
    return found


def _best(votes: Votes, left: list[int], least: float) -> str | None:
    """The selector with the most votes of the pages left; None if no selector fits `least` of
    them."""
    sums: defaultdict[str, float] = defaultdict(float)
    good: Counter[str] = Counter()
    for number in left:
        for name, value in votes.fits[number].items():
            sums[name] += value**POWER
            good[name] += value >= GOOD_FIT
    sums = defaultdict(float, {name: sums[name] for name in sums if good[name] >= least})
    most = max(sums.values(), default=0.0)
    if most < LEAST_VOTE * len(left) or most == 0:
        return None
    near = [name for name, value in sums.items() if value >= NEARLY_BEST_VOTE * most]
    return min(near, key=lambda name: (votes.kinds[name], -round(sums[name], 6), len(name), name))


def _inserted(
    votes: Votes, voters: Sequence[int], found: tuple[str, ...], name: str
) -> tuple[str, ...]:
    """The containers with a further one at the place where it helps most; as before if it does
    not."""
    orders = [found, *((*found[:at], name, *found[at:]) for at in range(len(found), -1, -1))]
    return max(orders, key=lambda order: round(_total(votes, voters, order), 6))


def _total(votes: Votes, voters: Sequence[int], order: Sequence[str]) -> float:
    return sum(votes.of(number, order) ** POWER for number in voters)


def support(votes: Votes, found: Sequence[str]) -> float:
    """The share, 0 to 1, of the voting pages with own text that a container fits."""
    numbers = [n for n in votes.voters if votes.pages[n].all_own_chars]
    good = sum(votes.of(number, found) >= GOOD_FIT for number in numbers)
    return round(good / len(numbers), 3) if numbers else 0.0


def container_places(votes: Votes, found: Sequence[str]) -> Iterator[ContainerPlace]:
    """The container of each page that has one."""
    for number, page in enumerate(votes.pages):
        name = votes.chosen(number, found)
        if name:
            yield ContainerPlace(page, votes.places[number][name], name)


def outside_paths(places: Sequence[ContainerPlace]) -> tuple[str, ...]:
    """The paths of a site's own text outside of the containers, such as comments and hot news; the
    most frequent first. Paths that the articles' text has, too, are left out."""
    inside: set[str] = set()
    outside: Counter[str] = Counter()
    for place in places:
        page = place.page
        first, end = page.skeleton.block_range(place.container)
        paths: set[str] = set()
        for at, (block, own) in enumerate(zip(page.facts.blocks, page.own, strict=True)):
            if own:
                (inside if first <= at < end else paths).add(page.skeleton.block_path(block))
        outside.update(paths)
    least = max(2, LEAST_SHARE * len(places))
    found = [path for path, count in outside.items() if count >= least and path not in inside]
    return tuple(sorted(found, key=lambda path: (-outside[path], path))[:MOST_OUTSIDE])


def least_fit(votes: Votes, found: Sequence[str], outside: Sequence[str]) -> float:
    """Half of the F1 of containers and own text that nine in ten pages have, at most `GOOD_FIT`.

    Text on the paths outside is not counted.
    """
    fits = []
    for number in votes.voters:
        name = votes.chosen(number, found)
        if name and votes.fits[number][name] >= GOOD_FIT:
            page = without_paths(votes.pages[number], frozenset(outside))
            fits.append(fit(page, votes.places[number][name]))
    fits.sort()
    return round(min(GOOD_FIT, fits[len(fits) // 10] / 2), 3) if fits else GOOD_FIT


def without_paths(page: SitePage, paths: Container[str]) -> SitePage:
    """The page without the text on some paths among its own."""
    blocks = zip(page.facts.blocks, page.junk, strict=True)
    junk = [one or page.skeleton.block_path(block) in paths for block, one in blocks]
    other = replace(page, junk=junk)
    other.weigh(page.headline)
    return other
