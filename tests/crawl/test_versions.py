"""When a row changes in place, when a version is added, and what is due another night."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from archive.database.article_changes import Change
from archive.database.frontier import Frontier
from archive.database.known_articles import Known
from archive.layout import article_id
from archive.models import Article, Attachment, Capture, Image, ListedArticle
from archive.moments import utc_text
from tests.archive.building import NOT_FOUND, NOT_MODIFIED, PORTAL, ArchiveBuilder, page
from tests.support.crawls import rows

KEY = "100"
URL = "http://sotttt.hanoi.gov.vn/article/100.html"
OLD_RULES = Article(
    url=URL,
    title="Tin",
    body="Đoạn một.\n\nTop",
    images=(Image(src="http://a/1.jpg"), Image(src="http://a/icon.png")),
    attachments=(Attachment(href="http://a/1.pdf"),),
)
NEW_RULES = replace(OLD_RULES, body="Đoạn một.", images=OLD_RULES.images[:1])
EDITED = replace(NEW_RULES, body="Đoạn một, đã sửa.")
ROW = ListedArticle(key=KEY, url=URL, title="Tin", date="2024-03-01")


def never(_: Capture, __: Capture) -> Article | None:
    raise AssertionError("the earlier page need not be read again")


class Night(ArchiveBuilder):
    """A run of a number of days after the first, with what a crawl does in it."""

    def store_article(
        self,
        article: Article,
        body: bytes = page("Tin"),
        reread: Callable[[Capture, Capture], Article | None] = never,
        truncated: str | None = None,
    ) -> Change:
        capture = self.exchange(KEY, body, truncated=truncated)
        (change,) = self.store.in_transaction(
            [lambda: self.store.articles.put(article, capture, reread)]
        )
        return change

    def list_it(self, *listed: ListedArticle) -> None:
        capture = replace(self.exchange(role="listing"), section="tin")
        self.put(lambda: self.store.sightings.put(listed or (ROW,), 1, capture))

    def known(self, row: ListedArticle = ROW) -> Known:
        """As a crawl of the next day sees it."""
        frontier = Frontier(self.layout, PORTAL, utc_text(self.now.replace(day=self.now.day + 1)))
        try:
            return frontier.articles.known("tin", row)
        finally:
            frontier.close()


@pytest.fixture
def first(tmp_path: Path) -> Night:
    return Night(tmp_path)


def versions(night: Night) -> list[tuple[object, ...]]:
    return rows(
        night.layout.folder,
        "SELECT version, body FROM article_versions WHERE article_id = ? ORDER BY version",
        article_id(PORTAL, KEY),
    )


def test_the_same_bytes_under_changed_rules_update_the_row_in_place(first: Night) -> None:
    first.store_article(OLD_RULES)
    first.close()
    second = Night(first.layout.folder, days=1)
    assert second.store_article(NEW_RULES) == Change.UNCHANGED
    assert versions(second) == [(1, "Đoạn một.")]
    assert rows(second.layout.folder, "SELECT body, version FROM articles") == [("Đoạn một.", 1)]


def test_furniture_that_changed_under_changed_rules_makes_no_version(first: Night) -> None:
    first.store_article(OLD_RULES)
    first.close()
    second = Night(first.layout.folder, days=1)
    reread: list[str] = []

    def read_again(capture: Capture, _: Capture) -> Article:
        reread.append(capture.fetched_at)
        return NEW_RULES

    counter = page("Tin").replace(b"</html>", b"<i>51 views</i></html>")
    assert second.store_article(NEW_RULES, counter, read_again) == Change.UNCHANGED
    assert len(reread) == 1
    assert versions(second) == [(1, "Đoạn một.")]


def test_an_author_that_new_rules_find_by_the_account_is_no_version(first: Night) -> None:
    signed = replace(OLD_RULES, author="Lê Văn An", account="Lê Văn An")
    first.store_article(OLD_RULES)
    first.close()
    second = Night(first.layout.folder, days=1)
    assert second.store_article(signed) == Change.UNCHANGED
    counter = page("Tin").replace(b"</html>", b"<i>51 views</i></html>")
    assert second.store_article(signed, counter, lambda *_: signed) == Change.UNCHANGED
    assert versions(second) == [(1, OLD_RULES.body)]
    found = rows(second.layout.folder, "SELECT author, account, version FROM articles")
    assert found == [("Lê Văn An", "Lê Văn An", 1)]


def test_a_counter_that_goes_on_leaves_the_row_as_it_is(first: Night) -> None:
    line, later = "Sở, 41 lượt xem", "Sở, 57 lượt xem"
    counted = replace(NEW_RULES, body=line, passing=((line, "Sở"),))
    first.store_article(counted)
    first.close()
    second = Night(first.layout.folder, days=1)
    changed = replace(counted, body=later, passing=((later, "Sở"),))
    assert second.store_article(changed, page("2"), lambda *_: counted) == Change.UNCHANGED
    assert versions(second) == [(1, line)]
    assert not second.known().unread  # the page was seen, and is not asked for again


def test_a_counter_that_goes_on_hides_no_new_document(first: Night) -> None:
    line, later = "Sở, 41 lượt xem", "Sở, 57 lượt xem"
    counted = replace(NEW_RULES, body=line, passing=((line, "Sở"),))
    first.store_article(counted)
    first.close()
    second = Night(first.layout.folder, days=1)
    changed = replace(counted, body=later, passing=((later, "Sở"),), attachments=())
    assert second.store_article(changed, page("2"), lambda *_: counted) == Change.UNCHANGED
    assert versions(second) == [(1, later)]
    assert rows(second.layout.folder, "SELECT count(*) FROM attachments") == [(0,)]


def test_a_page_that_was_seen_ends_an_absence_even_if_the_row_stays(first: Night) -> None:
    line, later = "Sở, 41 lượt xem", "Sở, 57 lượt xem"
    counted = replace(NEW_RULES, body=line, passing=((line, "Sở"),))
    first.store_article(counted)
    first.close()
    second = Night(first.layout.folder, days=1)
    missing = second.exchange(KEY, NOT_FOUND)
    second.put(lambda: second.store.presence.note_missing(missing))
    second.close()
    third = Night(first.layout.folder, days=2)
    changed = replace(counted, body=later, passing=((later, "Sở"),))
    third.store_article(changed, page("2"), lambda *_: counted)
    third.close()
    fourth = Night(first.layout.folder, days=3)
    missing = fourth.exchange(KEY, NOT_FOUND)
    fourth.put(lambda: fourth.store.presence.note_missing(missing))
    assert rows(fourth.layout.folder, "SELECT gone_at FROM articles") == [(None,)]


LISTED_ONLY = replace(NEW_RULES, title="Tin…", problems=("title-from-listing",))


def test_a_page_that_shows_no_headline_any_more_leaves_the_row_as_it_is(first: Night) -> None:
    first.store_article(NEW_RULES)
    first.close()
    second = Night(first.layout.folder, days=1)
    read = partial(second.store_article, reread=lambda *_: NEW_RULES)
    assert read(LISTED_ONLY, page("2")) == Change.UNCHANGED
    assert not second.known().unread
    assert read(replace(LISTED_ONLY, body="Trang đã chuyển."), page("3")) == Change.LOST
    assert versions(second) == [(1, NEW_RULES.body)]
    assert rows(second.layout.folder, "SELECT title FROM articles") == [("Tin",)]
    unread = rows(second.layout.folder, "SELECT count(*) FROM captures WHERE unread = 'no-title'")
    assert unread == [(1,)]


def test_articles_that_never_showed_a_headline_get_versions(first: Night) -> None:
    first.store_article(LISTED_ONLY)
    first.close()
    second = Night(first.layout.folder, days=1)
    edited = replace(LISTED_ONLY, body="Đoạn một, đã sửa.")
    assert second.store_article(edited, page("2"), lambda *_: LISTED_ONLY) == Change.CHANGED


def test_an_account_alone_is_no_part_of_a_version(first: Night) -> None:
    first.store_article(replace(OLD_RULES, account="admin"))
    change = first.store_article(replace(OLD_RULES, account="vanthu"), page("Tin "))
    assert change == Change.UNCHANGED
    assert rows(first.layout.folder, "SELECT account FROM articles") == [("vanthu",)]


def test_an_edit_under_changed_rules_leaves_both_versions_as_todays_rules_read_them(
    first: Night,
) -> None:
    first.store_article(OLD_RULES)
    first.close()
    second = Night(first.layout.folder, days=1)
    assert second.store_article(EDITED, page("Tin mới"), lambda *_: NEW_RULES) == Change.CHANGED
    assert versions(second) == [(1, "Đoạn một."), (2, "Đoạn một, đã sửa.")]


def test_an_edit_whose_former_page_gives_no_article_any_more_is_a_version(first: Night) -> None:
    first.store_article(OLD_RULES)
    assert first.store_article(EDITED, page("Tin mới"), lambda *_: None) == Change.CHANGED
    assert versions(first) == [(1, "Đoạn một.\n\nTop"), (2, "Đoạn một, đã sửa.")]


def test_pictures_and_documents_are_those_of_the_newest_page(first: Night) -> None:
    first.store_article(OLD_RULES)
    first.store_article(NEW_RULES)
    assert rows(first.layout.folder, "SELECT src FROM images") == [("http://a/1.jpg",)]
    assert rows(first.layout.folder, "SELECT href FROM attachments") == [("http://a/1.pdf",)]


def test_a_page_that_broke_off_changes_nothing_of_a_whole_one(first: Night) -> None:
    first.store_article(NEW_RULES)
    cut = replace(NEW_RULES, body="Đoạn")
    assert first.store_article(cut, page("Ti"), truncated="disconnect") == Change.UNCHANGED
    assert versions(first) == [(1, "Đoạn một.")]


def test_a_whole_page_takes_the_place_of_one_that_broke_off(first: Night) -> None:
    cut = replace(NEW_RULES, body="Đoạn")
    first.store_article(cut, page("Ti"), truncated="disconnect")
    assert first.store_article(NEW_RULES) == Change.CHANGED
    assert versions(first) == [(1, "Đoạn một.")]


# What is due


def test_what_was_never_asked_for_is_due(first: Night) -> None:
    assert first.known().due


def test_what_is_listed_as_before_is_not_due(first: Night) -> None:
    first.list_it()
    first.store_article(NEW_RULES)
    first.close()
    assert not first.known().due


def test_what_is_listed_otherwise_is_due(first: Night) -> None:
    first.list_it()
    first.store_article(NEW_RULES)
    first.close()
    assert first.known(replace(ROW, title="Tin, đã sửa")).due
    assert first.known(replace(ROW, date="2024-03-02")).due


def test_another_address_alone_makes_nothing_due(first: Night) -> None:
    first.list_it()
    first.store_article(NEW_RULES)
    first.close()
    assert not first.known(replace(ROW, url="http://sotttt.hanoi.gov.vn/moi/100.html")).due


def test_what_a_listing_names_twice_is_not_due_for_that(first: Night) -> None:
    first.list_it()
    first.store_article(NEW_RULES)
    first.list_it(replace(ROW, url="http://sotttt.hanoi.gov.vn/cu/100.html"))
    first.close()
    assert not first.known().due


@pytest.mark.parametrize("outcome", [None, "failed"])
def test_a_page_that_its_broken_run_did_not_store_is_due(first: Night, outcome: str | None) -> None:
    first.list_it()
    first.exchange(KEY)
    first.close(outcome)
    assert first.known().due


def test_a_page_without_an_article_is_not_due(first: Night) -> None:
    first.list_it()
    first.exchange(KEY)
    first.close()
    assert not first.known().due


def test_a_page_that_no_longer_has_the_article_is_due(first: Night) -> None:
    first.list_it()
    first.store_article(NEW_RULES)
    first.exchange(KEY, page(""))
    first.close()
    assert first.known().due


def test_a_dead_link_is_not_due(first: Night) -> None:
    first.list_it()
    first.exchange(KEY, NOT_FOUND)
    first.close()
    assert not first.known().due


def test_an_article_that_answered_404_once_is_due(first: Night) -> None:
    first.list_it()
    first.store_article(NEW_RULES)
    first.exchange(KEY, NOT_FOUND)
    first.close()
    assert first.known().due


def test_a_304_after_a_404_is_a_page_between(first: Night) -> None:
    first.store_article(NEW_RULES)
    original = first.exchange(KEY)
    first.close()
    missing = Night(first.layout.folder, days=1)
    missing.exchange(KEY, NOT_FOUND)
    missing.close()
    back = Night(first.layout.folder, days=2)
    back.exchange(KEY, NOT_MODIFIED, revisit_of=original)
    back.close()
    again = Night(first.layout.folder, days=3)
    capture = again.exchange(KEY, NOT_FOUND)
    assert again.store.in_transaction([lambda: again.store.presence.note_missing(capture)]) == [
        False
    ]
