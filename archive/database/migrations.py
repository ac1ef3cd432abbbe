"""The migrations that make archive.db, oldest first; each is recorded in the database.

Frozen: each is SQL as it was when the migration was written, and nothing here is imported from a
module that may change. To change the schema, add a migration at the end and correct SCHEMA_DIGEST.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database
    from sqlite_utils.migrations import Migrations

_MIGRATIONS: "list[Callable[[Database], None]]" = []


def migrations() -> "Migrations":
    """All of them, to be applied by sqlite-utils."""
    from sqlite_utils.migrations import Migrations  # takes a tenth of a crawl's start

    found = Migrations("archive")
    for function in _MIGRATIONS:
        found()(function)
    return found


def _migration(function: "Callable[[Database], None]") -> "Callable[[Database], None]":
    _MIGRATIONS.append(function)
    return function


def _execute(database: "Database", *statements: str) -> None:
    for statement in statements:
        database.execute(statement)


@_migration
def m001_tables(database: "Database") -> None:
    """All tables of the first version."""
    _execute(
        database,
        """
CREATE TABLE "portals" (
   "name" TEXT PRIMARY KEY,
   "title" TEXT NOT NULL,
   "platform" TEXT NOT NULL,
   "province" TEXT,
   "home" TEXT NOT NULL
) STRICT
""",
        """
CREATE TABLE "runs" (
   "id" INTEGER PRIMARY KEY,
   "portal" TEXT NOT NULL REFERENCES "portals"("name"),
   "started_at" TEXT NOT NULL,
   "finished_at" TEXT,
   "outcome" TEXT,
   "reason" TEXT,
   "rules" TEXT,
   "listed" INTEGER NOT NULL DEFAULT 0,
   "articles_new" INTEGER NOT NULL DEFAULT 0,
   "articles_changed" INTEGER NOT NULL DEFAULT 0,
   "articles_unchanged" INTEGER NOT NULL DEFAULT 0,
   "articles_gone" INTEGER NOT NULL DEFAULT 0,
   "dead_links" INTEGER NOT NULL DEFAULT 0,
   "pages_without_title" INTEGER NOT NULL DEFAULT 0,
   "refused" INTEGER NOT NULL DEFAULT 0,
   "problems" INTEGER NOT NULL DEFAULT 0,
   "requests" INTEGER NOT NULL DEFAULT 0,
   "bytes" INTEGER NOT NULL DEFAULT 0,
   "failures" INTEGER NOT NULL DEFAULT 0,
   "requisites_failed" INTEGER NOT NULL DEFAULT 0,
   "swept" INTEGER NOT NULL DEFAULT 0,
   "portal_count" INTEGER
) STRICT
""",
        """
CREATE INDEX "idx_runs_portal_started_at"
    ON "runs" ("portal", "started_at")
""",
        """
CREATE TABLE "captures" (
   "id" INTEGER PRIMARY KEY,
   "record_id" TEXT NOT NULL,
   "run_id" INTEGER NOT NULL REFERENCES "runs"("id"),
   "portal" TEXT NOT NULL REFERENCES "portals"("name"),
   "url" TEXT NOT NULL,
   "fetched_at" TEXT NOT NULL,
   "status" INTEGER,
   "mime" TEXT,
   "role" TEXT NOT NULL,
   "key" TEXT,
   "section" TEXT,
   "warc_file" TEXT NOT NULL,
   "warc_offset" INTEGER NOT NULL,
   "warc_length" INTEGER NOT NULL,
   "payload_digest" TEXT NOT NULL,
   "revisit_of" INTEGER REFERENCES "captures"("id"),
   "truncated" TEXT,
   "etag" TEXT,
   "last_modified" TEXT
) STRICT
""",
        """
CREATE INDEX "idx_captures_portal_key_fetched_at"
    ON "captures" ("portal", "key", "fetched_at")
""",
        """
CREATE INDEX "idx_captures_url_fetched_at"
    ON "captures" ("url", "fetched_at")
""",
        """
CREATE INDEX "idx_captures_run_id"
    ON "captures" ("run_id")
""",
        """
CREATE UNIQUE INDEX "idx_captures_warc_file_warc_offset"
    ON "captures" ("warc_file", "warc_offset")
""",
        """
CREATE INDEX idx_captures_payload_digest ON captures (payload_digest)
    WHERE revisit_of IS NULL AND truncated IS NULL
""",
        """
CREATE TABLE "articles" (
   "id" INTEGER PRIMARY KEY,
   "portal" TEXT NOT NULL REFERENCES "portals"("name"),
   "key" TEXT NOT NULL,
   "url" TEXT NOT NULL,
   "title" TEXT NOT NULL,
   "lead" TEXT,
   "body" TEXT,
   "author" TEXT,
   "category" TEXT,
   "published_at" TEXT,
   "first_seen_at" TEXT NOT NULL,
   "last_seen_at" TEXT NOT NULL,
   "gone_at" TEXT,
   "version" INTEGER NOT NULL,
   "capture_id" INTEGER NOT NULL REFERENCES "captures"("id"),
   "problems" TEXT NOT NULL,
   "rules" TEXT
) STRICT
""",
        """
CREATE UNIQUE INDEX "idx_articles_portal_key"
    ON "articles" ("portal", "key")
""",
        """
CREATE INDEX "idx_articles_published_at"
    ON "articles" ("published_at")
""",
        """
