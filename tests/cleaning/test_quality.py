"""Floors under the quality of what cleaning makes of saved pages: the figures of `make quality`.

The real portal and its answers lie beside the repository and not in it: without them its tests are
skipped. tests/quality/floors.json says how a floor may be changed.
"""

import json
import subprocess
import sys
import warnings
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from archive.models import Article
from benchmarks.pack import html_pages
from benchmarks.quality.corpora import HANOI_ANSWERS, corpus, is_hanoi_there
from benchmarks.quality.measuring import Measured, fallen, floors, measured, moved
from benchmarks.quality.methods import METHODS, said
from benchmarks.quality.saved import SHARED, Corpus, Page
from benchmarks.quality.scoring import Said
from portal_crawler.platforms import vccorp
from portal_crawler.portals.reader import FetchedPage, PageReader, read_article
from portal_crawler.spiders.hanoi_sotttt import HanoiSotttt
from portal_crawler.spiders.mst import Mst

SCORER = SHARED / "tools" / "eval_articles.py"
SEED = SHARED / "seed" / "expected.json"
FETCHED_AT = datetime(2022, 8, 27, tzinfo=UTC)

TOO_SLOW_HERE = {(name, "no-model") for name in ("hanoi", "aeb", "readability")}
"""Ten seconds of trafilatura each: `make quality` alone measures them."""

GATED = [
    (name, method)
    for name, held in floors().items()
    for method in held["floors"]
    if (name, method) not in TOO_SLOW_HERE
]

needs_hanoi = pytest.mark.skipif(
    not is_hanoi_there(), reason="the saved portal and its answers are not beside this repository"
)
needs_seed = pytest.mark.skipif(
    not (SEED.exists() and (SHARED / "replica" / "mst-seed.tar.xz").exists()),
    reason="the seed article is not beside this repository",
)


def corpus_or_skip(name: str) -> Corpus:
    found = corpus(name)
    if found is None:
        pytest.skip("the saved portal and its answers are not beside this repository")
    return found


@cache
def measured_once(name: str, method: str) -> Measured:
    return measured(corpus_or_skip(name), next(one for one in METHODS if one.name == method))


@pytest.mark.parametrize(("name", "method"), GATED)
def test_no_figure_is_below_its_floor(name: str, method: str) -> None:
    held = floors()[name]["floors"][method]
    peers = {floor for floor in held.values() if isinstance(floor, str)}
    if corpus_or_skip(name).answers > 100:
        peers = set()  # Of a large corpus `make quality` alone measures the peers.
    together = [measured_once(name, one) for one in (method, *sorted(peers))]
    assert [str(fall) for fall in fallen(together, floors()) if fall.method == method] == []


@pytest.mark.parametrize("name", floors())
def test_the_pages_are_those_that_the_floors_were_set_for(name: str) -> None:
    found = corpus_or_skip(name)
    words = moved(found, floors())
    if words and not found.shipped:
        warnings.warn(words, stacklevel=1)
    else:
        assert words is None


@pytest.mark.parametrize("name", floors())
def test_each_floor_is_of_a_method_and_a_measure_that_there_are(name: str) -> None:
    methods = {method.name for method in METHODS}
    held = floors()[name]["floors"]
    assert set(held) <= methods
    for method in held:
        empty = Measured(corpus=corpus_or_skip(name), method=METHODS[0], pages=())
        renamed = replace(empty, method=replace(METHODS[0], name=method))
        unmet = {fall.measure for fall in fallen([renamed], floors())}
        relative = {measure for measure, floor in held[method].items() if floor in methods}
        assert unmet | relative == set(held[method])


# Beside the scorer that others score with


def as_row(url: str, found: Said) -> dict[str, Any]:
    return {
        "url": url,
        "title": found.title,
        "lead": found.lead,
        "body": found.body,
        "author": found.author,
        "published": found.published or None,
        "images": [{"src": src, "caption": caption} for src, caption in found.images],
        "attachments": list(found.attachments),
    }


