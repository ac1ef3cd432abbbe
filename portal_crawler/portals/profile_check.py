"""Checks the selectors and patterns of the layouts and signs that a portal declares."""

import re
from collections.abc import Iterator
from dataclasses import fields

from portal_crawler.cleaning.listings.declared import ListingProfile
from portal_crawler.cleaning.page.selectors import selector_fault
from portal_crawler.cleaning.profile import Profile
from portal_crawler.portals.recognition import Sign

MOST_LAYOUTS = 20
"""The longest chain of layouts by `older`; a longer one is a circle."""

_MARKERS = ("body_start", "body_end")
_NO_SELECTORS = ("not_found",)
"""Tuples of texts; all other tuples of a layout hold selectors."""
_A_TUPLE = 'write a tuple, as ("h1.title",)'


def profile_faults(profile: Profile) -> Iterator[str]:
    """The faults of an article's layout and of the older ones, in words."""
    layout = profile
    for _ in range(MOST_LAYOUTS):
        yield from _of_fields(layout)
        yield from _lacks(layout, "title")
        older: object = layout.older
        if older is None:
            return
        if not isinstance(older, Profile):
            yield f"older = {older!r:.60} is not a Profile; write one, or leave it out"
            return
        layout = older
    yield f"older leads beyond {MOST_LAYOUTS} layouts; end it with older=None"


def listing_faults(profile: ListingProfile) -> Iterator[str]:
    """The faults of a listing's layout, in words."""
    yield from _of_fields(profile)
    yield from _lacks(profile, "row", "link")
    yield from _of_pattern(profile)


def sign_faults(sign: Sign) -> Iterator[str]:
    """The faults of a platform's sign, in words."""
    yield from _of_tuple("css", sign.css)
    if not sign.css and not sign.pattern:
        yield f"{sign.reason!r:.60} has neither css nor pattern; write one of them"
    if sign.pattern is not None:
        try:
            re.compile(sign.pattern)
        except (re.error, TypeError) as error:
            yield f"pattern = {sign.pattern!r:.60} is not a pattern ({error}); correct it"


def _lacks(profile: object, *names: str) -> Iterator[str]:
    for name in names:
        if not getattr(profile, name):
            yield f"{name} is empty; {_A_TUPLE}"


def _of_fields(profile: Profile | ListingProfile) -> Iterator[str]:
    for field in fields(profile):
        name, value = field.name, getattr(profile, field.name)
        if field.type == tuple[str, ...]:
            yield from _of_tuple(name, value)
        elif name in _MARKERS and value is not None:
            yield from _of_selector(name, value)
        elif field.type is bool and not isinstance(value, bool):
            yield f"{name} = {value!r:.60} is neither True nor False; write one of them"


def _of_tuple(name: str, value: object) -> Iterator[str]:
    if not isinstance(value, (tuple, list)):
        yield f"{name} = {value!r:.60} is not a tuple; {_A_TUPLE}"
        return
    for each in value:
        if name not in _NO_SELECTORS:
            yield from _of_selector(name, each)
        elif not isinstance(each, str):
            yield f"{name}: {each!r:.60} is not text; write it in quotes"


def _of_selector(name: str, value: object) -> Iterator[str]:
    why = selector_fault(value) if isinstance(value, str) else "it is not text"
    if why is not None:
        yield f"{name}: {value!r:.60} is not a CSS selector ({why}); write one, as h1.title"


def _of_pattern(profile: ListingProfile) -> Iterator[str]:
    try:
        groups = re.compile(profile.total_pattern).groups
    except (re.error, TypeError) as error:
        shown = f"{profile.total_pattern!r:.60}"
        yield f"total_pattern = {shown} is not a pattern ({error}); correct it"
        return
    if not groups:
        yield (
            f"total_pattern = {profile.total_pattern!r:.60} has no group; put the number's part "
            r"into brackets, as ([\d.,]+)"
        )
