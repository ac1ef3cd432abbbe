"""What each table and column means; shipped in the database itself (table descriptions).

The empty column name stands for the table.
"""

from archive.database.article_rows import VERSIONED
from archive.field_spec import specs_of
from archive.models import Article, Attachment, Image, Video

_MOMENT = "UTC, `YYYY-MM-DDTHH:MM:SSZ`."


def _described(kind: type) -> dict[str, str]:
    """The columns that are read from a page, as the fields of `kind` describe them."""
    specs = specs_of(kind).items()
    return {name: spec.description for name, spec in specs if spec.description}


DESCRIPTIONS: dict[str, dict[str, str]] = {
    "portals": {
        "": "One row a department's site. It comes from the code, not from the WARCs.",
        "name": "Short name, as the command line takes it.",
        "title": "The department's name.",
        "platform": "The CMS family that the site runs on.",
        "province": "The province as it was named when the portal was added; NULL for a ministry.",
        "home": "The address of its home page.",
    },
    "runs": {
        "": "One row a crawl of one portal.",
        "id": "Milliseconds since 1970 at its start, times 4096, plus a random number.",
        "portal": "portals.name",
        "started_at": _MOMENT,
        "finished_at": _MOMENT + " NULL while it runs, or where it was killed.",
        "outcome": "complete, incomplete, unhealthy, failed or interrupted; NULL while it runs.",
        "reason": "In words, where the outcome is not complete.",
        "rules": "Fingerprint of the cleaning rules that the crawl had.",
        "listed": "Distinct articles on the listings that the run saw.",
        "articles_new": "Articles stored for the first time.",
        "articles_changed": "Articles of which a further version was stored.",
        "articles_unchanged": "Articles asked for that were the same, or answered 304.",
        "articles_gone": "Articles that were had before and are no more.",
        "dead_links": "Listed articles that answered 404 or 410 and were never had.",
        "pages_without_title": "Article pages in which no title was found, soft 404s among them.",
        "refused": "Articles that robots.txt disallows, or that lie on another site.",
        "problems": "Articles stored with at least one problem.",
        "requests": "Answers received, robots.txt included.",
        "bytes": "Bytes of those answers on the wire.",
        "failures": "Listings and articles that could not be had, or came truncated.",
        "requisites_failed": "Pictures, styles, documents and the like that could not be had.",
        "portal_count": "The portal's own count of results, where a listing shows one.",
        "section_counts": "JSON: that count by section; NULL where no listing showed one.",
        "swept": "1 of a full sweep: every listing followed to its end, all asked for answered.",
        "walked": "1 where every listing was followed as far as it brought news.",
        "articles_returned": "Articles that were marked as gone and are there again.",
        "drift": "JSON: how often selectors found nothing; NULL where it was not counted.",
        "measures": "JSON: by alarm and what was measured, an amount and over how many it is.",
        "alarms": "JSON list of what is far from the portal's usual; NULL where nothing is.",
        "listing_gaps": "JSON list of listing pages that could not be had while pages behind them "
        "were: section, page, url, status, and in how many runs; NULL of a run without an end.",
        "hosts_left_out": "JSON: addresses of page resources by host, on hosts that are none of "
        "the portal's; NULL where there are none.",
    },
    "captures": {
        "": "One row an HTTP exchange as recorded in a WARC file.",
        "id": "Derived from record_id; of one in shared_ids from its place, too.",
        "record_id": "WARC-Record-ID of the response or revisit record.",
        "run_id": "runs.id",
        "portal": "portals.name",
        "url": "The address that was asked for.",
        "fetched_at": "When the request was sent, as in WARC-Date. " + _MOMENT,
        "status": "HTTP status; NULL where the answer had none.",
        "mime": "Media type of Content-Type; of a 304, that of the capture it names.",
        "role": "What it was asked for as: listing, article, requisite, attachment, robots, other.",
        "key": "The key of the article that was asked for, or that a page turned out to be of.",
        "section": "The listing that it belongs to.",
        "warc_file": "Relative to the archive's folder; `.open` is added while it is written.",
        "warc_offset": "In bytes, of the record's gzip member.",
        "warc_length": "In bytes, of the record's gzip member.",
        "payload_digest": "`sha1:` with base32, over the de-chunked body.",
        "revisit_of": "captures.id of the capture with the body, where this one is of the same.",
        "truncated": "Why the answer is not whole, as WARC-Truncated; NULL where it is.",
        "etag": "The ETag header, for conditional requests.",
        "last_modified": "The Last-Modified header, for conditional requests.",
        "unread": "Why an article's page is not what its row says: no-title (no headline was "
        "found), missing (it says that the article is not there, or is another page), no-answer (a "
        "firewall's or the portal's error page), lost (it lacks the body or date that the article "
        "had), broke-off (of listing pages, too: it was asked for again, or waited for no longer); "
        "NULL of a page that was read, and of all else.",
        "asked_key": "The key that a page was asked for under, where it is of another article.",
    },
    "shared_ids": {
        "": "Captures of imported records whose Record-ID another capture has, and differs.",
        "capture_id": "captures.id, derived from record_id and place.",
        "record_id": "captures.record_id",
        "place": "SHA-256 of the imported file, and where in it the record stands.",
    },
    "revisits": {
        "": "What revisits of imported files name. Those whose original is not there wait for it.",
        "capture_id": "captures.id; of one that waits, the id that it will have.",
        "run_id": "runs.id: the import of its file.",
        "record_id": "WARC-Refers-To, without brackets.",
        "url": "WARC-Refers-To-Target-URI, else the revisit's own address.",
        "place": "That without its scheme.",
        "moment": "WARC-Refers-To-Date.",
        "digest": "WARC-Payload-Digest: SHA-1 in base32, others in hexadecimal.",
        "found": "How its original was found: record, place, digest or address; NULL: it waits.",
        "capture": "JSON: of one that waits, the row of captures that it would be.",
    },
    "payload_digests": {
        "": "Digests that imported records give their payloads, where they are not ours.",
        "given": "By another algorithm or over chunks; SHA-1 in base32, others in hexadecimal.",
        "payload_digest": "captures.payload_digest",
    },
    "articles": {
        "": "One row an article, as its newest version reads.",
        "id": "Derived from portal and key.",
        "portal": "portals.name",
        "key": "The id on the portal that survives when the address changes.",
        **_described(Article),
        "first_seen_at": "When it was first fetched. " + _MOMENT,
        "last_seen_at": "When it was last listed or fetched. " + _MOMENT,
        "gone_at": "When the portal was found to have removed it; NULL while it is there.",
        "version": "The number of its newest version, from 1.",
        "capture_id": "captures.id of the page that this row was read from.",
        "rules": "Fingerprint of the cleaning rules by which this row was read from its page.",
        "row_digest": "SHA-256 over what was read from the page: the columns, pictures, films and "
        "attachments; NULL of what an older version stored, until its page is read again.",
    },
    "article_versions": {
        "": "One row a distinct content of an article.",
        "article_id": "articles.id",
        "version": "From 1.",
        "seen_at": "When it was first fetched. " + _MOMENT,
        "capture_id": "captures.id of the page that it was read from.",
        "content_hash": "SHA-256 over title, lead, body, author and published_at.",
        "rules": "Fingerprint of the cleaning rules by which this row was read from its page.",
        **{name: f"As articles.{name}." for name in VERSIONED},
    },
    "images": {
        "": "The pictures of an article's newest version, in page order.",
        "article_id": "articles.id",
        "position": "From 1.",
        **_described(Image),
        "capture_id": "captures.id of the picture itself, where it was captured.",
    },
    "videos": {
        "": "The films in an article's newest version, in page order. They are not captured.",
        "article_id": "articles.id",
        "position": "From 1.",
        **_described(Video),
        "capture_id": "captures.id of the film itself, where an imported file has it.",
    },
    "attachments": {
        "": "The documents that an article's newest version links to, in page order.",
        "article_id": "articles.id",
        "position": "From 1.",
        **_described(Attachment),
        "capture_id": "captures.id of the document itself, where it was captured.",
    },
    "site_models": {
        "": "One row a layout that a portal of platform generic taught, from some moment on.",
        "portal": "portals.name",
        "since": "When the first page of this layout was fetched. " + _MOMENT,
        "id": "Over model and boilerplate; NULL while too few pages are known.",
        "model": "JSON: where title, date, lead and body stand; see `portal status NAME --model`.",
        "pages": "Pages that it was learned from.",
        "corrected_by": "Record id of a person's correction; NULL where it is as learned.",
        "first_capture": "captures.id of the first page of this layout.",
        "last_capture": "captures.id of the last page that was held against it.",
    },
    "boilerplate": {
        "": "One row a text block that a site repeats, as a row of site_models has it.",
        "portal": "portals.name",
        "since": "As in site_models.",
        "position": "From 1.",
        "kind": "Why it is none of an article's.",
        "text": "As it stands on the pages.",
        "pages": "On how many of the pages that it was learned from.",
        "block": "JSON: all that is known of the block.",
    },
    "sightings": {
        "": "One row a way in which a listing showed an article: dead links have them too.",
        "id": "Derived from portal, key, section, url, title and date.",
        "portal": "portals.name",
        "key": "As articles.key.",
        "section": "The listing.",
        "url": "As listed, absolute.",
        "position": "In the whole listing when last seen, from 1.",
        "title": "As listed.",
        "date": "As listed, read like published_at.",
        "seen_at": "When it was first listed so. " + _MOMENT,
        "last_seen_at": "When it was last listed so. " + _MOMENT,
        "capture_id": "captures.id of the listing page on which it was first listed so.",
    },
    "replay_checks": {
        "": "One row a page that `portal replay --check` looked at in a browser.",
        "id": "Derived from record_id.",
        "record_id": "WARC-Record-ID of the metadata record that says the same.",
        "portal": "portals.name",
        "url": "The page.",
        "capture_id": "captures.id of the page.",
        "checked_at": "When it was looked at. " + _MOMENT,
        "is_text_visible": "1 where the article's text was seen, else 0.",
        "missing": "JSON: what the page asked for of hosts that the crawl asks, and the archive"
        " lacks: address, kind, and what asked for it.",
        "left_out": "How much it asked for of hosts that the crawl does not ask.",
        "script_errors": "JSON: the errors that its scripts ended with.",
        "picture": "Its picture, below the archive's folder.",
    },
    "descriptions": {
        "": "What each table and column means.",
        "table_name": "The table.",
        "column_name": "The column; empty for the table itself.",
        "description": "In a sentence.",
    },
}