def as_scored_elsewhere(read: Measured, folder: Path) -> dict[str, Any]:
    rows = [json.dumps(as_row(page.score.url, page.reading.found)) for page in read.pages]
    (folder / "rows.jsonl").write_text("\n".join(rows), encoding="utf-8")
    command = [
        *(sys.executable, SCORER, HANOI_ANSWERS),
        *(folder / "rows.jsonl", "--json", folder / "out.json"),
    ]
    subprocess.run(command, check=True, capture_output=True)
    summary: dict[str, Any] = json.loads((folder / "out.json").read_text())["summary"]
    return summary


@needs_hanoi
@pytest.mark.parametrize("method", ["platform", "resiliparse"])
def test_our_scores_are_those_of_the_common_scorer(method: str, tmp_path: Path) -> None:
    read = measured_once("hanoi", method)
    theirs, ours = as_scored_elsewhere(read, tmp_path), read.summary
    elsewhere = {"body_words": "body_bow", "body_shingles": "body_sh4"}
    elsewhere |= {"text_words": "text_bow", "text_shingles": "text_sh4"}
    for name, other in elsewhere.items():
        overlap = ours.texts[name]
        rounded = [round(part, 4) for part in (overlap.precision, overlap.recall, overlap.f1)]
        assert rounded == [theirs[other][part] for part in "PRF"]
    for name, other in {"minute": "date_minute"}.items() | {
        (name, name) for name in ("title", "lead", "author")
    }:
        counts, tally = ours.fields[name], theirs[other]
        assert (round(counts.share or 0, 4), counts.of) == (tally["exact"], tally["n"])
        assert counts.spurious == tally["spurious"]
    lists = {
        "images": "images_found", "captions": "captions_exact", "attachments": "attachments_found"
    }  # fmt: skip
    for name, other in lists.items():
        assert [ours.fields[name].right, ours.fields[name].of] == theirs[other]
    assert ours.fields["attachments"].spurious == theirs["attachments_extra"]
    assert round(ours.leak, 4) == theirs["leak"]


# Single pages


@needs_hanoi
def test_few_real_articles_have_problems() -> None:
    site = corpus_or_skip("hanoi").sites[0]
    marked = [page.url for page in site.pages if hanoi_article(page).problems]
    assert len(marked) <= 0.02 * len(site.pages)


def hanoi_article(page: Page) -> Article:
    return article(HanoiSotttt, page.body, page.url, page.fetched_at)


def article(portal: PageReader, body: bytes, url: str, fetched_at: datetime) -> Article:
    page = FetchedPage(body=body, url=url, fetched_at=fetched_at, content_type=None)
    return read_article(portal, page)


@cache
def seed_pages() -> dict[str, bytes]:
    return html_pages(SHARED / "replica" / "mst-seed.tar.xz")


def seed_article(url: str) -> Article:
    return article(Mst, seed_pages()[url], url, FETCHED_AT)


@needs_seed
def test_the_seed_article_comes_out_exactly() -> None:
    expected = json.loads(SEED.read_text(encoding="utf-8"))
    seed = seed_article(expected["url"])
    answer = as_row(seed.url, said(seed))
    answer["body"] = (seed.body or "").split("\n\n")
    answer["images"] = [{"src": image.src, "caption": image.caption} for image in seed.images]
    assert {name: answer[name] for name in answer if name in expected} == {
        name: expected[name] for name in answer if name in expected
    }
    lines = [line.strip() for text in map(str, answer.values()) for line in text.splitlines()]
    assert not set(lines) & set(expected["dropped"])
    assert seed.problems == ()


@needs_seed
def test_the_seed_article_of_the_older_generation_says_the_same() -> None:
    newer = seed_article(json.loads(SEED.read_text(encoding="utf-8"))["url"])
    url = next(url for url in seed_pages() if "/Pages/TinTuc/" in url)
    older = seed_article(url)
    for name in ("title", "lead", "body", "author", "published_at"):
        assert getattr(older, name) == getattr(newer, name)
    assert vccorp.article_key(older.url) == vccorp.article_key(newer.url)
