"""Pages of sites that nobody knows, each read alone, in a folder beside the repository.

- *aeb*, *readability*: public sets of articles in English, with the text of each.
- *cases*: pages of one difficulty each, written by hand, whose paragraphs are the body.
- *portal-pages*: articles of six families of Vietnamese portals.
"""

import json
import tarfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from lxml import html

from benchmarks.quality.saved import SHARED, Corpus, Page, Site
from benchmarks.quality.scoring import FIELDS, Answer, Said

CASES = SHARED / "cases"
SINGLE_SAVED_AT = datetime(2026, 11, 26, tzinfo=UTC)
LARGEST_CASE_BYTES = 3_000
"""Larger cases are real pages, of which nobody wrote down the text."""

CASE_TITLE = "Hội nghị triển khai chuyển đổi số năm 2026"
_SILENT = ("button", "comment", "hidden", "noscript", "script", "style", "svg")
CASE_LEADS = {
    **dict.fromkeys((f"field-{kind}" for kind in _SILENT), "Sáng nay."),
    "field-br": "Sáng nay, hội nghị khai mạc.",
    "field-p-in-lead": "Sáng nay hội nghị khai mạc. Nhiều đại biểu dự.",
    "sapo-script": "Sáng nay, hội nghị triển khai chuyển đổi số đã khai mạc tại thành phố.",
}


def answer_of(url: str, article: Mapping[str, Any]) -> Answer:
    """The answer from an article as tests expect it; a missing field is not scored."""
    known = {"captions", *article.keys(), *(("minute",) if "published_at" in article else ())}
    plain = ("title", "lead", "author", "byline", "source", "category")
    said = Said(
        **{name: article.get(name) or "" for name in plain},
        published=article.get("published_at") or "",
        body="\n".join(article["body"]),
        images=tuple((image["src"], image["caption"] or "") for image in article.get("images", ())),
        attachments=tuple(
            attachment if isinstance(attachment, str) else attachment["href"]
            for attachment in article.get("attachments", ())
        ),
    )
    return Answer(url=url, said=said, told=frozenset(known) & frozenset(FIELDS))


def _members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {
            one.name.removeprefix("./"): file.read()
            for one in tar
            if (file := tar.extractfile(one))
        }


def _rows(lines: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.decode().splitlines()]


def _corpus(name: str, about: str, sites: Sequence[Site]) -> Corpus:
    return Corpus(name=name, about=about, sites=tuple(sites), shipped=False)


def _site(name: str, pages: Mapping[str, bytes], answers: Sequence[Answer]) -> Site:
    """Pages by address. Two pages of a set may have one address: theirs are their files' names."""
    return Site(
        name=name,
        portal=None,
        pages=tuple(
            Page(url=url, body=body, fetched_at=SINGLE_SAVED_AT) for url, body in pages.items()
        ),
        answers={answer.url: answer for answer in answers},
        is_single=True,
    )


# Public sets


@cache
def _public_set(name: str) -> Corpus | None:
    pack = CASES / "extraction" / f"{name}.tar.xz"
    if not pack.exists():
        return None
    members = _members(pack)
    rows = _rows(members[f"{name}/set.jsonl"])
    urls = {row["id"]: f"{row['url']}#{row['id']}" for row in rows}
    pages = {urls[row["id"]]: members[f"{name}/{row['html']}"] for row in rows}
    answers = [
        answer_of(
            urls[row["id"]],
            {key: row[key] for key in ("title",) if row.get(key)} | {"body": [row["body"]]},
        )
        for row in rows
    ]
    return _corpus(name, "a public set of single pages", [_site(name, pages, answers)])


# Small cases


@cache
def _cases() -> Corpus | None:
    pack = CASES / "extraction" / "cases.tar.xz"
    if not pack.exists():
        return None
    small = {
        f"https://cases.example/{name}": body
        for name, body in sorted(_members(pack).items())
        if len(body) <= LARGEST_CASE_BYTES
    }
    answers = [_case_answer(url, body) for url, body in small.items()]
    return _corpus("cases", "a difficulty on each, by hand", [_site("cases", small, answers)])


def _case_answer(url: str, body: bytes) -> Answer:
    """All paragraphs are the body, but those that a class names as lead or byline."""
    root = html.document_fromstring(body.decode())
    plain = [found for found in root.iter("p") if not found.get("class") and not _is_lead(found)]
    name = url.rpartition("/")[2].removesuffix(".html")
    heads = {"title": _title(root, name), "lead": CASE_LEADS.get(name, "")}
    return answer_of(url, heads | {"body": [str(found.text_content()) for found in plain]})


def _is_lead(paragraph: html.HtmlElement) -> bool:
    return any(outer.get("class") == "sapo" for outer in paragraph.iterancestors())


def _title(root: html.HtmlElement, name: str) -> str:
    if name == "no-title":
        return ""
    linked = root.xpath("//h1/a | //h2/a | //h1")
    return str(linked[0].text_content()) if name.startswith("site-") else CASE_TITLE


# Portals


@cache
def _portal_pages() -> Corpus | None:
    pack = CASES / "corpus" / "portal-pages.tar.xz"
    if not pack.exists():
        return None
    members = _members(pack)
    rows = _rows(members["gold.jsonl"])
    names = dict.fromkeys(row["path"].split("/")[0] for row in rows)
    sites = [_family(name, rows, members) for name in names]
    return _corpus("portal-pages", "articles of Vietnamese portals of six families", sites)


def _family(name: str, rows: Sequence[Mapping[str, Any]], members: Mapping[str, bytes]) -> Site:
    own = [row for row in rows if row["path"].startswith(f"{name}/")]
    answers = [_portal_answer(row) for row in own]
    return _site(name, {row["url"]: members[row["path"]] for row in own}, answers)


def _portal_answer(row: Mapping[str, Any]) -> Answer:
    known = {key: row[key] for key in ("title", "lead", "author", "source", "body", "attachments")}
    return answer_of(row["url"], known | {"published_at": row["published"]})


SINGLE_PAGES: Mapping[str, Callable[[], Corpus | None]] = {
    "aeb": partial(_public_set, "aeb"),
    "readability": partial(_public_set, "readability"),
    "cases": _cases,
    "portal-pages": _portal_pages,
}
"""For each corpus a function that gives it; None if it is not there."""
