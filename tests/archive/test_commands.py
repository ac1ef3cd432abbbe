"""`portal search`, `show`, `status` and `verify`, as a person and as a script meet them."""

import argparse
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from archive.commands import search, show, status, verify
from archive.errors import ArchiveMissingError, QueryError
from archive.filesystem.locks import portal_lock
from archive.layout import Layout, article_id
from archive.models import Image
from tests.archive.building import PORTAL, ArchiveBuilder, warc_path

ROOT = Path(__file__).parents[2]
FIRST = article_id(PORTAL, "100")
HEAVY = ("scrapy", "twisted", "rich", "sqlite_utils", "bs4", "lxml", "warcio")


def run(command: ModuleType, layout: Layout, *given: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--archive")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("-q", "--quiet", action="store_true")
    parser.add_argument("-v", "--verbose", action="store_true")
    command.add_arguments(parser)
    code: int = command.run(parser.parse_args(["--archive", str(layout.folder), *given]))
    return code


def objects(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def out(capsys: pytest.CaptureFixture[str]) -> pytest.CaptureFixture[str]:
    return capsys


Out = pytest.CaptureFixture[str]


@pytest.mark.parametrize("command", [search, show, status, verify])
def test_each_command_says_what_it_does_with_an_example(command: ModuleType) -> None:
    assert command.__doc__
    assert "portal " in command.EXAMPLES


@pytest.mark.parametrize(
    ("command", "given"), [(search, ["tin"]), (show, ["1"]), (status, []), (verify, [])]
)
def test_no_command_makes_an_archive(command: ModuleType, given: list[str], tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissingError):
        run(command, Layout(tmp_path / "none"), *given)
    assert not (tmp_path / "none").exists()


def test_search_prints_title_date_id_and_snippet(good: Layout, out: Out) -> None:
    assert run(search, good, "chuyen", "doi") == 0
    said = out.readouterr()
    assert said.out == (
        "1. Chuyển đổi số ở Thủ đô\n"
        f"   2022-07-13  {PORTAL}/100  {FIRST}\n"
        "   Sở vừa ban hành kế hoạch.\n\n"
    )
    assert "1 article" in said.err


def test_search_json_has_the_keys_of_the_contract(good: Layout, out: Out) -> None:
    assert run(search, good, "thuỷ", "--json") == 0
    said = out.readouterr()
    (found,) = objects(said.out)
    assert list(found) == [
        "id", "portal", "published_at", "title", "url", "snippet", "rank", "key", "gone_at",
        "version", "ref",
    ]  # fmt: skip
    assert (found["rank"], found["title"]) == (1, "Thủy lợi và khí tượng")
    assert said.err == "1 article\n"


def test_nothing_found_is_well_and_said(good: Layout, out: Out) -> None:
    assert run(search, good, "bóng") == 0
    said = out.readouterr()
    assert said.out == ""
    assert "try without" in said.err


def test_search_takes_its_filters(good: Layout, out: Out) -> None:
    run(search, good, "so", "--from", "2022", "--to", "2022-07-13", "--portal", PORTAL, "--json")
    assert [found["id"] for found in objects(out.readouterr().out)] == [FIRST]
    with pytest.raises(QueryError, match="not a date"):
        run(search, good, "so", "--from", "yesterday")


@pytest.mark.parametrize(
    "name",
    [str(FIRST), f"{PORTAL}/100", "http://sotttt.hanoi.gov.vn/article/100.html"],
)
def test_show_finds_an_article_by_each_of_its_names(good: Layout, out: Out, name: str) -> None:
    assert run(show, good, name) == 0
    assert out.readouterr().out.startswith("Chuyển đổi số ở Thủ đô\n")


def test_show_has_the_article_and_where_its_bytes_lie(good: Layout, out: Out) -> None:
    run(show, good, str(FIRST))
    text = out.readouterr().out
    for part in (
        "published   2022-07-13 23:52\n",
        "author      Kim Chi\n",
        "Đoạn thứ nhất.\n\nSTT | Tên\n1 | Hoà Bình\n",
        "1. Ảnh minh họa\n    http://sotttt.hanoi.gov.vn/a.jpg\n",
        "1. Kế hoạch (application/pdf)\n    http://sotttt.hanoi.gov.vn/a.pdf\n",
        f"file        warc/{PORTAL}/{PORTAL}-",
        "digest      sha1:",
    ):
        assert part in text
    assert max(map(len, text.splitlines())) <= 80


def test_show_json_is_the_row_with_its_parts(good: Layout, out: Out) -> None:
    run(show, good, f"{PORTAL}/200", "--json")
    (row,) = objects(out.readouterr().out)
    assert (row["key"], row["lead"], row["problems"]) == ("200", None, ["no-body"])
    assert (row["images"], row["attachments"]) == ([], [])
    assert [version["version"] for version in row["versions"]] == [1]
    assert row["capture"]["id"] == row["capture_id"]


def test_show_an_earlier_version(tmp_path: Path, out: Out) -> None:
    builder = ArchiveBuilder(tmp_path)
    builder.article("1", "Tin cũ", body="Lời cũ.")
    builder.article("1", "Tin mới", body="Lời mới.")
    layout = builder.close()
    run(show, layout, f"{PORTAL}/1")
    assert out.readouterr().out.startswith("Tin mới\n")
    run(show, layout, f"{PORTAL}/1", "--version", "1")
    said = out.readouterr()
    assert said.out.startswith("Tin cũ\n")
    assert "Lời cũ." in said.out
    assert "version 2 is the newest" in said.err
    for none in ("3", "0", "9" * 40):
        with pytest.raises(QueryError, match=f"versions 1 to 2, no version {none}"):
            run(show, layout, f"{PORTAL}/1", "--version", none)


def broken(folder: Path) -> Layout:
    builder = ArchiveBuilder(folder)
    builder.article("1", "Hội nghị ph;ép mới", body="Hagrave; Nội cũ.")
    builder.article(
        "1",
        "Hội nghị c&#7845;p ph;ép",
        lead="2008 &ndash; 2010",
        body="&nbsp;\n\nPhograve;ng một.\n\n&nbsp;\n\nSTT\tTecirc;n\n1\tHoagrave;",
        author="Lecirc; Hoa",
        images=(Image(src="http://a.vn/&eacute.jpg", caption="Vagrave;o lớp"),),
    )
    builder.article("2", "Tin lành lặn", body="R&D; và TT&TT.")
    return builder.close()


def test_show_repaired_prints_the_texts_mended_and_says_so(tmp_path: Path, out: Out) -> None:
    layout = broken(tmp_path)
    assert run(show, layout, f"{PORTAL}/1", "--repaired") == 0
    said = out.readouterr()
    assert said.out.startswith("Hội nghị cấp phép\n")
    for words in ("2008 – 2010", "Phòng một.", "STT | Tên", "Lê Hoa", "Vào lớp", "&eacute.jpg"):
        assert words in said.out
    assert said.err == show.MENDED + "\n"
    run(show, layout, f"{PORTAL}/1", "--repaired", "--text", "--quiet")
    said = out.readouterr()
    assert said.out == ("Hội nghị cấp phép\n\n2008 – 2010\n\nPhòng một.\n\nSTT\tTên\n1\tHoà\n")
    assert said.err == ""


def test_show_repaired_mends_an_earlier_version_and_json_alike(tmp_path: Path, out: Out) -> None:
    layout = broken(tmp_path)
    run(show, layout, f"{PORTAL}/1", "--repaired", "--version", "1", "--json")
    said = out.readouterr()
    (row,) = objects(said.out)
    assert (row["title"], row["body"]) == ("Hội nghị phép mới", "Hà Nội cũ.")
    assert [version["title"] for version in row["versions"]] == [
        "Hội nghị phép mới",
        "Hội nghị cấp phép",
    ]
    assert said.err == show.MENDED + "\n"
    run(show, layout, f"{PORTAL}/1", "--json")
    assert objects(out.readouterr().out)[0]["title"] == "Hội nghị c&#7845;p ph;ép"


def test_show_repaired_of_a_sound_article_is_the_article(tmp_path: Path, out: Out) -> None:
    layout = broken(tmp_path)
    run(show, layout, f"{PORTAL}/2")
    plain = out.readouterr().out
    run(show, layout, f"{PORTAL}/2", "--repaired")
    said = out.readouterr()
    assert said.out == plain
    assert said.err == "the article has no broken entities\n"


@pytest.mark.parametrize("form", ["--cite", "--html", "--markdown"])
def test_what_shows_the_page_as_it_is_is_not_repaired(good: Layout, form: str) -> None:
    with pytest.raises(QueryError, match=f"either {form} or --repaired"):
        run(show, good, str(FIRST), "--repaired", form)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("1", "no article 1"),
        ("9" * 40, "no article 9"),
        ("nonsense", "no article nonsense"),
        ("http://a.vn/", "is not in this archive"),
        ("http://sotttt.hanoi.gov.vn/article/300.html", "answered with status 404"),
    ],
)
def test_show_says_why_there_is_no_article(good: Layout, name: str, words: str) -> None:
    with pytest.raises(QueryError, match=words):
        run(show, good, name)


