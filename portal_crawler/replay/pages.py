"""The replay server's own pages: the list of portals, the bar above a page, and notices."""

import html
import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from urllib.parse import urljoin

from archive.database.articles import Row
from archive.database.replayed import PAGE_ROWS
from portal_crawler.replay.location import PAGE, VIEW, Location, stamp_of

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'"
    " data:; frame-src 'self'; base-uri 'none'; form-action 'self'"
)
"""A policy for these pages: a browser requests nothing outside this server."""

STYLE_PATH, SCRIPT_PATH = "/-/style.css", "/-/bar.js"

STYLE = """
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #222; background: #fff; }
main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; line-height: 1.3; } a { color: #0b57a4; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #ddd; }
th { font-weight: 600; } td.number { text-align: right; white-space: nowrap; }
td.date { white-space: nowrap; color: #555; width: 1%; } .gone { color: #a33; }
form { margin: 1rem 0; display: flex; gap: .5rem; }
input[type=text] { flex: 1; font: inherit; padding: .3rem .5rem; }
button, select { font: inherit; }
body.viewer { display: flex; flex-direction: column; height: 100vh; overflow: hidden; }
.bar { display: flex; align-items: center; gap: .8rem; padding: .35rem .8rem; background: #20354b;
       color: #fff; font-size: 14px; }
.bar a { color: #cfe4ff; white-space: nowrap; } .bar b { white-space: nowrap; }
.bar .address { flex: 1; min-width: 4rem; overflow: hidden; text-overflow: ellipsis;
                white-space: nowrap; opacity: .85; }
.bar select { max-width: 14rem; }
iframe { flex: 1; border: 0; width: 100%; background: #fff; }
@media (max-width: 40rem) { .bar .address, .bar .portal { display: none; } }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818; }
  a { color: #8cf; } th, td { border-color: #444; } td.date { color: #aaa; } }
"""

SCRIPT = """
"use strict";
const frame = document.querySelector("iframe");
const calendar = document.querySelector("select");
calendar.addEventListener("change", () => { location.href = calendar.value; });
frame.addEventListener("load", async () => {
  const shown = frame.contentWindow.location;
  const path = shown.pathname + shown.search;
  if (!/^\\/\\d{4,14}mp_\\//.test(path)) return;
  leadOut(frame.contentWindow);
  const answer = await fetch("/-/about" + path);
  if (!answer.ok) return;
  const about = await answer.json();
  if (frame.contentWindow.location.pathname + frame.contentWindow.location.search !== path) return;
  history.replaceState(null, "", about.view + shown.hash);
  document.title = about.title;
  for (const name of ["portal", "address", "moment"])
    document.querySelector("." + name).textContent = about[name];
  const named = frame.contentDocument.querySelector("link[rel~=icon i]");
  document.querySelector("link[rel=icon]").href = named ? named.href : about.icon;
  const clean = document.querySelector(".clean");
  clean.hidden = !about.article;
  if (about.article) clean.href = about.article;
  calendar.hidden = !about.calendar.length;
  calendar.replaceChildren(...about.calendar.map(([day, moments]) => {
    const group = document.createElement("optgroup");
    group.label = day;
    group.append(...moments.map(([time, href, chosen]) => new Option(time, href, chosen, chosen)));
    return group;
  }));
});
/* A page may not open anything outside of itself: its links to documents are opened here. */
function leadOut(page) {
  for (let number = 0; number < page.length; number += 1) {
    let link = null;
    try { link = page[number].document.querySelector("a.alone"); } catch { continue; }
    if (!link) { leadOut(page[number]); continue; }
    link.addEventListener("click", (event) => {
      event.preventDefault();
      location.href = link.href;
    });
  }
}
"""
"""Keeps the bar true to the page in the frame. It is the one script that runs."""


def page(title: str, body: str, *, of: str = "") -> bytes:
    """A whole page of ours; `title` is text, `body` is HTML."""
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title>"
        f'<link rel="icon" href="data:,"><link rel="stylesheet" href="{STYLE_PATH}"></head>'
        f'<body class="{of}">{body}</body></html>\n'
    ).encode("utf-8", "replace")


def home(portals: Iterable[Row]) -> bytes:
    """The first page: the articles by portal, and a field for an address."""
    rows = "".join(
        f'<tr><td><a href="/-/portal/{html.escape(str(row["name"]))}">'
        f"{html.escape(str(row['title'] or row['name']))}</a></td>"
        f'<td class="number">{row["articles"]:,}</td>'
        f'<td class="date">{_day(row["first_seen_at"])} – {_day(row["last_seen_at"])}</td></tr>'
        for row in portals
    )
    return page(
        "Replay",
        "<main><h1>The pages as they were</h1>"
        '<form action="/-/find"><input type="text" name="of" aria-label="Address or article"'
        ' placeholder="An address, an article’s id, or portal/key" required>'
        "<button>Show</button></form>"
        "<table><tr><th>portal</th><th>articles</th><th>captured</th></tr>"
        f"{rows}</table></main>",
    )


