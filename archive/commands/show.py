"""`portal show`: prints one article, and where its bytes are stored."""

import argparse
import re
import sqlite3
import sys
from collections.abc import Iterator

from archive.commands.options import OTHER_PORTALS, add_settings
from archive.commands.terminal import wrapped
from archive.database.article_rows import LISTS
from archive.database.articles import (
    Row,
    StoredArticle,
    at_version,
    repaired,
    stored_article,
)
from archive.database.named_articles import article_named
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
  portal show "sotttt.hanoi.gov.vn/en/tin/-/view_content/4410140-tin.html?utm_source=zalo#top"
  portal show 4608690380460809 --json | jq .attachments
  portal show 4608690380460809 --cite       a citation, down to the WARC record
  portal show 4608690380460809 --text | wc -w
  portal show 4608690380460809 --html > article.html
  portal show 4608690380460809 --repaired   with broken entities mended: "phòng" for "phograve;ng"

An address is found as a browser gives it: with https for http, www., a fragment or utm parameters,
without a scheme, or in another language. If several articles can be meant, they are listed.
"""

LABEL_WIDTH = 11

MENDED = "broken entities are mended; without --repaired, the text is as the portal shows it"

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
"""Labels and columns of a citation."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `portal show`."""
    parser.add_argument(
        "article", metavar="ARTICLE", help="an id, portal/key, a key, or an address"
    )
    parser.add_argument(
        "--version", dest="version", type=int, metavar="N", help="show version N (1 is the oldest)"
    )
    parser.add_argument(
        "--repaired", action="store_true",
        help="mend broken entities, such as phograve;ng; also with --text and --json",
    )  # fmt: skip
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument(
        "--cite",
        action="store_true",
        help="print a citation, down to the WARC record that proves it",
    )
    forms.add_argument("--text", action="store_true", help="print only title, lead and body")
    forms.add_argument(
        "--markdown",
        action="store_true",
        help="print it as Markdown, with headings, lists, links and images",
    )
    forms.add_argument("--html", action="store_true", help="print it as a script-free HTML page")
    add_settings(parser, f"with --html and --markdown, a setting of the crawl: {OTHER_PORTALS}")


def run(args: argparse.Namespace) -> int:
    """Look the article up and print it."""
    check_options(args)
    layout = Layout(archive_folder(args.archive))
    with answering(layout) as connection:
        stored, newest = shown_article(connection, args)
        if args.repaired:
            stored = _as_meant(stored, quiet=args.quiet)
        if args.cite:
            from archive.citation import citation  # it loads the readers of records

            _cite(citation(layout, connection, stored), as_json=args.json)
        else:
            _print(stored, args)
    is_whole = not (args.quiet or args.text or args.cite or args.json)
    if is_whole and stored.article["version"] != newest:
        say(f"version {newest} is the newest; images and attachments are shown as of that version")
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
    """Raise QueryError if two forms of output are requested that exclude each other."""
    for form in ("text", "markdown", "html"):
        if args.json and getattr(args, form):
            raise QueryError(f"--json and --{form} are two forms of output; give only one")
    for form in ("cite", "markdown", "html"):
        if args.repaired and getattr(args, form):
            raise QueryError(
                f"--{form} shows the text as the portal does; give either --{form} or --repaired"
            )


def shown_article(
    connection: sqlite3.Connection, args: argparse.Namespace
) -> tuple[StoredArticle, object]:
    """The article that the arguments name, and the number of its newest version.

    Raises QueryError if there is no such article or version.
    """
    stored = stored_article(connection, article_named(connection, args.article))
    newest = stored.article["version"]
    if args.version is not None:
        stored = at_version(connection, stored, args.version)
    return stored, newest


def _text(article: Row) -> Iterator[str]:
    """Title, lead and body as they are stored, a paragraph a line; on a terminal wrapped."""
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
    """Write a sentence for a footnote, then where the bytes are and their digests."""
    if as_json:
        write_json(cited)
        return
    author = f"{cited['author']}. " if cited["author"] else ""
    published = moment(cited["published_at"]) or "no date on the page"
    portal = cited["portal_title"] or cited["portal"]
    sentence = (
        f"{author}“{_within_quotes(str(cited['title']))}”. {portal}, {published}. {cited['url']} "
        f"(captured {cited['captured_at']}, version {cited['version']})."
    )
    for line in wrapped(sentence, is_for_copying=True):
        write(line)
    write()
    for label, column in CITED:
        if cited[column] is not None:
            for line in _fact(label, str(cited[column])):
                write(line)


def _within_quotes(title: str) -> str:
    """The title with single quotation marks for its double ones, as typography asks."""
    return re.sub(r'"([^"]*)"', r"‘\1’", title).replace("“", "‘").replace("”", "’")


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
    """Labels and values of the fields that have a label, moments first."""
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
    start = f"{label:<{LABEL_WIDTH}} "
    return wrapped(value, " " * (LABEL_WIDTH + 1), start=start, is_for_copying=True)


def _body(body: str) -> Iterator[str]:
    """The body's paragraphs, wrapped; a table's rows have a bar between cells."""
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
    """An image's or video's caption with its address below, or the address alone."""
    if picture["caption"]:
        yield from _numbered(picture["position"], str(picture["caption"]))
        yield from wrapped(str(picture["src"]), " " * 4, is_for_copying=True)
    else:
        yield from _numbered(picture["position"], str(picture["src"]))


def _attachments(attachments: tuple[Row, ...]) -> Iterator[str]:
    yield from _heading("Attachments", attachments)
    for attachment in attachments:
        kind = f" ({attachment['mime']})" if attachment["mime"] else ""
        yield from _numbered(attachment["position"], f"{attachment['name'] or 'no name'}{kind}")
        yield from wrapped(str(attachment["href"]), " " * 4, is_for_copying=True)


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
        yield "is not in the database; run `portal verify`"
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
    """`2022-07-13 23:52` for a portal's claim, `2026-11-23 05:06 UTC` for the archive's own."""
    if value is None:
        return ""
    text = str(value)
    if len(text) <= len("2022-07-13"):
        return text
    return f"{text[:10]} {text[11:16]}" + (" UTC" if text.endswith("Z") else "")