def test_status_has_a_line_a_portal(good: Layout, out: Out) -> None:
    assert run(status, good) == 0
    head, line, _, room = out.readouterr().out.splitlines()
    assert room.endswith(" free on its disk")
    assert head.split()[:5] == ["portal", "last", "run", "outcome", "new"]
    assert line.split()[:3] == [PORTAL, "2026-11-20", "complete"]
    assert line.split()[4:7] == ["2", "75", "%"]


def test_status_json_has_the_last_run(good: Layout, out: Out) -> None:
    run(status, good, "--json")
    (row,) = objects(out.readouterr().out)
    assert (row["articles"], row["dead_links"], row["portal_count"]) == (2, 1, 4)
    assert row["coverage"] == 0.75
    assert row["last_run"]["outcome"] == "complete"


def test_status_of_one_portal_has_ten_runs_and_the_problems(tmp_path: Path, out: Out) -> None:
    for day in range(12):
        builder = ArchiveBuilder(tmp_path, days=day)
        builder.article(str(day), f"Tin {day}", problems=("no-body", "no-date")[: day % 3])
        layout = builder.close("incomplete" if day == 11 else "complete", reason=f"reason {day}")
    run(status, layout, PORTAL)
    text = out.readouterr().out
    assert text.count("complete  ") == 10
    assert "2026-12-01 01:00  incomplete" in text
    assert "2026-11-21" not in text
    assert "incomplete: reason 11" in text
    assert "no-body         8\nno-date         4\n" in text
    run(status, layout, PORTAL, "--json")
    (row,) = objects(out.readouterr().out)
    assert len(row["runs"]) == 10
    assert row["problem_codes"] == {"no-body": 8, "no-date": 4}


