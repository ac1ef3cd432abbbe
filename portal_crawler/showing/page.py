"""An article as a page of its own, with its origin."""

import hashlib
import html
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass

from archive.models import Article, Attachment
from portal_crawler.cleaning.body.blocks import BodyBlock
from portal_crawler.cleaning.page.urls import absolute
from portal_crawler.showing.document import Document
from portal_crawler.showing.markdown import article_markdown, markdown_line, target
from portal_crawler.showing.markup import article_html

LANGUAGE = "vi"
"""The language of an article if its own is unknown: the portals are Vietnamese."""

STYLE = """
body { margin: 2rem auto; max-width: 42rem; padding: 0 1rem; font: 1.05rem/1.6 Georgia, serif;
       color: #222; background: #fff; overflow-wrap: break-word; }
h1 { line-height: 1.25; } img { max-width: 100%; height: auto; }
header p, footer, figcaption { color: #666; font-size: 0.9rem; font-family: sans-serif; }
.lead { font-weight: bold; } figure { margin: 1.5rem 0; text-align: center; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
td, th { border: 1px solid #bbb; padding: 0.3rem 0.5rem; vertical-align: top; }
pre { white-space: pre-wrap; } blockquote { border-left: 3px solid #ddd; padding-left: 1rem; }
footer { border-top: 1px solid #ddd; margin-top: 2rem; }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #111; }
  a { color: #8cf; } header p, footer, figcaption { color: #aaa; } td, th { border-color: #555; } }
"""

_STYLE_DIGEST = b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

POLICY = (
    f"default-src 'none'; img-src http: https:; style-src 'sha256-{_STYLE_DIGEST}'; "
    "base-uri 'none'; form-action 'none'"
)
"""The page's Content-Security-Policy: a browser may load pictures and use this one style."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The capture that an article was read from."""

    portal: str
    """The portal's title."""
    captured_at: str
    """In UTC, as in Capture.fetched_at."""
    version: int
    """From 1, the oldest."""


def html_page(document: Document, origin: Origin) -> str:
    """The article as an HTML document without scripts, which needs no other file."""
    article = document.article
    title = html.escape(article.title)
    cover = article_html([BodyBlock(images=(image,)) for image in document.cover], document.base)
    body = article_html(document.blocks, document.base)
    lead = f'<p class="lead">{html.escape(article.lead)}</p>' if article.lead else ""
    facts = "".join(f"<p>{html.escape(line)}</p>\n" for line in _facts(article, origin))
    return f"""<!DOCTYPE html>
<html lang="{html.escape(article.language or LANGUAGE)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{STYLE}</style>
</head>
<body>
<article>
<header>
<h1>{title}</h1>
{facts}</header>
{lead}
{cover}
{body}
{_documents(article.attachments)}</article>
<footer lang="en">
<p>{_link(article.url, article.url)}<br>{_captured(origin)}</p>
</footer>
</body>
</html>
"""


def markdown_page(document: Document, origin: Origin) -> str:
    """The article as Markdown with its origin, ending in a line break."""
    article = document.article
    parts = [f"# {markdown_line(article.title)}", *map(markdown_line, _facts(article, origin))]
    if article.lead:
        parts.append(f"**{markdown_line(article.lead)}**")
    cover = [BodyBlock(images=(image,)) for image in document.cover]
    parts.append(article_markdown((*cover, *document.blocks), document.base).rstrip("\n"))
    documents = [
        f"- [{markdown_line(_name(attachment))}]({target(attachment.href)})"
        for attachment in article.attachments
    ]
    parts.append("\n".join(documents))
    parts.append(f"---\n\n{_autolink(article.url)}, {_captured(origin)}")
    return "\n\n".join(part for part in parts if part) + "\n"


def _facts(article: Article, origin: Origin) -> Iterator[str]:
    yield " · ".join(part for part in (origin.portal, article.category) if part)
    signed = (_moment(article.published_at or ""), article.author, article.source)
    if line := " · ".join(part for part in signed if part):
        yield line


def _autolink(url: str) -> str:
    return f"<{url.replace('<', '%3C').replace('>', '%3E')}>"


def _captured(origin: Origin) -> str:
    return f"captured {_moment(origin.captured_at)}, version {origin.version}"


def _moment(value: str) -> str:
    """A time down to the minute: `2022-07-13 23:52` as the portal claims it, or in UTC."""
    return f"{value[:10]} {value[11:16]}".strip() + (" UTC" if value.endswith("Z") else "")


def _documents(attachments: tuple[Attachment, ...]) -> str:
    items = [f"<li>{_link(found.href, _name(found))}</li>\n" for found in attachments]
    return f"<ul>\n{''.join(items)}</ul>\n" if items else ""


def _name(attachment: Attachment) -> str:
    return attachment.name or attachment.href


def _link(address: str, words: str) -> str:
    if absolute(address, address) is None:
        return html.escape(words)
    return f'<a href="{html.escape(address)}" rel="noopener noreferrer">{html.escape(words)}</a>'
