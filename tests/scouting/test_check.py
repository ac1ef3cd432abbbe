"""`portal check`: a live portal against its declaration, and saved pages against expected.json."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal_crawler.cli import main
from portal_crawler.demo.server import demo_proxy
from tests.scouting.sites import TESTS, new, portal
from tests.support.wire_server import WireServer, page

HANOI = TESTS / "portals" / "hanoi-sotttt"
DEMO = ("-s", "SPIDER_MODULES=portal_crawler.demo.portals")
HANDFUL = 12


@pytest.fixture
def demo() -> Iterator[dict[str, str]]:
    """The demo's sites, by the environment of a command that is to ask them."""
    with demo_proxy() as proxy:
        yield {"http_proxy": proxy, "https_proxy": proxy}


def answers(text: str) -> dict[str, tuple[str, bool]]:
    told = json.loads(text)
    return {each["question"]: (each["found"], each["fits"]) for each in told["answers"]}


def test_a_portal_that_fits_is_shown_with_each_answer_and_ends_with_0(
    demo: dict[str, str], server: WireServer, tmp_path: Path
) -> None:
    done = portal(server, "check", "demo-tinh", *DEMO, COLUMNS="80", HOME=str(tmp_path), **demo)
    assert done.code == 0, done.stdout
    lines = [line.split() for line in done.stdout.splitlines()]
    assert ["tin-tuc-su-kien:", "rows", "10", "yes"] in lines
    assert ["tin-tuc-su-kien:", "count", "31", "yes"] in lines
    assert ["tin-tuc-su-kien:", "pager", "page", "2", "has", "10", "rows", "yes"] in lines
    assert ["title", "6", "of", "6", "articles", "yes"] in lines
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert done.stderr.count("  200  ") <= HANDFUL


def test_several_portals_are_checked_one_after_the_other_and_kept_if_an_archive_is_named(
    demo: dict[str, str], server: WireServer, archive: Path
) -> None:
    kept = ("--archive", str(archive))
    done = portal(server, "check", "demo-bo", "demo-tinh", *DEMO, "--json", "-q", *kept, **demo)
    names = [json.loads(line)["name"] for line in done.stdout.splitlines()]
    assert names == ["demo-bo", "demo-tinh"]
    assert {path.name for path in archive.glob("warc/*")} == {"demo-bo", "demo-tinh"}


OWN = """from portal_crawler.platforms.liferay6 import Liferay6


class ViDu(Liferay6):
    name = "vi-du"
    hosts = ("127.0.0.1",)
    sections = {{"tin": "{root}/tin"}}
"""


def test_a_portal_that_changed_its_system_differs_and_ends_with_3(
    server: WireServer, tmp_path: Path
) -> None:
    root = f"http://127.0.0.1:{server.port}"
    (tmp_path / "vi_du.py").write_text(OWN.format(root=root))
    other = '<html><head><meta name="generator" content="WordPress 6.1"></head><body>'
    server.answer("/", page(f"{other}<p>Trang"))
    server.answer("/tin", page(f"{other}<a href='/mot-bai-viet-moi-ve-chuyen-doi-so'>Một bài</a>"))
    done = portal(server, "check", "vi-du", "--portals", str(tmp_path), "--json")
    assert done.code == 3
    found = answers(done.stdout)
    assert found["platform"][0].startswith("wordpress in place of liferay6: ")
    assert found["tin: rows"] == ("0", False)
    assert found["articles"] == ("none was fetched", False)


def test_a_portal_that_is_down_differs_and_the_reason_is_given(
    server: WireServer, tmp_path: Path
) -> None:
    root = f"http://127.0.0.1:{server.port}"
    (tmp_path / "vi_du.py").write_text(OWN.format(root=root))
    server.answer("/robots.txt", page("no", status="503 Service Unavailable"))
    words = ("--portals", str(tmp_path), "-s", "RETRY_TIMES=0")
    done = portal(server, "check", "vi-du", *words, "--json")
    assert done.code == 3
    assert "robots.txt answered 503" in answers(done.stdout)["pages"][0]


ROWS = """<html><body><h1>Tin tức</h1><div>{}</div></body></html>"""
ROW = '<div><h3><a href="/bai-{0}.html">Hội nghị chuyển đổi số lần thứ {0}</a></h3></div>'
ARTICLE = """<html><body><div><h1>Hội nghị chuyển đổi số lần thứ {0}</h1><p>03/06/2024 08:30</p>
<div>{1}{2}</div></div></body></html>"""
SIGNED = '<p style="text-align: right"><strong>Minh Khuê</strong></p>'


def serve_news(server: WireServer, signature: str) -> str:
    numbers = range(70001, 70007)
    server.answer("/", page('<html><body><a href="/tin">Tin tức</a></body></html>'))
    server.answer("/tin", page(ROWS.format("".join(map(ROW.format, numbers)))))
    for number in numbers:
        text = f"<p>Hội nghị {number} nghe báo cáo của các phòng, và bàn việc quý tới.</p>" * 4
        server.answer(f"/bai-{number}.html", page(ARTICLE.format(number, text, signature)))
    return f"http://127.0.0.1:{server.port}/"


