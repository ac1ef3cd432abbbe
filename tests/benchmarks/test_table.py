"""The table of `make bench`: its pure parts, and its crawls of a tiny portal, untimed."""

import importlib
import pkgutil

import pytest

import benchmarks
from benchmarks.crawl import BARE, OURS, Portal, crawl, with_addresses
from benchmarks.crawling import server_note
from benchmarks.machine import cpu_model, memory_gb
from benchmarks.peers import Package, UnavailableError, reason
from benchmarks.process_memory import PeakMemory
from benchmarks.processes import FailedError
from benchmarks.replica import ROOT, made_up
from benchmarks.rounds import interleaved, median
from benchmarks.section import Section, in_markdown, in_terminal
from benchmarks.server_speed import pages_a_second
from benchmarks.table import BEGIN, END, README, between_markers

PEERS = ("scrapy-webarchive", "trafilatura", "readability-lxml", "resiliparse")
SECTION = Section(
    title="Crawls",
    headings=("crawler", "pages/s", "keeps"),
    rows=(("bare", "300", "nothing"), ("wget", "not installed: apt-get install wget")),
    words=frozenset((0, 2)),
    notes=("Target: fast.",),
)


def test_every_benchmark_can_be_imported():
    modules = pkgutil.walk_packages(benchmarks.__path__, "benchmarks.")
    names = [each.name for each in modules if not each.name.endswith("__main__")]
    assert "benchmarks.table" in names
    for name in names:
        importlib.import_module(name)


def test_figures_stand_to_the_right_and_a_missing_peer_says_why():
    assert list(in_terminal(SECTION)) == [
        "Crawls",
        "crawler  pages/s  keeps",
        "───────  ───────  ───────",
        "bare         300  nothing",
        "wget     not installed: apt-get install wget",
        "Target: fast.",
    ]


def test_the_readme_gets_a_table_of_the_same_rows():
    lines = list(in_markdown(SECTION))
    assert "| bare | 300 | nothing |" in lines
    assert "| wget (not installed: apt-get install wget) |  |  |" in lines


def test_the_table_takes_the_place_of_the_one_before():
    text = f"a\n{BEGIN}\nold\n{END}\nb\n"
    assert between_markers(text, "new") == f"a\n{BEGIN}\n\nnew\n{END}\nb\n"
    with pytest.raises(ValueError, match="not both there"):
        between_markers("no markers", "new")


def test_the_readme_has_a_place_for_the_table():
    between_markers(README.read_text("utf-8"), "new")


def test_a_failure_costs_no_more_than_its_row():
    calls = []

    def broken() -> float:
        calls.append("broken")
        raise UnavailableError("not installed")

    def failing() -> float:
        raise FailedError("ended with 1")

    found = interleaved("test", {"a": lambda: 1.0, "b": broken, "c": failing}, 3)
    assert found == {"a": [1.0, 1.0, 1.0], "b": "not installed", "c": "ended with 1"}
    assert calls == ["broken"]


def test_a_median_is_of_one_value_of_each_result():
    assert median(["a", "bbb", "cc"], len) == 2


def test_a_slow_server_is_called_what_is_measured():
    assert "it does not limit them" in server_note(900.0, 300.0, is_fast=True)
    assert "it limits them" in server_note(310.0, 300.0, is_fast=False)


def test_the_machine_is_named_by_its_own_files():
    assert cpu_model("processor : 0\nmodel name\t: A  CPU @ 2 GHz\n") == "A CPU @ 2 GHz"
    assert memory_gb("MemTotal:       16000000 kB\n") == pytest.approx(16.384)


def test_an_installer_that_fails_is_one_short_line():
    stderr = "WARNING: x\nERROR: No matching distribution found for y\n"
    assert reason(stderr) == "No matching distribution found for y"
    assert reason("") == "no reason given"


@pytest.mark.parametrize("name", PEERS)
def test_peers_are_pinned_with_hashes_and_name_no_registry(name):
    text = Package(name).lock.read_text("utf-8")
    assert Package(name).version
    assert "--hash=sha256:" in text
    assert "://" not in text


def test_crawls_of_a_made_up_portal_get_all_that_it_has(tmp_path):
    with made_up(1) as proxy:
        portal = with_addresses(Portal(proxy=proxy, pages=1), tmp_path / "archive")
        assert len(portal.addresses) == len(set(portal.addresses)) == 22
        assert pages_a_second(proxy, portal.addresses) > 0
        memory = PeakMemory()
        assert [crawl(each, portal, memory).pages for each in (BARE, OURS)] == [22, 22]
    assert memory.mb > 0
    assert not (ROOT / "got").exists()
