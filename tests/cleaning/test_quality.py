"""Floors under the quality of what cleaning makes of real pages, where these are at hand.

The saved portal and the answers lie beside the repository and not in it: without them the tests
are skipped. A floor is lowered only with a reason.
"""

import io
import json
import subprocess
import sys
import tarfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from archive.models import Article
from portal_crawler.cleaning.checks import problems
from portal_crawler.cleaning.extraction import extract
from portal_crawler.cleaning.profile import Profile
from portal_crawler.platforms import liferay6, vccorp

SHARED = Path(__file__).parents[2].parent / "shared"
GOLD = SHARED / "quality" / "hanoi-gold.jsonl"
SCORER = SHARED / "tools" / "eval_articles.py"
SEED = SHARED / "seed" / "expected.json"
FETCHED_AT = datetime(2022, 8, 27, tzinfo=UTC)

FLOORS = {
    "title": 1.0,
    "date_minute": 1.0,
    "lead": 0.995,
    "author": 0.98,
    "captions": 0.95,
    "body": 0.995,
    "images": 0.995,
    "attachments": 0.995,
}
"""Shares of articles, captions, pictures and documents that are exactly right; of the body the mean
F1 over 4-word shingles, where captions, byline, title and lead in it count as errors."""

needs_hanoi = pytest.mark.skipif(
    not (GOLD.exists() and (SHARED / "replica" / "hanoi-sotttt.tar.xz").exists()),
    reason="the saved portal and its answers are not beside this repository",
)
needs_seed = pytest.mark.skipif(
    not (SEED.exists() and (SHARED / "replica" / "mst-seed.tar.xz").exists()),
    reason="the seed article is not beside this repository",
)


@cache
def saved_pages(archive: str) -> dict[str, bytes]:
    """The bodies of a saved portal's answers by their addresses."""
    content = {}
    with tarfile.open(SHARED / "replica" / archive) as packed:
        for member in packed:
            stored = packed.extractfile(member)
            if stored is not None:
                content[Path(member.name).name] = stored.read()
    index = io.StringIO(content["INDEX.jsonl"].decode())
    return {row["url"]: content[row["member"]] for row in map(json.loads, index)}


@cache
def hanoi_articles() -> tuple[Article, ...]:
    return tuple(
        extract(content, url, liferay6.ARTICLE, fetched_at=FETCHED_AT)
        for url, content in saved_pages("hanoi-sotttt.tar.xz").items()
        if "/-/view_content/" in url
    )


def as_answer(article: Article) -> dict[str, object]:
    return {
        "url": article.url,
        "title": article.title,
        "lead": article.lead,
        "body": article.body,
        "author": article.author,
        "published": article.published_at,
        "images": [{"src": image.src, "caption": image.caption} for image in article.images],
        "attachments": [attachment.href for attachment in article.attachments],
    }


@pytest.fixture(scope="module")
def summary(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, float]]:
    folder = tmp_path_factory.mktemp("quality")
    rows = [json.dumps(as_answer(article)) for article in hanoi_articles()]
    (folder / "rows.jsonl").write_text("\n".join(rows), encoding="utf-8")
    command = [sys.executable, SCORER, GOLD, folder / "rows.jsonl", "--json", folder / "out.json"]
    subprocess.run(command, check=True, capture_output=True)
    scored: dict[str, dict[str, float]] = json.loads((folder / "out.json").read_text())["summary"]
    return scored


def share(summary: dict[str, dict[str, float]], measure: str) -> float:
    if measure == "body":
        return summary["body_sh4"]["F"]
    pairs = {
        "captions": "captions_exact",
        "images": "images_found",
        "attachments": "attachments_found",
    }
    if measure in pairs:
        right, of = summary[pairs[measure]]
        return float(right) / float(of)
    return summary[measure]["exact"]


@needs_hanoi
@pytest.mark.parametrize(("measure", "floor"), FLOORS.items())
def test_a_real_portal_is_read_above_the_floor(
    summary: dict[str, dict[str, float]], measure: str, floor: float
) -> None:
    assert share(summary, measure) >= floor


@needs_hanoi
def test_no_boilerplate_leaks_and_no_article_is_missing(
    summary: dict[str, dict[str, float]],
) -> None:
    assert (summary["leak"], summary["coverage"]) == (0, 1)


@needs_hanoi
def test_few_real_articles_have_problems() -> None:
    marked = [article for article in hanoi_articles() if problems(article)]
    assert len(marked) <= 0.02 * len(hanoi_articles())


def seed_article(url: str, profile: Profile) -> Article:
    page = saved_pages("mst-seed.tar.xz")[url]
    return extract(page, url, profile, fetched_at=FETCHED_AT)


@needs_seed
def test_the_seed_article_comes_out_exactly() -> None:
    expected = json.loads(SEED.read_text(encoding="utf-8"))
    article = seed_article(expected["url"], vccorp.ARTICLE)
    answer = as_answer(article)
    answer["body"] = (article.body or "").split("\n\n")
    assert {name: answer[name] for name in answer if name in expected} == {
        name: expected[name] for name in answer if name in expected
    }
    lines = [line.strip() for text in map(str, answer.values()) for line in text.splitlines()]
    assert not set(lines) & set(expected["dropped"])
    assert problems(article) == ()


@needs_seed
def test_the_seed_article_of_the_older_generation_says_the_same() -> None:
    newer = seed_article(json.loads(SEED.read_text(encoding="utf-8"))["url"], vccorp.ARTICLE)
    url = next(url for url in saved_pages("mst-seed.tar.xz") if "/Pages/TinTuc/" in url)
    older = seed_article(url, vccorp.ARTICLE)
    for name in ("title", "lead", "body", "author", "published_at"):
        assert getattr(older, name) == getattr(newer, name)
    assert vccorp.article_key(older.url) == vccorp.article_key(newer.url)
