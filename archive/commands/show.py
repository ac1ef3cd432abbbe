"""`portal show`: one article, and where its bytes lie."""

import argparse
import sqlite3
import sys
from collections.abc import Iterator

from archive.commands.options import OTHER_PORTALS, add_settings
from archive.commands.terminal import wrapped
from archive.database.article_rows import LISTS
from archive.database.articles import (
    Row,
    StoredArticle,
    article_named,
    at_version,
    repaired,
    stored_article,
)
from archive.database.reading import answering
from archive.errors import QueryError
from archive.field_spec import specs_of
from archive.layout import Layout, archive_folder
from archive.models import Article
from archive.output import bold, say, write, write_json

EXAMPLES = """\
examples:
  portal show 4608690380460809
  portal show hanoi-sotttt/4410140
  portal show http://sotttt.hanoi.gov.vn/vi/tin-tuc-su-kien/-/view_content/4410140-thong-tin.html
  portal show 4608690380460809 --json | jq .attachments
  portal show 4608690380460809 --cite       how to cite it, down to the WARC record
  portal show 4608690380460809 --text | wc -w
  portal show 4608690380460809 --html > article.html
  portal show 4608690380460809 --repaired   "phograve;ng" as it was meant: "phòng"
"""

LABEL_WIDTH = 11

MENDED = "broken entities are mended: the portal shows what is printed without --repaired"

CITED = (
    ("portal", "portal_title"),
    ("title", "title"),
    ("author", "author"),
    ("published", "published_at"),
    ("address", "url"),
    ("captured", "captured_at"),
    ("article", "article_id"),
    ("version", "version"),
    ("file", "warc_file"),
    ("offset", "warc_offset"),
    ("length", "warc_length"),
    ("record", "record_id"),
    ("payload", "payload_digest"),
    ("block", "block_digest"),
    ("truncated", "truncated"),
)
"""Labels and columns of a citation; what has no spaces is never broken: it is copied."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what `portal show` takes."""
    parser.add_argument(
        "article", metavar="ARTICLE", help="an id, portal/key, or an address as it was crawled"
    )
    parser.add_argument(
        "--version", dest="version", type=int, metavar="N", help="as it read then, from 1"
    )
    parser.add_argument(
        "--repaired", action="store_true",
        help="broken entities as they were meant, phòng for phograve;ng; also with --text, --json",
    )  # fmt: skip
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument(
        "--cite", action="store_true", help="how to cite it, down to the WARC record that proves it"
    )
    forms.add_argument("--text", action="store_true", help="title, lead and body, and nothing else")
    forms.add_argument(
        "--markdown", action="store_true", help="with headings, lists, links and pictures"
    )
    forms.add_argument("--html", action="store_true", help="the same as a page that runs nothing")
    add_settings(parser, f"with --html and --markdown, as of the crawl: {OTHER_PORTALS}")


def run(args: argparse.Namespace) -> int:
    """Look the article up and print it."""
    check_options(args)
    layout = Layout(archive_folder(args.archive))
    with answering(layout) as connection:
        stored, newest = shown_article(connection, args)
        if args.repaired:
            stored = _as_meant(stored, quiet=args.quiet)
        if args.cite:
            from archive.citation import citation  # it loads what reads records

            _cite(citation(layout, connection, stored), as_json=args.json)
        else:
            _print(stored, args)
    is_whole = not (args.quiet or args.text or args.cite or args.json)
    if is_whole and stored.article["version"] != newest:
        say(f"version {newest} is the newest; pictures and attachments are those of that one")
    return 0


def _as_meant(stored: StoredArticle, *, quiet: bool) -> StoredArticle:
    meant = repaired(stored)
    if not quiet:
        say(MENDED if meant != stored else "the article has no broken entities")
    return meant


def _print(stored: StoredArticle, args: argparse.Namespace) -> None:
    if args.json:
        write_json(_values(stored))
        return
    for line in _text(stored.article) if args.text else _lines(stored):
        write(line)


def check_options(args: argparse.Namespace) -> None:
    """QueryError for forms that cannot be had together."""
    for form in ("text", "markdown", "html"):
        if args.json and getattr(args, form):
            raise QueryError(f"--json and --{form} are two forms of output: leave one out")
    for form in ("cite", "markdown", "html"):
        if args.repaired and getattr(args, form):
            raise QueryError(
                f"--{form} keeps to what the portal shows: leave --{form} or --repaired out"
            )


def shown_article(
    connection: sqlite3.Connection, args: argparse.Namespace
) -> tuple[StoredArticle, object]:
    """The article as asked for, and the number of its newest version; else QueryError."""
    stored = stored_article(connection, article_named(connection, args.article))
    newest = stored.article["version"]
    if args.version is not None:
        stored = at_version(connection, stored, args.version)
    return stored, newest


def _text(article: Row) -> Iterator[str]:
    """Paragraphs as they are stored, one a line; at a terminal wrapped."""
    texts = (article["title"], article["lead"], *str(article["body"] or "").split("\n\n"))
    for number, paragraph in enumerate(str(text) for text in texts if text):
        if number:
            yield ""
        for line in paragraph.split("\n"):
            if sys.stdout.isatty():
                yield from wrapped(line.replace("\t", " | "))
            else:
                yield line


def _cite(cited: Row, *, as_json: bool) -> None:
    """A sentence for the footnote, then what leads to the bytes."""
    if as_json:
        write_json(cited)
        return
    author = f"{cited['author']}. " if cited["author"] else ""
    published = moment(cited["published_at"]) or "no date on the page"
    portal = cited["portal_title"] or cited["portal"]
    sentence = (
        f"{author}“{cited['title']}”. {portal}, {published}. {cited['url']} "
        f"(captured {cited['captured_at']}, version {cited['version']})."
    )
    for line in wrapped(sentence):
        write(line)
    write()
    for label, column in CITED:
        if cited[column] is not None:
            for line in _fact(label, str(cited[column])):
                write(line)


