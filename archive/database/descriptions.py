"""The meaning of each table and column, as the database itself holds it (table descriptions).

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
        "": "One row per portal: a department's site. Written from the code, not from the WARC "
        "files.",
        "name": "The short name that the command line takes.",
        "title": "The department's name.",
        "platform": "The family of content management systems that the site runs on.",
        "province": "The province, named as it was when the portal was added; NULL for a ministry.",
        "home": "The address of the home page.",
    },
    "runs": {
        "": "One row per run: one crawl of one portal, or one import.",
        "id": "Milliseconds since 1970 at its start, times 4096, plus a random number.",
        "portal": "portals.name",
        "started_at": _MOMENT,
        "finished_at": _MOMENT + " NULL while it runs, or if it was killed.",
        "outcome": "complete, incomplete, unhealthy, failed or interrupted; NULL while it runs.",
        "reason": "The reason in words, if the outcome is not complete.",
        "rules": "The fingerprint of the cleaning rules that the crawl used.",
        "listed": "Number of distinct articles on the listings that the run saw.",
        "articles_new": "Number of articles stored for the first time.",
        "articles_changed": "Number of articles that got a further version.",
        "articles_unchanged": "Number of requested articles that were unchanged or answered 304.",
        "articles_gone": "Number of archived articles that the portal was found to have removed.",
        "dead_links": "Number of listed articles that answered 404 or 410 and were never archived.",
        "pages_without_title": "Number of article pages without a title, soft 404s included.",
        "refused": "Number of articles that robots.txt disallows or that are on another site.",
        "problems": "Number of articles stored with at least one problem.",
        "requests": "Number of answers received, robots.txt included.",
        "bytes": "Size of those answers on the wire, in bytes.",
        "failures": "Number of listing and article pages that could not be fetched or were "
        "truncated.",
        "requisites_failed": "Number of pictures, styles, documents and the like that could not "
        "be fetched.",
        "portal_count": "The portal's own count of its articles, if a listing shows one.",
        "section_counts": "JSON: that count by section; NULL if no listing showed one.",
        "swept": "1 for a full crawl: every listing was followed to its end, and every request "
        "answered.",
        "walked": "1 if every listing was followed as far as it had new articles.",
        "articles_returned": "Number of articles that were marked as gone and are available again.",
        "drift": "JSON: how often selectors found nothing; NULL if this was not counted.",
        "measures": "JSON: by alarm and measure, an amount and the number of items that it covers.",
        "alarms": "JSON list of figures that are far from the usual ones of the portal; NULL if "
        "none is.",
        "listing_gaps": "JSON list of listing pages that could not be fetched although later pages "
        "could: section, page, url, status, number of runs; NULL for a run without an end.",
        "hosts_left_out": "JSON: by host, the addresses of page resources on hosts outside the "
        "portal's scope; NULL if there are none.",
    },
    "captures": {
        "": "One row per HTTP exchange that a WARC file holds.",
        "id": "Derived from record_id; for a capture in shared_ids, from its place too.",
        "record_id": "WARC-Record-ID of the response or revisit record.",
        "run_id": "runs.id",
        "portal": "portals.name",
        "url": "The address that was requested.",
        "fetched_at": "When the request was sent, as in WARC-Date. " + _MOMENT,
        "status": "HTTP status; NULL if the answer had none.",
        "mime": "Media type from Content-Type; for a 304, the one of the capture that it confirms.",
        "role": "Purpose of the request: listing, article, requisite, attachment, robots or other.",
        "key": "The key of the article that was requested, or that the page turned out to show.",
        "section": "The listing that the request belongs to.",
        "warc_file": "The WARC file below the archive's folder, without the `.open` added while "
        "it is written.",
        "warc_offset": "Where the record's gzip member begins in the file, in bytes.",
        "warc_length": "Length of the record's gzip member, in bytes.",
        "payload_digest": "`sha1:` and the SHA-1 of the de-chunked body in base32.",
        "revisit_of": "captures.id of the capture that holds the body, if this one repeats it.",
        "truncated": "Why the answer is incomplete, as in WARC-Truncated; NULL if it is complete.",
        "etag": "The ETag header, for conditional requests.",
        "last_modified": "The Last-Modified header, for conditional requests.",
        "unread": "Why the row of the article does not come from this page: no-title (no "
        "headline was found), missing (the page says that the article is not there, or is another "
        "page), no-answer (a firewall's or the portal's error page), lost (the page lacks the body "
        "or date that the article had), broke-off (also for listing pages: the page was incomplete "
        "and requested again, or given up); NULL for a page that was read, and for other roles.",
        "asked_key": "The key under which a page was requested that shows another article.",
    },
    "shared_ids": {
        "": "Captures of imported records that share their Record-ID with a different record.",
        "capture_id": "captures.id, derived from record_id and place.",
        "record_id": "captures.record_id",
        "place": "SHA-256 of the imported file, and the position of the record in it.",
    },
    "revisits": {
        "": "The originals that revisit records of imported files refer to, found or awaited.",
        "capture_id": "captures.id of the revisit; while it waits, the id that it will get.",
        "run_id": "runs.id of the import of its file.",
        "record_id": "WARC-Refers-To, without brackets.",
        "url": "WARC-Refers-To-Target-URI, else the revisit's own address.",
        "place": "The same address without its scheme.",
        "moment": "WARC-Refers-To-Date.",
        "digest": "WARC-Payload-Digest: SHA-1 in base32, other algorithms in hexadecimal.",
        "found": "How the original was found: record, place, digest or address; NULL while it "
        "waits.",
        "capture": "JSON, while it waits: the row of captures that it will become.",
    },
    "payload_digests": {
        "": "Payload digests of imported records that were computed in another way than ours.",
        "given": "By another algorithm, or over the chunks; SHA-1 in base32, others in "
        "hexadecimal.",
        "payload_digest": "captures.payload_digest of the same payload.",
    },
    "articles": {
        "": "One row per article, with the content of its newest version.",
        "id": "Derived from portal and key.",
        "portal": "portals.name",
        "key": "The portal's id of the article, which stays when the address changes.",
        **_described(Article),
        "first_seen_at": "When the article was first fetched. " + _MOMENT,
        "last_seen_at": "When the article was last listed or fetched. " + _MOMENT,
        "gone_at": "When the portal was found to have removed the article; NULL while it is "
        "available.",
        "version": "The number of the newest version, from 1.",
        "capture_id": "captures.id of the page that this row was read from.",
        "rules": "The fingerprint of the cleaning rules that read this row from its page.",
        "row_digest": "SHA-256 of everything read from the page: columns, pictures, videos and "
        "attachments; NULL for rows of older releases until their page is read again.",
        "search_id": "The row's rowid in articles_exact, articles_folded and articles_terms, by "
        "month of publication. The only column that `portal rebuild` may fill with another value.",
    },
    "article_versions": {
        "": "One row per distinct content of an article.",
        "article_id": "articles.id",
        "version": "The number of the version, from 1.",
        "seen_at": "When this content was first fetched. " + _MOMENT,
        "capture_id": "captures.id of the page that this content was read from.",
        "content_hash": "SHA-256 of title, lead, body, author and published_at.",
        "rules": "The fingerprint of the cleaning rules that read this row from its page.",
        "search_id": "The row's rowid in old_texts_terms; NULL for the newest version. `portal "
        "rebuild` may fill it with another value.",
        **{name: f"As articles.{name}." for name in VERSIONED},
    },
    "images": {
        "": "The pictures of an article's newest version, in page order.",
        "article_id": "articles.id",
        "position": "From 1.",
        **_described(Image),
        "capture_id": "captures.id of the picture itself, if it was captured.",
    },
    "videos": {
        "": "The videos in an article's newest version, in page order. Crawls do not capture them.",
        "article_id": "articles.id",
        "position": "From 1.",
        **_described(Video),
        "capture_id": "captures.id of the video itself, if an imported file holds it.",
    },
    "attachments": {
        "": "The documents that an article's newest version links to, in page order.",
        "article_id": "articles.id",
        "position": "From 1.",
        **_described(Attachment),
        "capture_id": "captures.id of the document itself, if it was captured.",
    },
    "site_models": {
        "": "One row per layout learned for a portal of platform generic, by the moment it began.",
        "portal": "portals.name",
        "since": "When the first page of this layout was fetched. " + _MOMENT,
        "id": "Digest of model and boilerplate; NULL while too few pages are known.",
        "model": "JSON: where title, date, lead and body are; see `portal status NAME --model`.",
        "pages": "Number of pages that the layout was learned from.",
        "corrected_by": "Record-ID of a person's correction; NULL if the layout is as learned.",
        "first_capture": "captures.id of the first page of this layout.",
        "last_capture": "captures.id of the last page that was compared with it.",
    },
    "boilerplate": {
        "": "One row per text block that a site repeats, belonging to a row of site_models.",
        "portal": "portals.name",
        "since": "As in site_models.",
        "position": "From 1.",
        "kind": "The reason why the block is not part of an article.",
        "text": "The text of the block, as it stands on the pages.",
        "pages": "Number of pages that showed it, of those that the layout was learned from.",
        "block": "JSON: everything known about the block.",
    },
    "sightings": {
        "": "One row per way in which a listing showed an article; dead links have rows too.",
        "id": "Derived from portal, key, section, url, title and date.",
        "portal": "portals.name",
        "key": "As articles.key.",
        "section": "The name of the listing.",
        "url": "The address as listed, absolute.",
        "position": "Position in the whole listing when last seen, from 1.",
        "title": "The title as listed.",
        "date": "The date as listed, in the form of published_at.",
        "seen_at": "When it was first listed this way. " + _MOMENT,
        "last_seen_at": "When it was last listed this way. " + _MOMENT,
        "capture_id": "captures.id of the first listing page that showed it this way.",
    },
    "replay_checks": {
        "": "One row per page that `portal replay --check` opened in a browser.",
        "id": "Derived from record_id.",
        "record_id": "WARC-Record-ID of the metadata record that holds the same facts.",
        "portal": "portals.name",
        "url": "The address of the page.",
        "capture_id": "captures.id of the page.",
        "checked_at": "When the page was checked. " + _MOMENT,
        "is_text_visible": "1 if the article's text was visible, else 0.",
        "missing": "JSON: the resources that the page requested in the portal's scope and that the"
        " archive lacks: address, kind, and the resource that requested it.",
        "left_out": "Number of resources that the page requested outside the portal's scope.",
        "script_errors": "JSON: the errors that its scripts raised.",
        "picture": "File with its picture, below the archive's folder.",
    },
    "articles_by_month": {
        "": "How many articles each portal published in each month.",
        "portal": "portals.name",
        "month": "`YYYY-MM` of published_at; NULL for articles without a date.",
        "articles": "Number of articles, including those that are gone.",
        "gone": "Number of them that the portal has removed.",
    },
    "coverage": {
        "": "One row per portal: the facts to know before a count of its articles is cited.",
        "portal": "portals.name",
        "title": "portals.title",
        "articles": "Number of articles in the archive, including those that are gone.",
        "gone": "Number of articles that the portal has removed.",
        "edited": "Number of articles with more than one version.",
        "with_problems": "Number of articles with at least one problem.",
        "without_date": "Number of articles whose published_at is NULL.",
        "first_published_at": "The oldest published_at.",
        "last_published_at": "The newest published_at.",
        "first_captured_at": "When the first page of an article was captured. " + _MOMENT,
        "last_captured_at": "When the last page of an article was captured. " + _MOMENT,
        "last_full_crawl_at": "When the last full crawl began. " + _MOMENT + " NULL if there was "
        "none.",
        "portal_count": "The portal's own count of its articles, summed over the listings that "
        "show one; NULL if none does.",
        "accounted_for": "How many of those the archive accounts for: it has the article, or an "
        "answer that there is none.",
        "dead_links": "Number of articles that were listed but were never there.",
        "listing_gaps": "Number of listing pages that the newest run could not fetch.",
    },
    "edits": {
        "": "One row per change of an article: a version and the one before it.",
        "ref": "portal/key: the article, as `portal show` takes it.",
        "portal": "portals.name",
        "key": "As articles.key.",
        "version": "The number of the version that the change made, from 2.",
        "seen_at": "When the changed content was first fetched. " + _MOMENT,
        "changed": "The columns that differ, such as `title, body`.",
        "title_before": "The title before the change.",
        "title": "The title after the change.",
        "capture_id_before": "captures.id of a page before the change.",
        "capture_id": "captures.id of the page with the change.",
        "article_id": "articles.id",
    },
    "gone": {
        "": "One row per article that the portal has removed.",
        "ref": "portal/key: the article, as `portal show` takes it.",
        "portal": "portals.name",
        "key": "As articles.key.",
        "last_seen_at": "When the article was last listed or fetched. " + _MOMENT,
        "gone_at": "When the portal was found to have removed it. " + _MOMENT,
        "moved_to": "The key of the article that its address leads to now; NULL if there is none.",
        "title": "As articles.title.",
        "url": "As articles.url.",
        "published_at": "As articles.published_at.",
        "version": "The number of its newest version.",
        "capture_id": "captures.id of the page that its row was read from.",
        "article_id": "articles.id",
    },
    "events": {
        "": "One row per event in the life of an article after it was first captured.",
        "at": "When the crawl found it. " + _MOMENT,
        "kind": "edited, vanished or come back.",
        "ref": "portal/key: the article, as `portal show` takes it.",
        "portal": "portals.name",
        "key": "As articles.key.",
        "detail": "If it was edited, the columns that differ. If it vanished, the status of the "
        "answer (200: another page in its place), or `moved-to:` and the key that its address "
        "leads to.",
        "capture_id": "captures.id of the answer that shows it.",
        "article_id": "articles.id",
    },
    "descriptions": {
        "": "The meaning of each table and column.",
        "table_name": "The name of the table.",
        "column_name": "The name of the column; empty for the table itself.",
        "description": "Its meaning in a sentence.",
    },
}
