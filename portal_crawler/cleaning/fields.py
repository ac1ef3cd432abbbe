"""One function for each field: its value on a page, by the selectors of the layout.

docs/FIELDS.md has the rules. Bodies, bylines, dates and documents have their own modules.
"""

import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from datetime import datetime
from typing import NamedTuple

from lxml import etree

from archive.models import Image, Video
from portal_crawler.cleaning.body.bold_lead import bold_lead
from portal_crawler.cleaning.body.reading import ArticleBody, remove_element
from portal_crawler.cleaning.page.lazy_pictures import picture_address
from portal_crawler.cleaning.page.selectors import ParsedPage
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.cleaning.page.visible import shown_text
from portal_crawler.cleaning.profile import Profile
from portal_crawler.cleaning.stated import Stated
from portal_crawler.cleaning.words.boilerplate import before_counter
from portal_crawler.cleaning.words.dates import DateReading, read_date
from portal_crawler.cleaning.words.names import (
    account_of,
    account_within,
    agency_of,
    by_labels,
    credit_of,
    is_account,
    is_taken_over,
    labelled_account,
    labelled_source,
    source_of,
)
from portal_crawler.cleaning.words.people import is_person, reads_as_person
from portal_crawler.cleaning.words.signed_lines import author_of, has_role_label
from portal_crawler.cleaning.words.text import clean, field, folded_line

_CRUMBS = re.compile(r"[»\u203a>→]")
_HOME = frozenset(("trang chủ", "trang nhất", "home"))

LONGEST_CATEGORY_CHARS = 150
"""A section's name is shorter; in broken markup a breadcrumb's last step may hold half a page."""

_UPDATED = re.compile(r"cập nhật(?:\s+(?:lúc|ngày|lần cuối|mới nhất))?\s*:?", re.IGNORECASE)
_CHANGE = re.compile(r"\W*(?:last )?(?:updated|modified)\b", re.IGNORECASE)
"""A label that never stands for the publication, as "Cập nhật" does on Vietnamese portals."""
_BRACKET_BEHIND = re.compile(r"\s*[(\[][^()\[\]]*[)\]]$")
"""The brackets behind an account's name: "Lê An (admin)"."""
_MINUTE = len("2022-07-13T23:52")
"""The part of a time down to the minute."""
_DAY = len("2022-07-13")

LONGEST_TAG_CHARS = 100
"""A program's full name is shorter; a longer text is a headline or a sentence."""

_TAG_LABELS = frozenset(("tag", "tags", "từ khóa", "từ khoá", "keywords", "chủ đề"))
_TAG_EDGES = " #.,;:|/"
_TAG_SEPARATOR = re.compile(r"[,;|]")


def lead(page: ParsedPage, layout: Profile) -> str | None:
    """The first lead that is not empty, cleaned; None if there is none.

    If the layout says so, a first paragraph in bold where no element is for the lead.
    """
    found = next((lead for text in _lead_texts(page, layout) if (lead := clean(text))), None)
    if found or not layout.bold_lead or page.first(layout.lead) is not None:
        return found
    body = page.first(layout.body)
    around = (*layout.drop, *layout.account)
    dropped = {element for css in around for element in page.select(css)}
    return bold_lead(body, dropped) if body is not None else None


def _lead_texts(page: ParsedPage, layout: Profile) -> Iterator[str]:
    """The texts of the lead's elements without boilerplate in them, as the cover's caption."""
    dropped = {element for css in layout.drop for element in page.select(css)}
    for css in layout.lead:
        if "::attr(" in css or not dropped:
            yield from page.texts((css,))
            continue
        for element in page.select(css):
            yield shown_text(_without(element, dropped))


def _without(element: etree._Element, dropped: set[etree._Element]) -> etree._Element:
    """The element, or a copy of it without inner elements."""
    inside = [at for at, inner in enumerate(element.iter("*")) if at and inner in dropped]
    if not inside:
        return element
    copied = deepcopy(element)
    every = list(copied.iter("*"))
    for at in inside:
        remove_element(every[at])
    return copied


def publication_date(
    page: ParsedPage, layout: Profile, fetched_at: datetime, stated: Stated
) -> DateReading:
    """The date of the layout's elements, else one that is stated for machines, else one of the
    layout's guesses.

    A date without a time has that of another reading of the same day. If no date can be read, the
    reading of the first text of the layout.
    """
    shown, is_change = _first_date(page, layout, fetched_at)
    if _has_minute(shown) and not is_change:
        return shown
    machine = list(stated.dates(fetched_at))
    if is_change and machine:
        return machine[0]
    texts = page.texts(layout.date_guesses)
    guesses = [read_date(text, fetched_at, month_first=layout.month_first) for text in texts]
    # A guess that machines confirm is the date shown with the article.
    days = set(map(_day, machine))
    confirmed = [one for one in guesses if one.value and _day(one) in days]
    known = [one for one in (shown, *confirmed, *machine, *guesses) if one.value]
    if not known:
        return shown
    same_day = (one for one in known if _has_minute(one) and _day(one) == _day(known[0]))
    return next(same_day, known[0])