def _values(stored: StoredArticle) -> dict[str, object]:
    return {
        **stored.article,
        "images": stored.images,
        "attachments": stored.attachments,
        "videos": stored.videos,
        "versions": stored.versions,
        "capture": stored.capture,
    }


def _lines(stored: StoredArticle) -> Iterator[str]:
    article = stored.article
    yield from (bold(line) for line in wrapped(str(article["title"])))
    yield ""
    yield from _facts(stored)
    if article["lead"]:
        yield ""
        yield from (bold(line) for line in wrapped(str(article["lead"])))
    yield from _body(str(article["body"] or ""))
    yield from _images(stored.images)
    yield from _videos(stored.videos)
    yield from _attachments(stored.attachments)
    yield from _versions(stored)
    yield from _capture(stored.capture)


def _facts(stored: StoredArticle) -> Iterator[str]:
    article = stored.article
    title = f" ({stored.portal_title})" if stored.portal_title else ""
    facts = (
        ("portal", f"{article['portal']}{title}"),
        *_claims(article),
        ("id", f"{article['id']}, {article['portal']}/{article['key']}"),
        ("address", article["url"]),
        ("seen", f"{moment(article['first_seen_at'])} to {moment(article['last_seen_at'])}"),
        ("gone since", moment(article["gone_at"])),
        ("problems", ", ".join(_listed(article["problems"]))),
    )
    for label, value in facts:
        if value:
            yield from _fact(label, str(value))


def _claims(article: Row) -> Iterator[tuple[str, str]]:
    """What the page says of the article besides its text: labels and values, moments first."""
    specs = [(name, spec) for name, spec in specs_of(Article).items() if spec.label is not None]
    for name, spec in sorted(specs, key=lambda one: not one[1].is_moment):
        value = article[name]
        shown = (
            moment(value)
            if spec.is_moment
            else ", ".join(_listed(value))
            if name in LISTS
            else value
        )
        yield str(spec.label), str(shown or spec.absent)


def _listed(value: object) -> list[str]:
    return [str(part) for part in value] if isinstance(value, list) else []


def _fact(label: str, value: str) -> list[str]:
    return wrapped(value, " " * (LABEL_WIDTH + 1), start=f"{label:<{LABEL_WIDTH}} ")


def _body(body: str) -> Iterator[str]:
    """Paragraphs wrapped; of a table each row, its cells apart by a bar."""
    for paragraph in body.split("\n\n"):
        if not paragraph.strip():
            continue
        yield ""
        for line in paragraph.split("\n"):
            cells = line.split("\t")
            indent = "    " if len(cells) > 1 else "  " if line.startswith("- ") else ""
            yield from wrapped(" | ".join(cells), indent, start="")


def _images(images: tuple[Row, ...]) -> Iterator[str]:
    yield from _heading("Images", images)
    for image in images:
        yield from _shown(image)
        if image["credit"]:
            yield from wrapped(f"credit: {image['credit']}", " " * 4)


def _videos(videos: tuple[Row, ...]) -> Iterator[str]:
    yield from _heading("Videos", videos)
    for video in videos:
        yield from _shown(video)


def _shown(picture: Row) -> Iterator[str]:
    """Its caption and below it its address, or that alone."""
    if picture["caption"]:
        yield from _numbered(picture["position"], str(picture["caption"]))
        yield from wrapped(str(picture["src"]), " " * 4)
    else:
        yield from _numbered(picture["position"], str(picture["src"]))


def _attachments(attachments: tuple[Row, ...]) -> Iterator[str]:
    yield from _heading("Attachments", attachments)
    for attachment in attachments:
        kind = f" ({attachment['mime']})" if attachment["mime"] else ""
        yield from _numbered(attachment["position"], f"{attachment['name'] or 'no name'}{kind}")
        yield from wrapped(str(attachment["href"]), " " * 4)


def _versions(stored: StoredArticle) -> Iterator[str]:
    yield from _heading("Versions", stored.versions)
    for version in stored.versions:
        shown = " (shown)" if version["version"] == stored.article["version"] else ""
        first = f"first seen {moment(version['seen_at'])}{shown}"
        yield from _numbered(version["version"], first)
        if len(stored.versions) > 1:
            yield from wrapped(str(version["title"]), " " * 4)


def _capture(capture: Row) -> Iterator[str]:
    yield from _heading("Capture", capture)
    if not capture:
        yield "is not in the database; `portal verify` says more"
        return
    place = f"{capture['warc_offset']}, {capture['warc_length']} bytes long"
    facts = (
        ("file", capture["warc_file"]),
        ("offset", place),
        ("record", capture["record_id"]),
        ("digest", capture["payload_digest"]),
        ("fetched", f"{moment(capture['fetched_at'])}, status {capture['status']}"),
        ("truncated", capture["truncated"]),
    )
    for label, value in facts:
        if value:
            yield from _fact(label, str(value))


def _heading(words: str, rows: object) -> Iterator[str]:
    if rows:
        yield ""
        yield bold(words)


def _numbered(number: object, text: str) -> list[str]:
    return wrapped(text, " " * 4, start=f"{number:>2}. ")


def moment(value: object) -> str:
    """`2022-07-13 23:52` as the portal claims it, `2026-11-23 05:06 UTC` of the archive's own."""
    if value is None:
        return ""
    text = str(value)
    if len(text) <= len("2022-07-13"):
        return text
    return f"{text[:10]} {text[11:16]}" + (" UTC" if text.endswith("Z") else "")