CREATE INDEX "idx_articles_portal_published_at"
    ON "articles" ("portal", "published_at")
""",
        """
CREATE INDEX "idx_articles_url"
    ON "articles" ("url")
""",
        """
CREATE INDEX "idx_articles_capture_id"
    ON "articles" ("capture_id")
""",
        """
CREATE TABLE "article_versions" (
   "article_id" INTEGER REFERENCES "articles"("id"),
   "version" INTEGER,
   "seen_at" TEXT NOT NULL,
   "capture_id" INTEGER NOT NULL REFERENCES "captures"("id"),
   "content_hash" TEXT NOT NULL,
   "rules" TEXT,
   "title" TEXT NOT NULL,
   "lead" TEXT,
   "body" TEXT,
   "author" TEXT,
   "published_at" TEXT,
   PRIMARY KEY ("article_id", "version")
) STRICT
""",
        """
CREATE TABLE "images" (
   "article_id" INTEGER REFERENCES "articles"("id"),
   "position" INTEGER,
   "src" TEXT NOT NULL,
   "caption" TEXT,
   "capture_id" INTEGER REFERENCES "captures"("id"),
   PRIMARY KEY ("article_id", "position")
) STRICT
""",
        """
CREATE INDEX "idx_images_src"
    ON "images" ("src")
""",
        """
CREATE TABLE "attachments" (
   "article_id" INTEGER REFERENCES "articles"("id"),
   "position" INTEGER,
   "href" TEXT NOT NULL,
   "name" TEXT,
   "mime" TEXT,
   "capture_id" INTEGER REFERENCES "captures"("id"),
   PRIMARY KEY ("article_id", "position")
) STRICT
""",
        """
CREATE INDEX "idx_attachments_href"
    ON "attachments" ("href")
""",
        """
CREATE TABLE "sightings" (
   "id" INTEGER PRIMARY KEY,
   "portal" TEXT NOT NULL REFERENCES "portals"("name"),
   "key" TEXT NOT NULL,
   "section" TEXT NOT NULL,
   "url" TEXT NOT NULL,
   "position" INTEGER NOT NULL,
   "title" TEXT,
   "date" TEXT,
   "seen_at" TEXT NOT NULL,
   "last_seen_at" TEXT NOT NULL,
   "capture_id" INTEGER NOT NULL REFERENCES "captures"("id")
) STRICT
""",
        """
CREATE INDEX "idx_sightings_portal_key"
    ON "sightings" ("portal", "key")
""",
        """
CREATE TABLE "descriptions" (
   "table_name" TEXT,
   "column_name" TEXT,
   "description" TEXT,
   PRIMARY KEY ("table_name", "column_name")
) STRICT
""",
    )


@_migration
def m002_search(database: "Database") -> None:
    """Two full-text indexes over views, kept by triggers: as written, and folded."""
    _execute(
        database,
        """
CREATE VIEW articles_exact_text AS
    SELECT id, title AS title, lead AS lead, body AS body, author AS author
    FROM articles
""",
        """
CREATE VIRTUAL TABLE articles_exact
    USING fts5(title, lead, body, author,
        content='articles_exact_text',
        content_rowid='id', tokenize='unicode61 remove_diacritics 0')
""",
        """
CREATE TRIGGER articles_exact_insert
    AFTER INSERT ON articles
    BEGIN INSERT INTO articles_exact (rowid, title, lead, body, author)
    VALUES (new.id, new.title, new.lead, new.body, new.author);
END
""",
        """
CREATE TRIGGER articles_exact_delete
    AFTER DELETE ON articles
    BEGIN INSERT INTO articles_exact (articles_exact, rowid, title, lead, body, author)
    VALUES ('delete', old.id, old.title, old.lead, old.body, old.author);
END
""",
        """
CREATE TRIGGER articles_exact_update
    AFTER UPDATE OF title, lead, body, author ON articles
    WHEN old.title IS NOT new.title
        OR old.lead IS NOT new.lead
        OR old.body IS NOT new.body
        OR old.author IS NOT new.author
    BEGIN INSERT INTO articles_exact (articles_exact, rowid, title, lead, body, author)
    VALUES ('delete', old.id, old.title, old.lead, old.body, old.author);
    INSERT INTO articles_exact (rowid, title, lead, body, author)
    VALUES (new.id, new.title, new.lead, new.body, new.author);
END
""",
        """
CREATE VIEW articles_folded_text AS SELECT id,
        replace(replace(title, 'đ', 'd'), 'Đ', 'D') AS title,
        replace(replace(lead, 'đ', 'd'), 'Đ', 'D') AS lead,
        replace(replace(body, 'đ', 'd'), 'Đ', 'D') AS body,
        replace(replace(author, 'đ', 'd'), 'Đ', 'D') AS author
    FROM articles
""",
        """
CREATE VIRTUAL TABLE articles_folded
    USING fts5(title, lead, body, author,
        content='articles_folded_text',
        content_rowid='id', tokenize='unicode61 remove_diacritics 2')
""",
        """
CREATE TRIGGER articles_folded_insert
    AFTER INSERT ON articles
    BEGIN INSERT INTO articles_folded (rowid, title, lead, body, author)
    VALUES (new.id,
        replace(replace(new.title, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.lead, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.body, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.author, 'đ', 'd'), 'Đ', 'D'));
END
""",
        """
