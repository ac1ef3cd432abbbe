"""Forms of addresses with names in braces, such as `/bai-viet/{slug}-{id}`. Pure."""

import re
from functools import lru_cache
from urllib.parse import parse_qsl, unquote, urlsplit

LONGEST_ADDRESS_CHARS = 4_000

_IN_BRACES = re.compile(r"\{([^{}]+)\}")
_ID = r"\d{1,20}|[0-9A-Fa-f]{24}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
_ANY = r"[^/]{1,500}"


def values_in(form: str, url: str) -> dict[str, str] | None:
    """The values of the names of a form in an address; None if the address has another form.

    Hosts are compared only if the form names one, the order of parameters and further ones do not
    count. The last name of a path is an id if it can be one.
    """
    if len(url) > LONGEST_ADDRESS_CHARS:
        return None
    wanted, given = urlsplit(form), urlsplit(url)
    if wanted.netloc and wanted.netloc.lower() != given.netloc.lower():
        return None
    found = _values_of_path(wanted.path, unquote(given.path).rstrip("/"))
    if found is None:
        return None
    query = {name.lower(): value for name, value in parse_qsl(given.query, keep_blank_values=True)}
    for name, value in parse_qsl(wanted.query, keep_blank_values=True):
        inner = _match(value, query.get(name.lower(), ""))
        if inner is None:
            return None
        found |= inner
    return found


def _values_of_path(form: str, path: str) -> dict[str, str] | None:
    if not form.startswith("/"):
        folders = path.split("/")
        path = "/".join(folders[-(form.count("/") + 1) :])
    return _match(form.rstrip("/"), path)


def _match(form: str, text: str) -> dict[str, str] | None:
    names = _IN_BRACES.findall(form)
    for ends_with_id in (True, False):
        found = _pattern(form, ends_with_id=ends_with_id).fullmatch(text)
        if found is not None:
            return dict(zip(names, found.groups(), strict=True))
    return None


@lru_cache(maxsize=256)
def _pattern(form: str, *, ends_with_id: bool) -> re.Pattern[str]:
    texts = [re.escape(unquote(text)) for text in _IN_BRACES.split(form)[::2]]
    places = [f"({_ANY}?)" if ends_with_id else f"({_ANY})"] * (len(texts) - 1)
    if places and ends_with_id:
        places[-1] = f"({_ID})"
    pattern = texts[0] + "".join(
        f"{place}{text}" for place, text in zip(places, texts[1:], strict=True)
    )
    return re.compile(pattern, re.IGNORECASE)