def test_status_tells_a_running_crawl_from_one_that_broke_off(tmp_path: Path, out: Out) -> None:
    layout = ArchiveBuilder(tmp_path).break_off()
    run(status, layout)
    assert "broken off" in out.readouterr().out
    with portal_lock(layout, PORTAL):
        run(status, layout)
    assert "running" in out.readouterr().out


def test_status_of_a_portal_that_is_not_there(good: Layout) -> None:
    with pytest.raises(QueryError, match=f"it holds {PORTAL}"):
        run(status, good, "hanoi")


def test_verify_of_a_good_archive_is_one_line_or_none(good: Layout, out: Out) -> None:
    assert run(verify, good) == 0
    said = out.readouterr()
    assert (said.out, len(said.err.splitlines())) == ("", 1)
    assert run(verify, good, "-q") == 0
    assert out.readouterr() == ("", "")


def test_verify_of_a_damaged_archive_prints_a_line_a_finding(copy: Layout, out: Out) -> None:
    path = warc_path(copy)
    os.truncate(path, path.stat().st_size - 1)
    assert run(verify, copy, "-q") == 4
    said = out.readouterr()
    assert said.out.startswith(f"warc/{PORTAL}/{path.name}:")
    assert "[broken-off]\n" in said.out
    assert f"{said.out.count(chr(10))} findings" in said.err
    assert run(verify, copy, "--json") == 4
    found = objects(out.readouterr().out)
    assert "broken-off" in {finding["code"] for finding in found}
    assert all(list(finding) == ["code", "where", "what", "is_damage"] for finding in found)


def test_no_control_characters_of_a_page_reach_the_terminal(tmp_path: Path, out: Out) -> None:
    evil = "Tin \x1b]0;evil\x07 \x9b31m \u202e xấu"
    builder = ArchiveBuilder(tmp_path)
    builder.article("1", evil, lead=evil, body=evil, author=evil)
    layout = builder.close(reason=evil)
    for command, given in ((search, ["xấu"]), (show, [f"{PORTAL}/1"]), (status, [PORTAL])):
        run(command, layout, *given)
        text = out.readouterr().out
        assert not set(text) & set("\x1b\x07\x9b\u202e")
        assert "xấu" in text
    run(search, layout, "xấu", "--json")
    line = out.readouterr().out
    assert not set(line) & set("\x1b\x07\x9b\u202e")
    assert json.loads(line)["title"] == evil


def on_terminal(layout: Layout, *given: str, **environment: str) -> str:
    ours, theirs = os.openpty()
    given = ("-m", "portal_crawler.cli", *given, "--archive", str(layout.folder), "-q")
    values = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    values |= {"TERM": "xterm", **environment}
    subprocess.run([sys.executable, *given], stdout=theirs, cwd=ROOT, env=values, check=True)
    os.close(theirs)
    said = b""
    with suppress(OSError):  # EIO: nobody has the other end any more
        while piece := os.read(ours, 1 << 16):
            said += piece
    os.close(ours)
    return said.decode()


def test_hits_are_bold_on_a_terminal(good: Layout) -> None:
    assert "\x1b[1mChuyển\x1b[0m \x1b[1mđổi\x1b[0m số" in on_terminal(good, "search", "chuyen doi")


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_escape_sequences_where_they_are_not_wanted(
    good: Layout, environment: dict[str, str]
) -> None:
    assert "\x1b" not in on_terminal(good, "search", "chuyen doi", **environment)
    assert "\x1b" not in on_terminal(good, "status", **environment)


@pytest.mark.parametrize("given", [["search", "chuyen doi"], ["show", str(FIRST)], ["status"]])
def test_reading_commands_start_light(good: Layout, given: list[str]) -> None:
    program = (
        "import sys; from portal_crawler.cli import main; main(sys.argv[1:]); "
        "print(*sys.modules, file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program, *given, "--archive", str(good.folder)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert not set(ended.stderr.split()) & set(HEAVY)