CREATE TRIGGER articles_folded_delete
    AFTER DELETE ON articles
    BEGIN INSERT INTO articles_folded (articles_folded, rowid, title, lead, body, author)
    VALUES ('delete', old.id,
        replace(replace(old.title, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.lead, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.body, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.author, 'đ', 'd'), 'Đ', 'D'));
END
""",
        """
CREATE TRIGGER articles_folded_update
    AFTER UPDATE OF title, lead, body, author ON articles
    WHEN old.title IS NOT new.title
        OR old.lead IS NOT new.lead
        OR old.body IS NOT new.body
        OR old.author IS NOT new.author
    BEGIN INSERT INTO articles_folded (articles_folded, rowid, title, lead, body, author)
    VALUES ('delete', old.id,
        replace(replace(old.title, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.lead, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.body, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.author, 'đ', 'd'), 'Đ', 'D'));
    INSERT INTO articles_folded (rowid, title, lead, body, author)
    VALUES (new.id,
        replace(replace(new.title, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.lead, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.body, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.author, 'đ', 'd'), 'Đ', 'D'));
END
""",
    )


@_migration
def m003_fields(database: "Database") -> None:
    """What else a page says of an article, its videos, and a run's drift.

    Rows that are there get theirs when their page is read again, by a crawl or a rebuild.
    """
    _execute(
        database,
        'ALTER TABLE "articles" ADD COLUMN "source" TEXT',
        'ALTER TABLE "articles" ADD COLUMN "updated_at" TEXT',
        'ALTER TABLE "articles" ADD COLUMN "language" TEXT',
        'ALTER TABLE "images" ADD COLUMN "credit" TEXT',
        'ALTER TABLE "attachments" ADD COLUMN "kind" TEXT',
        'ALTER TABLE "runs" ADD COLUMN "drift" TEXT',
        'ALTER TABLE "articles" ADD COLUMN "tags" TEXT NOT NULL DEFAULT \'[]\'',
        """
CREATE TABLE "videos" (
   "article_id" INTEGER REFERENCES "articles"("id"),
   "position" INTEGER,
   "src" TEXT NOT NULL,
   "caption" TEXT,
   "capture_id" INTEGER REFERENCES "captures"("id"),
   PRIMARY KEY ("article_id", "position")
) STRICT
""",
        """
CREATE INDEX "idx_videos_src"
    ON "videos" ("src")
""",
    )


@_migration
def m004_site_models(database: "Database") -> None:
    """What sites teach of their layout, by date, and by which model an article was read."""
    _execute(
        database,
        'ALTER TABLE "articles" ADD COLUMN "model" TEXT',
        """
CREATE TABLE "site_models" (
   "portal" TEXT REFERENCES "portals"("name"),
   "since" TEXT,
   "id" TEXT,
   "model" TEXT,
   "pages" INTEGER NOT NULL,
   "corrected_by" TEXT,
   "first_capture" INTEGER NOT NULL REFERENCES "captures"("id"),
   "last_capture" INTEGER NOT NULL REFERENCES "captures"("id"),
   PRIMARY KEY ("portal", "since")
) STRICT
""",
        """
CREATE TABLE "boilerplate" (
   "portal" TEXT REFERENCES "portals"("name"),
   "since" TEXT,
   "position" INTEGER,
   "kind" TEXT,
   "text" TEXT,
   "pages" INTEGER,
   "block" TEXT NOT NULL,
   PRIMARY KEY ("portal", "since", "position")
) STRICT
""",
    )


@_migration
def m005_nights(database: "Database") -> None:
    """What a run that asks for little says of itself."""
    _execute(
        database,
        'ALTER TABLE "runs" ADD COLUMN "walked" INTEGER NOT NULL DEFAULT 0',
        'ALTER TABLE "runs" ADD COLUMN "articles_returned" INTEGER NOT NULL DEFAULT 0',
    )


@_migration
def m006_alarms(database: "Database") -> None:
    """What a run measured, and what of it was far from the usual."""
    _execute(
        database,
        'ALTER TABLE "runs" ADD COLUMN "measures" TEXT',
        'ALTER TABLE "runs" ADD COLUMN "alarms" TEXT',
    )


@_migration
def m007_states(database: "Database") -> None:
    """What every night reads of all articles, apart from their bodies."""
    _execute(
        database,
        """
CREATE INDEX "idx_articles_states"
    ON "articles" ("portal", "key", "published_at", "first_seen_at", "gone_at", "capture_id")
""",
    )


@_migration
def m008_listing_gaps(database: "Database") -> None:
    """Listing pages that could not be fetched."""
    _execute(database, 'ALTER TABLE "runs" ADD COLUMN "listing_gaps" TEXT')


@_migration
def m009_section_counts(database: "Database") -> None:
    """The portal's own count of each section, from which coverage is computed."""
    _execute(database, 'ALTER TABLE "runs" ADD COLUMN "section_counts" TEXT')


@_migration
def m010_unread(database: "Database") -> None:
    """Why a captured page gave no article, or not the row's text."""
    _execute(database, 'ALTER TABLE "captures" ADD COLUMN "unread" TEXT')


@_migration
def m011_moves(database: "Database") -> None:
    """The key under which a page was requested, if it belongs to another article."""
    _execute(
        database,
        'ALTER TABLE "captures" ADD COLUMN "asked_key" TEXT',
        """
CREATE INDEX "idx_captures_asked_key"
    ON "captures" ("portal", "asked_key") WHERE "asked_key" IS NOT NULL
""",
    )