def portal_page(portal: Row, articles: Sequence[Row], first: int) -> bytes:
    """A part of a portal's articles, the newest first."""
    name, title = str(portal["name"]), str(portal["title"] or portal["name"])
    rows = "".join(
        f'<tr><td class="date">{_day(row["published_at"])}</td>'
        f'<td><a href="{html.escape(_view(row))}">{html.escape(str(row["title"]))}</a>'
        f"{' <span class=gone>gone from the portal</span>' if row['gone_at'] else ''}</td></tr>"
        for row in articles[:PAGE_ROWS]
    )
    places = [("newer", first - PAGE_ROWS)] if first else []
    if len(articles) > PAGE_ROWS:
        places.append(("older", first + PAGE_ROWS))
    links = " · ".join(
        f'<a href="/-/portal/{html.escape(name)}?first={max(0, place)}">{words}</a>'
        for words, place in places
    )
    return page(
        title,
        f'<main><p><a href="/">all portals</a></p><h1>{html.escape(title)}</h1>'
        f"<table>{rows}</table><p>{links}</p></main>",
    )


def _view(row: Row) -> str:
    return Location(stamp_of(str(row["fetched_at"])), str(row["captured_url"]), VIEW).path


def viewer(about: "About", location: Location) -> bytes:
    """A page in a frame, with the bar above it."""
    groups = "".join(
        f'<optgroup label="{day}">'
        + "".join(
            f'<option value="{html.escape(href)}"{" selected" if chosen else ""}>{time}</option>'
            for time, href, chosen in moments
        )
        + "</optgroup>"
        for day, moments in about.calendar
    )
    clean = html.escape(about.article or "#")
    body = (
        '<div class="bar"><a href="/">Replay</a>'
        f'<b class="portal">{html.escape(about.portal)}</b>'
        f'<span class="address">{html.escape(about.address)}</span>'
        f'<span class="moment">{about.moment}</span>'
        f'<select aria-label="Other captures">{groups}</select>'
        f'<a class="clean" href="{clean}"{"" if about.article else " hidden"}>the text</a></div>'
        f'<iframe src="{html.escape(location.path)}" title="The archived page"></iframe>'
        f'<script src="{SCRIPT_PATH}"></script>'
    )
    return page(about.title, body, of="viewer")


class About:
    """The data of the bar above a page."""

    def __init__(self, location: Location, moments: Sequence[str], article: Row | None) -> None:
        """`moments` are those of all captures of the address, as in captures.fetched_at: none if
        it was not captured."""
        self.address = location.url
        self.portal = str(article["portal_title"] or article["portal"]) if article else ""
        self.title = str(article["title"]) if article else location.url
        self.article = f"/-/article/{article['id']}" if article else None
        shown = location.moment.replace("T", " ").replace("Z", " UTC")
        self.moment = f"as it was on {shown}" if moments else "not captured"
        self.view = Location(location.stamp, location.url, VIEW).path
        self.icon = Location(location.stamp, urljoin(location.url, "/favicon.ico"), PAGE).path
        """The address at which browsers look for an icon if the page names none."""
        self.calendar = [
            (
                day,
                [
                    (
                        moment[11:19],
                        Location(stamp_of(moment), location.url, VIEW).path,
                        stamp_of(moment) == location.stamp,
                    )
                    for moment in group
                ],
            )
            for day, group in groupby(moments, key=lambda moment: moment[:10])
        ]

    def as_json(self) -> bytes:
        """The data as JSON, for the bar's script."""
        return json.dumps(vars(self)).encode()


def document_notice(location: Location) -> bytes:
    """In the place of a document within a page, which browsers do not show in a sandboxed page."""
    return page(
        "A PDF document",
        f'<main><p><a class="alone" href="{html.escape(location.path)}">Open the PDF document</a>'
        f"</p><p>{html.escape(location.url)}</p></main>",
    )


def not_captured(url: str) -> bytes:
    """The notice in place of a page that is not in the archive."""
    return page(
        "Not captured",
        f"<main><h1>This page was not captured</h1><p>{html.escape(url)}</p>"
        "<p>The archive has no answer from this address. The crawl did not reach it, or it is "
        'outside the portal.</p><p><a href="/" target="_top">What the archive holds</a></p></main>',
    )


def plain_article(article: Row) -> bytes:
    """Title, lead and body of an article as its row has them."""
    texts = (article["lead"], *str(article["body"] or "").split("\n\n"))
    paragraphs = "".join(f"<p>{html.escape(str(text))}</p>" for text in texts if text)
    title = str(article["title"])
    return page(title, f"<main><h1>{html.escape(title)}</h1>{paragraphs}</main>")


NO_PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" height="16"><style>@media (max-width: 75px)'
    b" { text { display: none } }</style>"
    b'<rect width="100%" height="100%" fill="#eee" stroke="#bbb"/><text x="50%" y="50%"'
    b' font-family="sans-serif" font-size="11" text-anchor="middle" dominant-baseline="central"'
    b' fill="#666">not captured</text></svg>'
)
"""In the place of a picture that is not in the archive. As high as a browser's sign of a broken
picture and without proportions, so that the page keeps its layout."""


def _day(moment: object) -> str:
    return html.escape(str(moment or "")[:10])
