"""Listings with a page for each day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from archive.moments import VIETNAM
from portal_crawler.ways.requests import ListingAnswer, ListingRequest, UnfollowableError
from portal_crawler.ways.way import Way

MOST_DAYS = 36_600
"""Days back from today that are followed: a century."""

MOST_EMPTY_DAYS = 400
"""Days in a row without news that are followed: more than a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days(Way):
    """The section's page, then a page for each day, from today back to `oldest`."""

    form: str
    """The end of the path, in the form of strftime: `/xem-theo-ngay-%d-%m-%Y.htm`."""
    oldest: str
    """The first day of the portal, YYYY-MM-DD."""
    ending: str = ".htm"
    """The end of the section's path that the form replaces."""
    more: str = ""
    """The end of a day's path for its further pages, in place of `ending`: `/trang-{number}.htm`.
    They are followed as far as the pages link them."""
    most_pages: int | None = MOST_DAYS
    most_repeating: int | None = MOST_EMPTY_DAYS
    lists_pages: ClassVar[bool] = True

    def faults(self) -> Iterator[str]:
        """A form without a day, or an oldest day that cannot be read."""
        for name in ("%d", "%m", "%Y"):
            if name not in self.form:
                yield f"form={self.form!r:.60} has no {name}; write %d, %m and %Y"
        try:
            date.fromisoformat(self.oldest)
        except (TypeError, ValueError):
            yield f"oldest={self.oldest!r:.60} is not a day; write YYYY-MM-DD"

    def following(self, answer: ListingAnswer, page: int) -> ListingRequest | None:
        """The request for the day's next page, else for the day before; None before `oldest`."""
        if page == answer.page + 1 and (more := self._more_of_day(answer)) is not None:
            return more
        stem, day = self._read(urlsplit(answer.url).path)
        if day is None:  # the section's page, where a day without news may be redirected to
            stem, day = self._read(urlsplit(answer.request.url).path)
        if day is None:
            if answer.fetched_at is None:
                raise UnfollowableError("the day of the page is not known")
            day = answer.fetched_at.astimezone(VIETNAM).date() + timedelta(days=1)
            stem = urlsplit(answer.url).path.removesuffix(self.ending)
        day -= timedelta(days=page - answer.page)
        if day < date.fromisoformat(self.oldest):
            return None
        return ListingRequest(url=urljoin(answer.url, stem + day.strftime(self.form)))

    def _read(self, path: str) -> tuple[str, date | None]:
        """The section's path and the day in the path of one of its days."""
        names = {"%d": r"(?P<d>\d\d)", "%m": r"(?P<m>\d\d)", "%Y": r"(?P<y>\d{4})"}
        pattern = re.escape(self.form.removesuffix(self.ending))
        for name, digits in names.items():
            pattern = pattern.replace(name, digits)
        found = re.search(f"{pattern}(?:{re.escape(self.ending)}|/.*)$", path)
        if found is None:
            return path, None
        try:
            day = datetime(int(found["y"]), int(found["m"]), int(found["d"])).date()  # noqa: DTZ001
        except ValueError:
            return path, None
        return path[: found.start()], day

    def _more_of_day(self, answer: ListingAnswer) -> ListingRequest | None:
        """The next page of the day, if the page has a link to it."""
        path = urlsplit(answer.url).path
        stem, day = self._read(path)
        if not self.more or day is None:
            return None
        own = stem + day.strftime(self.form).removesuffix(self.ending)
        pattern = re.escape(self.more).replace(re.escape("{number}"), r"(\d{1,4})")
        number = re.fullmatch(f"{re.escape(own)}{pattern}", path)
        wanted = own + self.more.replace("{number}", str(int(number[1]) + 1 if number else 2))
        if wanted.encode() not in answer.body:
            return None
        return ListingRequest(url=urljoin(answer.url, wanted))

    def may_be_empty(self, answer: ListingAnswer) -> bool:
        """A day may have no news."""
        del answer
        return True