@_migration
def m012_proofs(database: "Database") -> None:
    """The account shown with an article, words with corrected entities, and a row's own digest.

    The search indexes also hold the corrected words, and are filled again.
    """
    _execute(
        database,
        "DROP TRIGGER articles_exact_insert",
        "DROP TRIGGER articles_exact_delete",
        "DROP TRIGGER articles_exact_update",
        "DROP TABLE articles_exact",
        "DROP VIEW articles_exact_text",
        "DROP TRIGGER articles_folded_insert",
        "DROP TRIGGER articles_folded_delete",
        "DROP TRIGGER articles_folded_update",
        "DROP TABLE articles_folded",
        "DROP VIEW articles_folded_text",
        'ALTER TABLE "articles" ADD COLUMN "account" TEXT',
        'ALTER TABLE "articles" ADD COLUMN "repaired_words" TEXT',
        'ALTER TABLE "articles" ADD COLUMN "row_digest" TEXT',
        """
CREATE VIEW articles_exact_text AS
    SELECT id, title, lead, body, author, repaired_words
    FROM articles
""",
        """
CREATE VIRTUAL TABLE articles_exact
    USING fts5(title, lead, body, author, repaired_words,
        content='articles_exact_text',
        content_rowid='id', tokenize='unicode61 remove_diacritics 0')
""",
        """
CREATE TRIGGER articles_exact_insert
    AFTER INSERT ON articles
    BEGIN INSERT INTO articles_exact (rowid, title, lead, body, author, repaired_words)
    VALUES (new.id, new.title, new.lead, new.body, new.author, new.repaired_words);
END
""",
        """
CREATE TRIGGER articles_exact_delete
    AFTER DELETE ON articles
    BEGIN INSERT INTO articles_exact
        (articles_exact, rowid, title, lead, body, author, repaired_words)
    VALUES ('delete', old.id, old.title, old.lead, old.body, old.author, old.repaired_words);
END
""",
        """
CREATE TRIGGER articles_exact_update
    AFTER UPDATE OF title, lead, body, author, repaired_words ON articles
    WHEN old.title IS NOT new.title
        OR old.lead IS NOT new.lead
        OR old.body IS NOT new.body
        OR old.author IS NOT new.author
        OR old.repaired_words IS NOT new.repaired_words
    BEGIN INSERT INTO articles_exact
        (articles_exact, rowid, title, lead, body, author, repaired_words)
    VALUES ('delete', old.id, old.title, old.lead, old.body, old.author, old.repaired_words);
    INSERT INTO articles_exact (rowid, title, lead, body, author, repaired_words)
    VALUES (new.id, new.title, new.lead, new.body, new.author, new.repaired_words);
END
""",
        "INSERT INTO articles_exact (articles_exact) VALUES ('rebuild')",
        """
CREATE VIEW articles_folded_text AS SELECT id,
        replace(replace(title, 'đ', 'd'), 'Đ', 'D') AS title,
        replace(replace(lead, 'đ', 'd'), 'Đ', 'D') AS lead,
        replace(replace(body, 'đ', 'd'), 'Đ', 'D') AS body,
        replace(replace(author, 'đ', 'd'), 'Đ', 'D') AS author,
        replace(replace(repaired_words, 'đ', 'd'), 'Đ', 'D') AS repaired_words
    FROM articles
""",
        """
CREATE VIRTUAL TABLE articles_folded
    USING fts5(title, lead, body, author, repaired_words,
        content='articles_folded_text',
        content_rowid='id', tokenize='unicode61 remove_diacritics 2')
""",
        """
CREATE TRIGGER articles_folded_insert
    AFTER INSERT ON articles
    BEGIN INSERT INTO articles_folded (rowid, title, lead, body, author, repaired_words)
    VALUES (new.id,
        replace(replace(new.title, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.lead, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.body, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.author, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.repaired_words, 'đ', 'd'), 'Đ', 'D'));
END
""",
        """
CREATE TRIGGER articles_folded_delete
    AFTER DELETE ON articles
    BEGIN INSERT INTO articles_folded
        (articles_folded, rowid, title, lead, body, author, repaired_words)
    VALUES ('delete', old.id,
        replace(replace(old.title, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.lead, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.body, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.author, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.repaired_words, 'đ', 'd'), 'Đ', 'D'));
END
""",
        """
CREATE TRIGGER articles_folded_update
    AFTER UPDATE OF title, lead, body, author, repaired_words ON articles
    WHEN old.title IS NOT new.title
        OR old.lead IS NOT new.lead
        OR old.body IS NOT new.body
        OR old.author IS NOT new.author
        OR old.repaired_words IS NOT new.repaired_words
    BEGIN INSERT INTO articles_folded
        (articles_folded, rowid, title, lead, body, author, repaired_words)
    VALUES ('delete', old.id,
        replace(replace(old.title, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.lead, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.body, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.author, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.repaired_words, 'đ', 'd'), 'Đ', 'D'));
    INSERT INTO articles_folded (rowid, title, lead, body, author, repaired_words)
    VALUES (new.id,
        replace(replace(new.title, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.lead, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.body, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.author, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.repaired_words, 'đ', 'd'), 'Đ', 'D'));
END
""",
        "INSERT INTO articles_folded (articles_folded) VALUES ('rebuild')",
    )