def test_each_listing_is_asked_up_to_a_number_and_the_others_are_named(
    server: WireServer, tmp_path: Path
) -> None:
    root = serve_news(server, "")
    sections = {f"muc-{number}": f"{root}muc-{number}" for number in range(14)}
    for name in sections:
        server.answer(f"/{name}", *server.script["/tin"])
    base = "from portal_crawler.platforms.generic import Generic"
    own = f'name, hosts = "vi-du", ("127.0.0.1",)\n    sections = {sections}'
    (tmp_path / "vi_du.py").write_text(f"{base}\n\n\nclass ViDu(Generic):\n    {own}\n")
    done = portal(server, "check", "vi-du", "--portals", str(tmp_path), "--json")
    told = json.loads(done.stdout)["answers"]
    asked = [each for each in told if each["question"].endswith(": rows")]
    assert [each["found"] for each in asked] == ["6"] * 12
    (left,) = (each for each in told if each["question"] == "listings")
    assert (left["found"], left["note"]) == (
        "12 of 14 were asked",
        "these listings were not asked: muc-12, muc-13",
    )
    assert len([path for path in server.paths() if "/bai-" in path]) <= 6


def test_a_field_that_no_article_has_any_more_is_named_with_where_it_was_seen(
    server: WireServer, tmp_path: Path
) -> None:
    kept = ("--archive", str(tmp_path / "kept"))
    assert new(server, tmp_path, serve_news(server, SIGNED), "--name", "vi-du", *kept).code == 0
    serve_news(server, "")
    words = ("check", "vi-du", "--portals", str(tmp_path))
    done = portal(server, *words, *kept, "--json")
    assert done.code == 0, "title, date and text are there"
    told = {each["question"]: each for each in json.loads(done.stdout)["answers"]}
    assert told["author"]["found"] == "0 of 4 articles"
    assert told["author"]["note"] == (
        "author is on none of these articles, but 4 of 4 pages of vi-du/expected.json have it and "
        "4 of 4 archived articles have it"
    )
    assert [each["note"] for each in told.values()].count(None) == len(told) - 1
    quiet = portal(server, *words, "-q")
    assert "portal check: vi-du: author is on none of these articles" in quiet.stderr


# Saved pages


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    folder = tmp_path / "saved"
    shutil.copytree(HANOI, folder)
    return folder


def expected_in(folder: Path) -> Any:
    return json.loads((folder / "expected.json").read_bytes())


def check_saved(folder: Path) -> int:
    return main(["check", "hanoi-sotttt", "--expected", str(folder)])


def test_a_skeleton_of_saved_pages_has_what_a_person_would_write(saved: Path) -> None:
    by_hand = expected_in(saved)
    (saved / "expected.json").unlink()
    assert check_saved(saved) == 0
    written = expected_in(saved)
    assert written["listings"][0]["rows"] == by_hand["listings"][0]["rows"]
    articles = {page["file"]: page["article"] for page in written["articles"]}
    assert articles == {page["file"]: page["article"] for page in by_hand["articles"]}
    assert written["origin"].startswith("saved on 20")


def test_an_expected_result_is_compared_and_never_replaced(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (saved / "expected.json").read_text("utf-8").replace("Minh Khuê", "Minh Khôi", 1)
    (saved / "expected.json").write_text(text, "utf-8")
    assert check_saved(saved) == 3
    shown = capsys.readouterr().out
    assert 'expected "Minh Khôi"' in shown
    assert 'found "Minh Khuê"' in shown
    assert (saved / "expected.json").read_text("utf-8") == text


def test_a_page_that_states_no_address_is_named_in_the_skeleton(
    saved: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (saved / "expected.json").unlink()
    (saved / "la.html").write_text("<html><body><p>Trang lạ")
    assert check_saved(saved) == 3
    words = " ".join(capsys.readouterr().out.split())
    assert "(la.html): write its address as url; the page does not state it" in words
    assert check_saved(saved) == 3
    assert "(la.html): url is ''; write the address" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("hanoi",), "no portal is named 'hanoi'; did you mean hanoi-sotttt?"),
        (("so-thu",), "no portal is named 'so-thu'; `portal list` names them; those of your own"),
        (("--expected", "."), "--expected takes one portal, by whose declaration"),
        (("mst", "--expected", "no-such-folder"), "no-such-folder: there is no such folder"),
    ],
)
def test_wrong_usage_is_refused_in_a_sentence(
    words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *words]) == 2
    assert message in capsys.readouterr().err


def test_a_command_that_is_proposed_names_the_folder_that_was_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "so-thu", "--portals", str(tmp_path)]) == 2
    said = capsys.readouterr().err
    assert said.endswith(f"'so-thu'; `portal list --portals {tmp_path}` names them\n")