def _first_date(
    page: ParsedPage, layout: Profile, fetched_at: datetime
) -> tuple[DateReading, bool]:
    """The first date of the layout's elements that can be read, else the reading of the first text;
    and whether its line gives a change ("Updated: …")."""
    first: DateReading | None = None
    for text in page.texts(layout.date):
        line = clean(text)
        if not line:
            continue
        reading = read_date(text, fetched_at, month_first=layout.month_first)
        if reading.value:
            return reading, bool(_CHANGE.match(line))
        first = first or reading
    return first or DateReading(None), False


def _has_minute(reading: DateReading) -> bool:
    """Whether a date has a time; midnight is the time of systems that keep days alone."""
    time = (reading.value or "")[_DAY:_MINUTE]
    return bool(time) and time != "T00:00"


def _day(reading: DateReading) -> str:
    return (reading.value or "")[:_DAY]


def updated(
    page: ParsedPage, layout: Profile, fetched_at: datetime, published_at: str | None
) -> str | None:
    """The first time on the page that is given as a change and is later than the publication.

    It is read from an attribute of `layout.updated`, or from the text behind "Cập nhật" in one of
    its elements or in the date's line. A time in the minute of publication is not a change. Its
    form is that of `DateReading.value`.
    """
    attributes = (css for css in layout.updated if "::attr(" in css)
    shown = (css for css in (*layout.updated, *layout.date) if "::attr(" not in css)
    for text in (*page.texts(attributes), *_behind_label(page.texts(shown))):
        value = read_date(text, fetched_at, month_first=layout.month_first).value
        if value and value[:_MINUTE] > (published_at or "")[:_MINUTE]:
            return value
    return None