@_migration
def m013_standing(database: "Database") -> None:
    """Few articles have problems, and few were missing: `portal status` counts those alone."""
    _execute(
        database,
        """
CREATE INDEX "idx_articles_problems"
    ON "articles" ("portal") WHERE "problems" <> '[]'
""",
        """
CREATE INDEX "idx_captures_missing"
    ON "captures" ("portal", "key") WHERE "role" = 'article' AND "status" IN (404, 410)
""",
    )


@_migration
def m014_shared_ids(database: "Database") -> None:
    """Imported records that share a Record-ID and differ are all kept."""
    _execute(
        database,
        """
CREATE TABLE "shared_ids" (
   "capture_id" INTEGER PRIMARY KEY,
   "record_id" TEXT NOT NULL,
   "place" TEXT NOT NULL
) STRICT
""",
        """
CREATE INDEX "idx_shared_ids_record_id"
    ON "shared_ids" ("record_id")
""",
    )


@_migration
def m015_revisits(database: "Database") -> None:
    """What imported revisits name; those without an original wait for it."""
    _execute(
        database,
        """
CREATE TABLE "revisits" (
   "capture_id" INTEGER PRIMARY KEY,
   "run_id" INTEGER NOT NULL REFERENCES "runs"("id"),
   "record_id" TEXT,
   "url" TEXT NOT NULL,
   "place" TEXT NOT NULL,
   "moment" TEXT,
   "digest" TEXT,
   "found" TEXT,
   "capture" TEXT
) STRICT
""",
        """
CREATE INDEX "idx_revisits_waiting"
    ON "revisits" ("run_id") WHERE "found" IS NULL
""",
        """
CREATE INDEX "idx_revisits_record_id"
    ON "revisits" ("record_id") WHERE "record_id" IS NOT NULL
""",
        """
CREATE INDEX "idx_revisits_place"
    ON "revisits" ("place")
""",
        """
CREATE INDEX "idx_revisits_digest"
    ON "revisits" ("digest", "place") WHERE "digest" IS NOT NULL
""",
        """
CREATE TABLE "payload_digests" (
   "given" TEXT NOT NULL,
   "payload_digest" TEXT NOT NULL,
   PRIMARY KEY ("given", "payload_digest")
) STRICT, WITHOUT ROWID
""",
        """
CREATE INDEX "idx_payload_digests_payload_digest"
    ON "payload_digests" ("payload_digest")
""",
        """
CREATE INDEX "idx_captures_imported_payload"
    ON "captures" ("payload_digest", "url", "fetched_at")
    WHERE "warc_file" >= 'warc/imported/' AND "warc_file" < 'warc/imported0'
    AND "revisit_of" IS NULL AND "truncated" IS NULL
""",
    )


@_migration
def m016_hosts_left_out(database: "Database") -> None:
    """Which hosts page resources lie on that a crawl does not ask."""
    _execute(database, 'ALTER TABLE "runs" ADD COLUMN "hosts_left_out" TEXT')


@_migration
def m017_revisits_by_moment(database: "Database") -> None:
    """An address can have thousands of revisits."""
    _execute(
        database,
        "DROP INDEX idx_revisits_place",
        """
CREATE INDEX "idx_revisits_place"
    ON "revisits" ("place", "moment")
""",
    )


@_migration
def m018_replay_checks(database: "Database") -> None:
    """How archived pages came out in a browser."""
    _execute(
        database,
        """
CREATE TABLE "replay_checks" (
   "id" INTEGER PRIMARY KEY,
   "record_id" TEXT NOT NULL,
   "portal" TEXT NOT NULL REFERENCES "portals"("name"),
   "url" TEXT NOT NULL,
   "capture_id" INTEGER NOT NULL,
   "checked_at" TEXT NOT NULL,
   "is_text_visible" INTEGER NOT NULL,
   "missing" TEXT NOT NULL,
   "left_out" INTEGER NOT NULL,
   "script_errors" TEXT NOT NULL,
   "picture" TEXT NOT NULL
) STRICT
""",
        """
CREATE INDEX "idx_replay_checks_portal_checked_at"
    ON "replay_checks" ("portal", "checked_at")
""",
    )


