"""What `make quality` prints, and when it fails."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.quality.__main__ import main
from benchmarks.quality.corpora import CORPORA, corpus
from benchmarks.quality.measuring import Measured, fallen, floors, measured
from benchmarks.quality.methods import METHODS, PEERS
from benchmarks.quality.mutations import MUTATIONS, falls, mutated
from benchmarks.quality.saved import Corpus, Page, Site
from benchmarks.quality.single_pages import answer_of
from tests.quality.write_pages import HERE, SITES, site_files

MOST_COLUMNS = 100


@pytest.fixture(scope="module")
def portals() -> Corpus:
    found = corpus("portals")
    assert found
    return found


@pytest.fixture(scope="module")
def platform(portals: Corpus) -> Measured:
    return measured(portals, METHODS[0])


@pytest.mark.parametrize("site", SITES)
def test_the_written_pages_are_what_their_script_writes(site: str) -> None:
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in (HERE / site).iterdir()}
    assert on_disk == site_files(site)


@pytest.mark.parametrize("site", SITES)
def test_a_written_site_says_that_it_is_written_and_has_enough_pages_to_learn_from(
    site: str,
) -> None:
    told = json.loads((HERE / site / "expected.json").read_bytes())
    assert told["origin"].startswith("written in the shape of")
    assert len(told["articles"]) >= 6


def test_the_tables_fit_into_a_hundred_columns(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--only", "portals", "--only", "written", "--worst", "3", "--method", "resiliparse"])
    lines = [line for line in capsys.readouterr().out.splitlines() if "://" not in line]
    assert len(lines) > 60
    assert max(map(len, lines)) <= MOST_COLUMNS
    assert not any("…" in line for line in lines[: lines.index("")])


def test_json_has_a_line_for_each_method_with_the_version_of_peers(
    portals: Corpus,
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["--only", "portals", "--json", "--worst", "0"])
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    versions = {row["method"]: row["version"] for row in rows if "method" in row}
    assert versions["platform"] is None
    assert versions["trafilatura"][0].isdigit()
    assert rows[0]["title"] == {"right": portals.answers, "of": portals.answers, "spurious": 0}


def test_markdown_has_the_same_figures_as_pipe_tables(
    portals: Corpus, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--only", "portals", "--ours", "--markdown"])
    assert f"| title, of {portals.answers} | {portals.answers} |" in capsys.readouterr().out


def with_floor(name: str, method: str, measure: str, floor: float | str) -> dict[str, Any]:
    wanted = deepcopy(dict(floors()))
    wanted[name]["floors"] = {method: {measure: floor}}
    return wanted


def test_a_figure_below_its_floor_is_named_with_both(platform: Measured) -> None:
    wanted = with_floor("portals", "platform", "title", 1.5)
    (fall,) = fallen([platform], wanted)
    assert str(fall) == "portals, platform: title 1.0000, at least 1.5 wanted"


def test_a_count_above_its_ceiling_is_a_fall(platform: Measured) -> None:
    wanted = with_floor("portals", "platform", "leak", -1)
    assert [fall.measure for fall in fallen([platform], wanted)] == ["leak"]


def test_a_floor_can_be_another_method_of_the_run(portals: Corpus, platform: Measured) -> None:
    resiliparse = measured(portals, METHODS[-1])
    better = with_floor("portals", "platform", "text_words", "resiliparse")
    worse = with_floor("portals", "resiliparse", "text_words", "platform")
    assert list(fallen([platform, resiliparse], better)) == []
    assert [fall.method for fall in fallen([platform, resiliparse], worse)] == ["resiliparse"]


@pytest.mark.parametrize(("title", "code"), [(1, 0), (1.5, 1)])
def test_the_command_ends_with_1_below_a_floor_and_with_0_at_it(
    title: float, code: int, portals: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = with_floor("portals", "platform", "title", title)
    wanted["portals"]["digest"] = portals.digest
    path = tmp_path / "floors.json"
    path.write_text(json.dumps({"corpora": wanted}))
    assert main(["--only", "portals", "--ours", "--floors", str(path)]) == code
    assert ("below its floor" in capsys.readouterr().err) == bool(code)


def test_changed_answers_fail_and_say_what_to_write_where(
    portals: Corpus, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "floors.json"
    path.write_text('{"corpora": {"portals": {"digest": "sha256:0", "floors": {}}}}')
    assert main(["--only", "portals", "--ours", "--floors", str(path)]) == 1
    assert portals.digest in capsys.readouterr().err


def test_the_digest_sees_a_changed_page_and_a_changed_answer(portals: Corpus) -> None:
    site = portals.sites[0]
    url, answer = next(iter(site.answers.items()))
    easier = replace(answer, said=replace(answer.said, body=""))
    page = replace(site.pages[0], body=site.pages[0].body + b" ")
    for other in (
        replace(site, answers={**site.answers, url: easier}),
        replace(site, pages=(page, *site.pages[1:])),
    ):
        assert replace(portals, sites=(other, *portals.sites[1:])).digest != portals.digest


def test_the_document_has_a_table_of_each_corpus_and_of_the_peers_that_are_installed() -> None:
    document = (HERE.parents[1] / "docs" / "QUALITY.md").read_text(encoding="utf-8")
    headings = {line.split(":")[0] for line in document.splitlines() if line.startswith("### ")}
    assert {f"### {name}" for name in CORPORA} <= headings
    assert all(f"| {row}" in document for row in ("title, of", "text, shingles F1", "CPU a page"))
    assert all(peer.version in document for peer in PEERS)


# Single pages


def single_page(body: str) -> Corpus:
    """A corpus of one page that is read alone, whose text is its paragraphs."""
    page = Page(url="https://one.example/a", body=body.encode())
    answer = answer_of(page.url, {"body": PARAGRAPHS})
    site = Site(name="one", portal=None, pages=(page,), answers={page.url: answer}, is_single=True)
    return Corpus(name="one", about="", sites=(site,))


PARAGRAPHS = [
    f"Đoạn văn số {number} của bài viết, with several English sentences besides."
    for number in range(9)
]
ONE_PAGE = (
    "<html><head><meta charset=utf-8><title>Một bài viết</title></head><body class=a>"
    "<h1>Một bài viết</h1>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS) + "</body></html>"
)


def test_only_methods_that_learn_nothing_read_single_pages() -> None:
    read = {one.name for one in METHODS if measured(single_page(ONE_PAGE), one).pages}
    assert read == {"no-model", *(peer.name for peer in PEERS)}


def test_a_page_far_below_another_method_is_counted() -> None:
    read = measured(single_page(ONE_PAGE), METHODS[-1])
    nothing = measured(single_page("<p>"), METHODS[-1])
    assert (read.far_below(read), nothing.far_below(read)) == (0, 1)


@pytest.mark.parametrize("kind", MUTATIONS)
def test_a_page_is_changed_in_one_way_and_always_alike(kind: str) -> None:
    whole = single_page(ONE_PAGE)
    first, second = (mutated(whole, kind).sites[0].pages[0] for _ in range(2))
    assert first == second != whole.sites[0].pages[0]


def test_the_pages_that_fall_are_counted_by_kind_of_change() -> None:
    emptied = ONE_PAGE.replace("<body", " " * 90_000 + "<body")  # which the cut takes away
    found = {one.kind: (one.fallen, one.of) for one in falls([single_page(emptied)], [METHODS[-1]])}
    assert found == {kind: (int(kind == "cut"), 1) for kind in MUTATIONS}