def _behind_label(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        # Quick check: "cập nhật" has an "nh" however its marks are encoded.
        if "nh" in text.lower() and (found := _UPDATED.search(line := clean(text))):
            yield line[found.end() :]


def category(page: ParsedPage, layout: Profile, title: str) -> str | None:
    """The section's name: the last step of a breadcrumb, else the middle of `<title>`."""
    for text in page.texts(layout.category):
        steps = (clean(step) for step in _CRUMBS.split(text))
        none = {"", folded_line(title), *_HOME}
        named = [
            step
            for step in steps
            if len(step) <= LONGEST_CATEGORY_CHARS and folded_line(step) not in none
        ]
        if named:
            return named[-1]
    if layout.title_separator:
        # A headline may hold the separator; a section's or site's name does not.
        parts = clean(_page_title(page)).rsplit(layout.title_separator, 2)
        return field(parts[1]) if len(parts) == 3 else None
    return None


def _page_title(page: ParsedPage) -> str:
    """The text of the first `<title>`: of the head, if the page begins with one that has it."""
    head = next(page.root.iterchildren(), None)
    in_head = head is not None and head.tag == "head"
    found = next(head.iter("title"), None) if head is not None and in_head else None
    first = next(page.root.iter("title"), None) if found is None else found
    return (first.text or "") if first is not None else ""


def article_tags(page: ParsedPage, layout: Profile, title: str) -> tuple[str, ...]:
    """The keywords in page order, each once whatever its case.

    An element is one tag, an attribute a list of tags. Labels, the headline and the site's own name
    are left out.
    """
    if not layout.tags:
        return ()
    found: dict[str, str] = {}
    for css in layout.tags:
        for text in page.texts((css,)):
            for part in _TAG_SEPARATOR.split(text) if "::attr(" in css else (text,):
                tag = clean(part).strip(_TAG_EDGES)
                found.setdefault(folded_line(tag), tag)
    none = {"", folded_line(title), *_TAG_LABELS, *(_site_names(page) if found else ())}
    return tuple(
        tag for key, tag in found.items() if key not in none and len(tag) <= LONGEST_TAG_CHARS
    )


def _site_names(page: ParsedPage) -> Iterator[str]:
    for element in page.root.iter("meta"):
        if element.get("property") == "og:site_name":
            yield folded_line(element.get("content") or "")
    for element in page.root.iter("title"):
        yield folded_line(re.split(r"\s[-|–]\s", element.text or "")[-1])


def named_author(page: ParsedPage, layout: Profile) -> str | None:
    """The author in an element of the layout; accounts of the system do not count."""
    texts = (part for text in _author_texts(page, layout) for part in by_labels(text))
    names = (author_of(before_counter(text)) for text in texts)
    return next((name for name in names if name and not is_account(name)), None)


def _author_texts(page: ParsedPage, layout: Profile) -> Iterator[str]:
    """Texts of the author's elements. An element for accounts counts only with an author's
    label."""
    accounts = {element for css in layout.account for element in page.select(css)}
    for css in layout.author:
        if "::attr(" in css or not accounts:
            yield from page.texts((css,))
            continue
        for element in page.select(css):
            text = shown_text(element)
            near = (*element.iterancestors(), *element.iter())
            if accounts.isdisjoint(near) or has_role_label(text):
                yield text


def stated_author(stated: Stated, account: str | None) -> str | None:
    """The author that the page states for machines. The account that filed the article counts only
    if it is written like a person's name."""
    author = stated.author()
    is_account = author is not None and folded_line(author) == folded_line(account or "")
    return None if author and is_account and not reads_as_person(author) else author


def named_account(page: ParsedPage, layout: Profile) -> str | None:
    """The account that filed the article: from its own element, else from the author's element, or
    from behind a label in the date's line."""
    for css in layout.account:
        for text in map(shown_text, _systems_own(page.select(css), page.first(layout.body))):
            if not has_role_label(text) and (name := account_of(before_counter(text))):
                return name
    shown = (css for css in layout.author if "::attr(" not in css)
    for text in page.texts(shown):
        if name := labelled_account(text):
            return name
        name = author_of(before_counter(text))
        if name and is_account(name):
            return name
    dates = (css for css in layout.date if "::attr(" not in css)
    return next((name for text in page.texts(dates) if (name := account_within(text))), None)


def _systems_own(
    accounts: list[etree._Element], body: etree._Element | None
) -> list[etree._Element]:
    """The elements, those inside the body first and backwards: all but the last were pasted with a
    text."""
    inside = [found for found in accounts if body is not None and body in found.iterancestors()]
    return [*reversed(inside), *accounts]


def body_account(body: ArticleBody) -> str | None:
    """The account that filed the article, from the end of the body: a labelled line or a byline."""
    is_byline = body.author is not None and is_account(body.author)
    return body.account or (body.author if is_byline else None)


def person_behind(account: str | None) -> str | None:
    """The account's name, without brackets behind it, if it is a person's; else None."""
    name = _BRACKET_BEHIND.sub("", account) if account else ""
    return name if is_person(name) and not is_account(name) else None


def named_source(page: ParsedPage, layout: Profile) -> str | None:
    """The source in an element of the layout, or behind a label in the author's element."""
    for text in page.texts(layout.source):
        if source := source_of(before_counter(text)):
            return source
    signed = (part for text in page.texts(layout.author) for part in by_labels(text))
    found = map(labelled_source, signed)
    return next((source for source in found if source), None)


class Signers(NamedTuple):
    """Who wrote an article and whom its text was taken from."""

    author: str | None
    source: str | None


def author_and_source(author: str | None, source: str | None, body: ArticleBody) -> Signers:
    """The names that elements of the layout give, else those of the body's byline.

    An agency or a newspaper that signs is the source too.
    """
    signed = body.author if body.author and not is_account(body.author) else None
    named = labelled_source(signed) if signed else None
    author = author or (None if named else signed)
    said = source_of(body.source) if body.source else named
    return Signers(author, source or said or agency_of(author))


def covers(page: ParsedPage, layout: Profile) -> list[Image]:
    """The pictures outside of the body, with the addresses and captions of the page."""
    shown = (image for css in layout.cover for image in page.select(css))
    found = ((picture_address(image), _figure_caption(image)) for image in shown)
    return [Image(src=address, caption=caption) for address, caption in found if address]


def _figure_caption(image: etree._Element) -> str | None:
    """The caption of the figure around a picture."""
    figure = next(image.iterancestors("figure"), None)
    caption = next(figure.iter("figcaption"), None) if figure is not None else None
    return (clean(shown_text(caption)) or None) if caption is not None else None


def images(cover: list[Image], body: ArticleBody, base: str) -> tuple[Image, ...]:
    """Pictures with absolute addresses, in page order and as often as the page shows them.

    A picture of the body has the credit of the byline unless its caption gives another one.
    """
    outside = (
        Image(src=src, caption=image.caption, credit=credit_of(image.caption))
        for image in cover
        if (src := absolute(base, image.src))
    )
    own = (
        Image(src=src, caption=image.caption, credit=_credit(image.caption, body))
        for image in body.images
        if (src := absolute(base, image.src))
    )
    return (*outside, *own)


def _credit(caption: str | None, body: ArticleBody) -> str | None:
    if caption is None:
        return body.credit
    return credit_of(caption) or (None if is_taken_over(caption) else body.credit)


def videos(inside: tuple[Video, ...], base: str) -> tuple[Video, ...]:
    """Videos with absolute addresses, each once, in page order."""
    found: dict[str, Video] = {}
    for video in inside:
        if src := absolute(base, video.src):
            found.setdefault(src, Video(src=src, caption=video.caption))
    return tuple(found.values())