@_migration
def m019_search_numbers(database: "Database") -> None:
    """Articles are numbered by date in the search indexes, which are filled afterwards."""
    _execute(
        database,
        "DROP TRIGGER articles_exact_insert",
        "DROP TRIGGER articles_exact_delete",
        "DROP TRIGGER articles_exact_update",
        "DROP TRIGGER articles_folded_insert",
        "DROP TRIGGER articles_folded_delete",
        "DROP TRIGGER articles_folded_update",
        "DROP TABLE articles_exact",
        "DROP VIEW articles_exact_text",
        "DROP TABLE articles_folded",
        "DROP VIEW articles_folded_text",
        'ALTER TABLE "articles" ADD COLUMN "search_id" INTEGER',
        'ALTER TABLE "article_versions" ADD COLUMN "search_id" INTEGER',
        """
CREATE UNIQUE INDEX "idx_articles_search_id"
    ON "articles" ("search_id")
""",
        """
CREATE INDEX "idx_articles_search_id_published_at_portal"
    ON "articles" ("search_id", "published_at", "portal")
""",
        """
CREATE UNIQUE INDEX "idx_article_versions_search_id"
    ON "article_versions" ("search_id")
""",
        """
CREATE VIRTUAL TABLE articles_exact
    USING fts5(title, lead, body, author, repaired_words,
        content='articles', content_rowid='search_id',
        detail=column, tokenize='unicode61 remove_diacritics 0')
""",
        """
CREATE TRIGGER articles_exact_insert
    AFTER INSERT ON articles WHEN new.search_id IS NOT NULL
    BEGIN INSERT INTO articles_exact (rowid, title, lead, body, author, repaired_words)
    VALUES (new.search_id, new.title, new.lead, new.body, new.author, new.repaired_words);
END
""",
        """
CREATE TRIGGER articles_exact_delete
    AFTER DELETE ON articles WHEN old.search_id IS NOT NULL
    BEGIN INSERT INTO articles_exact
        (articles_exact, rowid, title, lead, body, author, repaired_words)
    VALUES ('delete', old.search_id, old.title, old.lead, old.body, old.author, old.repaired_words);
END
""",
        """
CREATE TRIGGER articles_exact_update
    AFTER UPDATE OF title, lead, body, author, repaired_words, search_id ON articles
    WHEN old.title IS NOT new.title
        OR old.lead IS NOT new.lead
        OR old.body IS NOT new.body
        OR old.author IS NOT new.author
        OR old.repaired_words IS NOT new.repaired_words
        OR old.search_id IS NOT new.search_id
    BEGIN INSERT INTO articles_exact
        (articles_exact, rowid, title, lead, body, author, repaired_words)
    SELECT 'delete', old.search_id, old.title, old.lead, old.body, old.author, old.repaired_words
        WHERE old.search_id IS NOT NULL;
    INSERT INTO articles_exact (rowid, title, lead, body, author, repaired_words)
    SELECT new.search_id, new.title, new.lead, new.body, new.author, new.repaired_words
        WHERE new.search_id IS NOT NULL;
END
""",
        """
CREATE VIEW articles_folded_text AS SELECT search_id,
        replace(replace(title, 'đ', 'd'), 'Đ', 'D') AS title,
        replace(replace(lead, 'đ', 'd'), 'Đ', 'D') AS lead,
        replace(replace(body, 'đ', 'd'), 'Đ', 'D') AS body,
        replace(replace(author, 'đ', 'd'), 'Đ', 'D') AS author,
        replace(replace(repaired_words, 'đ', 'd'), 'Đ', 'D') AS repaired_words
    FROM articles
""",
        """
CREATE VIRTUAL TABLE articles_folded
    USING fts5(title, lead, body, author, repaired_words,
        content='articles_folded_text', content_rowid='search_id',
        tokenize='unicode61 remove_diacritics 2')
""",
        """
CREATE TRIGGER articles_folded_insert
    AFTER INSERT ON articles WHEN new.search_id IS NOT NULL
    BEGIN INSERT INTO articles_folded (rowid, title, lead, body, author, repaired_words)
    VALUES (new.search_id,
        replace(replace(new.title, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.lead, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.body, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.author, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.repaired_words, 'đ', 'd'), 'Đ', 'D'));
END
""",
        """
CREATE TRIGGER articles_folded_delete
    AFTER DELETE ON articles WHEN old.search_id IS NOT NULL
    BEGIN INSERT INTO articles_folded
        (articles_folded, rowid, title, lead, body, author, repaired_words)
    VALUES ('delete', old.search_id,
        replace(replace(old.title, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.lead, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.body, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.author, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.repaired_words, 'đ', 'd'), 'Đ', 'D'));
END
""",
        """
CREATE TRIGGER articles_folded_update
    AFTER UPDATE OF title, lead, body, author, repaired_words, search_id ON articles
    WHEN old.title IS NOT new.title
        OR old.lead IS NOT new.lead
        OR old.body IS NOT new.body
        OR old.author IS NOT new.author
        OR old.repaired_words IS NOT new.repaired_words
        OR old.search_id IS NOT new.search_id
    BEGIN INSERT INTO articles_folded
        (articles_folded, rowid, title, lead, body, author, repaired_words)
    SELECT 'delete', old.search_id,
        replace(replace(old.title, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.lead, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.body, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.author, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(old.repaired_words, 'đ', 'd'), 'Đ', 'D')
        WHERE old.search_id IS NOT NULL;
    INSERT INTO articles_folded (rowid, title, lead, body, author, repaired_words)
    SELECT new.search_id,
        replace(replace(new.title, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.lead, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.body, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.author, 'đ', 'd'), 'Đ', 'D'),
        replace(replace(new.repaired_words, 'đ', 'd'), 'Đ', 'D')
        WHERE new.search_id IS NOT NULL;
END
""",
        *(
            f"""
CREATE VIRTUAL TABLE {table}
    USING fts5(terms, content='', detail=none, columnsize=0,
        tokenize='ascii tokenchars ''=+_:-''')
"""
            for table in ("articles_terms", "old_texts_terms")
        ),
    )


