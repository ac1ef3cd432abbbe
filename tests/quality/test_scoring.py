"""What a score says of a page that was read well, and of one that was not."""

import pytest

from benchmarks.quality.scoring import Answer, Counts, Overlap, Said, scored, summed
from benchmarks.quality.word_diff import Change, changes

URL = "https://so.example/tin/1.html"
SAID = Said(
    title="Mở lớp kỹ năng số",
    published="2024-03-12T08:30:00+07:00",
    lead="Lớp mở sáng nay.",
    body="Lớp học gồm tám buổi, mỗi buổi hai giờ.\nHọc viên được phát sổ tay.",
    author="Thu Hằng",
    byline="Tin, ảnh: Thu Hằng",
    source="Theo Báo Tỉnh",
    images=(("/anh/1.jpg", "Quang cảnh lớp học"), ("/anh/2.jpg", "")),
    attachments=("/van-ban/Kế hoạch.pdf",),
)
ANSWER = Answer(url=URL, said=SAID)
PERFECT = Overlap(1.0, 1.0, 1.0)


def changed(**fields: object) -> Said:
    names = (name for name in Said.__dataclass_fields__)
    return Said(**{name: fields.get(name, getattr(SAID, name)) for name in names})  # type: ignore[arg-type]


def test_a_page_read_as_it_should_be_is_right_in_all() -> None:
    score = scored(ANSWER, SAID, ["Lượt xem"])
    assert all(counts.right == counts.of for counts in score.fields.values())
    assert set(score.texts.values()) == {PERFECT}
    assert score.leaks == ()


@pytest.mark.parametrize(
    ("field", "found", "counts"),
    [
        ("title", changed(title="Mở  lớp kỹ năng số"), Counts(1, 1, 0)),
        ("title", changed(title="Mở lớp"), Counts(0, 1, 0)),
        ("minute", changed(published="2024-03-12T01:30:59Z"), Counts(1, 1, 0)),
        ("minute", changed(published="2024-03-12"), Counts(0, 1, 0)),
        ("minute", changed(published="hôm qua"), Counts(0, 1, 0)),
        ("author", changed(author="Tin, ảnh: Thu Hằng"), Counts(1, 1, 0)),
        ("author", changed(author="Ban biên tập"), Counts(0, 1, 0)),
        ("source", changed(source="Báo Tỉnh"), Counts(1, 1, 0)),
        ("source", changed(source="(Nguồn: Báo Tỉnh)"), Counts(1, 1, 0)),
        ("category", changed(category="Tin tức"), Counts(0, 0, 1)),
        ("images", changed(images=(("https://so.example/anh/1.jpg", ""),)), Counts(1, 2, 0)),
        ("images", changed(images=(("/logo.png", ""),)), Counts(0, 2, 1)),
        ("captions", changed(images=(("/anh/2.jpg", "Quang cảnh lớp học"),)), Counts(0, 1, 1)),
        ("attachments", changed(attachments=("/van-ban/K%E1%BA%BF%20ho%E1%BA%A1ch.pdf",)),
         Counts(1, 1, 0)),
        ("attachments", changed(attachments=()), Counts(0, 1, 0)),
    ],
)  # fmt: skip
def test_a_field_is_right_wrong_or_invented(field: str, found: Said, counts: Counts) -> None:
    assert scored(ANSWER, found, ()).fields[field] == counts


def test_a_lead_in_the_body_is_an_error_of_the_body_and_none_of_the_text() -> None:
    found = changed(lead="", body=f"{SAID.lead}\n{SAID.body}")
    texts = scored(ANSWER, found, ()).texts
    assert texts["body_words"].recall == 1
    assert texts["body_words"].precision < 1
    assert texts["text_words"] == PERFECT


def test_a_caption_in_the_body_is_an_error_of_the_body_and_none_of_the_texts_words() -> None:
    texts = scored(ANSWER, changed(body=f"{SAID.body} Quang cảnh lớp học"), ()).texts
    assert texts["body_words"].precision < 1
    assert texts["text_words"] == PERFECT


def test_shingles_see_an_order_that_words_do_not() -> None:
    backwards = " ".join(reversed(SAID.body.split()))
    texts = scored(ANSWER, changed(body=backwards), ()).texts
    assert texts["body_words"] == PERFECT
    assert texts["body_shingles"].f1 < 0.1


def test_a_page_without_any_text_is_right_where_nothing_is_found_on_it() -> None:
    answer = Answer(url=URL, said=Said(title="Hình ảnh"))
    assert scored(answer, Said(), ()).texts["body_words"] == PERFECT
    assert scored(answer, Said(body="Lượt xem"), ()).texts["body_words"] == Overlap(0.0, 1.0, 0.0)


def test_a_phrase_leaks_only_where_the_answer_does_not_say_it_itself() -> None:
    phrases = ["Lượt xem", "Học viên"]
    found = changed(body=f"{SAID.body} LƯỢT XEM: 12")
    assert scored(ANSWER, found, phrases).leaks == ("Lượt xem",)


def test_a_field_that_the_answer_does_not_speak_of_is_not_scored() -> None:
    answer = Answer(url=URL, said=SAID, told=frozenset(("title",)))
    assert set(scored(answer, SAID, ()).fields) == {"title"}


def test_a_summary_adds_counts_and_takes_means_over_pages() -> None:
    scores = [scored(ANSWER, found, ["Lượt xem"]) for found in (SAID, Said(body="Lượt xem"))]
    summary = summed(scores)
    assert (summary.fields["title"].share, summary.leak, summary.pages) == (0.5, 0.5, 2)
    assert summary.texts["body_words"] == Overlap(0.5, 0.5, 0.5)


def test_a_diff_shows_what_is_missing_and_what_is_extra_among_its_neighbours() -> None:
    found = "Lớp học gồm chín buổi, mỗi buổi hai giờ.\nHọc viên được phát sổ tay. Lượt xem: 12"
    assert list(changes(SAID.body, found)) == [
        Change(before="Lớp học gồm", missing="tám", extra="chín", after="buổi, mỗi buổi hai giờ."),
        Change(before="viên được phát sổ tay.", missing="", extra="Lượt xem: 12", after=""),
    ]


def test_a_diff_of_a_long_run_says_how_much_it_leaves_out() -> None:
    body = " ".join(f"từ{number}" for number in range(100))
    (change,) = changes(body, "")
    assert "…84 more words…" in change.missing
    assert change.missing.endswith("từ99")


def test_case_and_punctuation_make_no_difference() -> None:
    assert list(changes("Lớp học, gồm tám buổi.", "lớp học gồm TÁM buổi")) == []