@_migration
def m020_views(database: "Database") -> None:
    """Answers to common questions, and the two indexes that make them quick."""
    _execute(
        database,
        """
CREATE INDEX "idx_articles_gone"
    ON "articles" ("portal", "gone_at") WHERE "gone_at" IS NOT NULL
""",
        """
CREATE INDEX "idx_article_versions_edits"
    ON "article_versions" ("seen_at") WHERE "version" > 1
""",
        """
CREATE INDEX "idx_captures_missing_pages"
    ON "captures" ("portal", "key") WHERE "unread" = 'missing'
""",
        """
CREATE VIEW articles_by_month AS
SELECT portal, substr(published_at, 1, 7) AS month,
    count(*) AS articles, count(gone_at) AS gone
FROM articles
GROUP BY portal, substr(published_at, 1, 7)
""",
        """
CREATE VIEW edits AS
SELECT a.portal || '/' || a.key AS ref, a.portal, a.key, new.version, new.seen_at,
    ltrim(
        CASE WHEN new.title IS NOT old.title THEN ', title' ELSE '' END
        || CASE WHEN new.lead IS NOT old.lead THEN ', lead' ELSE '' END
        || CASE WHEN new.body IS NOT old.body THEN ', body' ELSE '' END
        || CASE WHEN new.author IS NOT old.author THEN ', author' ELSE '' END
        || CASE WHEN new.published_at IS NOT old.published_at THEN ', published_at' ELSE '' END,
        ', ') AS changed,
    old.title AS title_before, new.title AS title,
    old.capture_id AS capture_id_before, new.capture_id AS capture_id, a.id AS article_id
FROM article_versions new
JOIN article_versions old
    ON old.article_id = new.article_id AND old.version = new.version - 1
JOIN articles a ON a.id = new.article_id
WHERE new.version > 1
""",
        """
CREATE VIEW gone AS
SELECT portal || '/' || key AS ref, portal, key, last_seen_at, gone_at,
    CASE WHEN problems LIKE '%"moved-to:%' THEN
        (SELECT c.key FROM captures c
         WHERE c.portal = articles.portal AND c.asked_key = articles.key AND c.role = 'article'
            AND c.status IN (200, 304) AND c.fetched_at >= gone_at
         ORDER BY c.fetched_at DESC, c.warc_file DESC, c.warc_offset DESC LIMIT 1)
    END AS moved_to,
    title, url, published_at, version, capture_id, id AS article_id
FROM articles
WHERE gone_at IS NOT NULL
""",
        """
CREATE VIEW events AS
WITH absent AS (
    SELECT a.id AS article_id, a.portal, a.key, c.id, c.run_id, c.url, c.fetched_at,
        c.warc_file, c.warc_offset, CAST(c.status AS TEXT) AS detail, 0 AS is_page
    FROM captures c JOIN articles a ON a.portal = c.portal AND a.key = c.key
    WHERE c.role = 'article' AND c.status IN (404, 410) AND c.truncated IS NULL
    UNION ALL
    SELECT a.id, a.portal, a.key, c.id, c.run_id, c.url, c.fetched_at,
        c.warc_file, c.warc_offset, CAST(c.status AS TEXT), 0
    FROM captures c JOIN articles a ON a.portal = c.portal AND a.key = c.key
    WHERE c.unread = 'missing' AND c.role = 'article' AND c.status = 200 AND c.truncated IS NULL
    UNION ALL
    SELECT a.id, a.portal, a.key, c.id, c.run_id, c.url, c.fetched_at,
        c.warc_file, c.warc_offset, 'moved-to:' || c.key, 0
    FROM captures c JOIN articles a ON a.portal = c.portal AND a.key = c.asked_key
    WHERE c.asked_key IS NOT NULL AND c.role = 'article'
        AND (c.status = 200 AND coalesce(c.unread, 'lost') = 'lost'
            OR c.status = 304 AND c.revisit_of IS NOT NULL)
),
answers AS (
    SELECT * FROM absent
    UNION ALL
    SELECT missed.article_id, c.portal, c.key, c.id, c.run_id, c.url, c.fetched_at,
        c.warc_file, c.warc_offset, NULL, 1
    FROM (SELECT DISTINCT article_id, portal, key FROM absent) missed
    JOIN captures c ON c.portal = missed.portal AND c.key = missed.key
    WHERE c.role = 'article'
        AND (c.status = 200 AND coalesce(c.unread, 'lost') = 'lost'
            OR c.status = 304 AND c.revisit_of IS NOT NULL)
),
spans AS (
    SELECT *, sum(is_page) OVER (
        PARTITION BY portal, key ORDER BY fetched_at, warc_file, warc_offset
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS span
    FROM answers
),
doubts AS (
    SELECT *,
        is_page = 0 AND (
            detail = '410' OR detail LIKE 'moved-to:%'
            OR min(run_id) OVER earlier <> max(run_id) OVER earlier
            OR count(*) OVER (
                PARTITION BY portal, key, span, url ORDER BY fetched_at, warc_file, warc_offset
            ) > 1
        ) AS is_notice
    FROM spans
    WHERE span > 0
    WINDOW earlier AS (
        PARTITION BY portal, key, span ORDER BY fetched_at, warc_file, warc_offset
    )
),
absences AS (
    SELECT *, max(is_page) OVER (PARTITION BY portal, key, span) AS is_over,
        sum(is_notice) OVER (
            PARTITION BY portal, key, span ORDER BY fetched_at, warc_file, warc_offset
        ) AS notices
    FROM doubts
)
SELECT seen_at AS at, 'edited' AS kind, ref, portal, key, changed AS detail,
    capture_id, article_id
FROM edits
UNION ALL
SELECT g.gone_at, 'vanished', g.ref, g.portal, g.key,
    CASE WHEN g.moved_to IS NULL THEN CAST(c.status AS TEXT) ELSE 'moved-to:' || g.moved_to END,
    c.id, g.article_id
FROM gone g LEFT JOIN captures c ON c.id = (
    SELECT n.id FROM captures n
    WHERE n.portal = g.portal AND n.key IN (g.key, g.moved_to)
        AND n.fetched_at = g.gone_at AND n.role = 'article'
        AND n.status IN (200, 304, 404, 410)
    ORDER BY n.warc_file, n.warc_offset
    LIMIT 1)
UNION ALL
SELECT fetched_at, iif(is_page, 'come back', 'vanished'), portal || '/' || key, portal, key,
    detail, id, article_id
FROM absences
WHERE is_over AND (is_page AND notices > 0 OR is_notice AND notices = 1)
""",
        """
CREATE VIEW coverage AS
SELECT p.name AS portal, p.title,
    (SELECT count(*) FROM articles a WHERE a.portal = p.name) AS articles,
    (SELECT count(*) FROM articles a
     WHERE a.portal = p.name AND a.gone_at IS NOT NULL) AS gone,
    (SELECT count(DISTINCT e.article_id) FROM edits e WHERE e.portal = p.name) AS edited,
    (SELECT count(*) FROM articles a
     WHERE a.portal = p.name AND a.problems <> '[]') AS with_problems,
    (SELECT count(*) FROM articles a
     WHERE a.portal = p.name AND a.published_at IS NULL) AS without_date,
    (SELECT min(a.published_at) FROM articles a WHERE a.portal = p.name) AS first_published_at,
    (SELECT max(a.published_at) FROM articles a WHERE a.portal = p.name) AS last_published_at,
    (SELECT min(c.fetched_at) FROM captures c
     WHERE c.portal = p.name AND c.key IS NOT NULL) AS first_captured_at,
    (SELECT max(c.fetched_at) FROM captures c
     WHERE c.portal = p.name AND c.key IS NOT NULL) AS last_captured_at,
    (SELECT max(r.started_at) FROM runs r
     WHERE r.portal = p.name AND r.swept = 1) AS last_full_crawl_at,
    (SELECT sum(counts.articles) FROM (
        SELECT counted.key AS section, counted.value AS articles, max(r.id) AS run_id
        FROM (SELECT id, section_counts FROM runs
              WHERE portal = p.name AND section_counts IS NOT NULL
              ORDER BY id DESC LIMIT 10) r,
            json_each(r.section_counts) counted
        GROUP BY counted.key) counts) AS portal_count,
    (SELECT sum(min(counts.articles, coalesce(known.articles, 0))) FROM (
        SELECT counted.key AS section, counted.value AS articles, max(r.id) AS run_id
        FROM (SELECT id, section_counts FROM runs
              WHERE portal = p.name AND section_counts IS NOT NULL
              ORDER BY id DESC LIMIT 10) r,
            json_each(r.section_counts) counted
        GROUP BY counted.key) counts
     LEFT JOIN (
        SELECT listed.section, count(*) AS articles
        FROM (SELECT DISTINCT s.section, s.key FROM sightings s WHERE s.portal = p.name) listed
        WHERE EXISTS (SELECT 1 FROM articles a WHERE a.portal = p.name AND a.key = listed.key)
            OR EXISTS (SELECT 1 FROM captures c
                WHERE c.portal = p.name AND c.key = listed.key AND c.role = 'article'
                    AND c.status IN (404, 410) AND c.truncated IS NULL)
        GROUP BY listed.section) known ON known.section = counts.section) AS accounted_for,
    (SELECT count(DISTINCT c.key) FROM captures c
     WHERE c.portal = p.name AND c.role = 'article' AND c.status IN (404, 410)
        AND NOT EXISTS (SELECT 1 FROM articles a
            WHERE a.portal = c.portal AND a.key = c.key)) AS dead_links,
    (SELECT (SELECT count(*) FROM json_each(r.listing_gaps))
     FROM runs r WHERE r.portal = p.name AND r.listing_gaps IS NOT NULL
     ORDER BY r.started_at DESC LIMIT 1) AS listing_gaps
FROM portals p
""",
    )


@_migration
def m021_vietnamese(database: "Database") -> None:
    """The meaning of everything in Vietnamese, too."""
    _execute(database, 'ALTER TABLE "descriptions" ADD COLUMN "description_vi" TEXT')


@_migration
def m022_sightings_by_address(database: "Database") -> None:
    """A person may name an article by an address that only a listing showed."""
    _execute(
        database,
        """
CREATE INDEX "idx_sightings_url"
    ON "sightings" ("url")
""",
    )


@_migration
def m023_listed_titles(database: "Database") -> None:
    """The title on the listing that led to a page; it helps to find the page's headline."""
    _execute(database, 'ALTER TABLE "captures" ADD COLUMN "listed_title" TEXT')


@_migration
def m024_forms(database: "Database") -> None:
    """Answers to forms are told apart by the bodies of their requests."""
    _execute(database, 'ALTER TABLE "captures" ADD COLUMN "request_digest" TEXT')


@_migration
def m025_layout_samples(database: "Database") -> None:
    """How a learned layout read the samples that came after it was learned."""
    _execute(
        database,
        'ALTER TABLE "site_models" ADD COLUMN "sampled" INTEGER NOT NULL DEFAULT 0',
        'ALTER TABLE "site_models" ADD COLUMN "agreed" REAL NOT NULL DEFAULT 0',
    )


SCHEMA_VERSION = len(_MIGRATIONS)
"""PRAGMA user_version of a database that this software writes."""

SCHEMA_DIGEST = "1c2529eb04e4eb1840759f9fef8b3a2d7182f4001bb55d8bd2e8cdf834d31453"
"""`schema_check.digest` of what the migrations make. With it a crawl need not make a database to
compare with when it starts."""
